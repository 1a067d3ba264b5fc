"""The Snapshots dock: storing, going back, running from one, comparing, renaming, deleting; nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QFile, QPoint, Qt
from PySide6.QtWidgets import QApplication, QLineEdit

from app.document.editing.document import Document
from app.document.editing.edits import SetRun
from app.document.model.diagram import Project, RunSettings
from app.engine.ipc.messages import Times
from app.engine.values.comparison import differences
from app.engine.values.results import TensorValue
from app.engine.values.snapshots import read_snapshot
from tests.editor.controllers.test_run_control import _page
from tests.support.held_engine import HeldEngine


@pytest.fixture
def saved(application: Any, qtbot: Any, tmp_path: Path) -> Iterator[Any]:
    """A window with a project that has a file; its page has run three steps."""
    application.make_engine = HeldEngine
    window = application.new_window()
    with qtbot.waitActive(window):
        window.activateWindow()
    document = Document(Project(pages=[_page()]))
    document.save(tmp_path / "net.tblocks")
    window.context.set_document(document)
    window.docks.reveal("snapshots")
    QApplication.processEvents()
    _run(window, qtbot)
    return window


def _run(window: Any, qtbot: Any, action: str = "run.run") -> None:
    with qtbot.waitSignal(window.runner.ended, timeout=10_000):
        window.action_set[action].trigger()


def _click(window: Any, qtbot: Any, words: str) -> None:
    button = window.panels.snapshots.buttons[words]
    qtbot.waitUntil(button.isEnabled)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def _store(window: Any, qtbot: Any, name: str = "") -> None:
    """Store the present state by the button, and type its name."""
    panel = window.panels.snapshots
    count = len(panel.names())
    _click(window, qtbot, "Store")
    qtbot.waitUntil(lambda: len(panel.names()) == count + 1)
    editor = panel.list.findChild(QLineEdit)
    if name:
        editor.selectAll()
        qtbot.keyClicks(editor, name)
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    if name:
        qtbot.waitUntil(lambda: name in panel.names())


def test_the_present_state_is_stored_beside_the_project_and_named_in_place(
    saved: Any, qtbot: Any, tmp_path: Path
) -> None:
    assert "step 3, 1 Variable" in saved.panels.snapshots.present.text()
    _store(saved, qtbot, "best")
    entry = saved.context.page.snapshots["best"]
    assert entry["step"] == 3
    values = read_snapshot(tmp_path / entry["npz"])
    assert values["w"].array == np.float32(3)
    row = saved.panels.snapshots.list.topLevelItem(0)
    assert (row.text(0), row.text(1)) == ("best", "3")
    assert row.text(2)[:4].isdigit()
    assert row.text(3).endswith("B")
    assert saved.document.is_modified
    saved.document.undo()
    saved.document.undo()
    assert saved.context.page.snapshots == {}


def test_going_back_makes_a_snapshot_the_present_state(saved: Any, qtbot: Any) -> None:
    _store(saved, qtbot, "early")
    _run(saved, qtbot, "run.step")
    assert saved.runner.steps_done("p") == 4
    saved.panels.snapshots.select("early")
    _click(saved, qtbot, "Go back")
    qtbot.waitUntil(lambda: saved.runner.steps_done("p") == 3)
    assert saved.results.page("p").stale
    assert saved.status.run.text() == "at early, step 3"
    _run(saved, qtbot, "run.step")
    assert float(saved.runner.state_of("p").values["w"].array) == 4.0
    assert saved.runner.steps_done("p") == 4


def test_a_run_from_a_snapshot_starts_its_variables_there(saved: Any, qtbot: Any) -> None:
    _store(saved, qtbot, "early")
    saved.panels.snapshots.select("early")
    with qtbot.waitSignal(saved.runner.ended, timeout=10_000):
        _click(saved, qtbot, "Run from")
    assert float(saved.runner.state_of("p").values["w"].array) == 6.0
    assert "from early" in saved.panels.log.lines()


def test_a_snapshot_that_does_not_fit_is_refused_in_words(saved: Any, qtbot: Any, tmp_path: Path) -> None:
    saved.controllers.snapshots.add({"w": TensorValue("float32", np.zeros(5, np.float32))}, 9, "wide")
    qtbot.waitUntil(lambda: "wide" in saved.panels.snapshots.names())
    shown: list[str] = []
    saved.context.show_message = lambda title, text: shown.append(f"{title}: {text}")
    saved.controllers.snapshots.go_back("wide")
    qtbot.waitUntil(lambda: bool(shown))
    assert "the shape [5] for w" in shown[0]
    assert saved.runner.steps_done("p") == 3
    with qtbot.waitSignal(saved.runner.ended, timeout=10_000):
        saved.controllers.snapshots.run_from("wide")
    assert "not run" in saved.panels.log.lines()


def test_two_states_are_compared_variable_by_variable(saved: Any, qtbot: Any) -> None:
    _store(saved, qtbot, "early")
    _run(saved, qtbot, "run.step")
    saved.panels.snapshots.select("early")
    _click(saved, qtbot, "Compare")
    qtbot.waitUntil(lambda: bool(saved.controllers.snapshots.comparisons))
    shown = saved.controllers.snapshots.comparisons[0]
    row = shown.list.topLevelItem(0)
    assert [row.text(c) for c in range(4)] == ["w", "float32 []", "1", "1"]
    assert not shown.picture.pixmap().isNull()
    qtbot.keyClick(shown, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: saved.controllers.snapshots.comparisons == [])


def test_renaming_to_a_taken_name_is_refused(saved: Any, qtbot: Any) -> None:
    _store(saved, qtbot, "one")
    _store(saved, qtbot, "two")
    assert not saved.controllers.snapshots.rename("two", "one")
    assert saved.controllers.snapshots.rename("two", "three")
    assert list(saved.context.page.snapshots) == ["one", "three"]


def test_deleting_asks_keeps_the_file_and_can_be_undone(
    saved: Any, qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _store(saved, qtbot, "best")
    file = tmp_path / saved.context.page.snapshots["best"]["npz"]
    saved.context.ask = lambda *_: "cancel"
    saved.panels.snapshots.select("best")
    saved.panels.snapshots.list.setFocus()
    qtbot.keyClick(saved.panels.snapshots.list, Qt.Key.Key_Delete)
    assert "best" in saved.context.page.snapshots
    saved.context.ask = lambda *_: "keep"
    qtbot.keyClick(saved.panels.snapshots.list, Qt.Key.Key_Delete)
    assert saved.context.page.snapshots == {}
    assert file.is_file()
    saved.document.undo()
    assert "best" in saved.context.page.snapshots
    trashed: list[str] = []
    monkeypatch.setattr(QFile, "moveToTrash", staticmethod(lambda path: trashed.append(path) or True))
    saved.context.ask = lambda *_: "trash"
    saved.controllers.snapshots.delete("best")
    assert trashed == [str(file)]


def test_a_project_without_a_file_is_saved_first_and_the_state_is_not_lost(
    saved: Any, qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved.context.set_document(Document(Project(pages=[_page()])))
    _run(saved, qtbot)
    asked: list[str] = []
    saved.context.ask = lambda title, *rest: asked.append(title) or "save"
    path = tmp_path / "new.tblocks"
    monkeypatch.setattr(saved.controllers.files, "save_as", lambda: saved.controllers.files._save_to(path))
    _store(saved, qtbot, "first")
    assert asked == ["Save the project first?"]
    values = read_snapshot(tmp_path / saved.context.page.snapshots["first"]["npz"])
    assert values["w"].array == np.float32(3)


def test_without_a_state_there_is_nothing_to_store(saved: Any, qtbot: Any) -> None:
    saved.controllers.run.reset()
    assert not saved.panels.snapshots.buttons["Store"].isEnabled()
    saved.controllers.snapshots.store()
    assert "no state to store" in saved.status.currentMessage()


def test_a_missing_file_is_said_in_the_list_and_when_it_is_needed(
    saved: Any, qtbot: Any, tmp_path: Path
) -> None:
    _store(saved, qtbot, "best")
    (tmp_path / saved.context.page.snapshots["best"]["npz"]).unlink()
    saved.panels.refresh_snapshots()
    assert saved.panels.snapshots.list.topLevelItem(0).text(3) == "file missing"
    shown: list[str] = []
    saved.context.show_message = lambda title, text: shown.append(text)
    saved.controllers.snapshots.go_back("best")
    qtbot.waitUntil(lambda: bool(shown))
    assert "does not exist" in shown[0]


def test_times_are_shown_on_blocks_and_in_the_table_and_leave_no_trace(saved: Any, qtbot: Any) -> None:
    saved.action_set["run.times"].trigger()
    _run(saved, qtbot)
    canvas = saved.tabs.current_canvas()
    qtbot.waitUntil(lambda: "a" in canvas.block_marks.times)
    assert saved.runner._engine.runs[-1].request.times is True
    rows = saved.panels.times.rows()
    assert [r[0] for r in rows] == ["a", "s", "(outside the blocks)"]
    assert rows[0][1:] == ("1.5 ms", "66.7%")
    assert canvas.block_marks.times["a"][0] == "1.5 ms  67%"
    place = QPoint(8, saved.panels.times.on.height() // 2)
    qtbot.mouseClick(saved.panels.times.on, Qt.MouseButton.LeftButton, pos=place)
    assert canvas.block_marks.times == {}
    assert saved.panels.times.rows() == []
    assert saved.runner._engine.asked[-1] == Times(False)
    assert not saved.action_set["run.times"].isChecked()


def test_times_can_be_switched_on_in_the_middle_of_a_run(saved: Any, qtbot: Any) -> None:
    saved.document.apply(SetRun("p", RunSettings(steps=None)))
    QApplication.processEvents()
    saved.controllers.run.run()
    qtbot.waitUntil(lambda: saved.runner.state == "running")
    saved.action_set["run.times"].trigger()
    qtbot.waitUntil(lambda: bool(saved.panels.times.rows()))
    with qtbot.waitSignal(saved.runner.ended):
        saved.controllers.run.stop()


def _values(**arrays: Any) -> dict[str, TensorValue]:
    found = {}
    for name, array in arrays.items():
        made = np.asarray(array)
        found[name] = TensorValue("string" if made.dtype == object else made.dtype.name, made)
    return found


def test_differences_are_those_by_hand() -> None:
    one = _values(
        a=np.float32([1, 2, 4]), b=np.int64([7]), c=np.float32([np.nan, np.inf]), gone=np.float32(1)
    )
    two = _values(
        a=np.float32([1, 4, 3]), b=np.int64([-7]), c=np.float32([np.nan, np.inf]), new=np.float32(1)
    )
    rows = {d.block: d for d in differences(one, two)}
    assert (rows["a"].largest, rows["a"].mean) == (2.0, 1.0)
    assert rows["a"].array is not None
    assert rows["a"].array.tolist() == [0.0, 2.0, -1.0]
    assert (rows["b"].largest, rows["b"].mean) == (14.0, 14.0)
    assert (rows["c"].largest, rows["c"].mean) == (0.0, 0.0)
    assert (rows["gone"].words, rows["new"].words) == ("only in the first", "only in the second")


def test_differences_of_shapes_texts_and_nothing_are_said_in_words() -> None:
    texts = np.array([b"a", b"b"], dtype=object)
    other = np.array([b"a", b"c"], dtype=object)
    one = _values(s=np.zeros(2, np.float32), t=texts, e=np.zeros((0, 3), np.float32))
    two = _values(s=np.zeros(3, np.float32), t=other, e=np.zeros((0, 3), np.float32))
    rows = {d.block: d.words for d in differences(one, two)}
    assert rows == {"s": "the shapes differ", "t": "1 of 2 texts differ", "e": "no elements"}
