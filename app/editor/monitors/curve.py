"""The monitor of kind ``curve``: values over the steps of a run, as the original's trend window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRectF
from PySide6.QtGui import QMouseEvent, QPainter

from app.editor.monitors.base import ValueWidget
from app.editor.monitors.element import look_up
from app.editor.monitors.options import Options
from app.editor.tensor_views.curve_figure import CurveFigure, Scale
from app.editor.values.series import Point, sampled_note

if TYPE_CHECKING:
    from app.document.model.diagram import Monitor
    from app.editor.monitors.history import Histories
    from app.editor.results.store import ResultStore

_MOST_STEPS = 10**9


class CurveMonitor(ValueWidget):
    """Draws one curve a pin; the mouse reads points out.

    Options: ``log``, ``log_x``, ``min``, ``max``, ``last`` (so many steps only), ``grid``, ``legend``, ``names``,
    ``colours`` ("#rrggbb").
    """

    def __init__(self, store: ResultStore, page: str, monitor: Monitor, histories: Histories) -> None:
        """Follow the pins' histories."""
        self._series = [histories.follow(pin) for pin in monitor.pins]
        options = Options(monitor.options)
        self.log = options.flag("log", False)
        self.figure = CurveFigure(
            Scale(
                log=self.log,
                log_x=options.flag("log_x", False),
                low=options.number("min"),
                high=options.number("max"),
                grid=options.flag("grid", True),
                legend=options.flag("legend", True),
            )
        )
        self.figure.colours = options.colours("colours")
        self._last = options.whole("last", 0, 0, _MOST_STEPS)
        self._names = options.texts("names")
        self._mouse: QPointF | None = None
        super().__init__(store, page, monitor)
        self.setMouseTracking(True)
        store.restarted.connect(self._on_changed)

    def legend(self) -> list[str]:
        """Return each curve's name and its current value."""
        texts = []
        for number, (pin, series) in enumerate(zip(self.monitor.pins, self._series, strict=True)):
            text = self._names[number] if number < len(self._names) else pin
            text += "" if series.current is None else f"  {series.current:.4g}"
            texts.append(text + (f"  ({series.not_finite} NaN or Inf)" if series.not_finite else ""))
        return texts

    def points(self) -> list[list[Point]]:
        """Return the points to draw: on a logarithmic axis those above zero."""
        curves = [s.last(self._last) if self._last else s.points for s in self._series]
        self.figure.set_curves(curves, self.legend())
        self.figure.note = sampled_note(self._series)
        return self.figure.curves

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Read out the points nearest to the mouse."""
        self._mouse = event.position()
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Read out nothing."""
        self._mouse = None
        self.update()

    def paint_value(self, painter: QPainter, rect: QRectF) -> None:
        """Paint legend, grid and curves."""
        self.points()
        if self.figure.is_empty:
            has_points = any(series.points for series in self._series)
            self.paint_reason(painter, rect, reason_of(self._store, self.page, self.monitor, has_points))
        else:
            self.figure.paint(painter, rect, self.look, self._mouse)


def reason_of(store: ResultStore, page: str, monitor: Monitor, has_points: bool) -> str:
    """Return why a curve monitor has nothing to draw; ``has_points`` says that there are some, off its axes."""
    if has_points:
        return "a logarithmic axis shows values above zero only, and there are none"
    found = [look_up(store, page, pin) for pin in monitor.pins]
    for pin, value in zip(monitor.pins, found, strict=True):
        if value.array is not None and value.array.size != 1:
            return f"{pin} has {value.array.size} elements: name one, as {pin}{'[0]' * value.array.ndim}"
    return next((value.why for value in found if value.why), "") or "no value yet: run the page"
