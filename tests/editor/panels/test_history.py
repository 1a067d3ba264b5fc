"""The History panel: which rows are faint, and that an edit touches its own rows alone."""

from typing import Any

from PySide6.QtCore import Qt

from app.document.editing.document import Document
from app.document.editing.edits import AddBlocks
from app.document.model.diagram import Block, Page, Project
from app.editor.panels.history import HistoryPanel


def _document() -> Document:
    return Document(Project(pages=[Page(name="p")]))


def _add(document: Document, *ids: str) -> None:
    for block in ids:
        document.apply(AddBlocks("p", [Block(id=block, symbol="Const")]))


def _faint(panel: HistoryPanel) -> list[bool]:
    rows = [panel.list.item(row) for row in range(panel.list.count())]
    return [row.foreground().style() != Qt.BrushStyle.NoBrush for row in rows]


def test_undone_steps_are_faint_until_they_are_done_again(qtbot: Any) -> None:
    panel, document = HistoryPanel(), _document()
    qtbot.addWidget(panel)
    _add(document, "a", "b", "c")
    panel.show_history(document)
    assert _faint(panel) == [False] * 4
    document.undo()
    document.undo()
    panel.show_history(document)
    assert _faint(panel) == [False, False, True, True]
    document.redo()
    panel.show_history(document)
    assert _faint(panel) == [False, False, False, True]
    _add(document, "d")  # in the place of what was undone
    panel.show_history(document)
    assert _faint(panel) == [False] * 4
    other = _document()
    _add(other, "a", "b")
    other.undo()
    other.undo()
    panel.show_history(other)
    assert _faint(panel) == [False, True, True]


def test_an_edit_changes_no_rows_but_its_own(qtbot: Any) -> None:
    panel, document = HistoryPanel(), _document()
    qtbot.addWidget(panel)
    _add(document, *(f"b{i}" for i in range(50)))
    panel.show_history(document)
    changed: list[tuple[int, int]] = []
    panel.list.model().dataChanged.connect(lambda first, last: changed.append((first.row(), last.row())))
    _add(document, "last")
    panel.show_history(document)
    document.undo()
    panel.show_history(document)
    assert set(changed) <= {(51, 51)}
