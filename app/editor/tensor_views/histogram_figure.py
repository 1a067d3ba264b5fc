"""Paints a histogram: grid, bars, caption; knows the bar at a point."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from app.editor.tensor_views.axes import Axis, log_axis, paint_axes, plot_area, ticks
from app.editor.tensor_views.look import Look, number_text

if TYPE_CHECKING:
    from app.editor.values.distribution import Histogram


class HistogramFigure:
    """The bars of one distribution at a time. ``log`` draws their heights on a logarithmic axis."""

    def __init__(self, log: bool = False, grid: bool = True) -> None:
        """Begin without bars."""
        self.log, self.grid = log, grid
        self.shown: Histogram | None = None
        self.note = ""
        self._area = QRectF()

    def bar_text(self, point: QPointF | None) -> str:
        """Return the range and count of the bar at a point of the last painting, or ""."""
        shown = self.shown
        if shown is None or not shown.counts or point is None or not self._area.contains(point):
            return ""
        wide = (shown.high - shown.low) / len(shown.counts)
        part = (point.x() - self._area.left()) / self._area.width()
        bar = min(int(part * len(shown.counts)), len(shown.counts) - 1)
        low = shown.low + bar * wide
        share = 100 * shown.counts[bar] / max(1, sum(shown.counts))
        return f"{number_text(low)} … {number_text(low + wide)}: {shown.counts[bar]:,}  ({share:.3g} %)"

    def paint(self, painter: QPainter, rect: QRectF, look: Look, mouse: QPointF | None = None) -> None:
        """Paint grid, bars and caption; below the mouse the caption is the bar's."""
        shown = self.shown
        if shown is None or not shown.counts:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        metrics = QFontMetricsF(look.font)
        rest = rect.adjusted(6, 6, -6, -metrics.height() - 6)
        y = self._y_axis(max(shown.counts), max(2, int(rest.height() / 26)))
        area = self._area = plot_area(rest, y, look)
        x = Axis(shown.low, shown.high, ticks(shown.low, shown.high, max(2, int(area.width() / 60))))
        place = paint_axes(painter, area, x, y, look, self.grid)
        fill = QColor(look.line(0))
        fill.setAlphaF(0.75)
        wide = (shown.high - shown.low) / len(shown.counts)
        gap = 0.5 if area.width() / len(shown.counts) > 3 else 0.0
        for number, count in enumerate(shown.counts):
            if count:
                corner = place(shown.low + number * wide, count)
                foot = QPointF(place(shown.low + (number + 1) * wide, y.high).x(), area.bottom())
                painter.fillRect(QRectF(corner, foot).adjusted(gap, 0, -gap, 0), fill)
        painter.setPen(look.faint)
        caption = QRectF(
            rect.left() + 6, rect.bottom() - metrics.height() - 3, rect.width() - 12, metrics.height()
        )
        text = self.bar_text(mouse) or self.note
        text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, caption.width())
        painter.drawText(caption, int(Qt.AlignmentFlag.AlignCenter), text)

    def _y_axis(self, most: int, marks: int) -> Axis:
        if self.log:
            return log_axis(0.5, max(most * 1.2, 5.0), marks)
        return Axis(0.0, most * 1.05, [t for t in ticks(0.0, most * 1.05, marks) if t == round(t)])


def note_of(shown: Histogram, dtype: str) -> str:
    """Return what a histogram counts, in words."""
    text = f"{dtype}, {shown.count:,} values, {number_text(shown.low)} … {number_text(shown.high)}"
    outside = shown.count - shown.odd - sum(shown.counts)
    text += f", {outside:,} outside" if outside else ""
    return text + (f", {shown.odd:,} NaN or Inf" if shown.odd else "")
