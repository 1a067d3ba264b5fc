"""The inspector's histogram: counted beside the window where the tensor is large."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from app.editor.inspector.number_field import NumberField
from app.editor.inspector.views import fill, row_of
from app.editor.tensor_views.histogram_figure import note_of
from app.editor.widgets.plain_text import PlainLabel

if TYPE_CHECKING:
    from app.editor.inspector.analysis import Analysis
    from app.editor.inspector.source import Source
    from app.editor.plots.bars_plot import BarsPlot
    from app.editor.values.slicing import Cut

_BINS, _MOST_BINS = 40, 2000


class HistogramView(QWidget):
    """Counts the whole tensor."""

    reported = Signal(str)

    def __init__(self, analysis: Analysis, parent: QWidget | None = None) -> None:
        """Let ``analysis`` count."""
        super().__init__(parent)
        self._analysis = analysis
        self._plot: BarsPlot | None = None  # made with the first value: its library is not there before
        self.bins = NumberField(1, _MOST_BINS, _BINS, self)
        self.bins.setAccessibleName("Number of bars")
        self.log = QCheckBox("Logarithmic counts", self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(row_of(PlainLabel("bars", self), self.bins, self.log, None, parent=self))
        layout.addStretch(1)
        self._source: Source | None = None
        self._counted: object = None
        self.bins.valueChanged.connect(lambda _: self._count())
        self.log.toggled.connect(self._on_log)
        analysis.histogram_found.connect(self._on_found)

    def show_source(self, source: Source, cut: Cut) -> None:
        """Count the source's value."""
        self._source = source
        self.plot()
        self._count()

    def plot(self) -> BarsPlot:
        """Return the plot; the first call makes it."""
        if self._plot is None:
            from app.editor.plots.bars_plot import BarsPlot

            self._plot = fill(self, BarsPlot(self))
            self._plot.name = "histogram"
            self._plot.why = "counting…"
            self._plot.reported.connect(self.reported)
        return self._plot

    def _count(self) -> None:
        value = self._source.value if self._source is not None else None
        if value is None or (id(value), self.bins.value()) == self._counted:
            return
        from app.editor.values.statistics import has_statistics

        self._counted = (id(value), self.bins.value())
        if not has_statistics(value.array):
            self.plot().why = f"{value.dtype} values have no histogram"
        else:
            self._analysis.count(value, self.bins.value())

    def _on_found(self, found: Any) -> None:
        value = self._source.value if self._source is not None else None
        plot = self.plot()
        plot.set_histogram(found, self.log.isChecked())
        plot.set_note(note_of(found, value.dtype if value is not None else ""))
        plot.why = "" if found.counts else "no finite value"

    def _on_log(self, on: bool) -> None:
        plot = self.plot()
        plot.set_histogram(plot.shown, on)
