"""Actions of the menus that change how the page looks: typed texts, shapes, hidden wires."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest

from app.document.editing.document import Document
from app.document.editing.edits import AddNote
from app.document.model.diagram import Block, Note, Page, PinRef, Project, Wire


@pytest.fixture
def shown(window: Any, qtbot: Any) -> Any:
    blocks = {
        "a": Block(id="a", symbol="Const", pins={"val": "[1, 2]"}),
        "b": Block(id="b", symbol="Abs", at=(300, 0)),
    }
    wire = Wire(source=PinRef("a", "output"), target=PinRef("b", "x"))
    window.context.set_document(Document(Project(pages=[Page(name="one", blocks=blocks, wires=[wire])])))
    qtbot.waitUntil(lambda: window.action_set["edit.select_all"].isEnabled())
    return window


def _picture(window: Any) -> QImage:
    return window.tabs.current_canvas().viewer.grab().toImage()


def test_typed_texts_are_shown_on_every_page_and_remembered(application: Any, shown: Any) -> None:
    assert shown.action_set["view.texts"].isChecked()
    shown.action_set["view.zoom_reset"].trigger()  # a small window shows the whole page without its texts
    typed = _picture(shown)
    shown.action_set["view.texts"].trigger()
    assert _picture(shown) != typed
    assert (
        not application.new_window().action_set["view.texts"].isChecked()
    )  # nor does the next window show them
    shown.action_set["view.texts"].trigger()
    assert _picture(shown) == typed


def test_a_shape_is_added_and_taken_back(shown: Any, qtbot: Any) -> None:
    shown.action_set["edit.add_shape"].trigger()
    (note,) = shown.context.page.notes.values()
    assert note.kind == "shape"
    qtbot.waitUntil(shown.action_set["edit.undo"].isEnabled)
    shown.action_set["edit.undo"].trigger()
    assert not shown.context.page.notes


def test_a_selected_wire_is_hidden_and_shown_by_its_key(shown: Any, qtbot: Any) -> None:
    canvas = shown.tabs.current_canvas()
    assert not shown.action_set["edit.hide_wires"].isEnabled()
    (item,) = canvas.items.wires.values()
    (x0, y0), (x1, y1) = item.points[0], item.points[1]
    place = canvas.viewer.viewportTransform().map((x0 + x1) / 2, (y0 + y1) / 2)
    qtbot.mouseClick(canvas.viewer.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(*map(round, place)))
    qtbot.waitUntil(shown.action_set["edit.hide_wires"].isEnabled)
    qtbot.keyClick(canvas.viewer, Qt.Key.Key_H, Qt.KeyboardModifier.ControlModifier)
    assert shown.context.page.wires[0].hidden
    qtbot.keyClick(canvas.viewer, Qt.Key.Key_H, Qt.KeyboardModifier.ControlModifier)
    assert not shown.context.page.wires[0].hidden
    assert len(shown.document.history.names()) == 2


def test_a_note_that_is_being_typed_is_saved_too(shown: Any, tmp_path: Any) -> None:
    shown.document.save(tmp_path / "notes.tblocks")
    shown.action_set["edit.add_note"].trigger()
    QTest.keyClicks(shown.tabs.current_canvas().viewer, "remember")
    shown.action_set["file.save"].trigger()
    assert [n.text for n in Document.open(tmp_path / "notes.tblocks").project.pages[0].notes.values()] == [
        "remember"
    ]


def test_the_older_keys_cut_copy_and_paste_too(shown: Any, qtbot: Any) -> None:
    canvas, actions = shown.tabs.current_canvas(), shown.action_set
    control, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
    canvas.selection.choose_ids(["a"])
    qtbot.waitUntil(actions["edit.copy"].isEnabled)
    qtbot.keyClick(canvas.viewer, Qt.Key.Key_Insert, control)
    qtbot.keyClick(canvas.viewer, Qt.Key.Key_Insert, shift)
    assert len(shown.context.page.blocks) == 3
    canvas.selection.choose_ids(["a"])
    qtbot.waitUntil(actions["edit.cut"].isEnabled)
    qtbot.keyClick(canvas.viewer, Qt.Key.Key_Delete, shift)
    assert "a" not in shown.context.page.blocks
    qtbot.keyClick(canvas.viewer, Qt.Key.Key_Insert, shift)
    assert "a" in shown.context.page.blocks


def test_a_block_is_replaced_by_its_key(shown: Any, qtbot: Any) -> None:
    canvas = shown.tabs.current_canvas()
    qtbot.mouseClick(canvas.viewer.viewport(), Qt.MouseButton.LeftButton, pos=_title_of(canvas, "b"))
    qtbot.waitUntil(shown.action_set["edit.replace"].isEnabled)
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(canvas.viewer, Qt.Key.Key_R, both)
    QTest.keyClicks(canvas.popup.field, "sqrt")
    QTest.keyClick(canvas.popup.field, Qt.Key.Key_Return)
    assert shown.context.page.blocks["b"].symbol == "Sqrt"
    assert [str(w.target) for w in shown.context.page.wires] == ["b.x"]


def _title_of(canvas: Any, block: str) -> QPoint:
    rect = canvas.items.blocks[block].rect()
    place = canvas.viewer.viewportTransform().map(rect.center().x(), rect.top() + 10)
    return QPoint(*map(round, place))


def test_what_a_page_shows_is_its_own_and_undone(shown: Any, qtbot: Any) -> None:
    actions, page = shown.action_set, shown.context.page
    blocks = shown.tabs.current_canvas().items.blocks
    before = blocks["a"].shape_plan
    actions["view.compact"].trigger()
    assert page.view.compact
    assert len(blocks["a"].shape_plan.pins) < len(before.pins)
    qtbot.waitUntil(actions["edit.undo"].isEnabled)
    actions["edit.undo"].trigger()
    qtbot.waitUntil(lambda: not actions["view.compact"].isChecked())
    assert not page.view.compact
    assert blocks["a"].shape_plan == before


def test_selected_blocks_are_collapsed_by_a_key_and_expanded_by_it(shown: Any, qtbot: Any) -> None:
    canvas = shown.tabs.current_canvas()
    canvas.selection.choose_ids(["a", "b"])
    qtbot.waitUntil(shown.action_set["view.collapse"].isEnabled)
    blocks = shown.context.page.blocks.values()
    keys = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(canvas.viewer, Qt.Key.Key_B, keys)
    assert all(block.view.collapsed for block in blocks)
    qtbot.keyClick(canvas.viewer, Qt.Key.Key_B, keys)
    assert not any(block.view.collapsed for block in blocks)
    assert len(shown.document.history.names()) == 2


def test_a_block_shows_its_rows_and_result_otherwise_than_its_page(shown: Any, qtbot: Any) -> None:
    canvas, actions = shown.tabs.current_canvas(), shown.action_set
    block = shown.context.page.blocks["a"]
    canvas.selection.choose_ids(["a"])
    qtbot.waitUntil(actions["view.rows"].isEnabled)
    actions["view.rows"].trigger()
    actions["view.result"].trigger()
    assert (block.view.rows, block.view.result) == ("used", True)
    actions["view.compact"].trigger()
    actions["view.results"].trigger()
    canvas.selection.choose_ids(["a"])
    actions["view.rows"].trigger()
    actions["view.result"].trigger()
    assert (block.view.rows, block.view.result) == ("all", False)


def test_selected_blocks_get_a_colour_in_one_step(shown: Any) -> None:
    shown.tabs.current_canvas().selection.choose_ids(["a", "b"])
    shown.controllers.notes.set_colour("#58a55c")
    assert {block.view.color for block in shown.context.page.blocks.values()} == {"#58a55c"}
    shown.document.undo()
    assert {block.view.color for block in shown.context.page.blocks.values()} == {None}


def test_blocks_grow_for_their_texts_but_not_into_their_neighbours(window: Any, qtbot: Any) -> None:
    text = {"val": "{1.0f, 2.0f, 3.0f, 4.0f}"}
    blocks = {
        "free": Block(id="free", symbol="Const", at=(0, 0), pins=text),
        "tight": Block(id="tight", symbol="Const", at=(0, 200), pins=text),
        "next": Block(id="next", symbol="Neg", at=(140, 200)),
    }
    window.context.set_document(Document(Project(pages=[Page(name="one", blocks=blocks)])))
    qtbot.waitUntil(window.action_set["view.wide"].isEnabled)
    items = window.tabs.current_canvas().items.blocks
    usual = items["tight"].shape_plan.width
    window.action_set["view.wide"].trigger()
    assert items["free"].shape_plan.width > usual
    assert items["tight"].shape_plan.width == usual
    window.document.undo()
    assert items["free"].shape_plan.width == usual
    assert window.document.history.position == 0


def test_a_selected_frame_is_collapsed_and_going_to_a_block_in_it_opens_it(shown: Any, qtbot: Any) -> None:
    frame = Note(id="f", kind="frame", at=(-40, -60), size=(300, 300), text="first")
    shown.document.apply(AddNote("one", frame))
    canvas = shown.tabs.current_canvas()
    canvas.selection.choose_ids(["f"])
    qtbot.waitUntil(shown.action_set["view.collapse"].isEnabled)
    shown.action_set["view.collapse"].trigger()
    assert not canvas.items.blocks["a"].isVisible()
    shown.context.go_to("a", "val")
    assert canvas.items.blocks["a"].isVisible()
    shown.action_set["edit.undo"].trigger()
    assert not canvas.items.blocks["a"].isVisible()
