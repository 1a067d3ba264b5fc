"""The inspector's histogram: counted beside the window where the tensor is large."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from app.editor.inspector.number_field import NumberField
from app.editor.inspector.views import FigureArea, row_of
from app.editor.tensor_views.histogram_figure import HistogramFigure, note_of
from app.editor.tensor_views.look import Look
from app.editor.widgets.plain_text import PlainLabel

if TYPE_CHECKING:
    from app.editor.inspector.analysis import Analysis
    from app.editor.inspector.source import Source
    from app.editor.values.slicing import Cut

_BINS, _MOST_BINS = 40, 2000


class _Area(FigureArea):
    """The bars."""

    kind = "histogram"

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.figure = HistogramFigure()

    def draw(self, painter: QPainter, rect: QRectF, look: Look) -> None:
        """Paint the bars, and the range and count of the one below the mouse."""
        self.figure.paint(painter, rect, look, self.mouse)


class HistogramView(QWidget):
    """Counts the whole tensor."""

    def __init__(self, analysis: Analysis, parent: QWidget | None = None) -> None:
        """Let ``analysis`` count."""
        super().__init__(parent)
        self._analysis = analysis
        self.area = _Area(self)
        self.area.why = "counting…"
        self.bins = NumberField(1, _MOST_BINS, _BINS, self)
        self.bins.setAccessibleName("Number of bars")
        self.log = QCheckBox("Logarithmic counts", self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(row_of(PlainLabel("bars", self), self.bins, self.log, None, parent=self))
        layout.addWidget(self.area, 1)
        self._source: Source | None = None
        self._counted: object = None
        self.bins.valueChanged.connect(lambda _: self._count())
        self.log.toggled.connect(self._on_log)
        analysis.histogram_found.connect(self._on_found)

    def show_source(self, source: Source, cut: Cut) -> None:
        """Count the source's value."""
        self._source = source
        self._count()

    def _count(self) -> None:
        value = self._source.value if self._source is not None else None
        if value is None or (id(value), self.bins.value()) == self._counted:
            return
        from app.editor.values.statistics import has_statistics

        self._counted = (id(value), self.bins.value())
        if not has_statistics(value.array):
            self.area.why = f"{value.dtype} values have no histogram"
            self.area.update()
        else:
            self._analysis.count(value, self.bins.value())

    def _on_found(self, found: Any) -> None:
        value = self._source.value if self._source is not None else None
        figure = self.area.figure
        figure.shown = found
        figure.note = note_of(found, value.dtype if value is not None else "")
        self.area.why = "" if found.counts else "no finite value"
        self.area.update()

    def _on_log(self, on: bool) -> None:
        self.area.figure.log = on
        self.area.update()
