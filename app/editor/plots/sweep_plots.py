"""The rows of a sweep as lines over parallel axes, and as points over two columns."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from app.editor.plots.plot_frame import GRID, PlotFrame, pen, within
from app.editor.tensor_views.look import number_text
from app.editor.values.parallel import Axis, axis_of, number_of

_SHADES = 8  # in which lines are drawn, by the last axis
_NEAR = 0.03  # of an axis: so far from the mouse a line is still read out


class ParallelPlot(PlotFrame):
    """A line for each row across an axis for each column, in the shade of its place on the last one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Begin without rows."""
        self.axes: list[Axis] = []
        self._rows: list[list[str]] = []
        self._items: list[Any] = []
        self._fitted = 0  # axes that are in view
        self._chosen: int | None = None
        super().__init__(parent)
        self.name = "sweep"
        for side in ("left", "bottom"):
            self.plot.hideAxis(side)

    def set_columns(self, heads: Sequence[str], columns: Sequence[Sequence[Any]]) -> None:
        """Show columns of equal length."""
        self.axes = [axis_of(head, cells) for head, cells in zip(heads, columns, strict=True)]
        self._rows = [[str(cell) for cell in row] for row in zip(*columns, strict=True)]
        if len(self.axes) != self._fitted:
            self._fitted = len(self.axes)
            self.fit()
        self.redraw()

    def fit(self) -> None:
        """Show all axes with their names."""
        self.box.setRange(xRange=(0, max(1, len(self.axes) - 1)), yRange=(-0.03, 1.13), padding=0.02)

    def choose(self, row: int | None) -> None:
        """Draw a row strongly."""
        self._chosen = row
        self.redraw()

    def redraw(self) -> None:
        """Draw axes and lines in the colours of the theme."""
        for item in self._items:
            self.plot.removeItem(item)
        self._items = []
        look = self.look()
        for i in range(len(self.axes)):
            self._add(pg.PlotCurveItem([i, i], [0.0, 1.0], pen=pen(look.faint, 1.2)))
        shades = [self._shade(row) for row in range(len(self._rows))]
        for shade in range(_SHADES):
            rows = [row for row, own in enumerate(shades) if own == shade]
            xs, ys = self._lines(rows)
            part = 0.75 if len(self._rows) < 200 else 0.35
            self._add(pg.PlotCurveItem(xs, ys, connect="finite", pen=pen(self.colour(shade), 1.3, part)))
        if self._chosen is not None and self._chosen < len(self._rows):
            xs, ys = self._lines([self._chosen])
            self._add(pg.PlotCurveItem(xs, ys, connect="finite", pen=pen(look.text, 2.6)))
        self._label_axes()

    def _label_axes(self) -> None:
        """Write the names above the axes and the ticks beside them, over the lines; at the ends they stay within."""
        last = len(self.axes) - 1
        for i, axis in enumerate(self.axes):
            for place, text in axis.ticks:
                self._write(text, i, place, (1.0 if i == last and last else 0.0, 0.5))
            self._write(axis.name, i, 1.04, (0.0 if i == 0 else 1.0 if i == last else 0.5, 1.0))

    def _write(self, text: str, x: float, y: float, anchor: tuple[float, float]) -> None:
        look = self.look()
        ground = QColor(look.ground)
        ground.setAlphaF(0.7)
        label = pg.TextItem(text, color=look.text, anchor=anchor, fill=ground)
        label.setPos(x, y)
        self._add(label)

    def colour(self, shade: int) -> QColor:
        """Return the colour of a shade, from the first line's to the second's."""
        first, last, part = self.look().line(0), self.look().line(1), shade / (_SHADES - 1)
        parts = [
            round(a + (b - a) * part) for a, b in zip(first.getRgb()[:3], last.getRgb()[:3], strict=True)
        ]
        return QColor(*parts)

    def _shade(self, row: int) -> int:
        place = self.axes[-1].places[row] if self.axes else None
        return 0 if place is None else min(_SHADES - 1, int(place * _SHADES))

    def _lines(self, rows: Sequence[int]) -> tuple[Any, Any]:
        xs: list[float] = []
        ys: list[float] = []
        for row in rows:
            places = [axis.places[row] for axis in self.axes]
            xs += [*range(len(places)), math.nan]
            ys += [*(math.nan if place is None else place for place in places), math.nan]
        import numpy as np  # pyqtgraph takes arrays

        return np.asarray(xs, float), np.asarray(ys, float)

    def _add(self, item: Any) -> None:
        self._items.append(item)
        self.plot.addItem(item)

    def row_at(self, x: float, y: float) -> int | None:
        """Return the row whose line passes nearest to a place."""
        at = min(max(round(x), 0), len(self.axes) - 1)
        places = self.axes[at].places if self.axes else []
        near = [(abs(place - y), row) for row, place in enumerate(places) if place is not None]
        best = min(near, default=(math.inf, 0))
        return best[1] if best[0] <= _NEAR else None

    def text_at(self, x: float, y: float) -> str:
        """Return the row at a place."""
        row = self.row_at(x, y)
        if row is None:
            return ""
        return "  ".join(
            f"{axis.name}: {cell}" for axis, cell in zip(self.axes, self._rows[row], strict=True)
        )

    def table(self) -> list[list[str]]:
        """Return what is drawn."""
        return [[axis.name for axis in self.axes], *self._rows]


class ScatterPlot(PlotFrame):
    """A point for each row over two columns of numbers."""

    clicked = Signal(int)  # the row of a point

    def __init__(self, parent: QWidget | None = None) -> None:
        """Begin without points."""
        self.heads: tuple[str, str] = ("", "")
        self.points: list[tuple[int, float, float]] = []  # row, x, y
        self._log = (False, False)
        self._chosen: int | None = None
        self._spots: Any = None
        super().__init__(parent)
        self.name = "sweep"
        self._spots = pg.ScatterPlotItem(pxMode=True)
        self._spots.sigClicked.connect(self._on_spot)
        for side in ("bottom", "left"):
            self.plot.getAxis(side).enableAutoSIPrefix(False)
        self.plot.addItem(self._spots)
        self.redraw()

    def set_points(
        self, heads: tuple[str, str], xs: Sequence[Any], ys: Sequence[Any], log: tuple[bool, bool]
    ) -> None:
        """Show the rows that have a number in both columns, and one above 0 on a logarithmic axis."""
        is_other = (heads, log) != (self.heads, self._log)
        self.heads, self._log = heads, log
        pairs = ((row, number_of(x), number_of(y)) for row, (x, y) in enumerate(zip(xs, ys, strict=True)))
        self.points = [
            (row, x, y)
            for row, x, y in pairs
            if x is not None and y is not None and _fits(x, log[0]) and _fits(y, log[1])
        ]
        self.why = "" if self.points else "No row has a number in both columns"
        self.redraw()
        if is_other:
            self.fit()

    def choose(self, row: int | None) -> None:
        """Mark a row."""
        self._chosen = row
        self.redraw()

    def redraw(self) -> None:
        """Draw the points in the colours of the theme."""
        if self._spots is None:
            return
        look = self.look()
        self.plot.showGrid(x=True, y=True, alpha=GRID)
        for side, head, log in zip(("bottom", "left"), self.heads, self._log, strict=True):
            self.plot.getAxis(side).setLogMode(log)
            self.plot.setLabel(side, head.replace("&", "&amp;").replace("<", "&lt;"), color=look.text.name())
        self._spots.setData(
            [
                {
                    "pos": (self._at(x, 0), self._at(y, 1)),
                    "data": row,
                    "size": 11 if row == self._chosen else 7,
                    "brush": look.line(1 if row == self._chosen else 0),
                    "pen": pen(look.text, 1.5) if row == self._chosen else None,
                }
                for row, x, y in self.points
            ]
        )

    def _at(self, number: float, axis: int) -> float:
        return math.log10(number) if self._log[axis] else within(number)

    def _on_spot(self, item: Any, spots: Sequence[Any], *more: Any) -> None:
        if len(spots):
            self.clicked.emit(int(spots[0].data()))

    def text_at(self, x: float, y: float) -> str:
        """Return the numbers at a place."""
        shown = [number_text(10**at if log else at) for at, log in zip((x, y), self._log, strict=True)]
        return f"{self.heads[0]}: {shown[0]}  {self.heads[1]}: {shown[1]}"

    def table(self) -> list[list[str]]:
        """Return what is drawn."""
        return [list(self.heads), *([repr(x), repr(y)] for _, x, y in self.points)]


def _fits(number: float, log: bool) -> bool:
    return math.isfinite(number) and (number > 0 or not log)
