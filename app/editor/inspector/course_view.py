"""The inspector's course: the current element or a statistic over the last steps, and the way back to one of them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QSlider, QVBoxLayout, QWidget

from app.editor.inspector.plot_view import PlotArea
from app.editor.inspector.views import row_of
from app.editor.tensor_views.curve_figure import CurveFigure, Scale
from app.editor.widgets.plain_text import PlainLabel

if TYPE_CHECKING:
    from app.editor.inspector.source import Source
    from app.editor.values.series import Point
    from app.editor.values.slicing import Cut
    from app.engine.values.results import TensorValue

OF = {"element": "Current element", "mean": "Mean", "range": "Min and max", "std": "Standard deviation"}


class CourseView(QWidget):
    """Shows the steps that the source retains. The slider goes back to one of them, which freezes the inspector."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Begin with no steps."""
        super().__init__(parent)
        self.area = PlotArea(self)
        self.of = QComboBox(self)
        self.of.setAccessibleName("What is shown over the steps")
        for key, title in OF.items():
            self.of.addItem(title, key)
        self.log = QCheckBox("Logarithmic", self)
        self.slider = QSlider(Qt.Orientation.Horizontal, self)
        self.slider.setAccessibleName("Step to show")
        self.slider.setMinimumWidth(120)
        self.step = PlainLabel(parent=self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(
            row_of(self.of, self.log, PlainLabel("step", self), self.slider, self.step, None, parent=self)
        )
        layout.addWidget(self.area, 1)
        self._source: Source | None = None
        self._place: tuple[int, ...] = ()
        self._known: dict[tuple[int, int, str], list[float | None]] = {}  # of each retained value
        self.of.currentIndexChanged.connect(lambda _: self._draw())
        self.log.toggled.connect(lambda _: self._draw())
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
        curves: list[list[Point]] = [[] for _ in names]
        for step, value in retained:
            for curve, number in zip(curves, self._numbers(step, value, what), strict=False):
                if number is not None:
                    curve.append((step, number))
        self._known = {k: v for k, v in self._known.items() if k[0] in set(steps)}
        self.area.figure = CurveFigure(Scale(log=self.log.isChecked()))
        self.area.figure.set_curves(curves, names)
        self.area.why = "" if not self.area.figure.is_empty else self._why(source, any(curves))
        self.area.update()

    def _why(self, source: Source, has_points: bool) -> str:
        from app.editor.values.statistics import has_statistics

        if has_points:
            return "a logarithmic axis shows values above zero only, and there are none"
        if source.value is not None and not has_statistics(source.value.array):
            return "strings have no course"
        if source.value is not None and not source.retained():
            return "run the page on: the steps that come while this window is open are kept"
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
