"""Runs in the window, on a fake engine: states, results, stop, crash, step, consent, tables, monitors."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app.document.editing.document import Document
from app.document.editing.edits import SetPin
from app.document.model.diagram import Block, Page, PinRef, Project, RunSettings, Wire


def _wire(source: str, target: str) -> Wire:
    return Wire(source=PinRef.parse(source), target=PinRef.parse(target))


def _page(*extra: Block, wires: tuple[Wire, ...] = ()) -> Page:
    blocks = [
        Block(id="a", symbol="Const", pins={"val": "{{1,2,3},{4,5,6}}"}),
        Block(id="s", symbol="ClientSession", at=(300, 0)),
        *extra,
    ]
    all_wires = [_wire("a.output", "s.fetch_outputs"), *wires]
    return Page(name="p", run=RunSettings(steps=3), blocks={b.id: b for b in blocks}, wires=all_wires)


@pytest.fixture
def shown(window: Any) -> Any:
    window.context.set_document(Document(Project(pages=[_page()])))
    return window


def _do(window: Any, qtbot: Any, action: str) -> None:
    qtbot.waitUntil(window.action_set[action].isEnabled)
    window.action_set[action].trigger()


def _run(window: Any, qtbot: Any, action: str = "run.run") -> None:
    with qtbot.waitSignal(window.runner.ended, timeout=20000):
        _do(window, qtbot, action)
    qtbot.waitUntil(window.action_set["run.run"].isEnabled)


def test_a_run_takes_the_pages_steps_and_shows_states_and_results(shown: Any, qtbot: Any) -> None:
    _run(shown, qtbot)
    assert shown.runner._engine.runs[0].request.steps == 3
    canvas = shown.tabs.current_canvas()
    qtbot.waitUntil(lambda: canvas.block_marks.status_of("a") == "done")
    qtbot.waitUntil(lambda: shown.panels.results.model.rowCount() == 1)
    row = [shown.panels.results.model.index(0, c).data() for c in range(4)]
    assert row == ["a.output", "float32", "[2, 3]", "0.0, 1.0, 2.0, 3.0, 4.0, 5.0"]
    assert "done" in shown.status.run.text()


def test_f5_and_shift_f5_run_and_stop(shown: Any, qtbot: Any) -> None:
    shown.runner._get_engine().endless = True
    qtbot.waitUntil(shown.action_set["run.run"].isEnabled)
    qtbot.keyClick(shown, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: shown.runner.running)
    qtbot.waitUntil(shown.action_set["run.stop"].isEnabled)
    assert not shown.action_set["run.run"].isEnabled()
    with qtbot.waitSignal(shown.runner.ended, timeout=5000):
        qtbot.keyClick(shown, Qt.Key.Key_F5, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: "stopped" in shown.status.run.text())


def test_the_page_can_be_edited_while_it_runs(shown: Any, qtbot: Any) -> None:
    shown.runner._get_engine().endless = True
    _do(shown, qtbot, "run.run")
    qtbot.waitUntil(lambda: shown.runner.running)
    shown.place_symbol("MatMul")
    assert "matmul" in shown.context.page.blocks
    with qtbot.waitSignal(shown.runner.ended):
        _do(shown, qtbot, "run.stop")


def test_a_dead_worker_is_named_in_problems_and_at_its_block(shown: Any, qtbot: Any) -> None:
    shown.runner._get_engine().crash = "a"
    _run(shown, qtbot)
    qtbot.waitUntil(lambda: any(p.code == "aborted" for p in shown.panels.problems.problems))
    assert shown.tabs.current_canvas().block_marks.status_of("a") == "failed"
    shown.runner._engine.crash = None
    _run(shown, qtbot)
    qtbot.waitUntil(lambda: shown.panels.problems.problems == [])


def test_a_page_with_an_error_is_not_run(shown: Any, qtbot: Any) -> None:
    shown.document.apply(SetPin("p", "a", "val", "{1,{2}}"))
    _run(shown, qtbot)
    assert shown.runner._engine is None or shown.runner._engine.runs == []
    qtbot.waitUntil(lambda: any(p.block == "a" for p in shown.panels.problems.problems))
    assert "not run" in shown.panels.log.lines()


def test_problems_come_and_go_while_editing_and_lead_to_the_pin(shown: Any, qtbot: Any) -> None:
    shown.document.apply(SetPin("p", "a", "val", "{1,{2}}"))
    qtbot.waitUntil(lambda: any(p.block == "a" and p.pin == "val" for p in shown.panels.problems.problems))
    shown.tabs.current_canvas().selection.clear()
    _do(shown, qtbot, "run.next_problem")
    assert shown.tabs.current_canvas().selection.ordered_blocks() == ["a"]
    qtbot.waitUntil(lambda: getattr(shown.panels.properties.form, "block_id", "") == "a")
    assert shown.panels.properties.form.pins["val"].note.objectName() == "wrongNote"
    shown.document.undo()
    qtbot.waitUntil(lambda: shown.panels.problems.problems == [])


def test_a_table_opens_once_stays_current_and_can_be_pinned(shown: Any, qtbot: Any) -> None:
    _run(shown, qtbot)
    shown.controllers.inspectors.open_block("a")
    shown.controllers.inspectors.open_block("a")
    assert len(shown.controllers.inspectors.windows) == 1
    table = next(iter(shown.controllers.inspectors.windows.values()))
    assert table.windowTitle() == "result_output[2][3]"
    qtbot.mouseClick(table.pin, Qt.MouseButton.LeftButton)
    monitor = next(iter(shown.context.page.monitors.values()))
    assert (monitor.kind, monitor.pins) == ("table", ("a.output",))
    assert shown.controllers.inspectors.windows == {}
    assert shown.document.is_modified
    shown.document.undo()
    assert shown.context.page.monitors == {}


def test_types_and_shapes_are_shown_while_editing(shown: Any, qtbot: Any) -> None:
    canvas = shown.tabs.current_canvas()
    qtbot.waitUntil(lambda: str(canvas.feedback.types.get("a.output")) == "float32 [2, ?]")
    canvas.selection.choose_ids(["a"])
    qtbot.waitUntil(lambda: "output" in getattr(shown.panels.properties.form, "_outputs", {}))
    assert shown.panels.properties.form._outputs["output"].text().startswith("float32 [2, ?]")


def test_what_tensorflow_refuses_is_a_problem_until_the_page_is_changed(shown: Any, qtbot: Any) -> None:
    shown.runner._get_engine().refused = ["a"]
    shown.controllers.diagnostics.check_page(at_once=True)
    qtbot.waitUntil(lambda: [p.code for p in shown.panels.problems.problems] == ["bad-shape"])
    shown.runner._engine.refused = []
    shown.document.apply(SetPin("p", "a", "val", "5"))
    qtbot.waitUntil(lambda: shown.panels.problems.problems == [])


def test_types_are_found_while_the_page_runs(shown: Any, qtbot: Any) -> None:
    shown.runner._get_engine().endless = True
    _do(shown, qtbot, "run.run")
    qtbot.waitUntil(lambda: shown.runner.running)
    shown.place_symbol("Placeholder")
    canvas = shown.tabs.current_canvas()
    qtbot.waitUntil(lambda: str(canvas.feedback.types.get("placeholder.output")) == "float32 [2, ?]")
    assert shown.runner.running
    with qtbot.waitSignal(shown.runner.ended):
        _do(shown, qtbot, "run.stop")


def test_results_are_marked_once_the_page_has_changed(shown: Any, qtbot: Any) -> None:
    _run(shown, qtbot)
    shown.document.apply(SetPin("p", "a", "val", "5"))
    assert shown.results.page("p").stale
    shown.controllers.inspectors.open_block("a")
    assert (
        "before the last change"
        in next(iter(shown.controllers.inspectors.windows.values())).inspector.facts.text()
    )


def test_closing_the_window_ends_its_engine_and_tables(application: Any, shown: Any, qtbot: Any) -> None:
    _run(shown, qtbot)
    shown.controllers.inspectors.open_block("a")
    engine = shown.runner._engine
    shown.context.ask = lambda *_: "discard"
    shown.close()
    assert engine.closed
    assert not [w for w in shown.findChildren(QWidget, "resultWindow") if w.isVisible()]


def test_an_edit_after_a_run_makes_what_it_changes_look_stale_until_it_is_taken_back(
    window: Any, qtbot: Any
) -> None:
    other = Block(id="b", symbol="Const", pins={"val": "{1.0f}"})
    page = _page(other, wires=(_wire("b.output", "s.fetch_outputs"),))
    window.context.set_document(Document(Project(pages=[page])))
    _run(window, qtbot)
    canvas, results = window.tabs.current_canvas(), window.panels.results
    marks = canvas.block_marks
    qtbot.waitUntil(lambda: marks.shown_status("a") == marks.shown_status("b") == "done")
    assert not results.saved.isVisible()

    window.context.apply(SetPin("p", "a", "val", "{{7,8,9},{4,5,6}}"))
    assert (marks.shown_status("a"), marks.shown_status("b")) == ("stale", "done")
    assert "changed since the run" in window.status.run.text()
    qtbot.waitUntil(results.saved.isVisible)
    assert "before the last change" in results.saved.text()
    dim = [results.model.index(r, 0).data(Qt.ItemDataRole.ForegroundRole) is not None for r in range(2)]
    assert dim == [True, False]

    window.document.undo()
    assert marks.shown_status("a") == "done"
    assert "changed" not in window.status.run.text()
    qtbot.waitUntil(lambda: not results.saved.isVisible())

    window.context.apply(SetPin("p", "a", "val", "{{7,8,9},{4,5,6}}"))
    _run(window, qtbot)
    qtbot.waitUntil(lambda: marks.shown_status("a") == "done")
    assert "changed" not in window.status.run.text()
