"""The Pages dock: pages and their blocks as a tree, with an accessible name for each."""

from __future__ import annotations

from collections.abc import Sized
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, Qt, Signal
from PySide6.QtWidgets import QTreeView, QVBoxLayout, QWidget

from app.document.model.own_symbol import shown_name
from app.editor.widgets.icons import icon
from app.editor.widgets.item_index import ROOT, Index

if TYPE_CHECKING:
    from app.document.model.diagram import Project

_DISPLAY = int(Qt.ItemDataRole.DisplayRole)


class OutlineModel(QAbstractItemModel):
    """A snapshot of names: pages, and below each its blocks as ``id  symbol``. Renewed where it differs."""

    def __init__(self, parent: Any = None) -> None:
        """Make an empty tree."""
        super().__init__(parent)
        self._pages: list[str] = []
        self._blocks: list[list[tuple[str, str]]] = []

    def show_project(self, project: Project | None) -> bool:
        """Follow the project; returns whether anything was made anew."""
        pages = [p.name for p in project.pages] if project is not None else []
        blocks = (
            [[(b.id, shown_name(b.symbol)) for b in p.blocks.values()] for p in project.pages]
            if project is not None
            else []
        )
        if pages == self._pages and blocks == self._blocks:
            return False
        if pages != self._pages:
            self.beginResetModel()
            self._pages, self._blocks = pages, blocks
            self.endResetModel()
            return True
        for row, (old, new) in enumerate(zip(self._blocks, blocks, strict=True)):
            if old != new:
                self._replace(row, new)
        return True

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
            self.beginRemoveRows(parent, head, len(old) - tail - 1)
            del old[head : len(old) - tail]
            self.endRemoveRows()
        if len(new) - tail > head:
            self.beginInsertRows(parent, head, len(new) - tail - 1)
            old[head:head] = new[head : len(new) - tail]
            self.endInsertRows()

    def place(self, index: Index) -> tuple[str, str | None]:
        """Return page and block id (None for a page's row)."""
        if index.internalId():
            page = index.internalId() - 1
            return self._pages[page], self._blocks[page][index.row()][0]
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

    def index(self, row: int, column: int, parent: Index = ROOT) -> QModelIndex:
        """Return an index: internal id 0 for a page, the page's number + 1 for a block."""
        rows: Sized = self._pages  # a large page asks for every row at once, so this is written for speed
        page = -1
        if parent.isValid():
            page = parent.row()
            rows = self._blocks[page] if parent.internalId() == 0 else ()
        return self.createIndex(row, 0, page + 1) if column == 0 and 0 <= row < len(rows) else QModelIndex()

    def parent(self, index: Index = ROOT) -> QModelIndex:  # type: ignore[override]
        """Return the page of a block."""
        page = index.internalId() - 1 if index.isValid() else -1
        return self.createIndex(page, 0, 0) if page >= 0 else QModelIndex()

    def rowCount(self, parent: Index = ROOT) -> int:
        """Count pages, or blocks of a page."""
        if not parent.isValid():
            return len(self._pages)
        return len(self._blocks[parent.row()]) if parent.internalId() == 0 else 0

    def columnCount(self, parent: Index = ROOT) -> int:
        """Return 1."""
        return 1

    def data(self, index: Index, role: int = _DISPLAY) -> Any:
        """Return the names."""
        page, block = self.place(index)
        symbol = self._blocks[index.internalId() - 1][index.row()][1] if block is not None else ""
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
