"""Run control by keys and mouse: pause, continue, step, stop, restart; what a held session survives and what not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from app.document.editing.document import Document
from app.document.editing.edits import AddPage, MoveItems, RenameBlock, RenamePage, SetPin, SetRun
from app.document.model.diagram import Block, Page, PinRef, Project, RunSettings, Wire
from app.editor.runs.state import RunEnd
from app.engine.ipc.messages import Go
from app.engine.values.results import PageResult, failed
from tests.support.held_engine import HeldEngine, not_finite

_SHIFT = Qt.KeyboardModifier.ShiftModifier
_CTRL_SHIFT = _SHIFT | Qt.KeyboardModifier.ControlModifier


def _wire(source: str, target: str) -> Wire:
    return Wire(source=PinRef.parse(source), target=PinRef.parse(target))


def _page(name: str = "p", steps: int | None = 3, random: bool = False) -> Page:
    blocks = [
        Block(id="w", symbol="Variable", pins={"dtype": "DT_FLOAT", "shape": "{}", "initvalues": "0.0f"}),
        Block(id="a", symbol="Const", at=(0, 200), pins={"val": "{1,2}"}),
        Block(id="s", symbol="ClientSession", at=(300, 0)),
    ]
    wires = [_wire("w.ref", "s.fetch_outputs"), _wire("a.output", "s.fetch_outputs")]
    if random:
        blocks.append(
            Block(id="dice", symbol="RandomUniform", at=(0, 400), pins={"shape": "{2}", "dtype": "DT_FLOAT"})
        )
        wires.append(_wire("dice.output", "s.fetch_outputs"))
    return Page(name=name, run=RunSettings(steps=steps), blocks={b.id: b for b in blocks}, wires=wires)


@pytest.fixture
def held(application: Any, qtbot: Any) -> Iterator[Any]:
    """A window with a page, on an engine that holds its runs."""
    application.make_engine = HeldEngine
    window = application.new_window()
    with qtbot.waitActive(window):
        window.activateWindow()
    window.context.set_document(Document(Project(pages=[_page()])))
    return window


def _engine(window: Any) -> HeldEngine:
    return window.runner._get_engine()


def _press(window: Any, qtbot: Any, key: Qt.Key, modifier: Any = Qt.KeyboardModifier.NoModifier) -> None:
    qtbot.keyClick(window, key, modifier)


def _rests(window: Any, qtbot: Any, key: Qt.Key, modifier: Any = Qt.KeyboardModifier.NoModifier) -> None:
    """Press a key and wait until the run that it begins has come to rest."""
    with qtbot.waitSignal(window.runner.ended, timeout=10_000):
        _press(window, qtbot, key, modifier)


def _value(window: Any, page: str = "p") -> float:
    return float(window.runner.state_of(page).values["w"].array)


def _set_steps(window: Any, steps: int | None, page: str = "p") -> None:
    window.document.apply(SetRun(page, RunSettings(steps=steps)))
    QApplication.processEvents()  # the panels follow


def test_steps_go_on_in_the_session_that_a_run_has_left(held: Any, qtbot: Any) -> None:
    _rests(held, qtbot, Qt.Key.Key_F5)
    assert held.status.run.text().startswith("done   step 3")
    _rests(held, qtbot, Qt.Key.Key_F10)
    _rests(held, qtbot, Qt.Key.Key_F10)
    assert len(_engine(held).runs) == 1
    assert held.runner.steps_done("p") == 5
    assert _value(held) == 5.0
    assert held.results.page("p").step == 5


def test_what_was_known_before_the_run_is_logged_once_not_at_each_step(held: Any, qtbot: Any) -> None:
    page = _page()
    page.blocks["lone"] = Block(id="lone", symbol="MatMul", at=(0, 500))
    held.context.set_document(Document(Project(pages=[page])))
    _rests(held, qtbot, Qt.Key.Key_F5)
    warned = held.panels.log.lines().count("lone")
    assert warned > 0
    _rests(held, qtbot, Qt.Key.Key_F10)
    _rests(held, qtbot, Qt.Key.Key_F10)
    assert held.panels.log.lines().count("lone") == warned


def test_run_begins_anew_from_the_initial_values(held: Any, qtbot: Any) -> None:
    _rests(held, qtbot, Qt.Key.Key_F5)
    _rests(held, qtbot, Qt.Key.Key_F10)
    _rests(held, qtbot, Qt.Key.Key_F5)
    assert (held.runner.steps_done("p"), _value(held)) == (3, 3.0)
    assert [bool(run.request.start) for run in _engine(held).runs] == [False, False]


def test_a_run_is_paused_and_continued_up_to_its_own_number_of_steps(held: Any, qtbot: Any) -> None:
    _set_steps(held, 1000)
    _press(held, qtbot, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: "step 1 of 1,000" in held.status.run.text())
    assert not held.action_set["run.step"].isEnabled()
    assert not held.action_set["run.run"].isEnabled()
    _rests(held, qtbot, Qt.Key.Key_F9)
    assert held.status.run.text() == "paused   step 1"
    assert held.action_set["run.step"].isEnabled()
    held.docks.reveal("log")
    _rests(held, qtbot, Qt.Key.Key_F10)
    assert held.status.run.text() == "paused   step 2"  # the run that was paused is not over
    assert held.docks.in_front("log")
    assert held.action_set["run.stop"].isEnabled()
    _rests(held, qtbot, Qt.Key.Key_F9, _SHIFT)
    assert _engine(held).asked[-1] == Go(998)
    assert held.status.run.text().startswith("done   step 1,000")
    assert (held.runner.steps_done("p"), _value(held)) == (1000, 1000.0)


def test_a_run_until_stopped_is_stopped_and_goes_on_from_the_variables(held: Any, qtbot: Any) -> None:
    _set_steps(held, None)
    _press(held, qtbot, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: held.status.run.text().startswith("running   step 1"))
    assert _engine(held).runs[0].request.steps is None
    _rests(held, qtbot, Qt.Key.Key_F5, _SHIFT)
    assert held.status.run.text() == "stopped   step 1"
    assert held.runner.state == "idle"
    _rests(held, qtbot, Qt.Key.Key_F10)
    assert float(_engine(held).runs[1].request.start["w"].array) == 1.0
    assert (held.runner.steps_done("p"), _value(held)) == (2, 2.0)


def test_a_run_that_is_stopped_before_its_first_step_shows_no_failed_outputs(held: Any, qtbot: Any) -> None:
    result = PageResult(ok=False, interrupted=True, results=failed({"a.output": "int32", "w.ref": "float32"}))
    held.runner.ended.emit("p", RunEnd(why="stopped", result=result, used=("a", "w", "s")))
    assert held.results.page("p").values == {}
    assert held.status.run.text() == "stopped"


def test_a_session_at_rest_is_stopped_and_its_variables_stay(held: Any, qtbot: Any) -> None:
    _set_steps(held, 1000)
    _press(held, qtbot, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: held.runner.state == "running")
    _rests(held, qtbot, Qt.Key.Key_F9)
    _rests(held, qtbot, Qt.Key.Key_F5, _SHIFT)
    assert held.status.run.text() == "stopped   step 1"
    assert held.runner.state == "idle"
    assert _value(held) == 1.0


def test_after_a_kill_the_variables_handed_over_last_are_there(held: Any, qtbot: Any) -> None:
    _set_steps(held, None)
    _engine(held).lost_from = 1
    _press(held, qtbot, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: held.runner.state_of("p") is not None)
    _engine(held).sessions[0].step = 7
    _rests(held, qtbot, Qt.Key.Key_F5, _SHIFT)
    assert held.status.run.text() == "stopped   state kept from step 1"
    assert held.runner.steps_done("p") == 1


def test_a_pause_that_waits_names_the_step_and_the_block(held: Any, qtbot: Any) -> None:
    _engine(held).stuck_blocks = ("take",)
    _press(held, qtbot, Qt.Key.Key_F5)
    qtbot.waitUntil(held.action_set["run.pause"].isEnabled)
    _press(held, qtbot, Qt.Key.Key_F9)
    qtbot.waitUntil(lambda: held.status.run.text() == "pausing: step 1 still runs: take")
    assert held.action_set["run.stop"].isEnabled()
    with qtbot.waitSignal(held.runner.ended):
        _engine(held).loosen()
    assert held.status.run.text() == "paused   step 1"


def test_continue_takes_a_pause_back_that_still_waits(held: Any, qtbot: Any) -> None:
    _engine(held).stuck_blocks = ("take",)
    _press(held, qtbot, Qt.Key.Key_F5)
    qtbot.waitUntil(held.action_set["run.pause"].isEnabled)
    _press(held, qtbot, Qt.Key.Key_F9)
    qtbot.waitUntil(lambda: "still runs" in held.status.run.text())
    _press(held, qtbot, Qt.Key.Key_F9, _SHIFT)
    with qtbot.waitSignal(held.runner.ended):
        _engine(held).loosen()
    assert held.status.run.text().startswith("done   step 3")


def test_restart_ends_a_run_and_begins_it_anew(held: Any, qtbot: Any) -> None:
    _set_steps(held, None)
    _press(held, qtbot, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: held.status.run.text().startswith("running   step 1"))
    _press(held, qtbot, Qt.Key.Key_F5, _CTRL_SHIFT)
    qtbot.waitUntil(lambda: len(_engine(held).runs) == 2)
    qtbot.waitUntil(lambda: held.status.run.text().startswith("running   step 1"))
    _rests(held, qtbot, Qt.Key.Key_F9)
    assert (held.runner.steps_done("p"), _value(held)) == (1, 1.0)


def test_any_fast_order_of_keys_ends_in_the_state_of_the_last(held: Any, qtbot: Any) -> None:
    _set_steps(held, None)
    for key, modifier in (
        (Qt.Key.Key_F5, None), (Qt.Key.Key_F9, None), (Qt.Key.Key_F5, _SHIFT), (Qt.Key.Key_F5, None),
        (Qt.Key.Key_F9, None), (Qt.Key.Key_F9, _SHIFT), (Qt.Key.Key_F9, None),
    ):  # fmt: skip
        _press(held, qtbot, key, modifier or Qt.KeyboardModifier.NoModifier)
    qtbot.waitUntil(lambda: held.runner.state == "held")
    qtbot.waitUntil(lambda: held.status.run.text() == "paused   step 1")
    _press(held, qtbot, Qt.Key.Key_F5)
    _rests(held, qtbot, Qt.Key.Key_F5, _SHIFT)
    assert held.runner.state == "idle"
    assert held.status.run.text().startswith("stopped")
    assert held.action_set["run.run"].isEnabled()
    assert not held.action_set["run.stop"].isEnabled()


def test_a_change_of_the_page_ends_the_session_and_says_what_begins_anew(held: Any, qtbot: Any) -> None:
    held.context.set_document(Document(Project(pages=[_page(random=True)])))
    _rests(held, qtbot, Qt.Key.Key_F5)
    with qtbot.waitSignal(held.runner.released):
        held.document.apply(SetPin("p", "a", "val", "{3,4}"))
    assert "goes on from the Variables of step 3; dice begins anew" in held.panels.log.lines()
    _rests(held, qtbot, Qt.Key.Key_F10)
    assert len(_engine(held).runs) == 2
    assert (held.runner.steps_done("p"), _value(held)) == (4, 4.0)
    assert held.results.page("p").step == 4


def test_a_change_without_meaning_for_the_run_keeps_the_session(held: Any, qtbot: Any) -> None:
    _rests(held, qtbot, Qt.Key.Key_F5)
    held.document.apply(MoveItems("p", {"a": (50, 50)}))
    held.document.apply(SetPin("p", "a", "val", "{3,4}"))
    held.document.undo()
    held.document.apply(RenamePage("p", "q"))
    _rests(held, qtbot, Qt.Key.Key_F10)
    assert len(_engine(held).runs) == 1
    assert held.runner.steps_done("q") == 4


def test_the_state_and_the_results_of_a_renamed_block_stay_its_own(held: Any, qtbot: Any) -> None:
    _rests(held, qtbot, Qt.Key.Key_F5)
    with qtbot.waitSignal(held.runner.released):
        held.document.apply(RenameBlock("p", "w", "weights"))
    assert set(held.runner.state_of("p").values) == {"weights"}
    assert "weights.ref" in held.results.page("p").values
    _rests(held, qtbot, Qt.Key.Key_F10)
    assert float(_engine(held).runs[1].request.start["weights"].array) == 3.0
    assert float(held.runner.state_of("p").values["weights"].array) == 4.0


def test_a_block_that_is_renamed_while_it_runs_has_its_state_at_the_end(held: Any, qtbot: Any) -> None:
    _set_steps(held, None)
    _press(held, qtbot, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: held.status.run.text().startswith("running   step 1"))
    held.document.apply(RenameBlock("p", "w", "weights"))
    _rests(held, qtbot, Qt.Key.Key_F5, _SHIFT)
    assert set(held.runner.state_of("p").values) == {"weights"}
    held.document.undo()
    assert _value(held) == 1.0


def test_a_step_right_after_a_change_waits_for_the_comparison(held: Any, qtbot: Any) -> None:
    _rests(held, qtbot, Qt.Key.Key_F5)
    held.document.apply(SetPin("p", "a", "val", "{3,4}"))
    _rests(held, qtbot, Qt.Key.Key_F10)
    assert len(_engine(held).runs) == 2
    assert (held.runner.steps_done("p"), _value(held)) == (4, 4.0)


def test_a_run_of_another_page_ends_the_session_and_keeps_its_variables(held: Any, qtbot: Any) -> None:
    held.context.set_document(Document(Project(pages=[_page(random=True)])))
    held.document.apply(AddPage(_page("other")))
    held.tabs.show_page("p")
    _rests(held, qtbot, Qt.Key.Key_F5)
    held.tabs.show_page("other")
    _rests(held, qtbot, Qt.Key.Key_F5)
    assert (
        "p: the next step goes on from the Variables of step 3; dice begins anew" in held.panels.log.lines()
    )
    held.tabs.show_page("p")
    _rests(held, qtbot, Qt.Key.Key_F10)
    assert (held.runner.steps_done("p"), _value(held)) == (4, 4.0)
    assert held.runner.steps_done("other") == 3


def test_what_is_not_finite_glows_and_the_state_can_be_looked_at(held: Any, qtbot: Any) -> None:
    _engine(held).fault = not_finite("a", "output")
    _rests(held, qtbot, Qt.Key.Key_F5)
    assert held.runner.holds("p")
    assert held.status.run.text() == "not finite   step 1"
    assert held.status.run.property("state") == "failed"
    canvas = held.tabs.current_canvas()
    assert canvas.block_marks.status_of("a") == "failed"
    assert canvas.block_marks.status_of("w") == "done"  # the step was a whole one
    assert [p.code for p in held.panels.problems.problems] == ["not-finite"]
    assert "a.output is not finite" in held.panels.log.lines()
    assert "w.ref" in held.results.page("p").values


def test_a_condition_that_comes_true_is_said(held: Any, qtbot: Any) -> None:
    held.document.apply(SetRun("p", RunSettings(steps=None, until="w.ref >= 2")))
    _engine(held).until_step = 2
    _rests(held, qtbot, Qt.Key.Key_F5)
    assert held.status.run.text().startswith("reached w.ref >= 2   step 2")


def test_the_document_that_goes_takes_its_run_with_it(held: Any, qtbot: Any) -> None:
    _set_steps(held, None)
    _press(held, qtbot, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: held.runner.state == "running")
    held.context.set_document(Document(Project(pages=[_page()])))
    assert held.runner.state == "idle"
    assert held.runner.state_of("p") is None
    _rests(held, qtbot, Qt.Key.Key_F5)
    assert held.runner.steps_done("p") == 3


def test_a_window_whose_page_runs_asks_before_it_closes(
    held: Any, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    answers = ["cancel", "stop"]
    monkeypatch.setattr(held.context, "ask", lambda title, *_, **__: asked.append(title) or answers.pop(0))
    held.context.set_document(Document(Project(pages=[_page(steps=None)])))
    _press(held, qtbot, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: held.status.run.text().startswith("running   step 1"))
    assert not held.close()
    assert held.runner.running
    assert held.close()
    assert asked == ["p is running. Stop it?"] * 2


def test_a_window_whose_run_has_ended_closes_without_a_question(
    held: Any, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(held.context, "ask", lambda title, *_, **__: asked.append(title) or "cancel")
    _rests(held, qtbot, Qt.Key.Key_F5)
    assert held.close()
    assert asked == []
