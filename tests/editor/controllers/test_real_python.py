"""A Python block in the window with the real engine: asked, run, edited between steps; a computed name refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.document.editing.document import Document
from app.document.model.diagram import Project
from tests.support.pages import page

COUNTING = "seen = 0\n\n\ndef count(step: int) -> int:\n    global seen\n    seen += step\n    return seen\n"


@pytest.fixture
def window(qapp: Any, qtbot: Any, engine: Any, tmp_path: Path) -> Iterator[Any]:
    """A window of a saved project; its questions are answered with "once" and noted."""
    from app.editor.application.application import Application
    from app.editor.settings import SettingsStore
    from app.engine.host.engine import Engine

    application = Application(qapp, SettingsStore(), lambda: Engine(beside=engine))
    made = application.new_window()
    made.asked = []
    made.controllers.consent.ask = lambda folder, asks, can: made.asked.append(asks) or "once"
    yield made
    made.context.ask = lambda *_: "discard"
    made.close()


def opened(window: Any, folder: Path, blocks: dict[str, Any], wires: str = "") -> None:
    folder.mkdir()
    Document(Project(pages=[page(blocks, wires)])).save(folder / "p.tblocks")
    window.controllers.files.load(str(folder / "p.tblocks"))


def rests(window: Any, qtbot: Any, action: str) -> dict[str, Any]:
    """Do an action and wait until its run has come to rest well; return the results."""
    ends = []
    window.controllers.run_presenter.finished.connect(lambda name, well: ends.append(well))
    window.action_set[action].trigger()
    qtbot.waitUntil(lambda: bool(ends), timeout=60_000)
    values = window.results.page("page").values
    return {key: value.array.tolist() for key, value in values.items() if hasattr(value, "array")}


def test_it_holds_its_state_over_steps_and_asks_when_its_file_changes(
    window: Any, qtbot: Any, tmp_path: Path
) -> None:
    folder = tmp_path / "project"
    opened(window, folder, {"c": ("python:ops.py:count", {"step": "2"})})
    with qtbot.waitSignal(window.controllers.python_blocks.found):
        (folder / "ops.py").write_text(COUNTING)
    assert rests(window, qtbot, "run.run") == {"c.output": 2}
    assert rests(window, qtbot, "run.step") == {"c.output": 4}
    assert len(window.asked) == 1
    with qtbot.waitSignal(window.runner.released, timeout=10_000):
        (folder / "ops.py").write_text(COUNTING.replace("return seen", "return -seen"))
    assert rests(window, qtbot, "run.step") == {"c.output": -2}
    assert len(window.asked) == 2


def test_a_computed_name_is_refused_then_allowed_where_it_was_met(
    window: Any, qtbot: Any, tmp_path: Path
) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "a.txt").write_text("hello")
    blocks = {
        "a": ("Const", {"val": f'"{tmp_path}"'}),
        "b": ("Const", {"val": '"/data/a.txt"'}),
        "j": "StringJoin",
        "r": "ReadFile",
    }
    opened(
        window,
        tmp_path / "project",
        blocks,
        "a.output -> j.inputs\nb.output -> j.inputs\nj.output -> r.filename",
    )
    rests(window, qtbot, "run.run")
    assert window.asked == []
    qtbot.waitUntil(lambda: any(p.code == "refused-read" for p in window.panels.problems.problems))
    problem = next(p for p in window.panels.problems.problems if p.code == "refused-read")
    assert (problem.block, problem.pin) == ("r", "filename")
    ends = []
    window.controllers.run_presenter.finished.connect(lambda name, well: ends.append(well))
    window.panels.problems.allow_requested.emit(problem)
    qtbot.waitUntil(lambda: bool(ends), timeout=60_000)
    assert [ask.grant for ask in window.asked[0]] == [str(tmp_path / "data")]
    assert window.results.page("page").values["r.contents"].array.tolist() == b"hello"
