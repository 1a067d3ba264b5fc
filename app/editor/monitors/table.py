"""The monitor of kind ``table``: a tensor as a list of named elements, or as a grid of two axes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QComboBox, QVBoxLayout

from app.editor.monitors.base import ValueWidget
from app.editor.monitors.element import look_up, split_pin
from app.editor.monitors.options import Options
from app.editor.tensor_views.grid import TensorGrid
from app.editor.tensor_views.look import sized
from app.editor.tensor_views.sheets import ListSheet, MatrixSheet, Sheet
from app.editor.values.formats import NumberFormat
from app.editor.values.slicing import Cut, cut_of, first_cut
from app.editor.values.texts import index_text
from app.editor.widgets.plain_text import PlainLabel
from blocks.tensor_spec import shape_text

if TYPE_CHECKING:
    from app.document.model.diagram import Monitor
    from app.editor.monitors.element import Found
    from app.editor.results.store import ResultStore

_FONT = 12  # page units
_VALUE_WIDTH = 96


class TableMonitor(ValueWidget):
    """Shows the first pin's elements, to be scrolled and copied.

    Options: ``layout`` ("list", "grid"), ``slice`` (of a grid), ``format``, ``digits``, ``colours``.
    """

    takes_double_click = True

    def __init__(self, store: ResultStore, page: str, monitor: Monitor) -> None:
        """Follow the first pin; of a list the user chooses the tensor."""
        options = Options(monitor.options)
        self._layout_name = options.choice("layout", ("list", "grid"))
        self._slice = options.text("slice")
        self._form = NumberFormat(
            options.choice("format", ("auto", "fixed", "scientific", "hex")),  # type: ignore[arg-type]
            options.whole("digits", 4, 0, 17),
        )
        self._colours = options.flag("colours", False)
        self.grid = TensorGrid()
        self.element = QComboBox()
        self.facts = PlainLabel()
        self.why = ""
        super().__init__(store, page, monitor)
        for part in (self.element, self.grid, self.facts):
            part.setParent(self)
        self.grid.setFont(sized(_FONT))
        self.facts.setFont(sized(_FONT))
        self.facts.setObjectName("faint")
        self.element.setAccessibleName("Element of the list")
        self.element.currentIndexChanged.connect(lambda _: self.refresh())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for part in (self.element, self.grid, self.facts):
            layout.addWidget(part)

    def read(self) -> None:
        """Show the value; place and selection stay where its shape does."""
        found = self._chosen()
        self.why = found.why
        sheet: Sheet | None = None
        if found.array is not None:
            try:
                sheet = self._sheet(found)
            except ValueError as wrong:
                self.why = f"slice {self._slice}: {wrong}"
        self.grid.set_sheet(sheet)
        for part in (self.grid, self.facts):
            part.setVisible(sheet is not None)
        if sheet is not None:
            self.facts.setText(self._facts(found))
            self.grid.colour_range = self._range(found) if self._colours else None

    def _chosen(self) -> Found:
        """Return the tensor, of a list without index the one that the user chose."""
        from app.engine.values.results import ListValue  # late: it needs NumPy

        pin = self.monitor.pins[0]
        value = self._store.page(self.page).values.get(pin)
        count = len(value.items) if isinstance(value, ListValue) else 0
        if self.element.count() != count:
            self.element.blockSignals(True)
            self.element.clear()
            self.element.addItems([f"{pin}[{i}]" for i in range(count)])
            self.element.blockSignals(False)
        self.element.setVisible(count > 1)
        if not count:
            return self.found[0]
        return look_up(self._store, self.page, f"{pin}[{max(0, self.element.currentIndex())}]")

    def _sheet(self, found: Found) -> Sheet:
        assert found.array is not None
        if self._layout_name == "list":
            key, indices = split_pin(self.monitor.pins[0])
            name = "result_" + key.partition(".")[2] + index_text(indices)
            return ListSheet(found.array, name, found.dtype, self._form, _VALUE_WIDTH)
        return MatrixSheet(found.array, self._cut(found.array.shape), self._form)

    def _cut(self, shape: tuple[int, ...]) -> Cut:
        return cut_of(self._slice, shape) if self._slice else first_cut(shape)

    def _facts(self, found: Found) -> str:
        assert found.array is not None
        return f" {found.dtype} {shape_text(found.array.shape)}"

    def _range(self, found: Found) -> tuple[float, float] | None:
        from app.editor.values.statistics import has_statistics, statistics

        array = found.array
        if array is None or not has_statistics(array):
            return None
        known = statistics(array[:1] if array.size > 2_000_000 else array)
        return None if known.low is None or known.high is None else (float(known.low), float(known.high))

    def paint_value(self, painter: QPainter, rect: QRectF) -> None:
        """Say why there is no value; the table covers this where there is one."""
        if self.grid.sheet is None:
            self.paint_reason(painter, rect, self.why)
