"""The bars of a histogram, on linear or logarithmic heights."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pyqtgraph as pg
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from app.editor.plots.plot_frame import GRID, PlotFrame, within
from app.editor.tensor_views.look import number_text

if TYPE_CHECKING:
    from app.editor.values.distribution import Histogram

_FOOT = 0.5  # where bars begin on a logarithmic axis: below a count of 1


class BarsPlot(PlotFrame):
    """Draws one histogram."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Begin without bars."""
        self.shown: Histogram | None = None
        self.log = False
        self._bars: Any = None
        super().__init__(parent)

    def set_histogram(self, shown: Histogram | None, log: bool) -> None:
        """Draw the bars of a histogram."""
        rescaled = log != self.log
        self.shown, self.log = shown, log
        self.redraw()
        if rescaled:
            self.fit()

    def redraw(self) -> None:
        """Draw the bars in the colours of the theme."""
        self.plot.showGrid(x=True, y=True, alpha=GRID)
        self.plot.getAxis("left").setLogMode(self.log)
        if self._bars is not None:
            self.plot.removeItem(self._bars)
            self._bars = None
        shown = self.shown
        if shown is None or not shown.counts:
            return
        edges = [within(edge) for edge in self.edges()]
        foot = math.log10(_FOOT) if self.log else 0.0
        tops = [math.log10(max(count, _FOOT)) if self.log else float(count) for count in shown.counts]
        look = self.look()
        fill = QColor(look.line(0))
        fill.setAlphaF(0.75)
        self._bars = pg.BarGraphItem(
            x0=edges[:-1],
            x1=edges[1:],
            y0=[foot] * len(tops),
            height=[top - foot for top in tops],
            brush=fill,
            pen=pg.mkPen(look.ground, width=1),
        )
        self.plot.addItem(self._bars)

    def edges(self) -> list[float]:
        """Return the ends of the bars, one more than there are bars."""
        shown = self.shown
        if shown is None:
            return []
        count = len(shown.counts)
        # Each end is made of both ends of the whole, whose difference may be too large for a number.
        return [shown.low * (1 - n / count) + shown.high * (n / count) for n in range(count + 1)]

    def text_at(self, x: float, y: float) -> str:
        """Return the range and count of the bar at a place."""
        edges, shown = self.edges(), self.shown
        if shown is None or not shown.counts or not edges[0] <= x <= edges[-1]:
            return ""
        bar = next((n for n in range(len(shown.counts)) if x < edges[n + 1]), len(shown.counts) - 1)
        count = shown.counts[bar]
        share = 100 * count / max(1, sum(shown.counts))
        return f"{number_text(edges[bar])} … {number_text(edges[bar + 1])}: {count:,}  ({share:.3g} %)"

    def table(self) -> list[list[str]]:
        """Return the ends and counts of all bars."""
        counts = self.shown.counts if self.shown is not None else []
        edges = self.edges()
        rows = [[repr(edges[n]), repr(edges[n + 1]), str(count)] for n, count in enumerate(counts)]
        return [["from", "to", "count"], *rows]
