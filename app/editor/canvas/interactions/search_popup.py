"""The popup that searches the catalog on the canvas: type, choose, Enter places the block."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from app.document.model.own_symbol import shown_name
from app.editor.canvas.items.swatches import swatch
from app.editor.widgets.categories import category_title
from app.editor.widgets.double_click import swallow_second_click
from app.editor.widgets.guarded_paint import guarded
from app.editor.widgets.plain_text import PlainLabel, plain_tip
from app.editor.widgets.theme import Theme
from blocks.catalog import Catalog
from blocks.describe import first_sentence

_SIZE = QSize(480, 320)
_SQUARE = 16  # pixels
_LEAST_HELP = 50  # pixels; less says nothing
_MOST_HELP = 120  # letters
_HELP = int(Qt.ItemDataRole.UserRole) + 1
_MOST = 300  # rows that are listed
_Index = QModelIndex | QPersistentModelIndex
_TO_LIST = (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_PageDown, Qt.Key.Key_PageUp)


class _Found(QAbstractListModel):
    """The symbols found, best first."""

    def __init__(self, catalog: Catalog, parent: QObject) -> None:
        super().__init__(parent)
        self._catalog = catalog
        self.names: list[str] = []

    def show(self, names: list[str]) -> None:
        """List other symbols."""
        self.beginResetModel()
        self.names = names
        self.endResetModel()

    def rowCount(self, parent: _Index | None = None) -> int:
        """Return the number of symbols."""
        return len(self.names)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return a symbol's name, its category's square and title, its help in a line, why no page can run it."""
        if not index.isValid():
            return None
        name = self.names[index.row()]
        symbol = self._catalog.get(name)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return shown_name(name)
        if role == Qt.ItemDataRole.DecorationRole:
            return swatch(symbol.category if symbol else "")
        if role == Qt.ItemDataRole.UserRole:
            return category_title(symbol.category) if symbol else ""
        if role == _HELP:
            return first_sentence(self._catalog.help(name), _MOST_HELP)
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(symbol.unavailable) if symbol and symbol.unavailable else None
        return None


class _Row(QStyledItemDelegate):
    """Paints a row: the category's square and the name, the help dim behind it, the category at the end."""

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        """Return a row a little higher than its text."""
        return QSize(100, QFontMetrics(option.font).height() + 8)

    @guarded
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Paint one row."""
        theme = self._theme
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        if chosen:
            painter.fillRect(option.rect, QColor(theme.accent))
        box = option.rect.adjusted(6, 0, -8, 0)
        square = QRect(box.left(), box.center().y() - _SQUARE // 2, _SQUARE, _SQUARE)
        index.data(Qt.ItemDataRole.DecorationRole).paint(painter, square)
        box.setLeft(square.right() + 6)
        plain, bold = QFontMetrics(option.font), QFont(option.font)
        bold.setBold(True)
        category = str(index.data(Qt.ItemDataRole.UserRole))
        dim = QColor(theme.accent_text if chosen else theme.text_dim)
        middle = int(Qt.AlignmentFlag.AlignVCenter)
        painter.setFont(option.font)
        painter.setPen(dim)
        painter.drawText(box, middle | int(Qt.AlignmentFlag.AlignRight), category)
        box.setRight(box.right() - plain.horizontalAdvance(category) - 12)
        painter.setFont(bold)
        painter.setPen(QColor(theme.accent_text if chosen else theme.text))
        name = QFontMetrics(bold).elidedText(str(index.data()), Qt.TextElideMode.ElideMiddle, box.width())
        painter.drawText(box, middle, name)
        box.setLeft(box.left() + QFontMetrics(bold).horizontalAdvance(name) + 10)
        if box.width() > _LEAST_HELP:
            painter.setFont(option.font)
            painter.setPen(dim)
            text = plain.elidedText(str(index.data(_HELP)), Qt.TextElideMode.ElideRight, box.width())
            painter.drawText(box, middle, text)


class SearchPopup(QFrame):
    """One popup per canvas, shown where a block is to be placed.

    It hides itself when it is done or loses the focus. ``taken`` carries the symbol that was chosen.
    """

    taken = Signal(str)

    def __init__(self, parent: QWidget, catalog: Catalog, theme: Theme) -> None:
        """Make it, hidden."""
        super().__init__(parent)
        self._canvas = parent
        self._catalog = catalog
        self.preferred: Callable[[], Sequence[str]] = tuple  # what comes first as long as nothing is typed
        self._fits: Callable[[str], bool] | None = None
        self._chosen: Callable[[str], object] = lambda _name: None
        self.setObjectName("searchPopup")
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAutoFillBackground(True)
        self.title = PlainLabel(parent=self)
        self.field = QLineEdit(self)
        self.field.setPlaceholderText("Search the blocks")
        self.field.setAccessibleName("Search the blocks")
        self.list = QListView(self)
        self.list.setUniformItemSizes(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.model = _Found(catalog, self)
        self.list.setModel(self.model)
        self.empty = PlainLabel("No block fits", self.list)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(6)
        for widget in (self.title, self.field, self.list):
            layout.addWidget(widget)
        self.resize(_SIZE)
        self.set_theme(theme)
        self.hide()
        self.field.textChanged.connect(self._search)
        self.field.installEventFilter(self)
        self.list.clicked.connect(self._take_clicked)

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self.list.setItemDelegate(_Row(theme, self))
        self.setStyleSheet(
            f"#searchPopup {{ background: {theme.panel}; border: 1px solid {theme.border}; "
            "border-radius: 6px; }"
            f"#searchPopup QLabel {{ color: {theme.text_dim}; }}"
        )

    def ask(
        self,
        place: QPoint,
        chosen: Callable[[str], object],
        fits: Callable[[str], bool] | None = None,
        title: str = "",
    ) -> None:
        """Show the popup at a place of the parent; ``chosen`` gets the symbol's name.

        Only symbols that ``fits`` accepts are offered. ``title`` says what they must fit.
        """
        self._chosen, self._fits = chosen, fits
        self.title.setText(title)
        self.title.setVisible(bool(title))
        self.field.clear()
        self._search("")
        parent = self._canvas
        self.resize(min(_SIZE.width(), max(parent.width() - 8, 200)), _SIZE.height())
        x = max(4, min(place.x(), parent.width() - self.width() - 4))
        y = max(4, min(place.y(), parent.height() - self.height() - 4))
        self.move(x, y)
        self.show()
        self.raise_()
        self.field.setFocus()

    def _search(self, words: str) -> None:
        """List what is found for the words."""
        fits = self._fits
        names: list[str] = []
        found = self._catalog.search(words)
        if not words.strip():
            known = set(found)
            found = list(dict.fromkeys([*(n for n in self.preferred() if n in known), *found]))
        for name in found:
            if fits is None or fits(name):
                names.append(name)
                if len(names) == _MOST:
                    break
        self.model.show(names)
        self.empty.setVisible(not names)
        self.empty.resize(self.list.viewport().size())
        if names:
            self.list.setCurrentIndex(self.model.index(0))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the field's arrow keys choose, Enter take, Esc close; close when the focus goes.

        Tab takes what was searched for; where nothing was, it closes.
        """
        if watched is self.field and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() in _TO_LIST:
                self.list.keyPressEvent(event)
                return True
            is_tab, words = event.key() == Qt.Key.Key_Tab, self.field.text().strip()
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) or (is_tab and words):
                self._take(self.list.currentIndex())
                return True
            if event.key() == Qt.Key.Key_Escape or is_tab:  # a second Tab takes nothing by mistake
                self._close()
                return True
        if watched is self.field and event.type() == QEvent.Type.FocusOut:
            self.hide()
        return super().eventFilter(watched, event)

    def _take(self, index: QModelIndex) -> None:
        """Close and report the choice."""
        if index.isValid():
            name = self.model.names[index.row()]
            self._close()
            self._chosen(name)
            self.taken.emit(name)

    def _take_clicked(self, index: QModelIndex) -> None:
        """Take a row; whoever double-clicks it means the row, not what lies beneath."""
        swallow_second_click()
        self._take(index)

    def _close(self) -> None:
        self.hide()
        self._canvas.setFocus()
