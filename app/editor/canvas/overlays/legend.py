"""The legend of the wires' colours, in a corner of the canvas: the families that the page has, by their dtypes."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from app.editor.canvas.items.families import FAMILIES, Family
from app.editor.canvas.items.style import CanvasStyle
from app.editor.widgets.guarded_paint import guarded

_ROW = 18  # pixels
_SAMPLE = 18  # pixels of wire that stand before a word
_GAP = 5  # between the two
_BETWEEN = 14  # between a word and the next piece of wire
_MARGIN = 8
_CORNER = 10  # pixels between the legend and the canvas's corner
_LETTERS = 11  # pixels
_MOST_DTYPES = 3  # named beside one colour


class Legend(QWidget):
    """A child of the canvas that the mouse does not notice. ``resized`` says that it takes another room."""

    resized = Signal()

    def __init__(self, parent: QWidget, style: CanvasStyle) -> None:
        """Make it empty and hidden."""
        super().__init__(parent)
        self._canvas = parent
        self._style = style
        self.families: dict[Family, str] = {}  # with its words, in the fixed order
        font = self.font()
        font.setPixelSize(_LETTERS)
        self.setFont(font)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleName("Legend of the wires' colours")
        self.hide()

    def set_style(self, style: CanvasStyle) -> None:
        """Take another theme's pens."""
        self._style = style
        self.update()

    def show_families(self, families: Mapping[Family, Collection[str]]) -> None:
        """Show these families in their fixed order, each by the dtypes that it has; none hides the legend."""
        shown = {family: _words(family, families[family]) for family in FAMILIES if family in families}
        if shown == self.families and self.isHidden() != bool(shown):
            return
        self.families = shown
        words = ", ".join(shown.values())
        self.setAccessibleDescription(f"Colours of the wires by dtype: {words}")
        self.setVisible(bool(shown))
        self.place()
        self.update()
        self.resized.emit()

    def place(self) -> None:
        """Take the lower left corner of the canvas, on as few lines as its width allows."""
        self.resize(self.sizeHint())
        self.move(_CORNER, self._canvas.height() - self.height() - _CORNER)
        self.raise_()

    def sizeHint(self) -> QSize:
        """Return the room that the families take."""
        places = self._places()
        right = max((x + self._width(f) for f, x, _ in places), default=0)
        lines = 1 + max((line for _, _, line in places), default=0)
        return QSize(right + _MARGIN, lines * _ROW + _MARGIN)

    def _width(self, family: Family) -> int:
        return _SAMPLE + _GAP + self.fontMetrics().horizontalAdvance(self.families[family])

    def _places(self) -> list[tuple[Family, int, int]]:
        """Return each family with its left edge and its line."""
        room, found, x, line = self._canvas.width() - 2 * _CORNER - _MARGIN, [], _MARGIN, 0
        for family in self.families:
            if x > _MARGIN and x + self._width(family) > room:
                x, line = _MARGIN, line + 1
            found.append((family, x, line))
            x += self._width(family) + _BETWEEN
        return found

    @guarded
    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint a piece of wire and a word for each family."""
        theme, painter = self._style.theme, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = QColor(theme.panel)
        ground.setAlpha(235)
        painter.setBrush(ground)
        painter.setPen(QPen(QColor(theme.border), 1))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
        for family, x, line in self._places():
            middle = _MARGIN // 2 + _ROW * line + _ROW // 2
            painter.setPen(self._style.type_pens[family])
            painter.drawLine(x, middle, x + _SAMPLE, middle)
            painter.setPen(QColor(theme.text))
            words = QRectF(x + _SAMPLE + _GAP, middle - _ROW / 2, self.width(), _ROW)
            painter.drawText(words, int(Qt.AlignmentFlag.AlignVCenter), self.families[family])
        painter.end()


def _words(family: Family, dtypes: Collection[str]) -> str:
    """Return what stands beside a colour: the dtypes on the page, or the family if none is known."""
    if family in ("handle", "operation"):
        return FAMILIES[family]
    named = sorted(dtypes, key=lambda dtype: (len(dtype), dtype))
    return ", ".join(named[:_MOST_DTYPES]) + (", …" if len(named) > _MOST_DTYPES else "") or FAMILIES[family]
