"""Files in the window: new, open, save, unsaved work, bad files, changes on disk, several windows."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QFileDialog

from app.document.editing.document import Document
from app.document.editing.edits import AddBlocks, SetLabel
from app.document.model.diagram import Block

MINI = """{
  "format": "tensorblocks",
  "version": 1,
  "pages": [
    {
      "name": "first",
      "scope": {"device": "", "seed": null},
      "run": {"steps": 1},
      "blocks": [
        {"id": "a", "symbol": "Const", "at": [0, 0], "pins": {"val": "1"}},
        {"id": "s", "symbol": "ClientSession", "at": [200, 0]}
      ],
      "wires": [
        ["a.output", "s.fetch_outputs"]
      ]
    }
  ]
}
"""


@pytest.fixture
def mini(tmp_path: Path) -> Path:
    path = tmp_path / "mini.tblocks"
    path.write_text(MINI)
    return path


def _change(window: Any) -> None:
    window.document.apply(AddBlocks(window.context.page_name, [Block(id="more", symbol="Const")]))


def test_an_empty_window_shows_the_start_page_and_only_what_can_be_done(window: Any) -> None:
    assert window.start_page.isVisible()
    enabled = {a.objectName() for a in window.action_set.all() if a.isEnabled()}
    assert {"file.new", "file.open", "view.commands", "file.quit"} <= enabled
    assert not enabled & {"file.save", "edit.undo", "run.run", "edit.delete", "arrange.left"}


def test_a_new_project_takes_the_empty_window(window: Any, application: Any) -> None:
    window.action_set["file.new"].trigger()
    assert len(application.windows) == 1
    assert window.tabs.tabText(0) == "page 1"
    assert not window.isWindowModified()


def test_the_title_says_what_is_open_and_whether_it_is_saved(window: Any, mini: Path, qtbot: Any) -> None:
    assert window.controllers.files.load(str(mini))
    assert window.windowTitle() == "mini.tblocks[*] — TensorBlocks"
    assert not window.isWindowModified()
    _change(window)
    qtbot.waitUntil(window.isWindowModified)
    window.document.undo()
    qtbot.waitUntil(lambda: not window.isWindowModified())


def test_save_writes_the_file_and_the_same_bytes_where_nothing_changed(window: Any, mini: Path) -> None:
    before = mini.read_bytes()
    window.controllers.files.load(str(mini))
    window.action_set["file.save"].trigger()
    assert mini.read_bytes() == before
    _change(window)
    window.action_set["file.save"].trigger()
    assert not window.document.is_modified
    assert list(Document.open(mini).project.pages[0].blocks) == ["a", "s", "more"]


def test_save_as_adds_the_suffix_and_goes_on_there(
    window: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.action_set["file.new"].trigger()
    _change(window)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "mine"), ""))
    window.action_set["file.save"].trigger()
    assert window.document.path == tmp_path / "mine.tblocks"
    assert window.store.values.recent_files == [str(tmp_path / "mine.tblocks")]


def test_a_text_that_waits_for_enter_is_saved_too(window: Any, mini: Path, qtbot: Any) -> None:
    window.controllers.files.load(str(mini))
    window.go_to("first", "a")
    window.refresh_selection()
    form = window.panels.properties.form
    form.label_field.setFocus()
    qtbot.keyClicks(form.label_field, "input")
    window.action_set["file.save"].trigger()
    assert Document.open(mini).project.pages[0].blocks["a"].label == "input"


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b'{"format": "other"}', MINI[:200].encode()])
def test_a_bad_file_is_named_and_leaves_what_is_open(
    application: Any, window: Any, mini: Path, content: bytes
) -> None:
    window.controllers.files.load(str(mini))
    open_document = window.document
    bad = mini.with_name("bad.tblocks")
    bad.write_bytes(content)
    shown: list[str] = []
    window.context.show_message = lambda title, text: shown.append(title + text)
    assert application.open_path(str(bad), window) is None
    assert window.document is open_document
    assert len(application.windows) == 1
    assert window.tabs.current_canvas().page.name == "first"


def test_a_document_that_opens_is_laid_out_once(
    window: Any, mini: Path, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    QApplication.processEvents()
    shown: list[Any] = []
    monkeypatch.setattr(window.panels, "refresh", lambda: shown.append(window.document))
    assert window.controllers.files.load(str(mini))
    for _ in range(3):
        QApplication.processEvents()
    assert shown == [window.document]


def test_a_file_that_is_refused_leaves_the_start_page_as_it_is(window: Any, tmp_path: Path) -> None:
    bad = tmp_path / "bad.tblocks"
    bad.write_text("{")
    window.context.show_message = lambda *_: None
    cards = window.start_page.widget()
    assert not window.controllers.files.load(str(bad))
    assert window.start_page.widget() is cards


@pytest.mark.timeout(20)
def test_a_pipe_is_refused_instead_of_waiting_for_its_writer(
    application: Any, window: Any, tmp_path: Path
) -> None:
    pipe = tmp_path / "pipe.tblocks"
    if not hasattr(os, "mkfifo"):
        pytest.skip("this system has no named pipes")
    os.mkfifo(pipe)
    shown: list[str] = []
    window.context.show_message = lambda title, text: shown.append(text)
    assert application.open_path(str(pipe), window) is None
    assert len(shown) == 1
    assert "is a pipe" in shown[0]


def test_a_file_that_is_gone_leaves_the_recent_ones(window: Any, tmp_path: Path) -> None:
    window.store.add_recent_file(tmp_path / "gone.tblocks")
    shown: list[str] = []
    window.context.show_message = lambda title, text: shown.append(title)
    assert not window.controllers.files.load(str(tmp_path / "gone.tblocks"))
    assert shown == ["gone.tblocks cannot be opened"]
    assert window.store.values.recent_files == []


@pytest.mark.parametrize(
    ("answer", "closes", "saves"), [("save", True, True), ("discard", True, False), ("cancel", False, False)]
)
def test_unsaved_work_is_asked_about(
    application: Any, window: Any, mini: Path, answer: str, closes: bool, saves: bool
) -> None:
    before = mini.read_bytes()
    window.controllers.files.load(str(mini))
    _change(window)
    asked: list[str] = []
    window.context.ask = lambda title, *rest: asked.append(title) or answer
    assert window.close() == closes
    assert asked == ["Save mini.tblocks?"]
    assert (mini.read_bytes() != before) == saves
    assert (window not in application.windows) == closes


def test_a_saved_project_closes_without_a_question(application: Any, window: Any, mini: Path) -> None:
    window.controllers.files.load(str(mini))
    window.context.ask = lambda *_: pytest.fail("nothing is unsaved")
    assert window.close()


def test_a_second_project_opens_in_a_window_of_its_own(application: Any, window: Any, mini: Path) -> None:
    other = mini.with_name("other.tblocks")
    other.write_text(MINI)
    application.open_path(str(mini), window)
    second = application.open_path(str(other), window)
    assert second is not window
    assert len(application.windows) == 2
    assert application.open_path(str(mini), second) is window  # open already: no second copy


# Qt 6.12 has another constructor, which 6.11 lacks.
@pytest.mark.filterwarnings("ignore:.*QDragEnterEvent:DeprecationWarning")
def test_a_file_dropped_on_the_window_opens(window: Any, mini: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(mini))])
    where = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    enter = QDragEnterEvent(QPoint(10, 10), *where)
    window.dragEnterEvent(enter)
    assert enter.isAccepted()
    window.dropEvent(QDropEvent(QPointF(10, 10), *where))
    assert window.document.path == mini


def test_a_change_on_disk_is_noticed_and_can_be_taken(window: Any, mini: Path, qtbot: Any) -> None:
    window.controllers.files.load(str(mini))
    changed = mini.with_name("changed")
    changed.write_text(MINI.replace('"id": "a"', '"id": "b"').replace("a.output", "b.output"))
    os.replace(changed, mini)  # as editors and git do it
    qtbot.waitUntil(window.banner.isVisible)
    assert "mini.tblocks was changed" in window.banner.text.text()
    qtbot.mouseClick(window.banner.button("Reload"), Qt.MouseButton.LeftButton)
    assert "b" in window.context.page.blocks
    assert not window.banner.isVisible()


def test_our_own_save_is_no_change_on_disk(window: Any, mini: Path, qtbot: Any) -> None:
    window.controllers.files.load(str(mini))
    _change(window)
    window.action_set["file.save"].trigger()
    window.controllers.files.look_at_disk()
    assert not window.banner.isVisible()


def test_saving_over_a_foreign_change_is_asked_about(window: Any, mini: Path) -> None:
    window.controllers.files.load(str(mini))
    _change(window)
    foreign = MINI.replace('"1"', '"2"')
    mini.write_text(foreign)
    window.context.ask = lambda *_: "cancel"
    window.action_set["file.save"].trigger()
    assert mini.read_text() == foreign
    window.context.ask = lambda *_: "over"
    window.action_set["file.save"].trigger()
    assert "more" in mini.read_text()


def test_a_file_of_a_later_version_is_read_only_and_says_so(window: Any, mini: Path) -> None:
    mini.write_text(MINI.replace('"version": 1', '"version": 99'))
    window.controllers.files.load(str(mini))
    assert "later version" in window.banner.text.text()
    assert "read only" in window.windowTitle()
    assert not window.action_set["file.save"].isEnabled()
    assert not window.action_set["edit.paste"].isEnabled()
    window.go_to("first", "a")
    window.refresh_selection()
    assert window.panels.properties.form.id_field.isReadOnly()
    window.context.apply(SetLabel("first", "a", "x"))
    assert window.context.block("a").label is None


def test_a_crash_is_recovered_and_a_clean_exit_leaves_nothing(
    application: Any, window: Any, mini: Path
) -> None:
    from app.document.editing.journal import recoverable
    from app.editor.settings import journals_folder

    window.controllers.files.load(str(mini))
    _change(window)
    window.controllers.recovery.flush()
    journal = next(journals_folder().glob("*.journal"))  # type: ignore[union-attr]
    content = journal.read_bytes()
    window.context.ask = lambda *_: "discard"
    window.close()
    assert recoverable(journals_folder()) == []
    journal.write_bytes(content)  # what a dead process would have left
    fresh = application.new_window()
    asked: list[str] = []
    fresh.context.ask = lambda title, *rest: asked.append(title) or "recover"
    application.offer_leftovers(fresh)
    assert asked == ["Recover mini.tblocks?"]
    assert "more" in fresh.context.page.blocks
    assert fresh.document.is_modified
    assert fresh.document.path == mini
