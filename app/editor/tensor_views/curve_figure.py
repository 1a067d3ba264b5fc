"""Paints curves: legend with current values, grid, axes (linear or logarithmic), one line a series."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from app.editor.tensor_views.axes import Axis, log_axis, padded, paint_axes, plot_area, points_of, ticks
from app.editor.tensor_views.look import Look, number_text
from app.editor.values.series import Point

_SIDE_LEGEND_FROM = 290.0  # page units of width; a narrower figure has its legend above
_LINE_ROOM = 18.0  # of the legend's sample of a line
_LEAST_DATA = 60.0  # page units of height below a legend
_MOST_DOTS = 40  # points that are marked each


@dataclass(frozen=True)
class Scale:
    """How curves are drawn: logarithmic axes, fixed ends of the y axis, grid and legend."""

    log: bool = False
    log_x: bool = False
    low: float | None = None
    high: float | None = None
    grid: bool = True
    legend: bool = True

    def fits(self, point: Point) -> bool:
        """Return whether a point can be on these axes."""
        return (not self.log or point[1] > 0) and (not self.log_x or point[0] > 0)


class CurveFigure:
    """Curves of (step, value); what is drawn is remembered so that a point can be read out."""

    def __init__(self, scale: Scale | None = None) -> None:
        """Draw on axes of a scale."""
        self.scale = scale or Scale()
        self.curves: list[list[Point]] = []
        self.legend: list[str] = []
        self.colours: list[tuple[int, int, int]] = []  # of the curves, in place of the theme's
        self.note = ""  # a few words in the upper right corner of the curves
        self._area = QRectF()
        self._x: Axis | None = None

    def _line(self, look: Look, number: int) -> QColor:
        return QColor(*self.colours[number]) if number < len(self.colours) else look.line(number)

    def set_curves(self, curves: Sequence[Sequence[Point]], legend: Sequence[str]) -> None:
        """Take the curves and their names; points that a logarithmic axis cannot show are left out."""
        self.curves = [[p for p in points if self.scale.fits(p)] for points in curves]
        self.legend = list(legend)

    @property
    def is_empty(self) -> bool:
        """Return whether there is no point to draw."""
        return not any(self.curves)

    def near(self, point: QPointF | None) -> list[Point | None]:
        """Return of each curve the point nearest in x to a point of the last painting; [] beside the area."""
        if point is None or self._x is None or not self._area.contains(point):
            return []
        part = (point.x() - self._area.left()) / max(1.0, self._area.width())
        at = self._x.value(part)
        return [min(c, key=lambda p: abs(p[0] - at)) if c else None for c in self.curves]

    def paint(self, painter: QPainter, rect: QRectF, look: Look, mouse: QPointF | None = None) -> None:
        """Paint legend, grid and curves; below the mouse the points nearest to it."""
        if self.is_empty:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        rest = rect.adjusted(6, 6, -6, -4)
        if self.scale.legend and self.legend:
            rest = self._paint_legend(painter, rest, look)
        y = self._y_axis(max(2, int(rest.height() / 26)))
        area = self._area = plot_area(rest, y, look)
        x = self._x = self._x_axis(max(2, int(area.width() / 46)))
        place = paint_axes(painter, area, x, y, look, self.scale.grid)
        painter.save()
        painter.setClipRect(area.adjusted(-3, -3, 3, 3))
        pixels = int(area.width() * painter.worldTransform().m11())
        for number, points in enumerate(self.curves):
            drawn = points_of(area, x, y, fewer(points, pixels))
            _paint_curve(painter, drawn, self._line(look, number))
        painter.restore()
        if self.note and area.height() > _LEAST_DATA:
            painter.setFont(look.font)
            painter.setPen(look.faint)
            corner = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
            painter.drawText(area.adjusted(0, 1, -4, 0), corner, self.note)
        for number, near in enumerate(self.near(mouse)):
            if near is not None:
                _paint_mark(painter, area, place(*near), self._line(look, number), near, look)

    def _y_axis(self, most: int) -> Axis:
        values = [value for points in self.curves for _, value in points]
        low, high = min(values), max(values)
        scale = self.scale
        if scale.log:
            low = scale.low if scale.low is not None and scale.low > 0 else low
            high = scale.high if scale.high is not None and scale.high > low else max(high, low)
            return log_axis(low, high, most)
        low, high = padded(low, high)
        low = low if scale.low is None else scale.low
        high = high if scale.high is None else scale.high
        if not low < high:
            low, high = padded(low, low)
        return Axis(low, high, ticks(low, high, most))

    def _x_axis(self, most: int) -> Axis:
        """Return the axis of the steps; its ticks are whole numbers."""
        steps = [step for points in self.curves for step, _ in (points[:1] + points[-1:])]
        low, high = min(steps), max(steps)
        if low == high:
            return Axis(low - 1, high + 1, [low])
        if self.scale.log_x:
            return log_axis(low, high, most)
        marks = [t for t in ticks(low, high, most) if t == round(t)]
        return Axis(low, high, marks or [low])

    def _paint_legend(self, painter: QPainter, rect: QRectF, look: Look) -> QRectF:
        """Paint the legend at the right or above; return the room that it leaves."""
        painter.setFont(look.font)
        metrics = QFontMetricsF(look.font)
        line, texts = metrics.height() + 2, self.legend
        wide = min(max(metrics.horizontalAdvance(t) for t in texts) + _LINE_ROOM + 12, rect.width() * 0.45)
        beside = len(texts) > 1 and rect.width() >= _SIDE_LEGEND_FROM
        room = rect.height() if beside else rect.height() - _LEAST_DATA
        shown = min(len(texts), int((room - 6) / line))
        if shown <= 0:
            return rect
        box = QRectF(rect.left(), rect.top(), rect.width() if not beside else wide, shown * line + 6)
        if beside:
            box.moveRight(rect.right())
            painter.setPen(QPen(look.grid, 1.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(box)
        for number, text in enumerate(texts[:shown]):
            top = box.top() + 3 + number * line
            middle = top + line / 2
            painter.setPen(QPen(self._line(look, number), 1.6))
            painter.drawLine(QPointF(box.left() + 5, middle), QPointF(box.left() + _LINE_ROOM, middle))
            painter.setPen(look.text)
            part = QRectF(box.left() + _LINE_ROOM + 5, top, box.width() - _LINE_ROOM - 9, line)
            if number == shown - 1 and shown < len(texts):
                text = f"{text}  … {len(texts) - shown} more"
            text = metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, part.width())
            painter.drawText(part, int(Qt.AlignmentFlag.AlignVCenter), text)
        return rect.adjusted(0, 0, -wide - 6, 0) if beside else rect.adjusted(0, box.height() + 2, 0, 0)


def fewer(points: list[Point], pixels: int) -> list[Point]:
    """Return what can be distinguished on so many pixels: of each group of points the least and the greatest one.

    Stroking thousands of points is what a running curve costs most.
    """
    each = -(-len(points) // max(pixels, 50))
    if each <= 2:
        return points
    chosen = points[:1]
    for at in range(1, len(points) - 1, each):
        group = points[at : min(at + each, len(points) - 1)]
        low, high = min(group, key=_value), max(group, key=_value)
        chosen += [low, high] if low[0] < high[0] else [high, low] if high[0] < low[0] else [low]
    return [*chosen, points[-1]]


def _value(point: Point) -> float:
    return point[1]


def _paint_curve(painter: QPainter, places: list[QPointF], colour: QColor) -> None:
    painter.setPen(
        QPen(colour, 1.6, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
    )
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if len(places) > 1:
        painter.drawPolyline(places)
    painter.setBrush(colour)
    for place in places if len(places) <= _MOST_DOTS else places[-1:]:
        painter.drawEllipse(place, 2.0, 2.0)


def _paint_mark(
    painter: QPainter, area: QRectF, place: QPointF, colour: QColor, point: Point, look: Look
) -> None:
    """Ring a point and write its step and value beside it, inside the area."""
    painter.setPen(QPen(colour, 1.4))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(place, 4.0, 4.0)
    text = f"{point[0]}: {number_text(point[1])}"
    metrics = QFontMetricsF(look.font)
    wide, high = metrics.horizontalAdvance(text) + 8, metrics.height() + 2
    left = place.x() + 8 if place.x() + 8 + wide <= area.right() else place.x() - 8 - wide
    top = min(max(area.top(), place.y() - high - 2), area.bottom() - high)
    box = QRectF(left, top, wide, high)
    painter.fillRect(box, look.ground)
    painter.setPen(QPen(colour, 1.0))
    painter.drawRect(box)
    painter.setPen(look.text)
    painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), text)
