"""Curves: one line for each, smoothed ones before what they are made of, read out at the nearest points."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence
from typing import Any

import pyqtgraph as pg
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from app.editor.plots.lines import Line, Scale, table_of
from app.editor.plots.plot_frame import GRID, PlotFrame, pen, within
from app.editor.tensor_views.look import number_text
from app.editor.values.series import Point
from app.editor.values.smoothing import smoothed

_EARLIER = 0.55  # of the colour of a line, for those of earlier runs
_RAW = 0.28  # of the colour of a line that is drawn smoothed
_MOST_DOTS = 40  # points that are marked each


class CurvePlot(PlotFrame):
    """Draws lines on linear or logarithmic axes. Of the points of a line those stay that the axes can show."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Begin without lines."""
        self.lines: list[Line] = []
        self.scale = Scale()
        self._drawn: list[tuple[Any, Any]] = []  # of each line the item of its points and that of its mean
        self._shown: list[list[Point]] = []  # the points that were drawn strongly
        self._legend: Any = None
        self._titles: list[str] = []
        super().__init__(parent)
        self._marks = pg.ScatterPlotItem(size=9, pxMode=True)
        self.plot.addItem(self._marks, ignoreBounds=True)

    @property
    def curves(self) -> list[list[Point]]:
        """Return the points of each line that the axes can show."""
        return [[p for p in line.points if self.scale.fits(p)] for line in self.lines]

    @property
    def is_empty(self) -> bool:
        """Return whether no line has a point on these axes."""
        return not any(self.curves)

    def set_lines(self, lines: Sequence[Line], scale: Scale) -> None:
        """Draw lines, the last run's first; nothing else changes, so that a zoom stays while values come."""
        rescaled = (scale.log, scale.log_x) != (self.scale.log, self.scale.log_x)
        self.lines, self.scale = list(lines), scale
        self.redraw()
        if rescaled:
            self.fit()

    def redraw(self) -> None:
        """Draw the lines in the colours of the theme."""
        self.plot.showGrid(x=True, y=True, alpha=GRID)
        self.plot.getAxis("left").setLogMode(self.scale.log)
        self.plot.getAxis("bottom").setLogMode(self.scale.log_x)
        while len(self._drawn) > len(self.lines):
            for item in self._drawn.pop():
                self.plot.removeItem(item)
        while len(self._drawn) < len(self.lines):
            self._drawn.append((self.plot.plot(antialias=True), self.plot.plot(antialias=True)))
        self._shown = []
        for number, (line, points) in enumerate(zip(self.lines, self.curves, strict=True)):
            self._draw(number, line, points)
        self._draw_legend()

    def _draw(self, number: int, line: Line, points: list[Point]) -> None:
        raw, mean = self._drawn[number]
        colour, strength = self.colour(number), _EARLIER if line.run else 1.0
        weight = self.scale.weight
        smooth = [p for p in smoothed(line.points, weight) if self.scale.fits(p)] if weight else []
        raw.setPen(pen(colour, 1.2 if weight else 1.6, strength * (_RAW if weight else 1.0)))
        raw.setData(*self._places(points))
        raw.setSymbol("o" if len(points) <= _MOST_DOTS and not weight else None)
        raw.setSymbolSize(4)
        raw.setSymbolPen(None)
        raw.setSymbolBrush(colour)
        mean.setPen(pen(colour, 2.0, strength))
        mean.setData(*self._places(smooth))
        self._shown.append(smooth or points)

    def colour(self, number: int) -> QColor:
        """Return the colour of a line."""
        own = self.lines[number].colour
        return QColor(*own) if own is not None else self.look().line(number)

    def _place(self, point: Point) -> tuple[float, float]:
        x = math.log10(point[0]) if self.scale.log_x else float(point[0])
        return x, math.log10(point[1]) if self.scale.log else within(point[1])

    def _places(self, points: Sequence[Point]) -> tuple[list[float], list[float]]:
        places = [self._place(point) for point in points]
        return [x for x, _ in places], [y for _, y in places]

    def _draw_legend(self) -> None:
        titles = [line.title for line in self.lines]
        if len(titles) < 2 and not any(line.run for line in self.lines):
            titles = []
        if self._legend is None and titles:
            self._legend = self.plot.addLegend(offset=(-8, 8))
        if self._legend is None:
            return
        look = self.look()
        ground = QColor(look.ground)
        ground.setAlphaF(0.85)
        self._legend.setBrush(ground)
        self._legend.setPen(look.grid)
        self._legend.setLabelTextColor(look.text)
        self._legend.setVisible(bool(titles))
        self._legend.clear()
        for number, title in enumerate(titles):
            sample = pg.PlotDataItem(
                pen=pen(self.colour(number), 2.0, _EARLIER if self.lines[number].run else 1)
            )
            self._legend.addItem(sample, title.replace("&", "&amp;").replace("<", "&lt;"))

    # --- reading out
    def near(self, x: float) -> list[Point | None]:
        """Return of each line, as drawn, the point nearest to a place of the axis."""
        at = 10**x if self.scale.log_x else x
        return [_nearest(points, at) for points in self._shown]

    def text_at(self, x: float, y: float) -> str:
        """Return step and value of the points nearest to a place, and mark them."""
        found = self.near(x)
        spots = [
            {"pos": self._place(point), "brush": None, "pen": pen(self.colour(number))}
            for number, point in enumerate(found)
            if point is not None
        ]
        self._marks.setData(spots)
        texts = ["" if point is None else number_text(point[1]) for point in found]
        self._label([f"{line.title}: {text}" for line, text in zip(self.lines, texts, strict=True)])
        steps = dict.fromkeys(f"{point[0]:,}" for point in found if point is not None)
        values = texts[0] if len(texts) == 1 else ""
        return f"{' and '.join(steps)}:  {values}" if values else " and ".join(steps)

    def leave(self) -> None:
        """Take cross and marks away."""
        super().leave()
        self._marks.setData([])
        self._label([line.title for line in self.lines])

    def _label(self, texts: list[str]) -> None:
        """Write into the legend, where there is one."""
        if self._legend is not None and self._legend.isVisible():
            for (_, label), text in zip(self._legend.items, texts, strict=True):
                label.setText(text.replace("&", "&amp;").replace("<", "&lt;"))
            self._legend.updateSize()

    def table(self) -> list[list[str]]:
        """Return the points of all lines by step, and their means where they are smoothed."""
        return table_of(self.lines, self.scale.weight)


def _nearest(points: Sequence[Point], at: float) -> Point | None:
    """Return the point nearest in x; points go by x."""
    if not points:
        return None
    place = bisect_left(points, (at,))
    return min(points[max(0, place - 1) : place + 1] or points[-1:], key=lambda p: abs(p[0] - at))
