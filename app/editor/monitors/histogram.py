"""The monitor of kind ``histogram``: how often a tensor's values fall into each of equal ranges."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRectF
from PySide6.QtGui import QMouseEvent, QPainter

from app.editor.monitors.base import ValueWidget
from app.editor.monitors.options import Options
from app.editor.tensor_views.histogram_figure import HistogramFigure, note_of

if TYPE_CHECKING:
    from app.document.model.diagram import Monitor
    from app.editor.results.store import ResultStore

_BARS = 30
_MOST_BARS = 500
_MOST_ELEMENTS = 300_000  # counted within some milliseconds; beyond, evenly spaced elements stand for all


class HistogramMonitor(ValueWidget):
    """Counts the finite values of the first pin. While the mouse is over a bar, the caption is the bar's.

    Options: ``slice``, ``bins``, ``min``, ``max``, ``log``, ``grid``.
    """

    takes_slice = True

    def __init__(self, store: ResultStore, page: str, monitor: Monitor) -> None:
        """Follow the first pin."""
        options = Options(monitor.options)
        self.figure = HistogramFigure(options.flag("log", False), options.flag("grid", True))
        self._bins = options.whole("bins", _BARS, 1, _MOST_BARS)
        self._ends = options.number("min"), options.number("max")
        self.why = ""
        self._mouse: QPointF | None = None
        super().__init__(store, page, monitor)
        self.setMouseTracking(True)

    def read(self) -> None:
        """Count the values."""
        from app.editor.values.distribution import distribution  # late: it needs NumPy

        found, figure = self.found[0], self.figure
        figure.shown, self.why = None, found.why
        array = found.array
        if array is None:
            return
        if array.dtype.kind not in "fiub":
            self.why = f"{found.dtype} values have no histogram"
            return
        every = -(-array.size // _MOST_ELEMENTS) or 1
        shown = distribution(
            array.reshape(-1)[::every] if every > 1 else array,
            self._bins,
            low=self._ends[0],
            high=self._ends[1],
        )
        if not shown.counts:
            self.why = "no finite value"
            return
        figure.shown = shown
        figure.note = note_of(shown, found.dtype) + (f", every {every}. counted" if every > 1 else "")

    @property
    def counts(self) -> list[int]:
        """Return the count of each bar."""
        return self.figure.shown.counts if self.figure.shown is not None else []

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show the range and count of the bar under the mouse."""
        self._mouse = event.position()
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Show the whole range again."""
        self._mouse = None
        self.update()

    def paint_value(self, painter: QPainter, rect: QRectF) -> None:
        """Paint grid, bars and caption."""
        if self.figure.shown is None:
            self.paint_reason(painter, rect, self.why)
        else:
            self.figure.paint(painter, rect, self.look, self._mouse)
