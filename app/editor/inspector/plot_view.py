"""The inspector's plot: values along an axis of the tensor, one curve for each of some indices of another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from app.editor.inspector.views import fill, real_numbers, row_of
from app.editor.plots.controls import CurveControls
from app.editor.plots.lines import Line
from app.editor.widgets.plain_text import PlainLabel

if TYPE_CHECKING:
    from app.editor.inspector.analysis import Analysis
    from app.editor.inspector.source import Source
    from app.editor.plots.curve_plot import CurvePlot
    from app.editor.values.series import Point
    from app.editor.values.slicing import Cut

MOST_CURVES = 8


class PlotView(QWidget):
    """Draws the part that the table shows: along its rows or its columns."""

    reported = Signal(str)

    def __init__(self, analysis: Analysis, parent: QWidget | None = None) -> None:
        """Let ``analysis`` find the points: of a large tensor beside the window."""
        super().__init__(parent)
        self._analysis = analysis
        self._names: list[str] = []
        self._points: list[list[Point]] = []
        self._plot: CurvePlot | None = None  # made with the first value: its library is not there before
        self.along = QComboBox(self)
        self.along.addItem("Along the rows", "rows")
        self.along.addItem("Along the columns", "columns")
        self.along.setAccessibleName("Direction of the plot")
        self.controls = CurveControls(self, over_steps=False)
        self.note = PlainLabel(parent=self)
        self.note.setObjectName("faint")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(row_of(self.along, self.controls, self.note, None, parent=self))
        layout.addStretch(1)
        self._source: Source | None = None
        self._cut: Cut | None = None
        self._drawn: object = None
        analysis.plot_found.connect(self._on_points)
        self.along.currentIndexChanged.connect(lambda _: self._draw())
        self.controls.changed.connect(self._draw_points)

    def show_source(self, source: Source, cut: Cut) -> None:
        """Draw the source's value."""
        self._source, self._cut = source, cut
        self.plot()
        self._draw()

    def plot(self) -> CurvePlot:
        """Return the plot; the first call makes it."""
        if self._plot is None:
            from app.editor.plots.curve_plot import CurvePlot

            self._plot = fill(self, CurvePlot(self), self.controls)
            self._plot.reported.connect(self.reported)
        return self._plot

    def _draw(self) -> None:
        value = self._source.value if self._source is not None else None
        cut = self._cut
        if value is None or cut is None:
            return
        key = (id(value), cut, self.along.currentData())
        if key == self._drawn:
            return
        self._drawn = key
        try:
            matrix = real_numbers(cut.view(value.array))
        except ValueError:
            self.plot().why = "strings have no plot"
            return
        by_rows = self.along.currentData() == "rows"
        curves = matrix.T if by_rows else matrix
        along, across = (cut.rows, cut.columns) if by_rows else (cut.columns, cut.rows)
        shown = curves[:MOST_CURVES]
        labels = cut.labels(across)
        self._names = [] if across is None else [f"axis {across}: {labels[n]}" for n in range(len(shown))]
        self.note.setText(self._note(curves, cut))
        self._analysis.plot(key, list(shown), cut.labels(along))

    def _on_points(self, found: Any) -> None:
        """Draw the points, unless others have been asked for by now."""
        key, lines = found
        if key != self._drawn:
            return
        self._points = lines
        self._draw_points()

    def _draw_points(self) -> None:
        """Draw the points that were found on the axes that are chosen."""
        plot = self.plot()
        names = self._names or ["value"]
        lines = [Line(name, points) for name, points in zip(names, self._points, strict=False)]
        plot.set_lines(lines, self.controls.scale())
        plot.why = "" if not plot.is_empty else self._why(any(self._points))

    def _why(self, has_points: bool) -> str:
        if has_points:
            return "a logarithmic axis shows values above zero only, and there are none"
        return "no finite value"

    def _note(self, curves: Any, cut: Cut) -> str:
        text = cut.text()
        if len(curves) > MOST_CURVES:
            text += f"   the first {MOST_CURVES} of {len(curves):,} curves"
        return text
