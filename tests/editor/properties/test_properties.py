"""The properties follow the document and never lose a text: typing, attrs, wires, undo, wrong texts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QToolButton

from app.document.editing.document import Document
from app.document.editing.edits import RenamePage, SetPin
from app.document.model.diagram import ArrayRef, Block, Page, PinRef, Project, Wire
from app.editor.properties.icon_choice import IconChoice
from app.editor.widgets.fields import ChoiceField, TextField


def _wire(source: str, target: str) -> Wire:
    return Wire(source=PinRef.parse(source), target=PinRef.parse(target))


@pytest.fixture
def shown(window: Any, qtbot: Any) -> Any:
    """A window with a crop, two constants that end at one list pin, and an unknown symbol."""
    blocks = [
        Block(id="one", symbol="Const", pins={"val": "1"}),
        Block(id="two", symbol="Const", at=(0, 100)),
        Block(id="pack", symbol="Stack", at=(200, 0)),
        Block(id="crop", symbol="CropAndResize", at=(400, 0), pins={"attrs": "method_ = bilinear;"}),
        Block(id="odd", symbol="NoSuchSymbol", at=(600, 0), pins={"x": "kept"}),
    ]
    page = Page(
        name="p",
        blocks={b.id: b for b in blocks},
        wires=[_wire("one.output", "pack.values"), _wire("two.output", "pack.values")],
    )
    window.context.set_document(Document(Project(pages=[page])))
    return window


def _select(window: Any, *ids: str) -> Any:
    window.tabs.current_canvas().selection.choose_ids(list(ids))
    window.refresh_selection()
    return window.panels.properties.form


def test_alt_return_puts_the_keyboard_into_the_first_value_of_a_block(shown: Any, qtbot: Any) -> None:
    form = _select(shown, "crop")
    qtbot.keyClick(shown, Qt.Key.Key_Return, Qt.KeyboardModifier.AltModifier)
    assert QApplication.focusWidget() is form.pins["image"].field
    form = _select(shown, "pack")  # its first input is wired: there the first attr
    qtbot.keyClick(shown, Qt.Key.Key_Return, Qt.KeyboardModifier.AltModifier)
    assert QApplication.focusWidget() is form.attrs["axis_"].field


def test_escape_gives_the_text_of_before_back_and_then_the_keyboard_to_the_page(
    shown: Any, qtbot: Any
) -> None:
    _select(shown, "crop")
    qtbot.keyClick(shown, Qt.Key.Key_Return, Qt.KeyboardModifier.AltModifier)
    field = QApplication.focusWidget()
    qtbot.keyClicks(field, "5")
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert (QApplication.focusWidget(), field.text()) == (field, "")
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert QApplication.focusWidget() is shown.tabs.current_canvas().viewer


def test_typing_changes_the_document_at_once_and_undoes_as_one_step(shown: Any, qtbot: Any) -> None:
    form = _select(shown, "crop")
    field = form.pins["boxes"].field
    field.setFocus()
    qtbot.keyClicks(field, "{{0,0,1,1}}")
    assert shown.context.block("crop").pins["boxes"] == "{{0,0,1,1}}"
    assert form.pins["boxes"].note.text() == "float32 [1, 4]"
    qtbot.waitUntil(shown.action_set["edit.undo"].isEnabled)
    qtbot.keyClick(field, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: field.text() == "")
    assert "boxes" not in shown.context.block("crop").pins
    qtbot.waitUntil(shown.action_set["edit.redo"].isEnabled)
    shown.action_set["edit.redo"].trigger()
    qtbot.waitUntil(lambda: field.text() == "{{0,0,1,1}}")


def test_two_visits_of_a_field_are_two_steps(shown: Any, qtbot: Any) -> None:
    form = _select(shown, "crop")
    first, other = form.pins["boxes"].field, form.pins["box_ind"].field
    for text in ("1", "2"):
        first.setFocus()
        qtbot.keyClicks(first, text)
        other.setFocus()
    qtbot.waitUntil(shown.action_set["edit.undo"].isEnabled)
    shown.action_set["edit.undo"].trigger()
    assert shown.context.block("crop").pins["boxes"] == "1"


def test_a_wrong_text_stays_marked_and_explained(shown: Any, qtbot: Any) -> None:
    form = _select(shown, "crop")
    field = form.pins["boxes"].field
    qtbot.keyClicks(field, "{{1,2},{3}}")
    assert "position 9" in form.pins["boxes"].note.text()
    assert field.property("wrong")
    form = _select(shown, "one")
    form = _select(shown, "crop")
    assert form.pins["boxes"].field.text() == "{{1,2},{3}}"
    assert "position 9" in form.pins["boxes"].note.text()


def test_attr_fields_and_attrs_text_are_always_in_step(shown: Any, qtbot: Any) -> None:
    form = _select(shown, "crop")
    method = form.attrs["method_"].field
    assert isinstance(method, ChoiceField)
    assert method.text() == "bilinear"
    method.setEditText("nearest")
    assert shown.context.block("crop").pins["attrs"] == "method_ = nearest;"
    qtbot.waitUntil(lambda: form.raw.text() == "method_ = nearest;")
    form.raw.moveCursor(form.raw.textCursor().MoveOperation.End)
    qtbot.keyClicks(form.raw, " extrapolation_value_ = 0.5;")
    qtbot.waitUntil(lambda: form.attrs["extrapolation_value_"].field.text() == "0.5")
    qtbot.mouseClick(form.attrs["method_"].reset, Qt.MouseButton.LeftButton)
    assert shown.context.block("crop").pins["attrs"] == "extrapolation_value_ = 0.5;"


def test_an_unknown_attr_is_explained_and_stays(shown: Any, qtbot: Any) -> None:
    form = _select(shown, "crop")
    qtbot.keyClicks(form.raw, "metod_ = x;")
    assert "metod_" in shown.context.block("crop").pins["attrs"]
    qtbot.waitUntil(lambda: "metod_" in form._raw_row.note.text())
    assert form.raw.property("wrong")


def test_the_order_of_wires_is_shown_and_can_be_changed(shown: Any, qtbot: Any) -> None:
    form = _select(shown, "pack")
    buttons = {b.accessibleName(): b for b in form.pins["values"].findChildren(QToolButton)}
    qtbot.mouseClick(buttons["Later: one.output"], Qt.MouseButton.LeftButton)
    order = [str(w.source) for w in shown.context.page.wires_to("pack", "values")]
    assert order == ["two.output", "one.output"]
    shown.document.undo()
    assert str(shown.context.page.wires_to("pack", "values")[0].source) == "one.output"


def test_a_wire_is_a_link_to_its_source_and_can_be_cut(shown: Any, qtbot: Any) -> None:
    form = _select(shown, "pack")
    buttons = {b.accessibleName(): b for b in form.pins["values"].findChildren(QToolButton)}
    qtbot.mouseClick(buttons["Remove the wire from two.output"], Qt.MouseButton.LeftButton)
    assert len(shown.context.page.wires_to("pack", "values")) == 1
    qtbot.waitUntil(lambda: len(form.pins["values"].findChildren(QToolButton, "link")) == 1)
    link = next(b for b in form.pins["values"].findChildren(QToolButton) if b.text() == "one.output")
    qtbot.mouseClick(link, Qt.MouseButton.LeftButton)
    assert shown.tabs.current_canvas().selection.ordered_blocks() == ["one"]


def test_the_id_can_be_changed_and_a_bad_one_is_refused(shown: Any, qtbot: Any) -> None:
    form = _select(shown, "one")
    form.id_field.selectAll()
    qtbot.keyClicks(form.id_field, "two")
    qtbot.keyClick(form.id_field, Qt.Key.Key_Return)
    assert form.id_field.text() == "one"
    assert "two" in shown.panels.log.lines()
    form.id_field.selectAll()
    qtbot.keyClicks(form.id_field, "start")
    qtbot.keyClick(form.id_field, Qt.Key.Key_Return)
    assert "start" in shown.context.page.blocks
    assert str(shown.context.page.wires[0].source) == "start.output"
    qtbot.waitUntil(lambda: getattr(shown.panels.properties.form, "block_id", "") == "start")


def test_a_waiting_text_stays_out_of_another_project_with_the_same_ids(shown: Any, qtbot: Any) -> None:
    form = _select(shown, "one")
    form.label_field.setFocus()
    qtbot.keyClicks(form.label_field, "mine")
    form.id_field.setFocus()
    assert shown.context.block("one").label == "mine"
    form.label_field.setFocus()
    qtbot.keyClicks(form.label_field, " again")
    other = Page(name="p", blocks={"one": Block(id="one", symbol="Const")})
    shown.context.set_document(Document(Project(pages=[other])))
    _select(shown, "one")
    assert shown.context.block("one").label is None
    assert not shown.document.can_undo


def test_a_block_has_a_device_of_its_own(shown: Any, qtbot: Any) -> None:
    form = _select(shown, "one")
    form.device_field.setFocus()
    qtbot.keyClicks(form.device_field, "/CPU:0")
    qtbot.keyClick(form.device_field, Qt.Key.Key_Return)
    assert shown.context.block("one").device == "/CPU:0"
    shown.document.undo()
    form.id_field.setFocus()
    assert shown.context.block("one").device == ""


def test_a_block_can_be_switched_off_and_on(shown: Any, qtbot: Any) -> None:
    form = _select(shown, "one")
    form.on.click()
    assert shown.context.block("one").off
    shown.refresh_actions()
    shown.action_set["edit.switch"].trigger()
    assert not shown.context.block("one").off
    qtbot.waitUntil(form.on.isChecked)


def test_an_unknown_symbol_is_explained_with_its_texts(shown: Any) -> None:
    form = _select(shown, "odd")
    labels = [child.text() for child in form.children() if hasattr(child, "text")]
    assert any("NoSuchSymbol" in t for t in labels)
    assert "x: kept" in labels


def test_a_text_without_a_pin_is_shown_until_it_is_removed(shown: Any, qtbot: Any) -> None:
    shown.document.apply(SetPin("p", "one", "colour", "red"))
    form = _select(shown, "one")
    assert "colour: red" in [child.text() for child in form.children() if hasattr(child, "text")]
    button = next(b for b in form.findChildren(QToolButton) if b.toolTip() == "Remove the text of colour")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert "colour" not in shown.context.block("one").pins
    qtbot.waitUntil(lambda: shown.panels.properties.form is not form)


def test_two_choices_are_two_steps(shown: Any, qtbot: Any) -> None:
    field = _select(shown, "crop").attrs["method_"].field
    field.setFocus()
    qtbot.keyClick(field, Qt.Key.Key_Down)
    qtbot.keyClick(field, Qt.Key.Key_Up)
    assert len(shown.document.history.names()) == 2


def test_an_array_file_is_named_and_its_text_is_out_of_reach(shown: Any, qtbot: Any) -> None:
    shown.document.apply(SetPin("p", "crop", "boxes", ArrayRef("w.npz", "W")))
    form = _select(shown, "crop")
    assert form.pins["boxes"].field is None
    shown.document.apply(SetPin("p", "crop", "boxes", "{1}"))
    qtbot.waitUntil(lambda: isinstance(form.pins["boxes"].field, TextField))
    assert form.pins["boxes"].field.text() == "{1}"


def test_the_page_form_sets_scope_and_steps_and_keeps_a_wrong_number(shown: Any, qtbot: Any) -> None:
    form = _select(shown)
    steps = form.run.steps.lineEdit()
    for field, text in ((form.seed, "7"), (steps, "25")):
        field.setFocus()
        field.selectAll()
        qtbot.keyClicks(field, text)
        qtbot.keyClick(field, Qt.Key.Key_Return)
    page = shown.context.page
    assert (page.scope.seed, page.run.steps) == (7, 25)
    steps.selectAll()
    qtbot.keyClicks(steps, "many")
    qtbot.keyClick(steps, Qt.Key.Key_Return)
    assert page.run.steps == 25
    assert steps.text() == "many"
    assert "whole number" in form.run.note.text()


def test_a_page_renamed_elsewhere_keeps_its_form(shown: Any, qtbot: Any) -> None:
    shown.document.apply(RenamePage("p", "q"))
    assert shown.context.page_name == "q"
    qtbot.waitUntil(lambda: shown.panels.properties.form.name.text() == "q")
    assert shown.tabs.tabText(0) == "q"


def test_several_blocks_have_their_common_actions(shown: Any, qtbot: Any) -> None:
    _select(shown, "one", "two")
    qtbot.waitUntil(shown.action_set["arrange.left"].isEnabled)
    shown.action_set["edit.switch"].trigger()
    assert shown.context.block("one").off
    assert shown.context.block("two").off


def test_deleting_a_block_leaves_no_form_of_it(shown: Any, qtbot: Any) -> None:
    _select(shown, "one")
    shown.refresh_actions()
    shown.action_set["edit.delete"].trigger()
    qtbot.waitUntil(lambda: not hasattr(shown.panels.properties.form, "block_id"))


def test_a_grid_edit_is_one_step(
    shown: Any, qtbot: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from app.editor.properties import grid_editor

    form = _select(shown, "crop")
    shown.document.apply(SetPin("p", "crop", "boxes", "{{0,0,1,1}}"))

    def edit(editor: Any) -> int:
        editor.model.setData(editor.model.index(0, 3), "0.5")
        return 1

    monkeypatch.setattr(grid_editor.GridEditor, "exec", edit)
    form.pins["boxes"].edit_grid()
    assert shown.context.block("crop").pins["boxes"] == "{{0,0,1,0.5}}"
    shown.document.undo()
    assert shown.context.block("crop").pins["boxes"] == "{{0,0,1,1}}"


def test_a_page_form_that_loses_the_keyboard_to_another_project_renames_nothing(
    window: Any, qtbot: Any
) -> None:
    window.context.set_document(Document(Project(pages=[Page(name="first")])))
    qtbot.waitUntil(lambda: window.panels.properties.form is not None)
    window.panels.properties.form.name.setFocus()
    window.context.set_document(Document(Project(pages=[Page(name="second")])))
    qtbot.waitUntil(lambda: window.panels.properties.form.name.text() == "second")
    assert window.document.project.pages[0].name == "second"
    assert not window.document.can_undo


def test_undo_takes_back_the_steps_of_a_page(window: Any, qtbot: Any) -> None:
    window.context.set_document(Document(Project(pages=[Page(name="p")])))
    qtbot.waitUntil(lambda: window.panels.properties.form is not None)
    form = window.panels.properties.form
    form.run.steps.setEditText("25")
    form.run.steps.left.emit()
    assert window.context.page.run.steps == 25
    window.document.undo()
    assert window.context.page.run.steps == 1
    qtbot.waitUntil(lambda: form.run.steps.text() == "1")
    assert window.document.can_redo


def test_a_block_s_icon_is_chosen_and_taken_away(window: Any, qtbot: Any) -> None:
    blocks = {"a": Block(id="a", symbol="Const")}
    window.context.set_document(Document(Project(pages=[Page(name="p", blocks=blocks)])))
    window.tabs.current_canvas().selection.choose_ids(["a"])
    qtbot.waitUntil(lambda: getattr(window.panels.properties.form, "block_id", "") == "a")
    choice = window.panels.properties.form.icon_field
    assert isinstance(choice, IconChoice)
    choice.setCurrentIndex(choice.findText("Star"))
    choice.activated.emit(choice.currentIndex())  # as a click in its list does
    assert window.context.block("a").view.icon == "star"
    window.document.undo()
    assert window.context.block("a").view.icon is None
    qtbot.waitUntil(lambda: choice.currentText() == "none")


def test_an_outputs_type_of_before_a_change_that_made_it_unknown_says_so(window: Any, qtbot: Any) -> None:
    blocks = [
        Block(id="c", symbol="Const", pins={"val": "{1.0f,2.0f}"}),
        Block(id="s", symbol="ClientSession", at=(300, 0)),
    ]
    page = Page(name="p", blocks={b.id: b for b in blocks}, wires=[_wire("c.output", "s.fetch_outputs")])
    window.context.set_document(Document(Project(pages=[page])))
    form = _select(window, "c")
    with qtbot.waitSignal(window.runner.ended, timeout=10_000):
        qtbot.keyClick(window, Qt.Key.Key_F5)

    def said() -> str:
        return form._outputs["output"].text()

    qtbot.waitUntil(lambda: said().startswith("float32 [2, 3]"))  # what the engine of the tests gives
    field = form.pins["val"].field
    field.setFocus()
    qtbot.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(field, "{{1.0f},{2.0f,3.0f}}")
    qtbot.waitUntil(lambda: said().startswith("float32 [2, 3], before the last change"))


def test_a_page_of_one_block_and_one_wire_is_counted_as_such(window: Any) -> None:
    blocks = {"c": Block(id="c", symbol="Identity")}
    wire = Wire(source=PinRef("c", "output"), target=PinRef("c", "input"))
    window.context.set_document(Document(Project(pages=[Page(name="p", blocks=blocks, wires=[wire])])))
    assert window.panels.properties.form.content.text() == "1 block, 1 wire"


class _Counted(list[Wire]):
    """Wires that count how often they are gone through."""

    count = 0

    def __iter__(self) -> Any:
        self.count += 1
        return super().__iter__()


def test_the_wires_of_a_page_are_gone_through_few_times_however_many_pins_a_block_has(shown: Any) -> None:
    page = shown.context.page
    page.wires = counted = _Counted(page.wires)
    form = _select(shown, "crop")
    assert len(form.pins) > 3
    made = counted.count
    form.refresh()
    assert counted.count - made == 1
    assert made <= 4
