"""The list of places that a search of the manual found: a heading, its chapter, and a line of its text."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPalette
from PySide6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from app.editor.panels.manual_text import Hit
from app.editor.widgets.guarded_paint import guarded
from app.editor.widgets.item_index import Index

_HIT = int(Qt.ItemDataRole.UserRole)
_MARGIN = 10  # pixels beside the text
_GAP = 5  # pixels above and below it


class ManualHits(QListWidget):
    """The places, best first. A row is two lines."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make an empty list."""
        super().__init__(parent)
        self.setAccessibleName("Places found")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setItemDelegate(_Row(self))

    def show_hits(self, hits: list[Hit]) -> None:
        """List other places; the first one is chosen."""
        self.clear()
        for hit in hits:
            item = QListWidgetItem(f"{hit.section.heading}, {hit.section.title}: {hit.snippet}")
            item.setData(_HIT, hit)
            self.addItem(item)
        if hits:
            self.setCurrentRow(0)
        else:
            nothing = QListWidgetItem("Nothing found")
            nothing.setFlags(Qt.ItemFlag.NoItemFlags)
            self.addItem(nothing)

    def place(self, item: QListWidgetItem | None) -> str | None:
        """Return the place that a row stands for, as the manual's links spell it."""
        hit = item.data(_HIT) if item is not None else None
        return hit.section.place if hit is not None else None


class _Row(QStyledItemDelegate):
    """Paints a place: its heading, its chapter at the right, and below them the line that holds the words."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return room for two lines."""
        lines = 1 if index.data(_HIT) is None else 2
        return QSize(80, lines * option.fontMetrics.lineSpacing() + 2 * _GAP)

    @guarded
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one row."""
        hit: Hit | None = index.data(_HIT)
        if hit is None:
            super().paint(painter, option, index)
            return
        is_chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        palette, roles = option.palette, QPalette.ColorRole
        if is_chosen:
            painter.fillRect(option.rect, palette.color(roles.Highlight))
        ink = palette.color(roles.HighlightedText if is_chosen else roles.Text)
        dim = ink if is_chosen else palette.color(roles.PlaceholderText)
        box = option.rect.adjusted(_MARGIN, _GAP, -_MARGIN, -_GAP)
        above = QRect(box.left(), box.top(), box.width(), option.fontMetrics.lineSpacing())
        bold = QFont(option.font)
        bold.setWeight(QFont.Weight.DemiBold)
        title = hit.section.title if hit.section.title != hit.section.heading else ""
        painter.setFont(option.font)
        painter.setPen(dim)
        painter.drawText(above, int(Qt.AlignmentFlag.AlignRight), title)
        below = above.translated(0, above.height())
        elide = Qt.TextElideMode.ElideRight
        painter.drawText(below, 0, option.fontMetrics.elidedText(hit.snippet, elide, below.width()))
        room = above.width() - option.fontMetrics.horizontalAdvance(title) - _MARGIN
        painter.setFont(bold)
        painter.setPen(ink)
        painter.drawText(above, 0, QFontMetrics(bold).elidedText(hit.section.heading, elide, room))
