"""The monitor of kind ``curve``: values over the steps of a run, as the original's trend window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from app.editor.monitors.axes import Axis, log_axis, padded, paint_axes, plot_area, ticks
from app.editor.monitors.base import ValueWidget

if TYPE_CHECKING:
    from app.document.model import Monitor
    from app.editor.monitors.history import Histories, Point
    from app.editor.results_store import ResultStore

_SIDE_LEGEND_FROM = 290.0  # page units of width; a narrower monitor has its legend above
_LINE_ROOM = 18.0  # of the legend's sample of a line
_LEAST_DATA = 60.0  # page units of height below a legend


class CurveMonitor(ValueWidget):
    """Draws one curve a pin. Options: ``log`` (a logarithmic y axis), ``names`` (for the legend)."""

    def __init__(self, store: ResultStore, page: str, monitor: Monitor, histories: Histories) -> None:
        """Follow the pins' histories."""
        self._series = [histories.follow(pin) for pin in monitor.pins]
        self.log = bool(monitor.options.get("log"))
        super().__init__(store, page, monitor)
        store.restarted.connect(self._on_changed)

    def legend(self) -> list[str]:
        """Return each curve's name and its current value."""
        named = self.monitor.options.get("names")
        names = [str(n) for n in named] if isinstance(named, list) else []
        texts = []
        for number, (pin, series) in enumerate(zip(self.monitor.pins, self._series, strict=True)):
            text = names[number] if number < len(names) else pin
            text += "" if series.current is None else f"  {series.current:.4g}"
            texts.append(text + (f"  ({series.not_finite} NaN or Inf)" if series.not_finite else ""))
        return texts

    def points(self) -> list[list[Point]]:
        """Return the points to draw: on a logarithmic axis those above zero."""
        if self.log:
            return [[p for p in series.points if p[1] > 0] for series in self._series]
        return [series.points for series in self._series]

    def paint_value(self, painter: QPainter, rect: QRectF) -> None:
        """Paint legend, grid and curves."""
        curves = self.points()
        if not any(curves):
            self.paint_reason(painter, rect, self._reason())
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        rest = self._paint_legend(painter, rect.adjusted(6, 6, -6, -4))
        y = self._y_axis(curves, max(2, int(rest.height() / 26)))
        area = plot_area(rest, y, self.look)
        x = _x_axis(curves, max(2, int(area.width() / 46)))
        place = paint_axes(painter, area, x, y, self.look)
        for number, points in enumerate(curves):
            self._paint_curve(painter, [place(*p) for p in points], self.look.line(number))

    def _reason(self) -> str:
        if any(series.points for series in self._series):
            return "a logarithmic axis shows values above zero only, and there are none"
        whole = next((f for f in self.found if f.array is not None and f.array.size != 1), None)
        if whole is not None and whole.array is not None:
            pin = self.monitor.pins[self.found.index(whole)]
            return f"{pin} has {whole.array.size} elements: name one, as {pin}{'[0]' * whole.array.ndim}"
        return next((f.why for f in self.found if f.why), "") or "no value yet: run the page"

    def _y_axis(self, curves: list[list[Point]], most: int) -> Axis:
        values = [value for points in curves for _, value in points]
        if self.log:
            return log_axis(min(values), max(values), most)
        low, high = padded(min(values), max(values))
        return Axis(low, high, ticks(low, high, most))

    def _paint_curve(self, painter: QPainter, places: list[QPointF], colour: QColor) -> None:
        painter.setPen(
            QPen(colour, 1.6, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
        )
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if len(places) > 1:
            painter.drawPolyline(places)
        if places:
            painter.setBrush(colour)
            painter.drawEllipse(places[-1], 2.0, 2.0)

    def _paint_legend(self, painter: QPainter, rect: QRectF) -> QRectF:
        """Paint the legend at the right or above; return the room that it leaves."""
        painter.setFont(self.look.font)
        metrics = QFontMetricsF(self.look.font)
        line, texts = metrics.height() + 2, self.legend()
        wide = min(max(metrics.horizontalAdvance(t) for t in texts) + _LINE_ROOM + 12, rect.width() * 0.45)
        beside = len(texts) > 1 and rect.width() >= _SIDE_LEGEND_FROM
        room = rect.height() if beside else rect.height() - _LEAST_DATA
        shown = min(len(texts), int((room - 6) / line))
        if shown <= 0:
            return rect
        box = QRectF(rect.left(), rect.top(), rect.width() if not beside else wide, shown * line + 6)
        if beside:
            box.moveRight(rect.right())
            painter.setPen(QPen(self.look.grid, 1.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(box)
        for number, text in enumerate(texts[:shown]):
            top = box.top() + 3 + number * line
            middle = top + line / 2
            painter.setPen(QPen(self.look.line(number), 1.6))
            painter.drawLine(QPointF(box.left() + 5, middle), QPointF(box.left() + _LINE_ROOM, middle))
            painter.setPen(self.look.text)
            part = QRectF(box.left() + _LINE_ROOM + 5, top, box.width() - _LINE_ROOM - 9, line)
            if number == shown - 1 and shown < len(texts):
                text = f"{text}  … {len(texts) - shown} more"
            text = metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, part.width())
            painter.drawText(part, int(Qt.AlignmentFlag.AlignVCenter), text)
        return rect.adjusted(0, 0, -wide - 6, 0) if beside else rect.adjusted(0, box.height() + 2, 0, 0)


def _x_axis(curves: list[list[Point]], most: int) -> Axis:
    """Return the axis of the steps; its ticks are whole numbers."""
    steps = [step for points in curves for step, _ in (points[:1] + points[-1:])]
    low, high = min(steps), max(steps)
    if low == high:
        return Axis(low - 1, high + 1, [low])
    marks = [t for t in ticks(low, high, most) if t == round(t)]
    return Axis(low, high, marks or [low])
