"""Small squares for lists: in a given colour, or in that which a kind of work has on the page."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap

from app.editor.canvas.items.headers import header_colour

_SIZE = 32  # pixels, for screens of twice the density; drawn at 16
_SQUARE = QRectF(6, 6, 20, 20)


def swatch_colour(category: str) -> QColor:
    """Return a category's colour, of middle lightness, so that it shows on dark and light lists."""
    return QColor(header_colour(category, dark=True)).lighter(155)


def swatch(category: str) -> QIcon:
    """Return the square of a category."""
    return square(swatch_colour(category).name())


@cache
def square(colour: str) -> QIcon:
    """Return a square of a colour."""
    picture = QPixmap(_SIZE, _SIZE)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    painter.drawRoundedRect(_SQUARE, 5, 5)
    painter.end()
    return QIcon(picture)
