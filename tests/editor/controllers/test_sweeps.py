"""Run > Sweep: the pins of the selection, the table as it grows, a row as a page, on a fake engine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt

from app.document.editing.document import Document
from app.document.model.diagram import Block, Page, PinRef, Project, RunSettings, Wire
from app.engine.sweeps.rows import Row


def _page(**run: Any) -> Page:
    blocks = [
        Block(id="a", symbol="Const", pins={"val": "{{1f,2f,3f},{4f,5f,6f}}"}),
        Block(id="b", symbol="Multiply", pins={"y": "2f"}, at=(200, 0)),
        Block(id="s", symbol="ClientSession", at=(600, 0)),
    ]
    ends = [("a.output", "b.x"), ("b.z", "s.fetch_outputs")]
    wires = [Wire(source=PinRef.parse(a), target=PinRef.parse(b)) for a, b in ends]
    return Page(
        name="p", run=RunSettings(**{"steps": 3, **run}), blocks={b.id: b for b in blocks}, wires=wires
    )


def _open(window: Any, qtbot: Any, page: Page, *chosen: str) -> Any:
    window.context.set_document(Document(Project(pages=[page])))
    qtbot.waitUntil(window.action_set["run.sweep"].isEnabled)
    window.tabs.current_canvas().selection.choose_ids(list(chosen))
    window.action_set["run.sweep"].trigger()
    return window.controllers.sweeps.window


def _run(window: Any, qtbot: Any, sweep: Any) -> None:
    with qtbot.waitSignal(window.controllers.sweeps._run.ended, timeout=20000):
        sweep.start.click()
    qtbot.waitUntil(lambda: not sweep._running)


def test_the_pins_of_the_selection_are_swept_into_the_table(window: Any, qtbot: Any, tmp_path: Path) -> None:
    sweep = _open(window, qtbot, _page(), "b")
    assert sweep.pins.texts() == {"b.y": "2f"}
    sweep.pins.add("a.val")
    sweep.pins.remove("a.val")
    sweep.pins.fields["b.y"].setText("range:1f:3f:1 {1f,2f,3f}")
    assert sweep.words.text() == "4 runs"
    _run(window, qtbot, sweep)
    rows = {row.number: row for row in sweep.table.rows}
    assert sorted(rows) == [1, 2, 3, 4]
    assert [rows[n].texts for n in sorted(rows)] == [("1.0f",), ("2.0f",), ("3.0f",), ("{1f,2f,3f}",)]
    assert rows[1].values == {"b.z": {"shape": [2, 3], "mean": 2.5}}  # what the fake engine gives
    assert sweep.parallel.axes[0].name == "b.y"
    assert sweep.write(tmp_path / "t.csv") == f"Exported {tmp_path / 't.csv'}"
    assert (tmp_path / "t.csv").read_text(encoding="utf-8").startswith("run,b.y,seed,b.z,steps,seconds,")
    assert all(run.request.steps == 3 for run in window.runner._engine.runs)


def test_a_row_becomes_a_page_that_can_be_undone(window: Any, qtbot: Any) -> None:
    sweep = _open(window, qtbot, _page(), "b")
    sweep.pins.fields["b.y"].setText("2f 7f")
    sweep.seeds.setValue(2)
    _run(window, qtbot, sweep)
    place = next(i for i, row in enumerate(sweep.table.rows) if row.number == 4)
    sweep.choose(place)
    qtbot.waitUntil(sweep.open_row.isEnabled)
    sweep.open_row.click()
    project = window.document.project
    assert [page.name for page in project.pages] == ["p", "p run 4"]
    assert (project.pages[1].blocks["b"].pins["y"], project.pages[1].scope.seed) == ("7f", 2)
    assert project.pages[0].blocks["b"].pins["y"] == "2f"
    window.document.undo()
    assert [page.name for page in project.pages] == ["p"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("range:1:2", "is not range:FROM:TO:STEP"),
        ("", "b.y is given no values"),
        ("@no such file", "No such file"),
    ],
)
def test_values_that_stand_for_nothing_are_said_while_typing(
    text: str, words: str, window: Any, qtbot: Any
) -> None:
    sweep = _open(window, qtbot, _page(), "b")
    sweep.pins.fields["b.y"].setText(text)
    assert words in sweep.words.text()
    assert not sweep.start.isEnabled()


def test_a_sweep_can_be_stopped_and_goes_with_its_window(window: Any, qtbot: Any) -> None:
    window.runner.part_engine().endless = True
    sweep = _open(window, qtbot, _page(), "b")
    sweep.start.click()
    qtbot.waitUntil(lambda: bool(window.runner._engine.runs))
    with qtbot.waitSignal(window.controllers.sweeps._run.ended, timeout=20000):
        sweep.halt.click()
    qtbot.waitUntil(lambda: sweep.words.text().startswith("Stopped after 0 runs"))
    sweep.close()
    assert window.controllers.sweeps.window is None


def test_the_page_of_a_running_sweep_asks_before_its_window_closes(
    window: Any, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    answers = ["cancel", "stop"]
    monkeypatch.setattr(window.context, "ask", lambda title, *_, **__: asked.append(title) or answers.pop(0))
    window.runner.part_engine().endless = True
    sweep = _open(window, qtbot, _page(), "b")
    sweep.start.click()
    qtbot.waitUntil(lambda: bool(window.runner._engine.runs))
    assert not window.close()
    assert window.controllers.sweeps._run.running
    assert window.close()
    assert asked == ["A sweep of p is running. Stop it?"] * 2


def test_the_table_shows_the_pins_that_are_swept_now_whatever_was_swept_before(
    window: Any, qtbot: Any
) -> None:
    sweep = _open(window, qtbot, _page(), "b")
    sweep.begin((), ("b.z",), 1)  # without pins the second column is the seed's
    sweep.add([Row(1, (), None, {}, 1, 0.1, "done")])
    sweep.pins.fields["b.y"].setText("1f 2f")
    _run(window, qtbot, sweep)
    qtbot.waitUntil(lambda: len(sweep.table.rows) == 2)
    shown = {
        sweep.table.headerData(column, Qt.Orientation.Horizontal)
        for column in range(sweep.table.columnCount())
        if not sweep.view.isColumnHidden(column)
    }
    assert "b.y" in shown
    assert "seed" not in shown


def test_what_prevents_a_sweep_is_said(window: Any, qtbot: Any) -> None:
    sweep = _open(window, qtbot, _page(steps=None), "b")
    _run(window, qtbot, sweep)
    assert "until it is stopped" in sweep.words.text()
    sweep = _open(window, qtbot, _page(), "b")
    sweep.pins.fields["b.y"].setText("{{1f},{2f,3f}}")
    _run(window, qtbot, sweep)
    assert "ragged" in sweep.words.text()
    sweep.pins.fields["b.y"].setText("1f")
    sweep.fetch.setText("b.nothing")
    _run(window, qtbot, sweep)
    assert "b.nothing" in sweep.words.text()
