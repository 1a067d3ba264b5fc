"""Pages of enuSpace and samples in the window: opened as copies, with what they saved, and never written over."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QFileDialog, QLabel

from app.document.editing.edits import MoveItems
from app.document.editing.journal import recoverable
from app.document.resources.companion_files import imported_folder
from app.document.resources.search_path import set_user_folders, user_folders
from app.document.storage.project_file import load_project
from app.editor.properties.page_form import PageForm
from app.editor.widgets.data_folders_dialog import DataFolders
from app.editor.window.start_page import samples
from tests.support.enuspace_pages import link, pin, use, write_page

COUNT = [
    use(
        "v", "Variable", pin("dtype", "DT_INT32"), pin("initvalues", "0"), pin("result_ref", "41", "", "int")
    ),
    use("big", "Const", pin("val", ";".join("1" * 200), "[200]", "int")),
    use("s", "ClientSession"),
    link("v.ref", "s.fetch_outputs"),
]


@pytest.fixture(autouse=True)
def _no_data_folders() -> Any:
    """Leave no data folder behind."""
    yield
    set_user_folders([])


def drop(window: Any, *paths: Path) -> None:
    """Drop files on the window."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    action, button, keys = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    window.dropEvent(QDropEvent(QPointF(5, 5), action, data, button, keys))


def save_as(monkeypatch: pytest.MonkeyPatch, window: Any, path: Path) -> bool:
    """Save under this name, as the dialog would give it."""
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    return bool(window.controllers.files.save())


def test_saved_results_of_a_page_are_shown_as_such_once_they_are_read(
    window: Any, tmp_path: Path, qtbot: Any
) -> None:
    assert window.controllers.files.load(str(write_page(tmp_path, COUNT)))
    qtbot.waitUntil(lambda: window.results.page("page").saved)
    results = window.results.page("page")
    assert (results.saved, results.stale) == (True, True)
    assert results.values["v.ref"].array.tolist() == 41
    assert window.tabs.current_canvas().feedback.results_are_saved
    window.docks.reveal("results")
    window.panels.results.refresh()
    assert window.panels.results.saved.isVisible()
    assert "page[*]" in window.windowTitle()


def test_an_imported_page_is_saved_with_its_arrays_and_states_beside_it(
    window: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: Any
) -> None:
    window.controllers.files.load(str(write_page(tmp_path, COUNT)))
    store = window.document.store
    assert store.parent == imported_folder()
    assert save_as(monkeypatch, window, tmp_path / "mine.tblocks")
    page = load_project(tmp_path / "mine.tblocks").project.pages[0]
    assert page.snapshots == {"as saved": {"npz": "mine.saved.npz"}}
    assert page.results == {"npz": "mine.results.npz"}
    assert page.blocks["big"].pins["val"].npz == "mine.arrays.npz"
    assert {p.name for p in tmp_path.glob("mine.*.npz")} == {
        "mine.saved.npz",
        "mine.results.npz",
        "mine.arrays.npz",
    }
    window.context.set_document(None)
    assert not store.exists()
    window.controllers.files.load(str(tmp_path / "mine.tblocks"))
    qtbot.waitUntil(lambda: window.results.page("page").saved)
    assert window.results.page("page").values["v.ref"].array.tolist() == 41


def test_pages_and_folders_dropped_together_open_as_one_project(
    window: Any, tmp_path: Path, qtbot: Any
) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        write_page(tmp_path / name, COUNT, name=f"page {name}")
    drop(window, tmp_path / "a" / "page a.svg", tmp_path / "b")
    assert [page.name for page in window.document.project.pages] == ["page a", "page b"]
    assert window.document.path is None
    qtbot.waitUntil(lambda: window.results.page("page b").saved)


def test_a_sample_opens_as_a_copy_that_a_save_never_writes_back(
    window: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sample = next(path for path in samples() if path.stem == "crop_and_resize_grad")
    before = sample.read_bytes()
    window.start_page.open_sample.emit(str(sample))
    document = window.document
    assert (document.path, document.folder, document.is_modified) == (None, sample.parent, False)
    assert window.store.values.recent_files == []
    answers = []
    window.context.ask = lambda *words, **_: answers.append(words[0]) or "copy"
    assert save_as(monkeypatch, window, tmp_path / "mine.tblocks")
    assert answers == ["Copy the files along?"]
    assert (tmp_path / "stroke.png").read_bytes() == (sample.parent / "stroke.png").read_bytes()
    assert sample.read_bytes() == before


@pytest.mark.parametrize(
    ("answer", "saved", "copied"), [("keep", True, False), ("cancel", False, False), ("copy", True, True)]
)
def test_saving_elsewhere_asks_about_the_files_that_would_no_longer_be_found(
    window: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: str, saved: bool, copied: bool
) -> None:
    (tmp_path / "a.txt").write_text("a")
    window.controllers.files.load(str(write_page(tmp_path, [use("r", "ReadFile", pin("filename", "a.txt"))])))
    away = tmp_path / "away"
    away.mkdir()
    window.context.ask = lambda *_, **__: answer
    assert save_as(monkeypatch, window, away / "p.tblocks") is saved
    assert (away / "p.tblocks").exists() is saved
    assert (away / "a.txt").exists() is copied


def test_data_folders_are_remembered_and_used(
    application: Any, window: Any, tmp_path: Path, qtbot: Any
) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "Words.txt").write_text("x")
    dialog = DataFolders([str(tmp_path)], window)
    qtbot.addWidget(dialog)
    dialog.add(str(tmp_path / "data"))
    dialog.list.setCurrentRow(1)
    dialog._move_up()
    application.set_data_folders(dialog.folders())
    assert application.store.values.data_folders == [str(tmp_path / "data"), str(tmp_path)]
    assert user_folders() == (tmp_path / "data", tmp_path)
    (tmp_path / "in").mkdir()
    window.controllers.files.load(
        str(write_page(tmp_path / "in", [use("r", "ReadFile", pin("filename", "C:\\\\x\\\\words.txt"))]))
    )
    assert window.document.project.pages[0].blocks["r"].pins["filename"] == '"../data/Words.txt"'


_EDIT = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
import app.editor.runs.runner as runner
runner.Runner.warm_up = lambda self: None
from app.editor.application.main import edit
from app.document.editing.edits import SetLabel
app = QApplication([])
def change():
    window = next(w for w in app.topLevelWidgets() if hasattr(w, "document"))
    window.document.apply(SetLabel("page", "s", "unsaved"))
    print("changed", flush=True)
QTimer.singleShot(0, lambda: QTimer.singleShot(0, change))
sys.exit(edit(*sys.argv[1:]))
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows sends no such signals")
@pytest.mark.usefixtures("hang_up")
@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_a_program_that_is_ended_from_outside_leaves_its_work_in_the_journal(
    tmp_path: Path, name: str
) -> None:
    path = write_page(tmp_path, COUNT)
    config = tmp_path / "config2"
    environment = {**os.environ, "TENSORBLOCKS_CONFIG": str(config)}
    process = subprocess.Popen(
        [sys.executable, "-c", _EDIT, str(path)], stdout=subprocess.PIPE, text=True, env=environment
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "changed\n"
        process.send_signal(getattr(signal, name))
        assert process.wait(60) == 0
    (left,) = recoverable(config / "journals")
    document = left.open()
    assert document.project.pages[0].blocks["s"].label == "unsaved"
    assert document.folder == tmp_path


def test_an_untouched_import_closes_without_a_question_and_a_changed_one_does_not(
    window: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(window.context, "ask", lambda title, *_, **__: asked.append(title) or "cancel")
    assert window.controllers.files.load(str(write_page(tmp_path, COUNT)))
    assert window.controllers.files.may_leave()
    assert asked == []
    window.context.apply(MoveItems("page", {"big": (5, 5)}))
    assert not window.controllers.files.may_leave()
    assert asked == ["Save the new project?"]


def test_the_report_of_an_import_is_a_list_by_severity_that_leads_to_the_blocks(
    window: Any, tmp_path: Path, qtbot: Any
) -> None:
    script = '<script type="text/lua">function _onload()\nos.execute("rm")\nend</script>'
    elements = [*COUNT, use("odd", "NoSuchSymbol", script), link("gone.result_y", "odd.x")]
    assert window.controllers.files.load(str(write_page(tmp_path, elements)))
    window.action_set["page.report"].trigger()
    dialog = window.controllers.reports.dialog
    groups = [dialog.tree.topLevelItem(n) for n in range(dialog.tree.topLevelItemCount())]
    assert [group.text(0).partition(" (")[0] for group in groups] == ["Warnings", "Notes"]
    rows = [group.child(n) for group in groups for n in range(group.childCount())]
    assert any("a Lua script, which is never run: 3 lines" in row.text(1) for row in rows)
    assert not any("os.execute" in row.text(1) + row.toolTip(1) for row in rows)
    row = next(row for row in rows if row.text(0) == "odd")
    place = dialog.tree.visualItemRect(row).center()
    qtbot.mouseClick(dialog.tree.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert window.tabs.current_canvas().selection.ordered_blocks() == ["odd"]
    dialog.close()
    assert window.controllers.reports.dialog is None


def test_the_properties_of_an_imported_page_hold_no_script(window: Any, tmp_path: Path) -> None:
    script = '<script type="text/lua">function _onload()\nos.execute("rm")\nend</script>'
    assert window.controllers.files.load(str(write_page(tmp_path, [*COUNT, script])))
    form = window.panels.properties.findChild(PageForm)
    shown = [label.text() for label in form.findChildren(QLabel) if not label.isHidden()]
    assert not any("os.execute" in text for text in shown)
    assert not form.report.isHidden()
