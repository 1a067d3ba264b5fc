"""Where the canvas looks: zooming to the cursor, panning, fitting the page, going to a block."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from tests.support.canvas_driver import MIDDLE, page_of

ROW = {"a": ("Const", (40.0, 60.0)), "b": ("Negate", (240.0, 60.0)), "c": ("Negate", (440.0, 200.0))}
CHAIN = [("a.output", "b.x"), ("b.y", "c.x")]


def wheel(d, at: tuple[float, float], notches: int, mods=Qt.KeyboardModifier.NoModifier) -> None:
    viewport = d.canvas.viewer.viewport()
    where = QPointF(*at)
    event = QWheelEvent(
        where, viewport.mapToGlobal(where), QPoint(), QPoint(0, 120 * notches), Qt.MouseButton.NoButton, mods,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(viewport, event)


@pytest.mark.parametrize("notches", [1, -1, 3, -5])
def test_the_wheel_zooms_to_the_cursor(drive, notches: int) -> None:
    d = drive(page_of(ROW))
    cursor = QPointF(333, 222)
    before = d.canvas.viewer.to_page(cursor)
    wheel(d, (333, 222), notches)
    after = d.canvas.viewer.to_page(cursor)
    assert d.canvas.viewer.zoom() == pytest.approx(1.2**notches)
    assert abs(after.x() - before.x()) * d.canvas.viewer.zoom() <= 1
    assert abs(after.y() - before.y()) * d.canvas.viewer.zoom() <= 1


def test_the_zoom_stays_within_its_limits(drive) -> None:
    d = drive(page_of(ROW))
    for _ in range(40):
        wheel(d, (300, 300), -4)
    assert d.canvas.viewer.zoom() == pytest.approx(0.03)
    for _ in range(80):
        wheel(d, (300, 300), 4)
    assert d.canvas.viewer.zoom() == pytest.approx(8.0)


def test_the_middle_button_pans_by_as_much_as_the_mouse_moves(drive) -> None:
    d = drive(page_of(ROW))
    before = d.canvas.viewer.to_page(QPointF(0, 0))
    d.press((500, 300), MIDDLE)
    place = d.canvas.viewer.viewportTransform().map(QPointF(500, 300))
    d.move((560, 340), MIDDLE)
    d.release((500, 300), MIDDLE)
    after = d.canvas.viewer.to_page(QPointF(0, 0))
    assert place == QPointF(500, 300)
    assert (before.x() - after.x(), before.y() - after.y()) == (60, 40)


def test_fit_shows_everything_and_reset_is_exactly_one_to_one(drive) -> None:
    far = dict(ROW, far=("Const", (4000.0, 3000.0)))
    d = drive(page_of(far))
    d.canvas.viewport.fit()
    assert d.canvas.viewer.visible_rect().contains(d.canvas.items.places.extent())
    sent: list[float] = []
    d.canvas.zoom_changed.connect(sent.append)
    d.canvas.viewport.zoom_reset()
    assert sent == [1.0]
    transform = d.canvas.viewer.viewportTransform()
    assert transform.m11() == 1.0
    assert transform.dx() == int(transform.dx())


def test_center_on_brings_a_far_block_to_the_middle_and_rings_the_pin(drive) -> None:
    d = drive(page_of(dict(ROW, far=("Negate", (9000.0, 7000.0)))))
    d.canvas.viewport.fit()
    d.canvas.viewport.center_on("far", "x")
    seen = d.canvas.viewer.visible_rect()
    assert abs(seen.center().x() - 9050) < 3
    assert d.canvas.viewer.zoom() >= 0.6
    assert d.canvas.overlay.marks.focus_pin == d.input("far", "x")
