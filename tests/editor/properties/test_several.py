"""Values that several selected blocks have in common, edited together by mouse and keys."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton

from app.document.editing.document import Document
from app.document.model.diagram import Block, Page, PinRef, Project, Wire
from app.editor.widgets.fields import ChoiceField, TextField, TickField


@pytest.fixture
def shown(window: Any, qtbot: Any) -> Any:
    blocks = [
        Block(id="a", symbol="Add", pins={"x": "1.0", "y": "2.0"}),
        Block(id="m", symbol="Multiply", at=(200, 0), pins={"x": "1.0", "y": "3.0"}),
        Block(id="p", symbol="MatMul", at=(400, 0), pins={"attrs": "transpose_a_ = true;"}),
        Block(id="q", symbol="MatMul", at=(600, 0), pins={"b": "{{1.0}}"}),
        Block(id="c", symbol="Const", at=(0, 300), pins={"val": "5"}),
        Block(id="cast", symbol="Cast", at=(200, 300)),
        Block(id="cast_2", symbol="Cast", at=(400, 300), pins={"DstT": "DT_HALF"}),
    ]
    wire = Wire(source=PinRef("c", "output"), target=PinRef("q", "a"))
    page = Page(name="p", blocks={b.id: b for b in blocks}, wires=[wire])
    window.context.set_document(Document(Project(pages=[page])))
    return window


def _select(window: Any, qtbot: Any, *ids: str) -> Any:
    window.tabs.current_canvas().selection.choose_ids(ids)
    qtbot.waitUntil(lambda: hasattr(window.panels.properties.form, "rows"))
    return window.panels.properties.form


def _type(row: Any, text: str, end: Qt.Key = Qt.Key.Key_Return) -> None:
    row.field.setFocus()
    QTest.keyClicks(row.field, text)
    QTest.keyClick(row.field, end)


def test_inputs_of_one_name_are_shown_and_differing_ones_said(shown: Any, qtbot: Any) -> None:
    form = _select(shown, qtbot, "a", "m")
    assert list(form.rows) == ["x", "y"]
    assert (form.rows["x"].field.text(), form.rows["y"].field.text()) == ("1.0", "")
    assert form.rows["y"].field.placeholderText() == "several values"


def test_what_is_typed_goes_to_all_as_one_step(shown: Any, qtbot: Any) -> None:
    form = _select(shown, qtbot, "a", "m")
    _type(form.rows["y"], "7.5")
    assert [shown.context.block(i).pins["y"] for i in "am"] == ["7.5", "7.5"]
    assert shown.document.history.names() == ["Set y of 2 blocks"]
    shown.document.undo()
    assert [shown.context.block(i).pins["y"] for i in "am"] == ["2.0", "3.0"]
    qtbot.waitUntil(lambda: form.rows["y"].field.text() == "")


def test_a_text_that_was_taken_back_changes_nothing(shown: Any, qtbot: Any) -> None:
    form = _select(shown, qtbot, "a", "m")
    _type(form.rows["y"], "7", Qt.Key.Key_Backspace)
    form.commit()
    assert not shown.document.can_undo


def test_a_text_that_waits_is_taken_before_another_selection(shown: Any, qtbot: Any) -> None:
    form = _select(shown, qtbot, "a", "m")
    form.rows["y"].field.setFocus()
    QTest.keyClicks(form.rows["y"].field, "9")
    shown.tabs.current_canvas().selection.choose_ids(["c"])
    qtbot.waitUntil(lambda: hasattr(shown.panels.properties.form, "block_id"))
    assert [shown.context.block(i).pins["y"] for i in "am"] == ["9", "9"]


def test_wired_inputs_are_no_common_values_and_attrs_are_ticked_together(shown: Any, qtbot: Any) -> None:
    form = _select(shown, qtbot, "p", "q")
    assert "a" not in form.rows
    tick = form.rows["transpose_a"].field
    assert isinstance(tick, TickField)
    assert tick.box.checkState() == Qt.CheckState.PartiallyChecked
    qtbot.mouseClick(tick.box, Qt.MouseButton.LeftButton, pos=QPoint(8, tick.box.height() // 2))
    assert shown.context.block("p").pins["attrs"] == "transpose_a_ = true;"
    assert shown.context.block("q").pins["attrs"] == "transpose_a_ = true;"
    assert tick.box.checkState() == Qt.CheckState.Checked


def test_a_dtype_is_chosen_for_all(shown: Any, qtbot: Any) -> None:
    form = _select(shown, qtbot, "cast", "cast_2")
    field = form.rows["DstT"].field
    assert isinstance(field, ChoiceField)
    assert field.lineEdit().placeholderText() == "several values"
    _type(form.rows["DstT"], "DT_INT32")
    assert [shown.context.block(i).pins["DstT"] for i in ("cast", "cast_2")] == ["DT_INT32"] * 2


def test_a_text_that_does_not_read_is_marked_while_it_is_typed(shown: Any, qtbot: Any) -> None:
    form = _select(shown, qtbot, "a", "m")
    field = form.rows["y"].field
    assert isinstance(field, TextField)
    QTest.keyClicks(field, "{1,{2}")
    assert field.property("wrong")


def test_blocks_with_nothing_in_common_have_actions_only(shown: Any, qtbot: Any) -> None:
    assert _select(shown, qtbot, "a", "c").rows == {}


def test_every_way_to_align_and_distribute_is_offered(shown: Any, qtbot: Any) -> None:
    form = _select(shown, qtbot, "a", "m")
    buttons = {b.accessibleName(): b for b in form.findChildren(QToolButton)}
    ways = ("left", "centres", "right", "top", "middles", "bottom")
    assert {f"Align {way}" for way in ways} <= set(buttons)
    assert {"Distribute horizontally", "Distribute vertically"} <= set(buttons)
    blocks = shown.context.page.blocks
    qtbot.mouseClick(buttons["Align right"], Qt.MouseButton.LeftButton)
    edges = {shown.tabs.current_canvas().items.blocks[i].rect().right() for i in ("a", "m")}
    assert len(edges) == 1
    assert blocks["a"].at != (0, 0)
