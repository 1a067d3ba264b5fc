"""The Pages dock: pages and their blocks as a tree, with an accessible name for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QTreeView, QVBoxLayout, QWidget

from app.document.model.own_symbol import shown_name
from app.editor.widgets.icons import icon
from app.editor.widgets.item_index import Index

if TYPE_CHECKING:
    from app.document.model.diagram import Project

_DISPLAY = int(Qt.ItemDataRole.DisplayRole)


class OutlineModel(QStandardItemModel):
    """A snapshot of names: pages, and below each its blocks as ``id  symbol``. Renewed where it differs.

    Qt's own model counts the rows, which a view of a large page asks for all at once; the names are looked up here
    when a row is shown.
    """

    def __init__(self, parent: Any = None) -> None:
        """Make an empty tree."""
        super().__init__(parent)
        self._pages: list[str] = []
        self._blocks: list[list[tuple[str, str]]] = []

    def show_project(self, project: Project | None) -> bool:
        """Follow the project; returns whether anything was made anew."""
        pages = [p.name for p in project.pages] if project is not None else []
        blocks = (
            [[(b.id, b.symbol) for b in p.blocks.values()] for p in project.pages]
            if project is not None
            else []
        )
        if pages == self._pages and blocks == self._blocks:
            return False
        if pages != self._pages:
            self._reset(pages, blocks)
            return True
        for row, (old, new) in enumerate(zip(self._blocks, blocks, strict=True)):
            if old != new:
                self._replace(row, new)
        return True

    def _reset(self, pages: list[str], blocks: list[list[tuple[str, str]]]) -> None:
        """Make all rows anew."""
        self.removeRows(0, self.rowCount())
        self._pages, self._blocks = pages, blocks
        for named in blocks:
            page = QStandardItem()
            self.appendRow(page)
            page.setColumnCount(1)
            page.setRowCount(len(named))  # rows without items of their own: see `data`

    def _replace(self, page_row: int, new: list[tuple[str, str]]) -> None:
        """Replace the part of a page's rows that differs, so that the view keeps its place."""
        old = self._blocks[page_row]
        head = 0
        while head < min(len(old), len(new)) and old[head] == new[head]:
            head += 1
        tail = 0
        while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
            tail += 1
        parent = self.index(page_row, 0)
        if len(old) - tail > head:
            self.removeRows(head, len(old) - tail - head, parent)
            del old[head : len(old) - tail]
        if len(new) - tail > head:
            old[head:head] = new[head : len(new) - tail]
            self.insertRows(head, len(new) - tail - head, parent)

    def place(self, index: Index) -> tuple[str, str | None]:
        """Return page and block id (None for a page's row)."""
        page = index.parent()
        if page.isValid():
            return self._pages[page.row()], self._blocks[page.row()][index.row()][0]
        return self._pages[index.row()], None

    def find(self, page: str, block: str | None = None) -> QModelIndex:
        """Return the index of a page or block, or an invalid one."""
        if page not in self._pages:
            return QModelIndex()
        parent = self.index(self._pages.index(page), 0)
        if block is None:
            return parent
        for row, (name, _) in enumerate(self._blocks[parent.row()]):
            if name == block:
                return self.index(row, 0, parent)
        return QModelIndex()

    def data(self, index: Index, role: int = _DISPLAY) -> Any:
        """Return the names."""
        page, block = self.place(index)
        symbol = "" if block is None else shown_name(self._blocks[index.parent().row()][index.row()][1])
        if role == _DISPLAY:
            return page if block is None else f"{block}   {symbol}"
        if role == Qt.ItemDataRole.DecorationRole:
            return icon("page" if block is None else "block")
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"page {page}" if block is None else f"block {block}, {symbol}"
        return None


class Outline(QWidget):
    """The dock's content. ``chosen`` carries page and block id ("" for a page)."""

    chosen = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make an empty tree."""
        super().__init__(parent)
        self.model = OutlineModel(self)
        self.tree = QTreeView(self)
        self.tree.setModel(self.model)
        self.tree.setHeaderHidden(True)
        self.tree.setUniformRowHeights(True)
        self.tree.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.tree.setIndentation(14)
        self.tree.setAccessibleName("Pages and blocks")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.tree)
        self.setFocusProxy(self.tree)
        self.tree.clicked.connect(self._choose)
        self.tree.activated.connect(self._choose)

    def show_project(self, project: Project | None, page: str | None) -> None:
        """Follow the project; the current page is open."""
        if self.model.show_project(project) and page is not None:
            self.tree.expand(self.model.find(page))

    def show_place(self, page: str | None, block: str | None) -> None:
        """Mark the page or block that is current on the canvas."""
        index = self.model.find(page, block) if page is not None else QModelIndex()
        if index.isValid() and not self.tree.hasFocus():
            self.tree.expand(self.model.find(page or ""))
            self.tree.setCurrentIndex(index)

    def _choose(self, index: QModelIndex) -> None:
        if index.isValid():
            page, block = self.model.place(index)
            self.chosen.emit(page, block or "")
