"""A drag held at the border scrolls the page, but not in a turn that has painted for long."""

from __future__ import annotations

from PySide6.QtCore import QPointF

from app.editor.canvas.interactions.border_scroll import BorderScroll
from app.editor.widgets.slices import note_paint, turn_has_room
from tests.support.canvas_driver import page_of


def test_a_drag_at_the_border_scrolls_in_turns_that_have_room(drive) -> None:
    viewer = drive(page_of({"a": ("Const", (300.0, 200.0))})).canvas.viewer
    bar, edge = viewer.horizontalScrollBar(), QPointF(viewer.viewport().width() - 4, 300)
    followed: list[QPointF] = []
    border = BorderScroll(viewer, followed.append)
    border.hold(edge)
    turn_has_room()  # what was painted before counts no more
    begun = bar.value()
    border.scroll()
    assert bar.value() > begun
    assert followed == [edge]
    after = bar.value()
    note_paint(1.0)
    border.scroll()
    assert bar.value() == after
    border.scroll()
    assert bar.value() > after
    border.stop()
    note_paint(0.0)
