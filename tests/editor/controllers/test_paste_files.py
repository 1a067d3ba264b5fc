"""Blocks pasted from a project in another folder bring the files along that they name, where the user says so."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt

from app.document.editing.relocation import bring_along, move_of_blocks
from app.document.model.diagram import ArrayRef, Block, Page, Project
from app.document.resources.companion_files import imported_folder
from app.document.storage.project_file import save_project
from blocks.catalog import load

CTRL = Qt.KeyboardModifier.ControlModifier
NUMBERS = np.arange(6, dtype=np.float32).reshape(2, 3)


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """The folder of a project whose blocks name a text file and an array, and another one with an empty project."""
    old, new = tmp_path / "old", tmp_path / "new"
    (old / "data").mkdir(parents=True)
    new.mkdir()
    (old / "data" / "a.csv").write_text("1,2\n")
    np.savez(old / "weights.npz", W=NUMBERS)
    blocks = [
        Block(id="read", symbol="ReadFile", pins={"filename": "data/a.csv"}),
        Block(id="w", symbol="Const", at=(0, 200), pins={"val": ArrayRef("weights.npz", "W")}),
    ]
    save_project(Project(pages=[Page(name="p", blocks={b.id: b for b in blocks})]), old / "p.tblocks")
    save_project(Project(pages=[Page(name="q")]), new / "q.tblocks")
    return old, new


@pytest.fixture
def paste(application: Any, window: Any, folders: tuple[Path, Path], qtbot: Any) -> Callable[[str], Any]:
    """Copy everything in the one project, by keys, and paste it in the other; the question is answered so."""
    old, new = folders

    def pasted(answer: str, target: str = "q.tblocks") -> Any:
        source = application.open_path(str(old / "p.tblocks"), window)
        source.tabs.current_canvas().selection.choose_all()
        qtbot.waitUntil(source.action_set["edit.copy"].isEnabled)
        qtbot.keyClick(source.tabs.current_canvas().viewer, Qt.Key.Key_C, CTRL)
        other = application.open_path(str(new / target), source) if target else application.new_window()
        if not target:
            other.context.new_requested.emit()
        other.questions = []
        other.context.ask = lambda *words, **_: other.questions.append(words) or answer
        with qtbot.waitActive(other):
            other.activateWindow()
        qtbot.keyClick(other.tabs.current_canvas().viewer, Qt.Key.Key_V, CTRL)
        return other

    return pasted


def array_of(window: Any) -> Any:
    ref = window.context.page.blocks["w"].pins["val"]
    with np.load(window.document.folder / ref.npz) as archive:
        return archive[ref.key]


def test_files_and_arrays_go_along_and_one_undo_takes_the_blocks_back(
    paste: Any, folders: tuple[Path, Path], qtbot: Any
) -> None:
    window = paste("copy")
    ((title, text, choices, details),) = window.questions
    assert title == "The blocks name 2 files of another folder"
    assert (str(folders[0]) in text, details) == (True, "weights.npz\ndata/a.csv")
    assert [c.text for c in choices] == ["Copy them along", "Paste without them", "Cancel"]
    assert (folders[1] / "data" / "a.csv").read_text() == "1,2\n"
    assert np.array_equal(array_of(window), NUMBERS)
    assert window.context.page.blocks["read"].pins == {"filename": "data/a.csv"}  # no text is changed
    qtbot.waitUntil(window.action_set["edit.undo"].isEnabled)
    qtbot.keyClick(window.tabs.current_canvas().viewer, Qt.Key.Key_Z, CTRL)
    assert not window.context.page.blocks
    assert not window.document.can_undo


def test_without_the_files_the_blocks_say_what_is_missing(
    paste: Any, folders: tuple[Path, Path], qtbot: Any
) -> None:
    window = paste("paste")
    assert [p.name for p in folders[1].iterdir()] == ["q.tblocks"]
    shown: list[Any] = []
    window.controllers.diagnostics.problems_shown.connect(lambda problems, _: shown.append(problems))
    places = {("read", "filename"), ("w", "val")}
    qtbot.waitUntil(lambda: bool(shown) and {(p.block, p.pin) for p in shown[-1]} >= places)


def test_cancelled_nothing_is_pasted(paste: Any, folders: tuple[Path, Path]) -> None:
    window = paste("cancel")
    assert not window.context.page.blocks
    assert [p.name for p in folders[1].iterdir()] == ["q.tblocks"]


def test_another_file_of_that_name_stays_as_it_is(paste: Any, folders: tuple[Path, Path]) -> None:
    """An array takes another name; what a text names is not copied, and the question says so."""
    new = folders[1]
    (new / "data").mkdir()
    (new / "data" / "a.csv").write_text("mine\n")
    np.savez(new / "weights.npz", W=NUMBERS + 1)
    before = (new / "weights.npz").read_bytes()
    window = paste("copy")
    assert "Other files of these names are there and stay: data/a.csv." in window.questions[0][1]
    assert ((new / "data" / "a.csv").read_text(), (new / "weights.npz").read_bytes()) == ("mine\n", before)
    assert window.context.page.blocks["w"].pins["val"] == ArrayRef("weights.2.npz", "W")
    assert np.array_equal(array_of(window), NUMBERS)


def test_nothing_is_asked_where_all_of_it_is_there(paste: Any, folders: tuple[Path, Path]) -> None:
    paste("copy").document.undo()
    assert paste("copy").questions == []
    assert sorted(p.name for p in folders[1].iterdir()) == ["data", "q.tblocks", "weights.npz"]


def test_a_project_without_a_folder_is_to_be_saved_first(
    paste: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    window = paste("paste", target="")
    ((_, text, choices, _),) = window.questions
    assert "Save this project first" in text
    assert [c.key for c in choices] == ["paste", "cancel"]
    assert set(window.context.page.blocks) == {"read", "w"}


def test_an_array_of_an_imported_page_outlives_the_page(tmp_path: Path) -> None:
    """It lies in the program's own store until the page is saved."""
    stored = imported_folder() / "x" / "page.arrays.npz"
    stored.parent.mkdir(parents=True)
    np.savez(stored, W=NUMBERS)
    block = Block(id="w", symbol="Const", pins={"val": ArrayRef(str(stored), "W")})
    fragment = Page(name="p", blocks={"w": block})
    move = move_of_blocks(fragment, load(), tmp_path, tmp_path)
    brought = bring_along(fragment, move, tmp_path, tmp_path)
    assert brought.blocks["w"].pins["val"] == ArrayRef("page.arrays.npz", "W")
    stored.unlink()
    assert np.array_equal(np.load(tmp_path / "page.arrays.npz")["W"], NUMBERS)


_COPIED_AND_ENDED = """
from PySide6.QtWidgets import QApplication
app = QApplication([])
from tests.support.canvas_driver import CanvasDriver, page_of
drive = CanvasDriver(page_of({"a": ("Const", (40.0, 60.0))}))
drive.canvas.selection.choose_all()
drive.canvas.selection_actions.copy()
assert "Const" in app.clipboard().text()
drive.canvas.dispose()
"""


def test_the_program_ends_well_with_its_blocks_on_the_clipboard() -> None:
    """The clipboard outlives Python, so it may hold nothing of Python's own."""
    root = Path(__file__).parents[3]
    places = os.pathsep.join(filter(None, (str(root), os.environ.get("PYTHONPATH"))))
    done = subprocess.run(
        [sys.executable, "-c", _COPIED_AND_ENDED],
        env={**os.environ, "PYTHONPATH": places, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
