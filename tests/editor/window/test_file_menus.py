"""The submenus of File: recent files and samples."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from app.document.editing.document import Document


def _opened(menu: Any) -> list[Any]:
    menu.aboutToShow.emit()
    return list(menu.actions())


def test_the_files_opened_lately_are_listed_and_opened(window: Any, tmp_path: Path) -> None:
    menu = window.file_menus.recent
    (nothing,) = _opened(menu)
    assert not nothing.isEnabled()
    for name in ("first", "R&D"):
        Document.new().save(tmp_path / f"{name}.tblocks")
        window.controllers.files.load(str(tmp_path / f"{name}.tblocks"))
    rows = _opened(menu)
    assert [row.text() for row in rows[:2]] == ["&1 R&&D.tblocks", "&2 first.tblocks"]
    assert rows[1].toolTip() == str(tmp_path / "first.tblocks")
    window.context.set_document(None)
    rows[1].trigger()
    assert window.document.path == tmp_path / "first.tblocks"
    rows = _opened(menu)
    assert rows[-1].text() == "Clear the list"
    rows[-1].trigger()
    assert len(_opened(menu)) == 1


def test_a_sample_opens_as_a_new_project(window: Any) -> None:
    rows = _opened(window.file_menus.samples)
    next(row for row in rows if row.text() == "Xor").trigger()
    assert window.document.path is None
    assert "xor" in window.windowTitle()
    assert len(window.context.pages) == 1


def test_both_stand_behind_open(window: Any) -> None:
    (file_menu,) = [a.menu() for a in window.menuBar().actions() if a.text() == "&File"]
    texts = [a.text() for a in file_menu.actions()]
    assert texts.index("Open &recent") < texts.index("&Save")
    assert texts.index("&Open…") < texts.index("Open &recent")
