"""The inspector's course: the current element or a statistic over the last steps, and the way back to one of them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QComboBox, QSlider, QVBoxLayout, QWidget

from app.editor.inspector.views import fill, row_of
from app.editor.plots.controls import CurveControls
from app.editor.plots.lines import Line
from app.editor.results.recorder import LARGE
from app.editor.widgets.plain_text import PlainLabel

if TYPE_CHECKING:
    from app.editor.inspector.source import Source
    from app.editor.plots.curve_plot import CurvePlot
    from app.editor.values.series import Point
    from app.editor.values.slicing import Cut
    from app.engine.values.results import TensorValue

OF = {"element": "Current element", "mean": "Mean", "range": "Min and max", "std": "Standard deviation"}


class CourseView(QWidget):
    """Shows the steps that are recorded, of the last run and of those before it.

    The slider goes back to one of the last run's, which freezes the inspector.
    """

    reported = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Begin with no steps."""
        super().__init__(parent)
        self._plot: CurvePlot | None = None  # made with the first value: its library is not there before
        self.of = QComboBox(self)
        self.of.setAccessibleName("What is shown over the steps")
        for key, title in OF.items():
            self.of.addItem(title, key)
        self.controls = CurveControls(self, over_steps=True)
        self.slider = QSlider(Qt.Orientation.Horizontal, self)
        self.slider.setAccessibleName("Step to show")
        self.slider.setMinimumWidth(120)
        self.step = PlainLabel(parent=self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        steps = row_of(self.of, PlainLabel("step", self), self.slider, self.step, None, parent=self)
        rows = QVBoxLayout()
        rows.addWidget(steps)
        rows.addWidget(row_of(self.controls, None, parent=self))
        layout.addLayout(rows)
        layout.addStretch(1)
        self._source: Source | None = None
        self._place: tuple[int, ...] = ()
        self._known: dict[tuple[int, int, str], list[float | None]] = {}  # of each retained value
        self.of.currentIndexChanged.connect(lambda _: self._draw())
        self.controls.changed.connect(self._draw)
        self.slider.valueChanged.connect(self._on_slider)

    def set_place(self, place: tuple[int, ...]) -> None:
        """Take the element that is current in the table."""
        self._place = place
        if self.isVisible():
            self._draw()

    def show_source(self, source: Source, cut: Cut) -> None:
        """Show the retained steps."""
        self._source = source
        self._draw()

    def _draw(self) -> None:
        source = self._source
        if source is None:
            return
        retained = source.retained()
        steps = [step for step, _ in retained]
        with QSignalBlocker(self.slider):
            self.slider.setRange(0, max(0, len(retained) - 1))
            self.slider.setValue(steps.index(source.step) if source.step in steps else len(steps) - 1)
        self.slider.setEnabled(len(retained) > 1)
        self.step.setText(f"{source.step}" if steps else "")
        what = self.of.currentData()
        names = {"range": ["min", "max"], "element": [self._element_name(source)]}.get(what, [what])
        runs, note = self._runs(source, what)
        self.controls.set_runs([run for run, _ in runs[1:]])
        lines = [
            Line(name, points, run if number else "")
            for number, (run, curves) in enumerate(runs)
            if not number or self.controls.shows(run)
            for name, points in zip(names, curves, strict=True)
        ]
        plot = self.plot()
        plot.set_lines(lines, self.controls.scale())
        plot.set_note(note)
        plot.why = "" if not plot.is_empty else self._why(source, any(line.points for line in lines))

    def _runs(self, source: Source, what: str) -> tuple[list[tuple[str, list[list[Point]]]], str]:
        """Return the runs, the last one first, each with one curve or two for the range, and what is not sampled."""
        rows = source.rows(self._place) if what == "element" else []
        if rows and rows[0][1]:
            return [(name, [points]) for name, points, _ in rows], rows[0][2]
        retained, earlier = source.retained(), source.earlier_runs()
        used = {id(value) for entries in (retained, *(run.values for run in earlier)) for _, value in entries}
        self._known = {k: v for k, v in self._known.items() if k[1] in used}
        found = [("", self._curves(retained, what))]
        found += [(run.name, self._curves(run.values, what)) for run in reversed(earlier)]
        return found, sampled_note([step for step, _ in retained])

    def plot(self) -> CurvePlot:
        """Return the plot; the first call makes it."""
        if self._plot is None:
            from app.editor.plots.curve_plot import CurvePlot

            self._plot = fill(self, CurvePlot(self), self.controls)
            self._plot.name = "steps"
            self._plot.reported.connect(self.reported)
        return self._plot

    def _curves(self, values: Iterable[tuple[int, TensorValue]], what: str) -> list[list[Point]]:
        """Return the points of a run: of one curve, or of two for the range."""
        curves: list[list[Point]] = [[] for _ in range(2 if what == "range" else 1)]
        for step, value in values:
            for curve, number in zip(curves, self._numbers(step, value, what), strict=False):
                if number is not None:
                    curve.append((step, number))
        return curves

    def _why(self, source: Source, has_points: bool) -> str:
        from app.editor.values.statistics import has_statistics

        if has_points:
            return "a logarithmic axis shows values above zero only, and there are none"
        if source.value is not None and not has_statistics(source.value.array):
            return "strings have no course"
        if source.value is not None and not source.retained():
            if source.value.array.nbytes > LARGE:
                return f"values of more than {LARGE >> 20} MB are not recorded"
            return "run the page on: its steps are recorded from now on"
        return "no finite value"

    def _element_name(self, source: Source) -> str:
        return source.name + "".join(f"[{i}]" for i in self._place)

    def _numbers(self, step: int, value: TensorValue, what: str) -> list[float | None]:
        """Return what a retained value contributes: one number, or two for the range."""
        from app.editor.values import statistics as of  # late: it needs NumPy

        array = value.array
        if not of.has_statistics(array):
            return []
        if what == "element":
            place = self._place
            if len(place) != array.ndim or any(i >= n for i, n in zip(place, array.shape, strict=True)):
                return [None]
            whole: tuple[Any, ...] = (*place, ...)
            number = float(of.numbers_of(array[whole]).reshape(()))
            return [number if math.isfinite(number) else None]
        key = (step, id(value), what)
        if key not in self._known:
            found = of.statistics(array)
            ends = [found.low, found.high] if what == "range" else [getattr(found, what)]
            self._known[key] = [None if n is None else float(n) for n in ends]
        return self._known[key]

    def _on_slider(self, number: int) -> None:
        if self._source is not None:
            self._source.show_step(number)


def sampled_note(steps: Sequence[int]) -> str:
    """Return how many of the steps from the first to the last one are there, where some are not."""
    every = steps[-1] - steps[0] + 1 if steps else 0
    return f"{len(steps):,} of {every:,} steps sampled" if every > len(steps) else ""
