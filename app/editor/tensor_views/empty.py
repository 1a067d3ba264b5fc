"""The picture of a view that has no value yet: a faint sign of its kind above one line of text."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from app.editor.tensor_views.look import Look

_SIGN = 28.0  # page units
# Polylines in a square of 8 x 8.
_SIGNS: dict[str, tuple[tuple[tuple[float, float], ...], ...]] = {
    "curve": (((0.5, 0.5), (0.5, 7.5), (7.5, 7.5)), ((1.5, 1.5), (2.8, 2), (3.8, 5), (5, 6), (7.5, 6.3))),
    "picture": (
        ((0.5, 1), (7.5, 1), (7.5, 7), (0.5, 7), (0.5, 1)),
        ((0.5, 6), (2.8, 3.6), (4.2, 5), (5.4, 4), (7.5, 6)),
    ),
    "histogram": (
        ((0.5, 7.5), (7.5, 7.5)),
        ((1.2, 7.5), (1.2, 5), (2.8, 5), (2.8, 2), (4.4, 2), (4.4, 4), (6, 4), (6, 6), (7, 6), (7, 7.5)),
    ),
    "number": (((0.5, 4), (2.5, 4)), ((3.3, 4), (5.3, 4)), ((6.1, 4), (7.9, 4))),
    "text": (((0.5, 2), (7.5, 2)), ((0.5, 4), (7.5, 4)), ((0.5, 6), (5, 6))),
    "table": (
        ((0.5, 1), (7.5, 1), (7.5, 7), (0.5, 7), (0.5, 1)),
        ((0.5, 3), (7.5, 3)),
        ((0.5, 5), (7.5, 5)),
        ((3, 1), (3, 7)),
    ),
}
KINDS = frozenset(_SIGNS)


def paint_empty(painter: QPainter, rect: QRectF, kind: str, text: str, look: Look) -> None:
    """Paint the sign, where there is room for it, and the text below."""
    lines = _SIGNS.get(kind, ())
    sign = QRectF(0, 0, _SIGN, _SIGN)
    has_room = bool(lines) and rect.height() > 2.4 * _SIGN
    middle = rect.center() - QPointF(0, 12 if has_room else 0)
    sign.moveCenter(middle)
    faint = QColor(look.faint)
    if has_room:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        faint.setAlphaF(0.7)
        painter.setPen(
            QPen(faint, 1.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
        )
        painter.setBrush(Qt.BrushStyle.NoBrush)
        unit = _SIGN / 8
        for line in lines:
            painter.drawPolyline([sign.topLeft() + QPointF(x * unit, y * unit) for x, y in line])
    painter.setFont(look.font)
    painter.setPen(look.faint)
    below = QRectF(rect.left() + 8, rect.top(), rect.width() - 16, rect.height())
    if has_room:
        below.setTop(sign.bottom() + 8)
        flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
    else:
        flags = Qt.AlignmentFlag.AlignCenter
    painter.drawText(below, int(flags) | int(Qt.TextFlag.TextWordWrap), text)
