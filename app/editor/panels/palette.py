"""The block palette: a filter line over the catalog's tree; Enter, double-click or a drag places a block."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLineEdit,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from app.editor.panels.palette_model import ALWAYS_OPEN, HELP_ROLE, PaletteModel
from app.editor.settings import SettingsStore
from app.editor.widgets.guarded_paint import guarded
from app.editor.widgets.icons import icon
from app.editor.widgets.item_index import Index

if TYPE_CHECKING:
    from blocks.catalog import Catalog

_BEFORE_HELP, _LEAST_HELP = 14, 60  # pixels between name and help, and those that help needs at least
_TO_TREE = (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_PageDown, Qt.Key.Key_PageUp)


class _WithHelp(QStyledItemDelegate):
    """Paints behind a block's name what it does, as far as there is room."""

    @guarded
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one row."""
        super().paint(painter, option, index)
        help_text = index.data(HELP_ROLE)
        if not help_text:
            return
        self.initStyleOption(option, index)
        part = QStyle.SubElement.SE_ItemViewItemText
        room = option.widget.style().subElementRect(part, option, option.widget)
        room.setLeft(room.left() + option.fontMetrics.horizontalAdvance(option.text) + _BEFORE_HELP)
        room.setRight(option.rect.right() - 4)
        if room.width() < _LEAST_HELP:
            return
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        role = QPalette.ColorRole.HighlightedText if chosen else QPalette.ColorRole.PlaceholderText
        painter.save()
        painter.setPen(option.palette.color(role))
        text = option.fontMetrics.elidedText(help_text, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), text)
        painter.restore()


class Palette(QWidget):
    """The dock's content. ``placed`` carries the name of a symbol to put at the middle of the page."""

    placed = Signal(str)
    chosen = Signal(str)  # the symbol under the cursor, for the help

    def __init__(self, store: SettingsStore, parent: QWidget | None = None) -> None:
        """Make an empty palette; ``fill`` brings the symbols once the window is up."""
        super().__init__(parent)
        self._store = store
        self.filter = QLineEdit(self)
        self.filter.setPlaceholderText("Filter the blocks")
        self.filter.setClearButtonEnabled(True)
        self.filter.setAccessibleName("Filter the block palette")
        self.filter.installEventFilter(self)
        self.model = PaletteModel(self)
        self.tree = QTreeView(self)
        self.tree.setModel(self.model)
        self.tree.setHeaderHidden(True)
        self.tree.setItemDelegate(_WithHelp(self.tree))
        self.tree.setUniformRowHeights(True)
        self.tree.setDragEnabled(True)
        self.tree.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.tree.setIndentation(14)
        self.tree.setAccessibleName("Block palette")
        self.tree.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 6, 6, 0)
        layout.setSpacing(6)
        layout.addWidget(self.filter)
        layout.addWidget(self.tree)
        self.setFocusProxy(self.filter)
        self.filter.textChanged.connect(self._filter)
        # activated fires on Enter and, depending on the style, on one or two clicks; doubleClicked is sure.
        self.tree.doubleClicked.connect(self._place)
        self.tree.installEventFilter(self)
        self.tree.customContextMenuRequested.connect(self._menu)
        self.tree.selectionModel().currentChanged.connect(self._announce)

    def fill(self, catalog: Catalog) -> None:
        """Show the catalog's symbols; the sections that are open stay open."""
        opened = self._opened()
        self.model.set_catalog(catalog, self._store.values.favourites, self._store.values.recent_symbols)
        self._open(opened)

    def note_use(self, symbol: str) -> None:
        """Put a symbol among those used lately."""
        self._store.add_recent_symbol(symbol)
        if not self.filter.text():
            self._refresh_personal()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrow keys in the filter go to the tree; Enter places what is current."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._place(self.tree.currentIndex())
                return True
            if watched is self.filter and event.key() in _TO_TREE:
                self.tree.setFocus()
                self.tree.keyPressEvent(event)
                return True
        return super().eventFilter(watched, event)

    def _filter(self, text: str) -> None:
        self.model.set_filter(text)
        if text.strip():
            self.tree.expandAll()
            first = self.model.index(0, 0, self.model.index(0, 0))
            self.tree.setCurrentIndex(first)
        else:
            self._show_personal()

    def _show_personal(self) -> None:
        self._open(())

    def _place(self, index: QModelIndex) -> None:
        name = self.model.name(index)
        if name is not None:
            self.placed.emit(name)
        elif index.isValid():
            self.tree.setExpanded(index, not self.tree.isExpanded(index))

    def _announce(self, index: QModelIndex) -> None:
        name = self.model.name(index)
        if name is not None:
            self.chosen.emit(name)

    def _menu(self, at: QPoint) -> None:
        name = self.model.name(self.tree.indexAt(at))
        if name is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(icon("block_add"), "Place on the page", lambda: self.placed.emit(name))
        known = name in self._store.values.favourites
        text = "Remove from favourites" if known else "Add to favourites"
        menu.addAction(icon("star" if known else "star_full"), text, lambda: self.toggle_favourite(name))
        menu.popup(self.tree.viewport().mapToGlobal(at))

    def toggle_favourite(self, symbol: str) -> None:
        """Make a symbol a favourite or not."""
        self._store.toggle_favourite(symbol)
        self._refresh_personal()

    def _refresh_personal(self) -> None:
        """Renew the upper sections; the categories that are open stay open."""
        opened = self._opened()
        self.model.set_personal(self._store.values.favourites, self._store.values.recent_symbols)
        self._open(opened)

    def _opened(self) -> set[str]:
        """Return the titles of the sections that are open."""
        rows = (self.model.index(row, 0) for row in range(self.model.rowCount()))
        return {index.data() for index in rows if self.tree.isExpanded(index)}

    def _open(self, titles: Collection[str]) -> None:
        """Open sections by their titles, and those that are always open; what a search has found as well."""
        for row in range(self.model.rowCount()):
            index = self.model.index(row, 0)
            if index.data() in titles or index.data() in ALWAYS_OPEN or self.filter.text().strip():
                self.tree.expand(index)
