"""Chooses which part of a tensor a table shows: two axes, indices of the others, or a slice text."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.editor.inspector.number_field import NumberField
from app.editor.values.slicing import Cut, cut_of, first_cut
from app.editor.widgets.icons import icon
from app.editor.widgets.plain_text import PlainLabel
from app.editor.widgets.style_rules import discard

_PER_ROW = 2  # sliders side by side
_MOST_SLIDERS = 6  # further axes are reached by the slice text


class AxesBar(QWidget):
    """The controls of a cut. ``changed`` carries the new one."""

    changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Begin with a scalar."""
        super().__init__(parent)
        self.cut: Cut = first_cut(())
        self.slice = QLineEdit(self)
        self.slice.setAccessibleName("Slice")
        self.slice.setToolTip("As in Python: [3, :, ::2]; two axes may be left free")
        self.slice.editingFinished.connect(self._on_text)
        self.rows, self.columns = QComboBox(self), QComboBox(self)
        self.rows.setAccessibleName("Axis of the rows")
        self.columns.setAccessibleName("Axis of the columns")
        for box in (self.rows, self.columns):
            box.activated.connect(partial(self._on_axes, box))
        self.swap = QToolButton(self)
        self.swap.setIcon(icon("swap"))
        self.swap.setToolTip("Swap rows and columns")
        self.swap.setAccessibleName("Swap rows and columns")
        self.swap.clicked.connect(lambda: self._take(self.cut.with_axes(self.cut.columns, self.cut.rows)))
        self.note = PlainLabel(parent=self)
        self.note.setObjectName("wrongNote")
        self.note.setVisible(False)
        self._across_label = PlainLabel("rows", self)
        self._down_label = PlainLabel("columns", self)
        line = QHBoxLayout()
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(5)
        line.addWidget(PlainLabel("slice", self))
        line.addWidget(self.slice, 1)
        for part in (self._across_label, self.rows, self.swap, self._down_label, self.columns):
            line.addWidget(part)
        self._held = QGridLayout()
        self._held.setContentsMargins(0, 0, 0, 0)
        self._held.setHorizontalSpacing(8)
        self._held.setVerticalSpacing(2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(line)
        layout.addWidget(self.note)
        layout.addLayout(self._held)
        self._sliders: dict[int, tuple[QSlider, NumberField]] = {}
        self._parts: list[QWidget] = []

    def set_shape(self, shape: Sequence[int]) -> None:
        """Offer the axes of a shape; the cut stays where the shape is the one before."""
        if tuple(shape) != self.cut.shape or not self.slice.text():
            self.set_cut(first_cut(shape))

    def set_cut(self, cut: Cut) -> None:
        """Show a cut without a signal."""
        same_axes = (cut.shape, cut.rows, cut.columns) == (self.cut.shape, self.cut.rows, self.cut.columns)
        same_held = [isinstance(i, int) for i in cut.items] == [isinstance(i, int) for i in self.cut.items]
        self.cut = cut
        self.slice.setText(cut.text())
        self._complain("")
        if not (same_axes and same_held and self._parts):
            self._lay_axes()
            self._lay_sliders()
        for axis, (slider, field) in self._sliders.items():
            at = cut.items[axis]
            for part in (slider, field):
                with QSignalBlocker(part):
                    part.setValue(at if isinstance(at, int) else 0)

    def _take(self, cut: Cut) -> None:
        self.set_cut(cut)
        self.changed.emit(cut)

    def _complain(self, text: str) -> None:
        self.note.setText(text)
        self.note.setVisible(bool(text))

    # --- the parts
    def _lay_axes(self) -> None:
        """Fill the lists of axes; a tensor with fewer than two has none to choose."""
        cut = self.cut
        for box, chosen in ((self.rows, cut.rows), (self.columns, cut.columns)):
            box.clear()
            if cut.columns is None:
                box.addItem("–", None)
            for axis, size in enumerate(cut.shape):
                box.addItem(f"{axis}  ({size:,})", axis)
            box.setCurrentIndex(max(0, box.findData(chosen)))
        two = len(cut.shape) >= 2
        for part in (self.rows, self.columns, self.swap, self._across_label, self._down_label):
            part.setVisible(two)
        self.swap.setEnabled(cut.rows is not None and cut.columns is not None)

    def _lay_sliders(self) -> None:
        for part in self._parts:
            self._held.removeWidget(part)
            discard(part)
        self._parts.clear()
        self._sliders.clear()
        held = [axis for axis, item in enumerate(self.cut.items) if isinstance(item, int)]
        for number, axis in enumerate(held[:_MOST_SLIDERS]):
            size = self.cut.shape[axis]
            slider = QSlider(Qt.Orientation.Horizontal, self)
            last = max(0, min(size - 1, 2**31 - 1))
            field = NumberField(0, last, 0, self)
            name = PlainLabel(f"axis {axis}", self)
            for part in (slider, field):
                part.setRange(0, last)
                part.setAccessibleName(f"Index on axis {axis}")
                part.setEnabled(size > 1)
                part.valueChanged.connect(partial(self._on_index, axis))
            row, column = divmod(number, _PER_ROW)
            for step, part in enumerate((name, slider, field)):
                self._held.addWidget(part, row, 3 * column + step)
                self._parts.append(part)
                part.show()
            self._sliders[axis] = (slider, field)

    # --- what the user does
    def _on_index(self, axis: int, index: int) -> None:
        self._take(self.cut.with_index(axis, index))

    def _on_axes(self, box: QComboBox, _: int) -> None:
        rows, columns = self.rows.currentData(), self.columns.currentData()
        if rows == columns:  # the other one gives way: what it showed was asked for
            other = self.cut.columns if box is self.columns else self.cut.rows
            rows, columns = (other, columns) if box is self.columns else (rows, other)
        if rows is None:
            rows, columns = columns, None
        if rows != self.cut.rows or columns != self.cut.columns:
            self._take(self.cut.with_axes(rows, columns))
        else:
            self._lay_axes()

    def _on_text(self) -> None:
        text = self.slice.text()
        if text == self.cut.text():
            self._complain("")
            return
        try:
            cut = cut_of(text, self.cut.shape, self.cut)
        except ValueError as wrong:
            self._complain(str(wrong))
            return
        self._take(cut)
