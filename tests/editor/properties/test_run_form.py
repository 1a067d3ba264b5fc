"""A page's run settings, in its properties and in the toolbar: typed, checked, undone, at work in a run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog

from app.document.editing.document import Document
from app.document.model.diagram import Block, Page, PinRef, Project, RunSettings, Wire
from app.editor.runs import settings_text
from app.engine.ipc.messages import Pace
from tests.support.held_engine import HeldEngine


@pytest.fixture
def shown(application: Any, qtbot: Any) -> Iterator[Any]:
    """A window with a page, on an engine that holds its runs."""
    application.make_engine = HeldEngine
    window = application.new_window()
    with qtbot.waitActive(window):
        window.activateWindow()
    blocks = {
        "a": Block(id="a", symbol="Const", pins={"val": "{1,2}"}),
        "s": Block(id="s", symbol="ClientSession", at=(300, 0)),
    }
    wire = Wire(source=PinRef.parse("a.output"), target=PinRef.parse("s.fetch_outputs"))
    window.context.set_document(Document(Project(pages=[Page(name="p", blocks=blocks, wires=[wire])])))
    QApplication.processEvents()
    return window


def _run(window: Any) -> RunSettings:
    return window.context.page.run


def _type(qtbot: Any, field: Any, text: str) -> None:
    line = field.lineEdit() if hasattr(field, "lineEdit") else field
    line.setFocus()
    line.selectAll()
    qtbot.keyClicks(line, text)
    qtbot.keyClick(line, Qt.Key.Key_Return)


def test_a_condition_is_checked_while_it_is_typed_and_taken_with_enter(shown: Any, qtbot: Any) -> None:
    form = shown.panels.properties.form.run
    form.until.setFocus()
    qtbot.keyClicks(form.until, "b.output < 1")
    assert "no block 'b'" in form.note.text()
    qtbot.keyClick(form.until, Qt.Key.Key_Return)
    assert _run(shown).until is None
    _type(qtbot, form.until, "a.output[0] >= 1")
    assert form.note.text() == ""
    assert _run(shown).until == "a.output[0] >= 1"
    shown.document.undo()
    assert _run(shown).until is None


def test_pins_are_completed_in_a_condition(shown: Any, qtbot: Any) -> None:
    form = shown.panels.properties.form.run
    form.until.setFocus()
    qtbot.keyClicks(form.until, "outp")
    completer = form.until.completer()
    qtbot.waitUntil(lambda: completer.completionCount() == 1)
    assert completer.currentCompletion() == "a.output"


def test_until_stopped_a_pace_and_the_guard_are_stored_and_undone_one_by_one(shown: Any, qtbot: Any) -> None:
    form = shown.panels.properties.form.run
    _type(qtbot, form.steps, "until stopped")
    _type(qtbot, form.pace, "100 ms")
    _type(qtbot, form.hand_over, "2 s")
    form.guard.setFocus()
    qtbot.keyClick(form.guard, Qt.Key.Key_Down)
    assert _run(shown) == RunSettings(steps=None, pace=0.1, keep_every=2.0, guard=True)
    qtbot.keyClick(form.guard, Qt.Key.Key_Down)
    _type(qtbot, form.pins, "a.output")
    assert _run(shown).guard == ("a.output",)
    for _ in range(5):
        shown.document.undo()
    assert _run(shown) == RunSettings()


@pytest.mark.parametrize("text", ["0", "-3", "many", "1.5"])
def test_steps_that_are_none_are_marked_and_not_taken(shown: Any, qtbot: Any, text: str) -> None:
    form = shown.panels.properties.form.run
    _type(qtbot, form.steps, text)
    assert _run(shown).steps == 1
    assert text in form.note.text()
    assert form.steps.property("wrong")


def test_the_toolbar_sets_the_steps_and_the_next_run_has_them(shown: Any, qtbot: Any) -> None:
    bar = shown.run_bar
    line = bar.steps.lineEdit()
    line.setFocus()
    line.selectAll()
    qtbot.keyClicks(line, "20")
    with qtbot.waitSignal(shown.runner.ended):
        qtbot.keyClick(line, Qt.Key.Key_F5)
    assert _run(shown).steps == 20
    assert shown.runner._engine.runs[0].request.steps == 20
    qtbot.waitUntil(lambda: shown.panels.properties.form.run.steps.text() == "20")
    _type(qtbot, bar.steps, settings_text.UNTIL_STOPPED)
    assert _run(shown).steps is None


def test_the_pace_is_changed_in_the_middle_of_a_run(shown: Any, qtbot: Any) -> None:
    _type(qtbot, shown.run_bar.steps, settings_text.UNTIL_STOPPED)
    shown.controllers.run.run()
    qtbot.waitUntil(lambda: shown.runner.state == "running")
    shown.run_bar.paces[0.25].trigger()
    assert Pace(0.25) in shown.runner._engine.asked
    qtbot.waitUntil(lambda: shown.run_bar.pace.text() == "250 ms")
    with qtbot.waitSignal(shown.runner.ended):
        shown.controllers.run.stop()
    shown.controllers.run.run()
    qtbot.waitUntil(lambda: len(shown.runner._engine.runs) == 2)
    assert shown.runner._engine.runs[1].request.pace == 0.25
    with qtbot.waitSignal(shown.runner.ended):
        shown.controllers.run.stop()


def test_run_settings_leave_results_and_the_session_as_they_are(shown: Any, qtbot: Any) -> None:
    with qtbot.waitSignal(shown.runner.ended):
        shown.controllers.run.run()
    _type(qtbot, shown.run_bar.steps, "5")
    assert not shown.results.page("p").stale
    with qtbot.waitSignal(shown.runner.ended):
        shown.controllers.run.step()
    assert len(shown.runner._engine.runs) == 1


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("full speed", None),
        ("", None),
        ("100", 0.1),
        ("100 ms", 0.1),
        (".5 s", 0.5),
        ("2s", 2.0),
        ("0", None),
    ],
)
def test_paces_are_read(text: str, seconds: float | None) -> None:
    assert settings_text.read_pace(text) == seconds
    assert settings_text.read_pace(settings_text.pace_text(seconds)) == seconds


def test_a_cluster_is_typed_or_chosen_and_named_from_the_project_s_folder(
    shown: Any, qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = shown.panels.properties.form.run
    _type(qtbot, form.cluster, "10.0.0.1:7100")
    assert _run(shown).cluster == "10.0.0.1:7100"
    shown.document.save(tmp_path / "p.tblocks")
    chosen = tmp_path / "lab" / "cluster.json"
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(chosen), ""))
    form.cluster.choose.trigger()
    assert _run(shown).cluster == "lab/cluster.json"
    _type(qtbot, form.cluster, " ")
    assert _run(shown).cluster is None
