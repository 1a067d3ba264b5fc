"""The inspector's table: the part of the tensor that is chosen, how numbers are written, colours by value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.editor.inspector.axes_bar import AxesBar
from app.editor.inspector.number_field import NumberField
from app.editor.tensor_views.grid import TensorGrid
from app.editor.tensor_views.sheets import ListSheet, MatrixSheet, Sheet, index_of, place_of
from app.editor.values.formats import MOST_DIGITS, STYLES, NumberFormat
from app.editor.values.slicing import Cut
from app.editor.values.texts import value_text
from app.editor.widgets.plain_text import PlainLabel

if TYPE_CHECKING:
    from app.editor.values.statistics import Statistics
    from app.engine.values.results import TensorValue

LAYOUTS = {"grid": "Grid", "list": "List"}
_LONG = 2000  # letters of the current cell's text that are shown below the table


class TableView(QWidget):
    """A tensor as a grid of two axes, or as a list of elements. ``reported`` carries a line about what was done."""

    reported = Signal(str)
    cut_changed = Signal(object)
    place_changed = Signal(tuple)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Begin with nothing to show."""
        super().__init__(parent)
        self._value: TensorValue | None = None
        self._name = ""
        self._range: tuple[float, float] | None = None
        self.axes = AxesBar(self)
        self.axes.changed.connect(self._on_cut)
        self.layout_choice = QComboBox(self)
        self.layout_choice.setAccessibleName("Layout of the table")
        for key, title in LAYOUTS.items():
            self.layout_choice.addItem(title, key)
        self.style_choice = QComboBox(self)
        self.style_choice.setAccessibleName("Number format")
        for style, title in STYLES.items():
            self.style_choice.addItem(title, style)
        self.digits = NumberField(0, MOST_DIGITS, 4, self)
        self.digits.setAccessibleName("Digits after the point")
        self.colours = QCheckBox("Colour by value", self)
        self.grid = TensorGrid(self)
        self.place = PlainLabel(parent=self)
        self.place.setObjectName("faint")
        self.place.setAccessibleName("Current element")
        self.place.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)  # long strings
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        for part in (self.layout_choice, self.style_choice, self.digits, self.colours):
            row.addWidget(part)
        row.addStretch(1)
        controls = QVBoxLayout()
        controls.setContentsMargins(8, 6, 8, 6)
        controls.setSpacing(4)
        controls.addLayout(row)
        controls.addWidget(self.axes)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(controls)
        layout.addWidget(self.grid, 1)
        layout.addWidget(self.place)
        self.setFocusProxy(self.grid)
        self.layout_choice.currentIndexChanged.connect(lambda _: self._show(True))
        self.style_choice.currentIndexChanged.connect(lambda _: self._show(True))
        self.digits.valueChanged.connect(lambda _: self._show(True))
        self.colours.toggled.connect(lambda _: self._colour())
        self.grid.current_changed.connect(self._show_current)
        self.grid.reported.connect(self.reported)

    @property
    def cut(self) -> Cut:
        """Return the part that the grid shows."""
        return self.axes.cut

    def number_format(self) -> NumberFormat:
        """Return how numbers are written."""
        return NumberFormat(self.style_choice.currentData(), self.digits.value())

    def show_value(self, value: TensorValue | None, name: str) -> None:
        """Show a tensor under its name; place and selection stay where the shape does."""
        self._value, self._name = value, name
        self.axes.set_shape(value.array.shape if value is not None else ())
        self._show(False)

    def show_statistics(self, found: Statistics | None) -> None:
        """Take the range for the colours."""
        known = found is not None and found.low is not None and found.high is not None
        self._range = (float(found.low), float(found.high)) if known and found is not None else None  # type: ignore[arg-type]
        self._colour()

    def show_place(self, place: tuple[int, ...]) -> None:
        """Go to an element, in another part of the tensor if it lies there."""
        sheet = self.grid.sheet
        if sheet is None:
            return
        if sheet.cell(place) is None:
            self.axes.set_cut(self.cut.showing(place))
            self._on_cut(self.cut)
        sheet = self.grid.sheet
        cell = sheet.cell(place) if sheet is not None else None
        if cell is not None:
            self.grid.select(*cell)

    def show_index(self, index: Any) -> None:
        """Go to an element by its row-major number."""
        if self._value is not None and 0 <= index < self._value.array.size:
            self.show_place(place_of(index, self._value.array.shape))

    def current_place(self) -> tuple[int, ...] | None:
        """Return the indices of the current element."""
        sheet = self.grid.sheet
        if sheet is None or not sheet.rows or not sheet.columns:
            return None
        return sheet.place(*self.grid.span.current)

    def current_index(self) -> int:
        """Return the row-major number of the current element, -1 where there is none."""
        place = self.current_place()
        if place is None or self._value is None:
            return -1
        return index_of(place, self._value.array.shape)

    def _sheet(self) -> Sheet | None:
        if self._value is None:
            return None
        if self.layout_choice.currentData() == "list":
            return ListSheet(self._value.array, self._name, self._value.dtype, self.number_format())
        return MatrixSheet(self._value.array, self.cut, self.number_format())

    def _show(self, refit: bool) -> None:
        style = self.style_choice.currentData()
        self.digits.setVisible(style in ("fixed", "scientific"))
        self.axes.setVisible(self.layout_choice.currentData() == "grid")
        self.grid.set_sheet(self._sheet())
        if refit:
            self.grid.refit()
        self._show_current()

    def _on_cut(self, cut: object) -> None:
        self.grid.set_sheet(self._sheet())
        self._show_current()
        self.cut_changed.emit(cut)

    def _colour(self) -> None:
        colour_range = self._range if self.colours.isChecked() else None
        if colour_range != self.grid.colour_range:
            self.grid.colour_range = colour_range
            self.grid.viewport().update()

    def _show_current(self) -> None:
        place = self.current_place()
        if place is None or self._value is None:
            self.place.setText("")
            return
        text = value_text(self._value.array[place])
        more = len(text) - _LONG
        text = text[:_LONG].replace("\n", "⏎") + (f"… and {more} more letters" if more > 0 else "")
        self.place.setText(f" {self._name}{list(place) if place else ''} = {text}")
        self.place_changed.emit(place)
