"""Types on the canvas: colours by dtype, what fades while a wire is pulled, tips and texts in rows."""

from __future__ import annotations

import itertools
import math

import msgspec
import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip

from app.document.model.diagram import PinRef
from app.editor.canvas.interactions import tool_tips
from app.editor.canvas.items.families import FAMILIES
from app.editor.canvas.items.style import style_for
from app.editor.canvas.page_state.hit_test import hit_at
from app.editor.widgets.theme import DARK, LIGHT
from app.engine.values.results import ListValue, TensorValue
from blocks.tensor_spec import TensorSpec
from tests.support.canvas_driver import page_of
from tests.support.typed_wires import BLOCKS, FLOATS, TYPES, WIRES, words_on_wires


def colour_of(d, target: str) -> str:
    wire = next(w for (_, into), w in d.canvas.items.wires.items() if str(into) == target)
    return wire.pen().color().name()


# --- colours


def test_wires_take_the_colours_of_their_dtypes_and_the_legend_names_them(drive) -> None:
    d = drive(page_of(BLOCKS, [*WIRES, ("b.output", "crop.box_ind")]))
    d.canvas.feedback.set_types(TYPES)
    assert colour_of(d, "sum.x") == DARK.wire
    d.canvas.feedback.set_colour_by_dtype(True)
    assert (colour_of(d, "sum.x"), colour_of(d, "crop.box_ind")) == (DARK.type_float, DARK.type_int)
    assert d.canvas.legend.isVisible()
    assert d.canvas.legend.families == {"float": "float32", "int": "int32"}
    d.canvas.feedback.set_types({**TYPES, "b.output": TensorSpec("string", ())})
    assert d.canvas.legend.families == {"float": "float32", "string": "string"}
    d.canvas.set_theme(LIGHT)
    assert colour_of(d, "sum.x") == LIGHT.type_float
    d.canvas.feedback.set_colour_by_dtype(False)
    assert colour_of(d, "sum.x") == LIGHT.wire
    assert not d.canvas.legend.isVisible()


def test_a_new_wire_has_the_colour_of_what_it_carries(drive) -> None:
    d = drive(page_of(BLOCKS))
    d.canvas.feedback.set_types(TYPES)
    d.canvas.feedback.set_colour_by_dtype(True)
    d.drag(d.output("b"), d.input("crop", "box_ind"))
    assert colour_of(d, "crop.box_ind") == DARK.type_int


def test_a_wire_keeps_its_own_colour_while_colours_by_dtype_are_off(drive) -> None:
    page = page_of(BLOCKS, WIRES)
    own = {"style": {"color": "#12ab9c", "width": 5}}
    page.wires[0] = msgspec.structs.replace(page.wires[0], extra=own)
    page.wires[1] = msgspec.structs.replace(
        page.wires[1], extra={"style": {"color": "nonsense", "width": "wide"}}
    )
    d = drive(page)
    d.canvas.feedback.set_types(TYPES)
    wire = d.canvas.items.wires[PinRef("a", "output"), PinRef("sum", "x")]
    assert (colour_of(d, "sum.x"), wire.pen().widthF()) == ("#12ab9c", 5.0)
    assert colour_of(d, "session.fetch_outputs") == DARK.wire
    d.canvas.feedback.set_colour_by_dtype(True)
    assert colour_of(d, "sum.x") == DARK.type_float
    d.canvas.feedback.set_colour_by_dtype(False)
    assert colour_of(d, "sum.x") == "#12ab9c"


# Machado, Oliveira and Fernandes (2009), severity 1.0, on linear RGB.
VISION = {
    "usual": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}


def linear(colour: str) -> list[float]:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]


def lab(rgb: list[float]) -> tuple[float, float, float]:
    """CIE L*a*b* of linear sRGB (D65)."""
    r, g, b = rgb
    xyz = (
        (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047,
        0.2126 * r + 0.7152 * g + 0.0722 * b,
        (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883,
    )
    x, y, z = (t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116 for t in xyz)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def seen(colour: str, vision: str) -> tuple[float, float, float]:
    rgb = linear(colour)
    return lab(
        [min(1.0, max(0.0, sum(m * c for m, c in zip(row, rgb, strict=True)))) for row in VISION[vision]]
    )


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
@pytest.mark.parametrize("vision", VISION)
def test_every_kind_of_colour_vision_distinguishes_the_dtypes(qapp, theme, vision) -> None:
    pens = style_for(theme).type_pens
    assert set(pens) == set(FAMILIES)
    looks = {f: (seen(pen.color().name(), vision), tuple(pen.dashPattern())) for f, pen in pens.items()}
    for (a, (first, dashes)), (b, (second, others)) in itertools.combinations(looks.items(), 2):
        assert dashes != others or math.dist(first, second) > 25, (a, b)


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
def test_the_colours_stand_out_from_the_ground(qapp, theme) -> None:
    def luminance(colour: str) -> float:
        return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear(colour), strict=True))

    ground = luminance(theme.canvas)
    for pen in style_for(theme).type_pens.values():
        high, low = sorted((ground, luminance(pen.color().name())), reverse=True)
        assert (high + 0.05) / (low + 0.05) >= 3  # WCAG 2.1, graphical objects


# --- pulling


def faded(d) -> set[tuple[float, float]]:
    pins = d.canvas.fading.pins
    return {(pins.at(i).x(), pins.at(i).y()) for i in range(pins.size())}


def test_pins_of_another_dtype_fade_while_pulling_and_the_reason_stands_at_the_cursor(drive) -> None:
    d = drive(page_of(BLOCKS))
    d.canvas.feedback.set_types(TYPES)
    target = d.input("crop", "box_ind")
    d.drag(d.output("a"), target, release=False)
    assert d.canvas.fading.isVisible()
    assert target in faded(d)
    assert d.input("crop", "boxes") not in faded(d)
    assert d.input("sum", "x") not in faded(d)
    assert d.canvas.bubble.isVisible()
    assert d.canvas.bubble.text().startswith("crop.box_ind takes int32, this is float32")
    assert "Cast" in d.canvas.bubble.text()
    assert d.canvas.overlay.marks.live_state == "doubted"
    assert [(p.x(), p.y()) for p in d.canvas.fading.after_cast] == [target, d.input("crop", "crop_size")]
    assert any(rect.contains(*d.output("b")) for rect in d.canvas.fading.blocks)
    d.release((300, 600))
    assert not d.canvas.fading.isVisible()


def test_the_dtype_of_the_other_input_binds_and_is_named(drive) -> None:
    d = drive(page_of(BLOCKS, [("a.output", "sum.x")]))
    d.canvas.feedback.set_types(TYPES)
    d.drag(d.output("b"), d.input("sum", "y"), release=False)
    assert d.canvas.bubble.text().startswith("sum.y takes float32 as x, this is int32")
    assert d.input("sum", "y") in faded(d)
    d.key(Qt.Key.Key_Escape)


def test_rank_and_sizes_fade_pins_too(drive) -> None:
    d = drive(page_of(BLOCKS))
    accepted = {
        "crop.image": TensorSpec("", (None, None, None, None)),
        "crop.boxes": TensorSpec("float32", (None, 4)),
    }
    d.canvas.feedback.set_types(TYPES, accepted)
    d.drag(d.output("a"), d.input("crop", "image"), release=False)
    assert d.canvas.bubble.text() == "crop.image wants rank 4, this is [3, 3]"
    d.move(d.input("crop", "boxes"))
    assert d.canvas.bubble.text() == "crop.boxes wants [?, 4], this is [3, 3]"
    assert {d.input("crop", "image"), d.input("crop", "boxes")} <= faded(d)
    d.release((300, 600))


def test_pulling_backwards_fades_outputs_of_other_dtypes(drive) -> None:
    d = drive(page_of(BLOCKS))
    d.canvas.feedback.set_types(TYPES)
    d.drag(d.input("crop", "box_ind"), d.output("a"), release=False)
    assert d.canvas.bubble.text().startswith("crop.box_ind takes int32, this is float32")
    assert d.output("a") in faded(d)
    assert d.output("b") not in faded(d)
    d.release((300, 600))


def test_a_doubted_wire_can_be_made_and_the_status_says_why_it_is_one(drive) -> None:
    d = drive(page_of(BLOCKS))
    d.canvas.feedback.set_types(TYPES)
    d.drag(d.output("a"), d.input("crop", "box_ind"))
    assert d.wires() == [("a.output", "crop.box_ind")]
    assert "Wired, but crop.box_ind takes int32, this is float32" in d.texts


def test_letting_go_on_a_body_takes_the_first_pin_that_fits_by_dtype(drive) -> None:
    d = drive(page_of(BLOCKS))
    d.canvas.feedback.set_types(TYPES)
    d.drag(d.output("b"), d.body("crop"))
    assert d.wires() == [("b.output", "crop.image")]  # its T takes integers
    d.document.undo()
    d.canvas.feedback.set_types({**TYPES, "b.output": TensorSpec("bool", ())})
    d.drag(d.output("b"), d.body("crop"))
    assert d.wires() == [("b.output", "crop.image")]  # nothing fits: the first that may be wired


def test_the_search_after_a_pull_offers_only_what_takes_the_dtype(drive) -> None:
    d = drive(page_of(BLOCKS))
    d.canvas.feedback.set_types({**TYPES, "a.output": TensorSpec("string", ())})
    d.drag(d.output("a"), (250, 560))
    popup = d.canvas.popup
    assert popup.title.text() == "What takes a.output, string []"
    QTest.keyClicks(popup.field, "sigmoid")
    assert "Sigmoid" not in popup.model.names
    popup.field.clear()
    QTest.keyClicks(popup.field, "readfile")
    assert popup.model.names[0] == "ReadFile"
    popup.hide()


def test_the_search_before_an_input_offers_only_what_can_give_its_dtype(drive) -> None:
    d = drive(page_of(BLOCKS))
    d.canvas.feedback.set_types(TYPES)
    d.drag(d.input("crop", "box_ind"), (250, 560))
    popup = d.canvas.popup
    QTest.keyClicks(popup.field, "readfile")
    assert "ReadFile" not in popup.model.names  # it gives a string
    popup.hide()


def test_wiring_by_keyboard_offers_what_fits_first_and_says_what_does_not(drive) -> None:
    d = drive(page_of(BLOCKS, [("a.output", "sum.x")]))
    d.canvas.feedback.set_types(TYPES)
    d.canvas.selection.choose_ids(["b"])
    d.key(Qt.Key.Key_W)
    assert d.texts[-1].startswith("b.output → crop.")  # sum.y is nearer, but x binds it to float32
    assert d.canvas.overlay.marks.live_state == "accepted"
    d.key(Qt.Key.Key_Backtab)
    assert d.canvas.overlay.marks.live_state == "doubted"
    assert "this is int32" in d.texts[-1]
    d.key(Qt.Key.Key_Escape)


# --- hovering


def test_the_tip_of_an_input_says_what_it_accepts_and_what_it_gets(drive) -> None:
    d = drive(page_of(BLOCKS, [("a.output", "crop.boxes")]))
    d.canvas.feedback.set_types(TYPES, {"crop.boxes": TensorSpec("float32", (None, 4))})
    at = QPointF(*d.input("crop", "boxes"))
    text = tool_tips.text_for(d.canvas, hit_at(d.canvas.viewer.scene(), at, 1.0))
    assert "wants float32 [?, 4]" in text
    assert "a.output: float32 [3, 3]" in text


def test_a_tip_that_is_shown_follows_a_run_that_ends_while_the_mouse_is_at_rest(drive) -> None:
    d = drive(page_of(BLOCKS, WIRES))
    d.canvas.feedback.set_results({"a.output": TensorValue("float32", np.float32([1]))})
    d.canvas.block_marks.set_stale({"a"})
    viewport = d.canvas.viewer.viewport()
    at = d.canvas.viewer.viewportTransform().map(QPointF(*d.output("a"))).toPoint()
    QApplication.sendEvent(viewport, QHelpEvent(QEvent.Type.ToolTip, at, viewport.mapToGlobal(at)))
    assert "before the last change" in QToolTip.text()
    d.canvas.feedback.set_results({"a.output": TensorValue("float32", np.float32([7]))})
    d.canvas.block_marks.set_stale(set())
    d.canvas.events.renew_tip()
    assert "before the last change" not in QToolTip.text()
    assert "7.0" in QToolTip.text()
    QToolTip.hideText()


def test_the_tip_of_a_wire_says_type_shape_and_value_of_what_it_carries(drive) -> None:
    blocks = {"s": ("Split", (40.0, 60.0)), "n": ("Neg", (400.0, 60.0))}
    d = drive(page_of(blocks, [("s.output[1]", "n.x")]))
    d.canvas.feedback.set_types({"s.output[1]": TensorSpec("float32", (2,))})
    items = tuple(TensorValue("float32", np.float32([n, n + 1])) for n in (10, 20))
    d.canvas.feedback.set_results({"s.output": ListValue(items)})
    (wire,) = d.canvas.items.wires.values()
    (ax, ay), (bx, by) = wire.points[:2]
    at = QPointF((ax + bx) / 2, (ay + by) / 2)
    text = tool_tips.text_for(d.canvas, hit_at(d.canvas.viewer.scene(), at, 1.0))
    assert "s.output[1]: float32 [2]" in text
    assert "20.0, 21.0" in text
    assert "10.0" not in text


def test_wires_of_lists_and_of_operations(drive) -> None:
    blocks = {"s": ("Split", (40.0, 60.0)), "n": ("AddN", (400.0, 60.0))}
    d = drive(page_of(blocks, [("s.output", "n.inputs")]))
    d.canvas.feedback.set_types({"s.output[0]": FLOATS, "s.output[1]": FLOATS})
    d.canvas.feedback.set_types_on_wires(True)
    assert words_on_wires(d) == {"n.inputs": "list of float32"}
    d.canvas.feedback.set_colour_by_dtype(True)
    assert d.canvas.legend.families == {"float": "float32"}


def test_a_wire_of_a_list_of_several_dtypes_claims_none_of_them(drive) -> None:
    blocks = {"w": ("While", (40.0, 60.0)), "s": ("ClientSession", (400.0, 60.0))}
    d = drive(page_of(blocks, [("w.output", "s.fetch_outputs")]))
    d.canvas.feedback.set_types({"w.output[0]": TensorSpec("int32", ()), "w.output[1]": FLOATS})
    d.canvas.feedback.set_types_on_wires(True)
    assert words_on_wires(d) == {"s.fetch_outputs": "list"}
    d.canvas.feedback.set_colour_by_dtype(True)
    assert d.canvas.legend.families == {}


# --- texts of pins, on the canvas


def test_a_double_click_on_an_unwired_input_edits_its_text_and_checks_it_live(drive) -> None:
    d = drive(page_of(BLOCKS, [("a.output", "crop.image")]))
    d.canvas.feedback.set_types(TYPES, {"crop.boxes": TensorSpec("float32", (None, 4))})
    d.double_click(d.input("crop", "boxes"))
    editor = d.canvas.pin_editor
    assert editor.isVisible()
    assert editor.note.text() == "wants float32 [?, 4]"
    QTest.keyClicks(editor.field, "{1,2,3}")
    assert editor.note.text() == "wants float32 [?, 4]; this is float32 [3]"
    assert DARK.error in editor.note.styleSheet()
    editor.field.clear()
    QTest.keyClicks(editor.field, "{{0,0,1,1}}")
    assert editor.note.text() == "float32 [1, 4], wants float32 [?, 4]"
    assert DARK.error not in editor.note.styleSheet()
    QTest.keyClick(editor.field, Qt.Key.Key_Return)
    assert not editor.isVisible()
    assert d.page.blocks["crop"].pins["boxes"] == "{{0,0,1,1}}"
    d.document.undo()  # the whole visit is one step
    assert "boxes" not in d.page.blocks["crop"].pins
    assert d.wires() == [("a.output", "crop.image")]


def test_escape_gives_back_the_text_of_before(drive) -> None:
    d = drive(page_of(BLOCKS))
    d.double_click(d.input("a", "val"))
    QTest.keyClicks(d.canvas.pin_editor.field, "5")
    assert d.page.blocks["a"].pins["val"] == "5"
    QTest.keyClick(d.canvas.pin_editor.field, Qt.Key.Key_Escape)
    assert "val" not in d.page.blocks["a"].pins
    assert not d.canvas.pin_editor.isVisible()


def test_a_wired_input_and_the_scope_have_no_text_to_edit(drive) -> None:
    d = drive(page_of(BLOCKS, [("a.output", "sum.x")]))
    for pin in ("x", "scope"):
        d.double_click(d.input("sum", pin))
        assert not d.canvas.pin_editor.isVisible()
