"""Wires painted together: the picture is that of each by itself, nothing stale stays, shared ways are painted once."""

from __future__ import annotations

from types import SimpleNamespace

import msgspec
import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QImage, QPen
from PySide6.QtWidgets import QApplication

from app.document.editing.edits import RemoveItems
from app.editor.canvas.items.painting import PINS_FROM
from app.editor.canvas.items.wire_item import WireLook
from app.editor.canvas.items.wire_strokes import path_along, runs_of
from app.editor.widgets.slices import is_idle
from app.editor.widgets.theme import DARK
from tests.support.canvas_driver import page_of

_SHADE = 40  # of 255 in which the soft edges of wires may differ that lie over each other
ROWS = 4


def fan_page():
    """Return a page of sources above each other, whose wires share ways to the sinks on the right."""
    blocks = {f"a{n}": ("Const", (60.0, 60.0 + 140 * n)) for n in range(ROWS)}
    blocks |= {f"s{n}": ("Sigmoid", (360.0, 40.0 + 150 * n)) for n in range(ROWS)}
    blocks |= {f"z{n}": ("Add", (700.0, 60.0 + 140 * n)) for n in range(ROWS)}
    wires = [(f"a{n}.output", f"s{n}.x") for n in range(ROWS)]
    wires += [("a0.output", f"z{n}.x") for n in range(ROWS)]
    wires += [(f"s{n}.y", f"z{n}.y") for n in range(ROWS)]
    return page_of(blocks, wires)


def shown(canvas) -> QImage:
    """Return what the window shows now, as it was painted part by part."""
    for _ in range(4):
        QApplication.processEvents()
    return canvas.screen().grabWindow(canvas.winId()).toImage()


def anew(canvas) -> QImage:
    canvas.viewer.viewport().update()
    return shown(canvas)


def far_apart(one: QImage, other: QImage, shade: int) -> int:
    """Count the places in which two pictures differ by more than a shade."""
    assert one.size() == other.size()
    a, b = (np.array(picture(image).constBits(), np.int16) for image in (one, other))
    return int((np.abs(a - b) > shade).sum())


def picture(image: QImage) -> QImage:
    return image.convertToFormat(QImage.Format.Format_RGB32)


def paint_each(canvas, each: bool) -> None:
    """Let each wire paint itself, or all be painted together."""
    canvas.strokes.setVisible(not each)
    for wire in canvas.items.wires.values():
        wire.set_stroked(not each)


@pytest.mark.parametrize("look", ["square", "round", "curved"])
@pytest.mark.parametrize("zoom", [1.0, 0.63, 0.25])
def test_wires_look_as_if_each_painted_itself(drive, look, zoom) -> None:
    page = fan_page()
    own = {"style": {"color": "#12ab9c", "width": 5}}
    page.wires[0] = msgspec.structs.replace(page.wires[0], extra=own)
    page.wires[1] = msgspec.structs.replace(page.wires[1], extra={"style": {"dash": True}})
    page.wires[2] = msgspec.structs.replace(page.wires[2], hidden=True)
    page.blocks["s3"].off = True
    d = drive(page)
    theme = {"square": DARK, "round": msgspec.structs.replace(DARK, wire_radius=8.0)}.get(look)
    d.canvas.set_theme(theme or msgspec.structs.replace(DARK, wire_radius=8.0, wire_curved=True))
    d.canvas.viewer.set_zoom_at(zoom, QPointF(0, 0))
    together = anew(d.canvas)
    paint_each(d.canvas, True)
    alone = anew(d.canvas)
    paint_each(d.canvas, False)
    d.canvas.strokes.setVisible(False)
    none = anew(d.canvas)
    assert far_apart(alone, none, _SHADE) > 500
    # Where several lie over each other their soft edges become one edge: a few hundred places of the shared ways.
    assert far_apart(together, alone, _SHADE) < 0.25 * far_apart(alone, none, _SHADE)
    assert far_apart(together, alone, 160) < 20


def test_nothing_stays_of_wires_that_have_moved_gone_or_come(drive) -> None:
    d = drive(fan_page())
    document = d.document

    def moves():
        yield lambda: d.drag(d.body("z1"), (640.0, 420.0))
        yield lambda: d.drag(d.body("a0"), (90.0, 330.0))
        yield document.undo
        yield lambda: document.apply(RemoveItems("page 1", blocks=("z2",)))
        yield document.undo
        yield document.undo
        yield document.redo
        yield lambda: d.drag(d.output("s1", "y"), d.input("z3", "x"))
        yield lambda: d.canvas.viewer.pan_by(-60, 35)
        yield lambda: d.canvas.feedback.set_colour_by_dtype(True)
        yield lambda: d.canvas.viewer.set_zoom_at(PINS_FROM * 0.9, QPointF(300, 200))
        yield lambda: document.apply(RemoveItems("page 1", blocks=("s0",)))
        yield lambda: d.canvas.viewer.set_zoom_at(1.0, QPointF(300, 200))
        yield document.undo

    for number, move in enumerate(moves()):
        move()
        assert far_apart(shown(d.canvas), anew(d.canvas), 8) == 0, number


def test_a_drag_leaves_nothing_behind_at_any_step(drive) -> None:
    d = drive(fan_page())
    d.canvas.selection.choose_ids(["s1", "z1", "a1"])
    at = d.body("s1")
    d.press(at)
    for step in range(1, 6):
        d.move((at[0] + 23 * step, at[1] + 17 * step))
        assert far_apart(shown(d.canvas), anew(d.canvas), 8) == 0, step
    d.release((at[0] + 115, at[1] + 85))
    assert far_apart(shown(d.canvas), anew(d.canvas), 8) == 0


def test_a_way_that_many_wires_share_is_painted_once() -> None:
    look = WireLook(QPen(), 1.0, 0.0)

    def wire(*line: tuple[float, float]) -> SimpleNamespace:
        return SimpleNamespace(drawn=(line,), look=look, is_patterned=False)

    wires = [
        wire((-400.0 - n, 50.0), (20.0, 50.0), (20.0, 900.0 + n), (500.0, 900.0 + n)) for n in range(300)
    ]
    wires.append(wire((10.0, 10.0), (90.0, 10.0)))
    wires.append(
        wire((-40.0, -50.0), (200.0, -50.0), (200.0, 300.0))
    )  # the rectangle around it reaches in, it does not
    runs = list(runs_of(wires, QRectF(0, 0, 100, 100))[look])
    assert runs == [((0.0, 50.0), (20.0, 50.0), (20.0, 100.0)), ((10.0, 10.0), (90.0, 10.0))]
    assert path_along(runs, 0.0).elementCount() == 5


def test_from_afar_each_wire_paints_itself_as_new_ones_do(drive, qtbot) -> None:
    d = drive(fan_page())
    wires = d.canvas.items.wires
    anew(d.canvas)
    assert all(wire.is_stroked for wire in wires.values())
    d.canvas.viewer.set_zoom_at(PINS_FROM * 0.9, QPointF(0, 0))
    shown(d.canvas)
    qtbot.waitUntil(is_idle)
    assert not any(wire.is_stroked for wire in wires.values())
    d.document.apply(RemoveItems("page 1", blocks=("z2",)))
    d.document.undo()
    assert not any(wire.is_stroked for wire in wires.values())
