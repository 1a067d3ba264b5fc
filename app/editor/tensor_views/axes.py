"""Axes of curves and histograms: round ticks, their labels, the grid behind the data."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen

from app.editor.tensor_views.look import Look, number_text

_TICK_ROOM = 4.0
_MOST = sys.float_info.max
_FINEST = 1e-290  # between the ends of an axis, so that its ticks are still numbers


def ticks(low: float, high: float, most: int) -> list[float]:
    """Return at most ``most`` round values (1, 2 or 5 times a power of ten) from low to high."""
    span = high - low
    if not (span > _FINEST and math.isfinite(span)) or most < 1:
        return [low]
    raw = span / most
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(power * f for f in (1, 2, 5, 10, 20) if math.floor(high / (power * f)) -
                math.ceil(low / (power * f)) + 1 <= most)  # fmt: skip
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [round(n * step, 12 - math.floor(math.log10(step))) for n in range(first, last + 1)]


def decades(low: float, high: float, most: int) -> list[float]:
    """Return powers of ten from low to high (both above zero), every second or third where they are many."""
    first, last = math.ceil(math.log10(low) - 1e-9), math.floor(math.log10(high) + 1e-9)
    every = max(1, math.ceil((last - first + 1) / max(1, most)))
    return [10.0**n for n in range(first, last + 1, every)]


def padded(low: float, high: float) -> tuple[float, float]:
    """Return a range that is not empty, with a little room at both ends."""
    if low == high:
        room = abs(low) * 0.1 or 0.5
        return low - room, high + room
    room = high * 0.04 - low * 0.04  # not of their difference, which may be beyond all floats
    # An axis that begins at zero stays there: a loss has nothing below it.
    return (0.0 if low == 0.0 else max(low - room, -_MOST)), min(high + room, _MOST)


@dataclass(frozen=True)
class Axis:
    """One axis: its range, its ticks, and whether it is logarithmic."""

    low: float
    high: float
    marks: Sequence[float]
    log: bool = False

    def part(self, value: float) -> float:
        """Return where a value lies: 0 at the low end, 1 at the high end."""
        if self.log:
            return math.log10(value / self.low) / math.log10(self.high / self.low)
        span = self.high - self.low
        if math.isinf(span):
            return (value / 4 - self.low / 4) / (self.high / 4 - self.low / 4)
        return (value - self.low) / span

    def value(self, part: float) -> float:
        """Return the value at a place: what ``part`` undoes."""
        if self.log:
            return float(self.low * (self.high / self.low) ** part)
        return self.low + part * (self.high - self.low)

    def texts(self) -> list[str]:
        """Return the labels of the ticks."""
        return [number_text(m) for m in self.marks]


def log_axis(low: float, high: float, most: int) -> Axis:
    """Return a logarithmic axis over values above zero, of at least one decade."""
    if high / low < 10:
        middle = math.sqrt(low * high)
        low, high = middle / math.sqrt(10), middle * math.sqrt(10)
    return Axis(low, high, decades(low, high, most), log=True)


def plot_area(rect: QRectF, y: Axis, look: Look) -> QRectF:
    """Return what of a rectangle is left for data beside the labels."""
    metrics = QFontMetricsF(look.font)
    wide = max((metrics.horizontalAdvance(t) for t in y.texts()), default=0.0)
    return rect.adjusted(wide + 2 * _TICK_ROOM, metrics.height() / 2, -_TICK_ROOM * 2, -metrics.height() - 4)


def points_of(area: QRectF, x: Axis, y: Axis, pairs: Sequence[tuple[float, float]]) -> list[QPointF]:
    """Return pairs of values as points of the area: a curve of thousands is drawn anew some twenty times a second."""
    left, bottom, width, height = area.left(), area.bottom(), area.width(), area.height()
    x_low, y_low, x_span, y_span = x.low, y.low, x.high - x.low, y.high - y.low
    if not (x.log or y.log) and max(width, 1.0) / _MOST < min(x_span, y_span) and max(x_span, y_span) < _MOST:
        by_x, by_y = width / x_span, height / y_span
        return [QPointF(left + (a - x_low) * by_x, bottom - (b - y_low) * by_y) for a, b in pairs]
    return [QPointF(left + x.part(a) * width, bottom - y.part(b) * height) for a, b in pairs]


def paint_axes(
    painter: QPainter, area: QRectF, x: Axis, y: Axis, look: Look, has_grid: bool = True
) -> Callable[[float, float], QPointF]:
    """Paint grid (or ticks), axes and labels; return what turns a pair of values into a point of the area."""

    def place(x_value: float, y_value: float) -> QPointF:
        return QPointF(
            area.left() + x.part(x_value) * area.width(), area.bottom() - y.part(y_value) * area.height()
        )

    painter.setFont(look.font)
    metrics = QFontMetricsF(look.font)
    grid, text = QPen(look.grid, 1.0), QPen(look.text)
    right, top = (area.right(), area.top()) if has_grid else (area.left(), area.bottom())
    beside = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    for mark, label in zip(y.marks, y.texts(), strict=True):
        at = place(x.low, mark).y()
        painter.setPen(grid)
        painter.drawLine(QLineF(area.left() if has_grid else area.left() - 3, at, right, at))
        painter.setPen(text)
        painter.drawText(QRectF(area.left() - 204, at - 10, 200, 20), beside, label)
    free = -math.inf
    for mark, label in zip(x.marks, x.texts(), strict=True):
        at = place(mark, y.low).x()
        painter.setPen(grid)
        painter.drawLine(QLineF(at, top, at, area.bottom() if has_grid else area.bottom() + 3))
        half = metrics.horizontalAdvance(label) / 2
        if at - half > free:
            painter.setPen(text)
            painter.drawText(QPointF(at - half, area.bottom() + metrics.ascent() + 3), label)
            free = at + half + 6
    painter.setPen(QPen(look.faint, 1.0))
    painter.drawLine(area.topLeft(), area.bottomLeft())
    painter.drawLine(area.bottomLeft(), area.bottomRight())
    return place
