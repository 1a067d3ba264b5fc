"""Mistakes in the window: listed with requirement and value, mended by a click, stale until looked at anew."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication, QMenu

from app.document.editing.document import Document
from app.document.editing.edits import AddPage, SetPin
from app.document.model.diagram import Block, Page, PinRef, Project, Wire
from app.document.model.problems import error
from app.document.model.sentence import quote
from app.editor.canvas.interactions import tool_tips
from app.editor.canvas.page_state.hit_test import hit_at
from app.engine.inference.result import Inference
from app.engine.values.results import PageResult, TensorValue
from blocks.requirement import Actual, InRange, Requirement, ShapeOf
from blocks.tensor_spec import TensorSpec

FLOATS = "{{1.0f,2.0f,3.0f},{4.0f,5.0f,6.0f},{7.0f,8.0f,9.0f}}"


def _wire(source: str, target: str) -> Wire:
    return Wire(source=PinRef.parse(source), target=PinRef.parse(target))


def _page() -> Page:
    """Return a page whose box_ind gets float32 (the check sees it), and whose boxes have a wrong size."""
    blocks = [
        Block(id="pic", symbol="Const", pins={"val": "{{{{1.0f,2.0f,3.0f}}}}"}),
        Block(id="boxes", symbol="Const", at=(0, 120), pins={"val": FLOATS}),
        Block(id="ind", symbol="Const", at=(0, 240), pins={"val": "{0.0f,0.0f,0.0f}"}),
        Block(id="crop", symbol="CropAndResize", at=(260, 80), pins={"crop_size": "{2,2}"}),
        Block(id="after", symbol="Sigmoid", at=(480, 80)),
        Block(id="s", symbol="ClientSession", at=(700, 80)),
    ]
    wires = [
        _wire("pic.output", "crop.image"),
        _wire("boxes.output", "crop.boxes"),
        _wire("ind.output", "crop.box_ind"),
        _wire("crop.crops", "after.x"),
        _wire("after.y", "s.fetch_outputs"),
    ]
    return Page(name="p", blocks={b.id: b for b in blocks}, wires=wires)


BAD_BOXES = error(
    "bad-shape",
    quote("boxes wants [num_boxes, 4], gets [3, 3] from boxes.output"),
    "crop",
    "boxes",
    related=("boxes.output",),
    requirement=Requirement(shape=ShapeOf(("num_boxes", 4))),
    actual=Actual(shape=(3, 3)),
    detail="Dimension must be 4 but is 3",
)
FOUND = Inference(
    types={"pic.output": TensorSpec("float32", (1, 1, 1, 3)), "boxes.output": TensorSpec("float32", (3, 3))},
    problems=[BAD_BOXES],
    required={"crop.boxes": TensorSpec("float32", (None, 4)), "crop.crop_size": TensorSpec("int32", (2,))},
    blocked={"after": "crop", "s": "crop"},
)


@pytest.fixture
def shown(window: Any, qtbot: Any) -> Any:
    """A window with the page, whose inference finds what FOUND says."""
    window.runner.side_engine().infer = lambda *_, **__: FOUND
    window.context.set_document(Document(Project(pages=[_page()])))
    qtbot.waitUntil(lambda: len(_rows(window)) == 2 and any(p.fixes for p in window.panels.problems.problems))
    return window


def _rows(window: Any) -> list[list[str]]:
    panel = window.panels.problems
    items = [panel.list.topLevelItem(i) for i in range(panel.list.topLevelItemCount())]
    return [[item.text(c) for c in range(5)] for item in items]


def _row_of(window: Any, pin: str) -> Any:
    panel = window.panels.problems
    items = [panel.list.topLevelItem(i) for i in range(panel.list.topLevelItemCount())]
    return next(item for item in items if item.text(4) == pin)


def _click(window: Any, qtbot: Any, item: Any, column: int) -> None:
    tree = window.panels.problems.list
    window.docks.reveal("problems")
    qtbot.waitUntil(lambda: tree.viewport().height() > 60)  # it was folded to its tab
    tree.scrollToItem(item)
    rect = tree.visualItemRect(item)
    x = tree.header().sectionViewportPosition(column) + 12 if column else rect.left() + 12
    qtbot.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(x, rect.center().y()))


def _hint(window: Any, block: str, pin: str) -> str:
    canvas = window.tabs.current_canvas()
    at = canvas.items.pin_place(block, "in", pin) or canvas.items.pin_place(block, "out", pin)
    return tool_tips.text_for(canvas, hit_at(canvas.viewer.scene(), QPointF(*at), 1.0))


def test_every_problem_is_listed_with_what_is_required_and_what_is(shown: Any) -> None:
    assert [row[1:3] for row in _rows(shown)] == [["int32", "float32"], ["[num_boxes, 4] (rank 2)", "[3, 3]"]]
    assert [row[4] for row in _rows(shown)] == ["crop.box_ind", "crop.boxes"]


def test_tensorflows_own_words_unfold(shown: Any) -> None:
    row = _row_of(shown, "crop.boxes")
    row.setExpanded(True)
    below = [row.child(i).text(0) for i in range(row.childCount())]
    assert "TensorFlow says:" in below
    assert "Dimension must be 4 but is 3" in below[-1]


def test_the_first_cause_comes_first(window: Any, qtbot: Any) -> None:
    later = error("bad-shape", quote("wrong"), "after")
    window.runner.side_engine().infer = lambda *_, **__: Inference(types={}, problems=[later, BAD_BOXES])
    page = _page()
    page.blocks = {k: page.blocks[k] for k in ("s", "after", "crop", "pic", "boxes", "ind")}
    page.blocks["ind"].pins["val"] = "{0,0,0}"
    window.context.set_document(Document(Project(pages=[page])))
    qtbot.waitUntil(lambda: [r[4] for r in _rows(window)] == ["crop.boxes", "after"])


def test_the_pin_its_partner_and_the_waiting_blocks_are_marked(shown: Any) -> None:
    items = shown.tabs.current_canvas().items
    crop, boxes = items.blocks["crop"], items.blocks["boxes"]
    assert {crop.shape_plan.pins[i].name for i in crop.pin_problems} == {"box_ind", "boxes"}
    assert {boxes.shape_plan.pins[i].name for i in boxes.related_pins} == {"output"}
    assert [b for b, item in items.blocks.items() if item.waits] == ["after", "s"]
    assert "crop before it is at fault" in tool_tips.text_for(
        shown.tabs.current_canvas(),
        hit_at(shown.tabs.current_canvas().viewer.scene(), items.blocks["after"].rect().center(), 1.0),
    )


def test_hovering_a_glowing_pin_shows_message_and_requirement(shown: Any) -> None:
    text = _hint(shown, "crop", "boxes")
    assert "boxes wants [num_boxes, 4], gets [3, 3]" in text
    assert "wanted: [num_boxes, 4]" in text
    assert "is: [3, 3]" in text
    assert "boxes wants [num_boxes, 4]" in _hint(shown, "boxes", "output")  # the other of the pair


def test_a_click_on_a_fix_mends_as_one_undoable_edit_and_says_so(shown: Any, qtbot: Any) -> None:
    before = shown.document.history.position
    row = _row_of(shown, "crop.box_ind")
    title = row.text(3)
    assert title
    _click(shown, qtbot, row, 3)
    assert shown.document.history.position == before + 1
    assert title in shown.status.currentMessage()
    qtbot.waitUntil(lambda: [r[4] for r in _rows(shown)] == ["crop.boxes"])
    shown.document.undo()
    qtbot.waitUntil(lambda: {r[4] for r in _rows(shown)} == {"crop.box_ind", "crop.boxes"})


def test_a_click_on_the_message_goes_to_the_block(shown: Any, qtbot: Any) -> None:
    _click(shown, qtbot, _row_of(shown, "crop.boxes"), 0)
    assert shown.tabs.current_canvas().selection.ordered_blocks() == ["crop"]
    assert not shown.document.can_undo


def _popup() -> QMenu:
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


def test_ctrl_period_opens_the_fixes_of_the_selected_block(shown: Any, qtbot: Any) -> None:
    canvas = shown.tabs.current_canvas()
    canvas.selection.choose_ids(["crop"])
    qtbot.waitUntil(shown.action_set["run.fix"].isEnabled)
    canvas.setFocus()
    qtbot.keyClick(canvas.viewer, Qt.Key.Key_Period, Qt.KeyboardModifier.ControlModifier)
    menu = _popup()
    qtbot.keyClick(menu, Qt.Key.Key_Return)
    assert shown.document.history.position == 1
    qtbot.waitUntil(lambda: [r[4] for r in _rows(shown)] == ["crop.boxes"])


def test_without_a_fix_ctrl_period_says_so(shown: Any, qtbot: Any) -> None:
    shown.tabs.current_canvas().selection.choose_ids(["pic"])
    qtbot.waitUntil(shown.action_set["run.fix"].isEnabled)
    shown.action_set["run.fix"].trigger()
    assert QApplication.activePopupWidget() is None
    assert shown.status.currentMessage() == "No problem here"


def test_the_menu_of_a_glowing_pin_begins_with_its_fixes(shown: Any, qtbot: Any) -> None:
    canvas = shown.tabs.current_canvas()
    viewport = canvas.viewer.viewport()
    for pin, has_fix in (("box_ind", True), ("crop_size", True)):
        place = (
            canvas.viewer.viewportTransform()
            .map(QPointF(*canvas.items.pin_place("crop", "in", pin)))
            .toPoint()
        )
        reason = QContextMenuEvent.Reason.Mouse
        event = QContextMenuEvent(reason, place, viewport.mapToGlobal(place))
        assert event.type() == QEvent.Type.ContextMenu
        QApplication.sendEvent(viewport, event)
        menu = _popup()
        assert menu.actions()[0].text().startswith("Fix: ") is has_fix
        menu.close()
        qtbot.waitUntil(lambda: QApplication.activePopupWidget() is None)


def test_a_page_has_no_problems_only_once_its_types_are_found(shown: Any, qtbot: Any) -> None:
    gate, text = threading.Event(), shown.panels.problems.empty.text

    def slow(*_: Any, **__: Any) -> Inference:
        gate.wait(10)
        return Inference(types={}, problems=[])

    shown.runner.side_engine().infer = slow
    block = Block(id="a", symbol="Const", pins={"val": "1"})
    shown.document.apply(AddPage(Page(name="large", blocks={"a": block})))
    shown.tabs.show_page("large")
    # Until the check is done; TensorFlow is not.
    qtbot.waitUntil(lambda: "large" in shown.controllers.diagnostics._checked)
    assert text() == "Checking…"
    gate.set()
    qtbot.waitUntil(lambda: text() == "No problems on this page.")


def test_what_is_known_is_stale_until_the_new_is_there(shown: Any, qtbot: Any) -> None:
    canvas, gate = shown.tabs.current_canvas(), threading.Event()
    assert not canvas.feedback.stale
    mended = Inference(types=FOUND.types, problems=[], required=FOUND.required)

    def slow(*_: Any, **__: Any) -> Inference:
        gate.wait(10)
        return mended

    shown.runner.side_engine().infer = slow
    shown.document.apply(SetPin("p", "boxes", "val", "{{0.0f,0.0f,1.0f,1.0f}}"))
    assert canvas.feedback.stale
    # Until the check is done; TensorFlow is not.
    qtbot.waitUntil(lambda: "p" not in shown.controllers.diagnostics._unchecked)
    assert canvas.feedback.stale
    assert any(p.pin == "boxes" for p in canvas.block_marks.problems_of("crop"))
    assert "before the last change" in _hint(shown, "crop", "boxes")
    assert shown.panels.problems.stale
    canvas.selection.choose_ids(["crop"])
    qtbot.waitUntil(lambda: "crops" in getattr(shown.panels.properties.form, "_outputs", {}))
    form = shown.panels.properties.form
    assert not form.pins["boxes"].note.isEnabled()
    assert not form._outputs["crops"].isEnabled()
    gate.set()
    qtbot.waitUntil(lambda: not canvas.feedback.stale)
    assert form.pins["boxes"].note.isEnabled()
    assert form._outputs["crops"].isEnabled()
    assert not shown.panels.problems.stale
    assert not any(p.pin == "boxes" for p in canvas.block_marks.problems_of("crop"))


def test_the_inputs_of_a_failed_run_stay_for_a_look(shown: Any, qtbot: Any) -> None:
    page = shown.context.page
    for block, text in (("boxes", "{{0.0f,0.0f,1.0f,1.0f}}"), ("ind", "{7}")):
        shown.document.apply(SetPin("p", block, "val", text))
    shown.runner.side_engine().infer = lambda *_, **__: Inference(types={}, problems=[])
    failed = error(
        "run-failed",
        quote("box_ind holds 7, it takes 0 to 0"),
        "crop",
        "box_ind",
        requirement=Requirement(values=InRange(0, 0)),
        actual=Actual(value="7"),
    )
    result = PageResult(
        ok=False,
        problems=[failed],
        inputs={"crop.box_ind": TensorValue("int32", np.array([0, 7, 2], "int32"))},
    )
    shown.runner._get_engine().run = lambda *_, **__: result
    qtbot.waitUntil(lambda: not [p for p in shown.panels.problems.problems if p.severity == "error"])
    with qtbot.waitSignal(shown.runner.ended, timeout=20000):
        shown.action_set["run.run"].trigger()
    qtbot.waitUntil(lambda: "crop.box_ind" in [r[4] for r in _rows(shown)])
    assert "when it failed: int32 [3] = [0, 7, 2]" in _hint(shown, "crop", "box_ind")
    row = _row_of(shown, "crop.box_ind")
    row.setExpanded(True)
    assert "box_ind was int32 [3] = [0, 7, 2]" in [row.child(i).text(0) for i in range(row.childCount())]
    assert page is shown.context.page


def test_a_text_is_checked_against_what_its_pin_accepts(shown: Any, qtbot: Any) -> None:
    canvas = shown.tabs.current_canvas()
    canvas.selection.choose_ids(["crop"])
    qtbot.waitUntil(lambda: "crop_size" in getattr(shown.panels.properties.form, "pins", {}))
    row = shown.panels.properties.form.pins["crop_size"]
    qtbot.waitUntil(lambda: row.note.text() == "int32 [2]")
    row.field.setFocus()
    row.field.selectAll()
    qtbot.keyClicks(row.field, "{{1,2},{3,4}}")
    assert row.note.text() == "wants int32 [2]; this is int32 [2, 2]"
    assert row.note.objectName() == "wrongNote"
    row.field.selectAll()
    qtbot.keyClicks(row.field, "{1.5f,2.5f}")
    assert row.note.text().startswith("wants int32 [2]; this is float32 [2]")
    row.field.selectAll()
    qtbot.keyClicks(row.field, "{5,5}")
    assert (row.note.text(), row.note.objectName()) == ("int32 [2]", "faint")
    # A wired pin shows what it accepts, or its fault.
    assert shown.panels.properties.form.pins["boxes"].note.text() != ""


def test_switches_for_types_and_colours_are_remembered(shown: Any, application: Any, qtbot: Any) -> None:
    for action in ("view.types_on_wires", "view.colour_by_dtype"):
        shown.action_set[action].setChecked(True)
    canvas = shown.tabs.current_canvas()
    assert canvas.feedback.wire_texts.isVisible()
    assert list(canvas.legend.families) == ["float"]
    values = type(application.store)(Path(application.store.path.parent)).values
    assert (values.types_on_wires, values.colour_by_dtype) == (True, True)
    other = application.new_window()
    other.context.set_document(Document(Project(pages=[_page()])))
    qtbot.waitUntil(lambda: other.tabs.current_canvas() is not None)
    assert other.tabs.current_canvas().feedback.wire_texts.isVisible()
    assert other.action_set["view.colour_by_dtype"].isChecked()


def test_blocks_behind_one_that_failed_in_a_run_wait_and_are_not_done(shown: Any, qtbot: Any) -> None:
    for block, text in (("boxes", "{{0.0f,0.0f,1.0f,1.0f}}"), ("ind", "{0}")):
        shown.document.apply(SetPin("p", block, "val", text))
    shown.runner.side_engine().infer = lambda *_, **__: Inference(types={}, problems=[])
    failed = error("run-failed", quote("it failed"), "crop")
    shown.runner._get_engine().run = lambda *_, **__: PageResult(ok=False, steps=2, problems=[failed])
    qtbot.waitUntil(lambda: not [p for p in shown.panels.problems.problems if p.severity == "error"])
    with qtbot.waitSignal(shown.runner.ended, timeout=20000):
        shown.action_set["run.run"].trigger()
    canvas = shown.tabs.current_canvas()
    qtbot.waitUntil(lambda: canvas.block_marks.status_of("crop") == "failed")
    assert [canvas.block_marks.status_of(b) for b in ("pic", "after")] == ["done", "waiting"]
