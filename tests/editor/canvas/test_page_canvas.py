"""What the canvas shows: marks for problems and runs, unknown symbols, tool tips, monitors, menus."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.document.editing.edits import AddWire, RenameBlock, RenamePage, SetLabel, SetPin, SwitchBlocks
from app.document.model.diagram import Block, Monitor, Note, PinRef, Wire
from app.document.model.problems import error, warning
from app.document.model.sentence import quote
from app.editor.canvas.interactions import tool_tips
from app.editor.canvas.page_state.hit_test import hit_at
from app.editor.tensor_views.monitor_content import MonitorContent
from app.editor.widgets.theme import CLASSIC, DARK, LIGHT
from tests.support.canvas_driver import page_of

ROW = {"a": ("Const", (40.0, 60.0)), "b": ("Negate", (240.0, 60.0)), "c": ("Negate", (440.0, 200.0))}
CHAIN = [("a.output", "b.x"), ("b.y", "c.x")]


def picture(d) -> QImage:
    QApplication.processEvents()
    return d.canvas.grab().toImage()


def colour_at(d, at: tuple[float, float]) -> QColor:
    place = d.canvas.viewer.viewportTransform().map(QPointF(*at))
    return picture(d).pixelColor(int(place.x()), int(place.y()))


def tip(d, at: tuple[float, float]) -> str:
    return tool_tips.text_for(d.canvas, hit_at(d.canvas.viewer.scene(), QPointF(*at), d.canvas.viewer.zoom()))


def test_outlines_are_sharp_at_one_to_one(drive) -> None:
    d = drive(page_of(ROW))
    item = d.canvas.items.blocks["a"]
    middle = item.y_page + 40
    edge = [colour_at(d, (item.x_page + dx + 0.5, middle)).name() for dx in (-1, 0, 1)]
    assert edge[1] == DARK.block_outline
    assert DARK.block_outline not in (edge[0], edge[2])
    d.canvas.set_theme(CLASSIC)
    colours = [colour_at(d, (item.x_page + dx + 0.5, middle)).name() for dx in (-2, -1, 0, 1, 2)]
    assert colours[1:4] == [CLASSIC.block_outline] * 3
    assert CLASSIC.block_outline not in (colours[0], colours[4])


def test_typed_texts_are_as_before_once_the_classic_look_is_left_again(drive) -> None:
    d = drive(page_of({"a": ("DecodePng", (200.0, 60.0))}))
    d.document.apply(SetPin("page 1", "a", "attrs", "channels_ = 3;"))
    before = d.canvas.viewer.grab().toImage()
    d.canvas.set_theme(CLASSIC)
    d.canvas.set_theme(DARK)
    assert d.canvas.viewer.grab().toImage() == before


def test_a_typed_text_of_the_classic_look_ends_before_the_block_to_its_left(drive) -> None:
    d = drive(
        page_of({"a": ("Const", (60.0, 60.0)), "s": ("Add", (200.0, 60.0)), "t": ("Add", (500.0, 60.0))})
    )
    d.canvas.set_theme(CLASSIC)
    for block in ("s", "t"):
        d.document.apply(SetPin("page 1", block, "y", "{{1.0f,2.0f,3.0f,4.0f}}"))
    a, s, t = (d.canvas.items.blocks[block] for block in "ast")
    (near,), (free,) = list(s.outer_texts()), list(t.outer_texts())
    assert near.translated(s.x_page, s.y_page).left() >= a.box().right
    assert near.width() < free.width()
    assert near.right() == free.right()


def test_pins_and_ground_have_the_colours_of_the_original_in_the_classic_look(drive) -> None:
    d = drive(page_of(ROW))
    d.canvas.set_theme(CLASSIC)
    d.canvas.set_grid(False)
    assert colour_at(d, d.input("b", "x")).name() == "#ffff31"
    assert colour_at(d, d.input("b", "scope")).name() == "#000000"
    assert colour_at(d, d.input("a", "val")).name() == "#808080"
    assert colour_at(d, d.output("b", "y")).name() == "#8acf57"
    assert colour_at(d, d.result("b", "result_y")).name() == "#bebebe"
    assert colour_at(d, (900.0, 600.0)).name() == "#2a2a2a"


def test_pins_are_rings_until_a_wire_fills_them_in_its_colour(drive) -> None:
    d = drive(page_of(ROW, [("a.output", "b.x")]))
    assert colour_at(d, d.input("c", "x")).name() == DARK.block_fill
    assert colour_at(d, d.input("b", "x")).name() == DARK.wire
    assert colour_at(d, d.output("a", "output")).name() == DARK.wire


def test_the_light_theme_changes_every_part(drive) -> None:
    d = drive(page_of(ROW, CHAIN))
    d.canvas.set_grid(False)
    d.canvas.set_theme(LIGHT)
    assert colour_at(d, (900.0, 600.0)).name() == LIGHT.canvas
    assert colour_at(d, d.input("c", "scope")).name() == LIGHT.pin_scope
    item = d.canvas.items.blocks["a"]
    assert colour_at(d, (item.x_page + 0.5, item.y_page + 40)).name() == LIGHT.block_outline


@pytest.mark.parametrize("zoom", [0.05, 0.15, 0.3, 0.5, 1.0, 2.0, 6.0])
def test_every_zoom_paints_the_blocks(drive, zoom: float) -> None:
    d = drive(page_of(ROW, CHAIN))
    d.canvas.viewer.centre_at(QPointF(290, 95), zoom)
    image = picture(d)
    shown = {image.pixelColor(x, 350).name() for x in range(1000)}
    assert len(shown) > 2


def test_problems_glow_at_the_very_pin_and_warnings_in_amber(drive) -> None:
    d = drive(page_of(ROW, CHAIN))
    x, y = d.input("b", "x")
    ring = (x, y - 8)
    before = colour_at(d, ring)
    d.canvas.block_marks.set_problems(
        [
            error("unwired-input", quote("x is missing"), "b", "x"),
            warning("unused-block", quote("idle"), "c"),
        ]
    )
    assert colour_at(d, ring) != before
    assert d.canvas.items.blocks["b"].pin_problems == {1: "error"}
    assert d.canvas.items.blocks["c"].problem == "warning"
    assert "x is missing" in tip(d, (x, y))
    assert "idle" in tip(d, d.body("c"))
    d.canvas.block_marks.set_problems([])
    assert colour_at(d, ring) == before
    assert "x is missing" not in tip(d, (x, y))


def test_problems_and_states_stay_on_a_block_that_comes_back(drive) -> None:
    d = drive(page_of(ROW))
    d.canvas.block_marks.set_problems([error("unwired-input", quote("missing"), "b", "x")])
    d.canvas.block_marks.set_status({"b": "failed"})
    d.canvas.selection.choose_ids(["b"])
    d.canvas.selection_actions.delete()
    d.document.undo()
    assert d.canvas.items.blocks["b"].pin_problems == {1: "error"}
    assert d.canvas.items.blocks["b"].status == "failed"


def test_each_run_state_has_its_own_badge(drive) -> None:
    d = drive(page_of(ROW))
    item = d.canvas.items.blocks["a"]
    seen = set()
    for state in ("", "waiting", "running", "done", "failed"):
        d.canvas.block_marks.set_status({"a": state} if state else {})
        seen.add(colour_at(d, (item.x_page + item.shape_plan.width - 14, item.y_page + 1)).name())
    assert len(seen) == 5


def test_tool_tips_show_type_value_and_source(drive) -> None:
    d = drive(page_of(ROW, CHAIN))
    d.canvas.feedback.set_types({"a.output": "float32 [1, 35]"})
    d.canvas.feedback.set_results({"a.output": "float32 [1, 35]\n255.0, 254.0, …"})
    assert tip(d, d.output("a")).count("float32 [1, 35]") == 1
    assert "255.0, 254.0" in tip(d, d.output("a"))
    assert "255.0, 254.0" in tip(d, d.result("a", "result_output"))
    assert "a.output" in tip(d, d.input("b", "x"))
    d.document.apply(SetPin("page 1", "a", "val", "{1,2}"))
    assert "{1,2}" in tip(d, d.input("a", "val"))
    assert "<script>" not in tip(d, d.input("a", "val"))
    d.document.apply(SetPin("page 1", "a", "val", "<script>"))
    assert "<script>" not in tip(d, d.input("a", "val"))


def test_an_unknown_symbol_is_drawn_with_the_pins_that_the_page_names(drive) -> None:
    page = page_of(
        dict(ROW, odd=("FutureOp", (240.0, 300.0))), [("a.output", "odd.first"), ("odd.made", "c.x")]
    )
    page.blocks["odd"].pins["typed"] = "5"
    d = drive(page)
    shape = d.canvas.items.blocks["odd"].shape_plan
    assert shape.style == "unknown"
    assert {p.name for p in shape.pins} == {"first", "typed", "made"}
    d.items_agree()
    assert "no symbol FutureOp" in tip(d, d.body("odd"))


def test_an_unknown_pin_of_a_known_symbol_is_drawn_while_a_wire_names_it(drive) -> None:
    d = drive(page_of(ROW))
    d.document.apply(AddWire("page 1", Wire(source=PinRef("a", "output"), target=PinRef("b", "bogus"))))
    d.items_agree()
    assert d.canvas.items.blocks["b"].shape_plan.pin("in", "bogus") is not None
    d.document.undo()
    assert d.canvas.items.blocks["b"].shape_plan.pin("in", "bogus") is None
    d.items_agree()


def test_a_switched_off_block_is_faded_and_its_wires_too(drive) -> None:
    d = drive(page_of(ROW, CHAIN))
    x, y = d.input("b", "x")
    wire = (x - 40, y)
    full = colour_at(d, wire)
    d.document.apply(SwitchBlocks("page 1", ["b"], True))
    assert colour_at(d, wire) != full
    d.document.undo()
    assert colour_at(d, wire) == full


def test_the_canvas_follows_labels_and_names(drive) -> None:
    d = drive(page_of(ROW, CHAIN))
    d.document.apply(SetLabel("page 1", "b", "W1 * X"))
    assert d.canvas.items.blocks["b"].label == "W1 * X"
    d.document.apply(RenameBlock("page 1", "b", "middle"))
    d.items_agree()
    d.document.apply(RenamePage("page 1", "renamed"))
    assert d.canvas.page_name == "renamed"
    d.document.undo()
    d.document.undo()
    d.items_agree()


def test_a_hidden_wire_is_drawn_as_two_stubs(drive) -> None:
    page = page_of(ROW, [])
    page.wires.append(Wire(source=PinRef("a", "output"), target=PinRef("c", "x"), hidden=True))
    d = drive(page)
    item = next(iter(d.canvas.items.wires.values()))
    assert len(item.path().toSubpathPolygons()) == 2
    middle = item.points[len(item.points) // 2]
    assert colour_at(d, (middle[0], middle[1] + 20)).name() != DARK.wire


def test_a_wire_passes_its_stored_corners(drive) -> None:
    page = page_of(ROW, [])
    corners = ((300.0, 250.0), (380.0, 250.0))
    page.wires.append(Wire(source=PinRef("a", "output"), target=PinRef("c", "x"), route=corners))
    d = drive(page)
    item = next(iter(d.canvas.items.wires.values()))
    assert set(corners) <= set(item.points)
    for (ax, ay), (bx, by) in zip(item.points, item.points[1:], strict=False):
        assert ax == bx or ay == by


def test_double_clicks_say_what_was_meant(drive) -> None:
    d = drive(page_of(ROW))
    sent: list[tuple[str, ...]] = []
    d.canvas.block_activated.connect(lambda b: sent.append((b,)))
    d.canvas.pin_activated.connect(lambda b, p: sent.append((b, p)))
    d.double_click(d.body("a"))  # a Const: what is meant is its value
    assert d.canvas.pin_editor.isVisible()
    QTest.keyClicks(d.canvas.pin_editor.field, "{7,8}")
    QTest.keyClick(d.canvas.pin_editor.field, Qt.Key.Key_Return)
    assert d.page.blocks["a"].pins["val"] == "{7,8}"
    d.double_click(d.output("b", "y"))
    d.double_click(d.result("b", "result_y"))
    assert sent == [("b", "y"), ("b", "result_y")]
    d.double_click((700, 500))
    assert d.canvas.popup.isVisible()


def test_a_double_click_on_a_block_without_a_text_to_type_shows_its_result(drive) -> None:
    d = drive(page_of(ROW, CHAIN))
    sent: list[str] = []
    d.canvas.block_activated.connect(sent.append)
    d.double_click(d.body("b"))  # its only input is wired
    assert sent == ["b"]


def test_f2_renames_a_block_on_the_page_and_refuses_what_is_no_id(drive) -> None:
    d = drive(page_of(ROW, CHAIN))
    field = d.canvas.pin_editor.field
    for typed, left_by, named in (
        ("input", Qt.Key.Key_Return, "input"),
        ("b", Qt.Key.Key_Return, "input"),  # taken
        ("two words", Qt.Key.Key_Return, "input"),
        ("other", Qt.Key.Key_Escape, "input"),
    ):
        d.canvas.keyboard.focus("input" if "input" in d.page.blocks else "a")
        d.key(Qt.Key.Key_F2)
        field.selectAll()
        QTest.keyClicks(field, typed)
        QTest.keyClick(field, left_by)
        assert set(d.page.blocks) == {named, "b", "c"}
    assert ("input.output", "b.x") in d.wires()


def test_the_search_places_the_block_where_it_was_opened(drive) -> None:
    d = drive(page_of(ROW))
    d.double_click((700, 500))
    QTest.keyClicks(d.canvas.popup.field, "matmul")
    QTest.keyClick(d.canvas.popup.field, Qt.Key.Key_Return)
    x, y = d.at("matmul")
    assert abs(x + 50 - 700) <= 10
    assert abs(y - 500) < 80
    assert not d.canvas.popup.isVisible()


def test_monitors_take_their_content_from_the_factory_and_are_moved_by_the_title(drive) -> None:
    monitor = Monitor(id="m", kind="table", pins=("b.y",), at=(100.0, 300.0), size=(240.0, 160.0))
    d = drive(page_of(ROW, (), (), [monitor]))
    made: list[str] = []

    class Factory:
        def __call__(self, requested: Monitor) -> MonitorContent:
            made.append(requested.id)
            return MonitorContent()

    d.canvas.set_monitor_factory(Factory())
    assert made == ["m"]
    d.drag((200, 310), (300, 410))
    assert d.page.monitors["m"].at == (200.0, 400.0)
    assert made == ["m"]
    d.drag((300, 500), (400, 500))  # on the content: no band, no move
    assert d.page.monitors["m"].at == (200.0, 400.0)
    d.items_agree()


def test_the_minimap_goes_where_it_is_clicked(drive) -> None:
    d = drive(page_of(dict(ROW, far=("Negate", (9000.0, 7000.0)))))
    d.canvas.minimap.set_shown(True)
    QApplication.processEvents()
    minimap = d.canvas.minimap
    assert minimap.isVisible()
    minimap.grab()
    QTest.mouseClick(
        minimap, Qt.MouseButton.LeftButton, pos=QPoint(minimap.width() - 12, minimap.height() - 22)
    )
    assert d.canvas.viewer.visible_rect().center().x() > 6000


def test_a_context_menu_is_asked_for_with_what_lies_there(drive) -> None:
    d = drive(page_of(ROW, CHAIN, [Note(id="n", at=(600.0, 400.0))]))
    sent: list[tuple[str, str]] = []
    d.canvas.context_menu_requested.connect(lambda _at, kind, item: sent.append((kind, item)))
    from PySide6.QtGui import QContextMenuEvent

    x, y = d.input("b", "x")
    for at in (d.body("a"), (x - 40, y), (650.0, 420.0), (900.0, 600.0)):
        place = d.canvas.viewer.viewportTransform().map(QPointF(*at)).toPoint()
        d.press(at, Qt.MouseButton.RightButton)
        event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, place)
        QApplication.sendEvent(d.canvas.viewer.viewport(), event)
        d.release(at, Qt.MouseButton.RightButton)
    assert [kind for kind, _ in sent] == ["block", "wire", "note", "page"]
    assert sent[0][1] == "a"


def test_a_disposed_canvas_ignores_the_document(drive) -> None:
    d = drive(page_of(ROW))
    d.canvas.dispose()
    d.document.apply(SetLabel("page 1", "a", "late"))
    d.document.undo()
    assert d.canvas.items.blocks == {}


def test_two_canvases_show_one_document(drive) -> None:
    from app.editor.canvas.page_canvas import PageCanvas
    from blocks.catalog import load

    d = drive(page_of(ROW))
    other = PageCanvas(d.document, "page 1", load(), LIGHT)
    d.drag(d.output("a"), d.input("b", "x"))
    assert set(other.items.wires) == set(d.canvas.items.wires)
    assert isinstance(d.page.blocks["a"], Block)
    other.dispose()
    other.deleteLater()


def test_typed_texts_stand_in_the_rows_of_their_pins_cut_to_their_room(drive) -> None:
    page = page_of(ROW)
    page.blocks["a"].pins["val"] = "{{1.0f,2.0f},{3.0f,4.0f}}"
    d = drive(page)
    x, y = d.input("a", "val")
    box = d.canvas.items.blocks["a"].rect()
    chip = (box.right() - 8, y)
    assert colour_at(d, chip).name() == DARK.chip
    outside = picture(d).copy(QRect(int(box.right()) + 8, int(y) - 8, 60, 16))
    d.canvas.set_show_texts(False)
    assert colour_at(d, chip).name() == DARK.block_fill
    assert (
        picture(d).copy(QRect(int(box.right()) + 8, int(y) - 8, 60, 16)) == outside
    )  # nothing leaves the block
    d.canvas.set_show_texts(True)
    d.double_click((x + 40, y))  # the row, not the pin
    assert d.canvas.pin_editor.field.text() == "{{1.0f,2.0f},{3.0f,4.0f}}"
