"""Run to here, and run as you type, on a fake engine."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPointF, Qt

from app.document.editing.document import Document
from app.document.editing.edits import MoveItems, SetPin
from app.document.model.diagram import Block, Page, PinRef, Project, RunSettings, Wire
from tests.support.function_pages import named, project


def _page(*more: Block) -> Page:
    blocks = [
        Block(id="a", symbol="Const", pins={"val": "{{1f,2f,3f},{4f,5f,6f}}"}),
        Block(id="b", symbol="Abs", at=(200, 0)),
        Block(id="c", symbol="Negate", at=(400, 0)),
        Block(id="s", symbol="ClientSession", at=(600, 0)),
        *more,
    ]
    ends = [("a.output", "b.x"), ("b.y", "c.x"), ("c.y", "s.fetch_outputs")]
    wires = [Wire(source=PinRef.parse(a), target=PinRef.parse(b)) for a, b in ends]
    return Page(name="p", run=RunSettings(steps=3), blocks={b.id: b for b in blocks}, wires=wires)


@pytest.fixture
def shown(window: Any, qtbot: Any) -> Any:
    window.context.set_document(Document(Project(pages=[_page()])))
    qtbot.waitUntil(window.action_set["edit.select_all"].isEnabled)
    return window


def _select(window: Any, qtbot: Any, block: str) -> None:
    window.tabs.current_canvas().selection.choose_ids([block])
    qtbot.waitUntil(window.action_set["run.here"].isEnabled)


def _settled(window: Any, qtbot: Any) -> None:
    """Run the page as its key does, and wait until it rests."""
    with qtbot.waitSignal(window.runner.ended, timeout=20000):
        qtbot.keyClick(window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: not window.runner.running)


def test_only_what_the_block_needs_is_run_and_shown(shown: Any, qtbot: Any) -> None:
    _select(shown, qtbot, "b")
    qtbot.keyClick(shown, Qt.Key.Key_F5, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: "b.y" in shown.context.results.page("p").values)
    assert set(shown.context.results.page("p").values) == {"a.output", "b.y"}
    (run,) = shown.runner._engine.runs
    assert set(run.plan.used_blocks) <= {"a", "b", "clientsession"}
    assert run.request.steps == 1
    canvas = shown.tabs.current_canvas()
    assert [canvas.block_marks.status_of(i) for i in "abc"] == ["done", "done", ""]
    qtbot.waitUntil(lambda: shown.panels.results.model.rowCount() == 2)


def test_the_session_at_rest_and_its_results_stay(shown: Any, qtbot: Any) -> None:
    _settled(shown, qtbot)
    assert shown.runner.holds("p")
    before = shown.context.results.page("p")
    _select(shown, qtbot, "a")
    shown.action_set["run.here"].trigger()
    qtbot.waitUntil(lambda: len(shown.runner._engine.runs) == 2)
    qtbot.waitUntil(lambda: shown.context.results.page("p") is not before)
    assert shown.runner.holds("p")
    assert shown.runner.steps_done("p") == 3
    after = shown.context.results.page("p")
    assert after.values.keys() == before.values.keys()
    assert after.step == 3


def test_what_was_edited_is_current_again_and_the_rest_is_not(shown: Any, qtbot: Any) -> None:
    _settled(shown, qtbot)
    shown.document.apply(SetPin("p", "a", "val", "{{9f,2f,3f},{4f,5f,6f}}"))
    assert shown.context.results.page("p").stale_blocks >= {"a", "b", "c"}
    _select(shown, qtbot, "b")
    shown.action_set["run.here"].trigger()
    qtbot.waitUntil(lambda: "b" not in shown.context.results.page("p").stale_blocks)
    assert "c" in shown.context.results.page("p").stale_blocks


def test_the_menu_of_an_output_runs_to_that_output(shown: Any, qtbot: Any) -> None:
    canvas = shown.tabs.current_canvas()
    canvas.selection.choose_ids(["b"])
    place = canvas.items.pin_place("b", "out", "y")
    at = canvas.viewer.viewportTransform().map(QPointF(*place)).toPoint()
    canvas.events.menu_pin = PinRef("b", "y") if canvas.viewer.viewport().rect().contains(at) else None
    shown.refresh_actions()
    shown.action_set["run.here"].trigger()
    qtbot.waitUntil(lambda: "b.y" in shown.context.results.page("p").values)
    assert "c.y" not in shown.context.results.page("p").values


def test_a_block_without_outputs_runs_to_nowhere_and_says_so(shown: Any, qtbot: Any) -> None:
    _select(shown, qtbot, "s")
    shown.action_set["run.here"].trigger()
    assert "no output" in shown.status.currentMessage()
    assert shown.runner._engine is None or not shown.runner._engine.runs


def test_a_faulty_part_is_not_run_and_says_why(shown: Any, qtbot: Any) -> None:
    shown.document.apply(SetPin("p", "a", "val", "{{1,2},{3}}"))
    _select(shown, qtbot, "b")
    shown.action_set["run.here"].trigger()
    qtbot.waitUntil(lambda: "Not run to b.y" in shown.status.currentMessage())
    assert not shown.context.results.page("p").values


# run as you type --------------------------------------------------------------------------------------


def _runs(window: Any) -> int:
    return len(window.runner._engine.runs) if window.runner._engine is not None else 0


def test_an_edit_runs_a_cheap_page_and_a_move_does_not(shown: Any, qtbot: Any) -> None:
    assert not shown.action_set["run.live"].isChecked()
    _settled(shown, qtbot)
    shown.action_set["run.live"].trigger()
    shown.document.apply(MoveItems("p", {"a": (0, 200)}))
    with qtbot.waitSignal(shown.runner.ended, timeout=20000):
        shown.document.apply(SetPin("p", "a", "val", "{{7f,2f,3f},{4f,5f,6f}}"))
    assert _runs(shown) == 2
    qtbot.waitUntil(lambda: not shown.context.results.page("p").stale_blocks)


def test_without_the_switch_or_a_run_before_nothing_runs(shown: Any, qtbot: Any) -> None:
    known = shown.controllers.diagnostics.stale_shown
    shown.action_set["run.live"].trigger()
    with qtbot.waitSignal(known, check_params_cb=lambda stale: not stale, timeout=20000):
        shown.document.apply(SetPin("p", "a", "val", "{{7f,2f,3f},{4f,5f,6f}}"))
    assert _runs(shown) == 0
    shown.action_set["run.live"].trigger()
    _settled(shown, qtbot)
    with qtbot.waitSignal(known, check_params_cb=lambda stale: not stale, timeout=20000):
        shown.document.apply(SetPin("p", "a", "val", "{{8f,2f,3f},{4f,5f,6f}}"))
    assert _runs(shown) == 1


@pytest.mark.parametrize("harm", ["an error", "a file that is written"])
def test_a_page_with_errors_or_that_writes_is_not_run_by_itself(
    shown: Any, qtbot: Any, tmp_path: Path, harm: str
) -> None:
    if harm != "an error":
        write = Block(id="f", symbol="WriteFile", pins={"filename": "out.txt", "contents": "a"})
        page = _page(write)
        page.wires.append(Wire(source=PinRef("f", "operation"), target=PinRef("s", "run_outputs")))
        Document(Project(pages=[page])).save(tmp_path / "writes.tblocks")
        shown.controllers.files.load(str(tmp_path / "writes.tblocks"))
        qtbot.waitUntil(shown.action_set["run.run"].isEnabled)
    _settled(shown, qtbot)
    live = shown.controllers.live
    live._cheap.add("p")
    shown.action_set["run.live"].trigger()
    count = _runs(shown)
    judged: list[object] = []
    live._judged.connect(judged.append)
    known = shown.controllers.diagnostics.stale_shown
    text = "{{1,2},{3}}" if harm == "an error" else "{{7f,2f,3f},{4f,5f,6f}}"
    with qtbot.waitSignal(known, check_params_cb=lambda stale: not stale, timeout=20000):
        shown.document.apply(SetPin("p", "a", "val", text))
    shown.runner.plans.plan(shown.runner.plans.copy(shown.context.page), shown.document.folder)
    qtbot.waitUntil(lambda: not [t for t in threading.enumerate() if t.name == "live"])
    assert judged == []
    assert _runs(shown) == count


# inside a use -----------------------------------------------------------------------------------------


def test_inside_a_use_only_what_the_block_there_needs_is_shown_of_that_use(window: Any, qtbot: Any) -> None:
    layer = named("layer", {"x": "Argument", "twice": "Add", "low": "Neg", "y": "Result"},
                  "x.output -> twice.x\nx.output -> twice.y\ntwice.z -> low.x\nlow.y -> y.input")  # fmt: skip
    blocks = {"one": ("Const", {"val": "1.0f"}), "a": "page:layer", "b": "page:layer", "end": "Neg",
              "session": "ClientSession"}  # fmt: skip
    wires = "one.output -> a.x\na.y -> b.x\nb.y -> end.x\nend.y -> session.fetch_outputs"
    window.context.set_document(Document(project(named("main", blocks, wires), layer)))
    window.tabs.current_canvas().selection.choose_ids(["b"])
    window.refresh_actions()
    window.action_set["page.enter"].trigger()
    _select(window, qtbot, "twice")
    window.action_set["run.here"].trigger()
    qtbot.waitUntil(lambda: "b/twice.z" in window.context.results.page("main").values)
    assert set(window.context.results.page("main").values) == {"b/x.output", "b/twice.z"}
    assert "twice.z" in window.context.results.page("layer").values
    canvas = window.tabs.current_canvas()
    assert [canvas.block_marks.status_of(i) for i in ("x", "twice", "low")] == ["done", "done", ""]
