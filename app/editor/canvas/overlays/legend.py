"""The legend of the wires' colours, in a corner of the canvas: the families that the page has."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from app.editor.canvas.items.families import FAMILIES, Family
from app.editor.canvas.items.style import CanvasStyle

_ROW = 20  # pixels
_SAMPLE = 34  # pixels of wire that a row shows
_MARGIN = 9
_CORNER = 10  # pixels between the legend and the canvas's corner


class Legend(QWidget):
    """A child of the canvas that the mouse does not notice."""

    def __init__(self, parent: QWidget, style: CanvasStyle) -> None:
        """Make it empty and hidden."""
        super().__init__(parent)
        self._canvas = parent
        self._style = style
        self.rows: list[Family] = []
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleName("Legend of the wires' colours")
        self.hide()

    def set_style(self, style: CanvasStyle) -> None:
        """Take another theme's pens."""
        self._style = style
        self.update()

    def show_families(self, families: Collection[Family]) -> None:
        """Show these families in their fixed order; none hides the legend."""
        rows = [family for family in FAMILIES if family in families]
        if rows != self.rows:
            self.rows = rows
            self.resize(self.sizeHint())
            words = ", ".join(FAMILIES[f] for f in rows)
            self.setAccessibleDescription(f"Colours of the wires by dtype: {words}")
        self.setVisible(bool(rows))
        self.update()
        self.place()

    def place(self) -> None:
        """Take the lower left corner of the canvas."""
        self.move(_CORNER, self._canvas.height() - self.height() - _CORNER)
        self.raise_()

    def sizeHint(self) -> QSize:
        """Return the room that the rows take."""
        metrics = QFontMetrics(self.font())
        widest = max((metrics.horizontalAdvance(FAMILIES[f]) for f in self.rows), default=0)
        return QSize(widest + _SAMPLE + 3 * _MARGIN, _ROW * len(self.rows) + 2 * _MARGIN - 4)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint a piece of wire and a word for each family."""
        theme, painter = self._style.theme, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = QColor(theme.panel)
        ground.setAlpha(235)
        painter.setBrush(ground)
        painter.setPen(QPen(QColor(theme.border), 1))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
        for number, family in enumerate(self.rows):
            middle = _MARGIN - 2 + _ROW * number + _ROW // 2
            painter.setPen(self._style.type_pens[family])
            painter.drawLine(_MARGIN, middle, _MARGIN + _SAMPLE, middle)
            painter.setPen(QColor(theme.text))
            words = QRectF(2 * _MARGIN + _SAMPLE, middle - _ROW / 2, self.width(), _ROW)
            painter.drawText(words, int(Qt.AlignmentFlag.AlignVCenter), FAMILIES[family])
        painter.end()
