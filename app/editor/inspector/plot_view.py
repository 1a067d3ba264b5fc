"""The inspector's plot: values along an axis of the tensor, one curve for each of some indices of another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QCheckBox, QComboBox, QVBoxLayout, QWidget

from app.editor.inspector.views import FigureArea, real_numbers, row_of
from app.editor.tensor_views.curve_figure import CurveFigure, Scale
from app.editor.tensor_views.look import Look
from app.editor.widgets.plain_text import PlainLabel

if TYPE_CHECKING:
    from app.editor.inspector.analysis import Analysis
    from app.editor.inspector.source import Source
    from app.editor.values.slicing import Cut

MOST_CURVES = 8


class PlotArea(FigureArea):
    """Curves."""

    kind = "curve"

    def __init__(self, parent: QWidget) -> None:
        """Begin with none."""
        super().__init__(parent)
        self.figure = CurveFigure()

    def draw(self, painter: QPainter, rect: QRectF, look: Look) -> None:
        """Paint the curves, and the points nearest to the mouse."""
        self.figure.paint(painter, rect, look, self.mouse)


class PlotView(QWidget):
    """Draws the part that the table shows: along its rows or its columns."""

    def __init__(self, analysis: Analysis, parent: QWidget | None = None) -> None:
        """Let ``analysis`` find the points: of a large tensor beside the window."""
        super().__init__(parent)
        self._analysis = analysis
        self._names: list[str] = []
        self.area = PlotArea(self)
        self.along = QComboBox(self)
        self.along.addItem("Along the rows", "rows")
        self.along.addItem("Along the columns", "columns")
        self.along.setAccessibleName("Direction of the plot")
        self.log = QCheckBox("Logarithmic", self)
        self.note = PlainLabel(parent=self)
        self.note.setObjectName("faint")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(row_of(self.along, self.log, self.note, None, parent=self))
        layout.addWidget(self.area, 1)
        self._source: Source | None = None
        self._cut: Cut | None = None
        self._drawn: object = None
        analysis.plot_found.connect(self._on_points)
        self.along.currentIndexChanged.connect(lambda _: self._draw())
        self.log.toggled.connect(lambda _: self._draw())

    def show_source(self, source: Source, cut: Cut) -> None:
        """Draw the source's value."""
        self._source, self._cut = source, cut
        self._draw()

    def _draw(self) -> None:
        value = self._source.value if self._source is not None else None
        cut = self._cut
        if value is None or cut is None:
            return
        key = (id(value), cut, self.along.currentData(), self.log.isChecked())
        if key == self._drawn:
            return
        self._drawn = key
        try:
            matrix = real_numbers(cut.view(value.array))
        except ValueError:
            self.area.why = "strings have no plot"
            self.area.update()
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
        figure = self.area.figure = CurveFigure(Scale(log=self.log.isChecked()))
        figure.set_curves(lines, self._names)
        self.area.why = "" if not figure.is_empty else self._why(any(lines))
        self.area.update()

    def _why(self, has_points: bool) -> str:
        if has_points:
            return "a logarithmic axis shows values above zero only, and there are none"
        return "no finite value"

    def _note(self, curves: Any, cut: Cut) -> str:
        text = cut.text()
        if len(curves) > MOST_CURVES:
            text += f"   the first {MOST_CURVES} of {len(curves):,} curves"
        return text
