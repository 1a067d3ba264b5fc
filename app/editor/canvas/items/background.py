"""The canvas's ground: its colour and, where it is switched on, a grid that thins out from afar."""

from __future__ import annotations

import math

from PySide6.QtCore import QLineF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen

from app.editor.widgets.theme import Theme

_MINOR, _MAJOR = 5, 25  # which lines of the grid that items snap to are drawn, and which strongly
_DENSE = 14.0  # pixels; lines closer together than this are left out


def paint_background(painter: QPainter, rect: QRectF, theme: Theme, grid: bool, size: float) -> None:
    """Paint the visible part of the ground; ``size`` is the grid's. Lines are one device pixel wide at any zoom."""
    painter.fillRect(rect, QColor(theme.canvas))
    if not grid:
        return
    smooth = painter.testRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    scale = painter.worldTransform().m11()
    for step, colour in ((_MINOR * size, theme.grid), (_MAJOR * size, theme.grid_major)):
        if step * scale >= _DENSE:
            painter.setPen(QPen(QColor(colour), 0))
            painter.drawLines(_lines(rect, step))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, smooth)


def _lines(rect: QRectF, step: float) -> list[QLineF]:
    """Return the grid lines through a rectangle."""
    left, top = math.floor(rect.left() / step) * step, math.floor(rect.top() / step) * step
    columns = range(int((rect.right() - left) / step) + 1)
    rows = range(int((rect.bottom() - top) / step) + 1)
    lines = [QLineF(left + i * step, rect.top(), left + i * step, rect.bottom()) for i in columns]
    return lines + [QLineF(rect.left(), top + i * step, rect.right(), top + i * step) for i in rows]
