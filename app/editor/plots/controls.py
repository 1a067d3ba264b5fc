"""The controls of a curve plot: logarithmic axes, smoothing, the runs that are shown. They need no pyqtgraph."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QMenu, QSlider, QToolButton, QWidget

from app.editor.plots.lines import Scale
from app.editor.widgets.icons import icon
from app.editor.widgets.plain_text import PlainLabel

_MOST_WEIGHT = 99  # per cent of the past


class CurveControls(QWidget):
    """``changed`` comes when curves are to be drawn in another way. Export and Fit are asked of the plot."""

    changed = Signal()
    fit_requested = Signal()
    export_requested = Signal(QPoint)  # where the menu is to open, on the screen

    def __init__(self, parent: QWidget, *, over_steps: bool) -> None:
        """Show the controls; those of smoothing and runs only for curves over the steps of runs."""
        super().__init__(parent)
        self.log = QCheckBox("Logarithmic", self)
        self.log_x = QCheckBox("Logarithmic steps" if over_steps else "Logarithmic places", self)
        self.smoothing = QSlider(Qt.Orientation.Horizontal, self)
        self.smoothing.setAccessibleName("Smoothing")
        self.smoothing.setToolTip("Exponential mean: how much of it is the past, in per cent")
        self.smoothing.setRange(0, _MOST_WEIGHT)
        self.smoothing.setFixedWidth(90)
        self.weight = PlainLabel("0", self)
        self.weight.setFixedWidth(self.fontMetrics().horizontalAdvance("0.99") + 4)
        self.runs = QToolButton(self)
        self.runs.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.runs.setToolTip("Earlier runs of the page, drawn behind the last one")
        self.runs.setMenu(QMenu(self.runs))
        self.runs.setVisible(False)
        self._names: list[str] = []
        self._hidden: set[str] = set()
        self.fit = self._button("fit", "Show everything (double click)")
        self.export = self._button("save", "Export the plot as CSV, PNG or SVG")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        label = PlainLabel("Smoothing", self)
        for part in (
            self.log,
            self.log_x,
            label,
            self.smoothing,
            self.weight,
            self.runs,
            self.fit,
            self.export,
        ):
            row.addWidget(part)
        for part in (label, self.smoothing, self.weight):
            part.setVisible(over_steps)
        for box in (self.log, self.log_x):
            box.toggled.connect(lambda _: self.changed.emit())
        self.smoothing.valueChanged.connect(self._on_smoothing)
        self.fit.clicked.connect(self.fit_requested)
        self.export.clicked.connect(
            lambda: self.export_requested.emit(self.export.mapToGlobal(self.export.rect().bottomLeft()))
        )

    def _button(self, name: str, tip: str) -> QToolButton:
        button = QToolButton(self)
        button.setIcon(icon(name))
        button.setAutoRaise(True)
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        return button

    def scale(self) -> Scale:
        """Return how the curves are to be drawn."""
        return Scale(self.log.isChecked(), self.log_x.isChecked(), self.smoothing.value() / 100)

    def set_runs(self, names: Sequence[str]) -> None:
        """Offer the earlier runs of these names; those that were not there before are shown."""
        if list(names) == self._names:
            return
        self._names = list(names)
        self._hidden &= set(names)
        menu = self.runs.menu()
        menu.clear()
        for name in names:
            action = menu.addAction(name)
            action.setCheckable(True)
            action.setChecked(name not in self._hidden)
            action.toggled.connect(lambda on, name=name: self._on_run(name, on))
        self.runs.setText(f"Earlier runs ({len(names)})")
        self.runs.setVisible(bool(names))

    def shows(self, run: str) -> bool:
        """Return whether an earlier run is to be drawn."""
        return run not in self._hidden

    def _on_run(self, name: str, on: bool) -> None:
        self._hidden = self._hidden - {name} if on else self._hidden | {name}
        self.changed.emit()

    def _on_smoothing(self, value: int) -> None:
        self.weight.setText(f"{value / 100:g}")
        self.changed.emit()
