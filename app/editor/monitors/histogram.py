"""The monitor of kind ``histogram``: how often a tensor's values fall into each of equal ranges."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from app.editor.monitors.axes import Axis, paint_axes, plot_area, ticks
from app.editor.monitors.base import ValueWidget
from app.editor.monitors.look import number_text

_BARS = 30
_MOST_ELEMENTS = 2_000_000  # beyond, evenly spaced elements stand for all


class HistogramMonitor(ValueWidget):
    """Counts the finite values of the first pin."""

    counts: list[int]
    low = high = 0.0
    why = ""
    note = ""

    def read(self) -> None:
        """Count the values."""
        self.counts, self.note = [], ""
        found = self.found[0]
        self.why = found.why
        array = found.array
        if array is None:
            return
        if array.dtype.kind not in "fiub":
            self.why = f"{found.dtype} values have no histogram"
            return
        import numpy as np

        every = -(-array.size // _MOST_ELEMENTS) or 1
        numbers = array.reshape(-1)[::every].astype(np.float64)
        finite = numbers[np.isfinite(numbers)]
        if not finite.size:
            self.why = "no finite value"
            return
        self.counts, edges = _counted(finite)
        self.low, self.high = edges
        self.note = (
            f"{found.dtype}, {array.size} values, {number_text(finite.min())} … {number_text(finite.max())}"
        )
        odd = numbers.size - finite.size
        self.note += f", {odd} NaN or Inf" if odd else ""
        self.note += f", every {every}. counted" if every > 1 else ""

    def paint_value(self, painter: QPainter, rect: QRectF) -> None:
        """Paint grid, bars and caption."""
        if not self.counts:
            self.paint_reason(painter, rect, self.why)
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        metrics = QFontMetricsF(self.look.font)
        rest = rect.adjusted(6, 6, -6, -metrics.height() - 6)
        most = max(self.counts)
        y = Axis(0.0, most * 1.05, ticks(0.0, most * 1.05, max(2, int(rest.height() / 26))))
        area = plot_area(rest, y, self.look)
        x = Axis(self.low, self.high, ticks(self.low, self.high, max(2, int(area.width() / 60))))
        place = paint_axes(painter, area, x, y, self.look)
        fill = QColor(self.look.line(0))
        fill.setAlphaF(0.75)
        wide = (self.high - self.low) / len(self.counts)
        for number, count in enumerate(self.counts):
            corner = place(self.low + number * wide, count)
            foot = place(self.low + (number + 1) * wide, 0.0)
            painter.fillRect(QRectF(corner, foot).adjusted(0.5, 0, -0.5, 0), fill)
        painter.setPen(QPen(self.look.faint))
        caption = QRectF(
            rect.left() + 6, rect.bottom() - metrics.height() - 3, rect.width() - 12, metrics.height()
        )
        text = metrics.elidedText(self.note, Qt.TextElideMode.ElideRight, caption.width())
        painter.drawText(caption, int(Qt.AlignmentFlag.AlignCenter), text)


def _counted(finite: object) -> tuple[list[int], tuple[float, float]]:
    """Return the count of each bar and the ends of the axis."""
    import numpy as np

    counts, edges = np.histogram(np.asarray(finite), bins=_BARS)
    return counts.tolist(), (float(edges[0]), float(edges[-1]))
