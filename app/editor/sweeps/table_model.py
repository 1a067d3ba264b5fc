"""The rows of a sweep as Qt's views show them: a row a run, sorted by a click on a column's head."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QSortFilterProxyModel, Qt

from app.editor.values.parallel import number_of
from app.editor.widgets.item_index import ROOT, Index
from app.engine.sweeps.table import Columns, cell_text
from app.messages import message_of

if TYPE_CHECKING:
    from app.engine.sweeps.rows import Row

_SORTING = Qt.ItemDataRole.UserRole


class SweepTable(QAbstractTableModel):
    """The rows so far, in the order in which they came."""

    def __init__(self) -> None:
        """Begin without columns."""
        super().__init__()
        self.columns = Columns((), ())
        self.rows: list[Row] = []

    def begin(self, columns: Columns) -> None:
        """Drop all rows; others come."""
        self.beginResetModel()
        self.columns, self.rows = columns, []
        self.endResetModel()

    def add(self, rows: Sequence[Row]) -> None:
        """Add rows at the end."""
        if rows:
            first = len(self.rows)
            self.beginInsertRows(QModelIndex(), first, first + len(rows) - 1)
            self.rows += rows
            self.endInsertRows()

    def cells(self, row: Row) -> list[Any]:
        """Return the cells of a row in the order of the columns."""
        values = (row.values.get(key) for key in self.columns.keys)
        problem = None if row.problem is None else message_of(row.problem)
        return [row.number, *row.texts, row.seed, *values, row.steps, row.seconds, row.status, problem]

    def shown_columns(self) -> list[int]:
        """Return the columns that are drawn: pins, the seed where there is one, results, the steps if they differ."""
        pins, keys = len(self.columns.pins), len(self.columns.keys)
        seed = [pins + 1] if any(row.seed is not None for row in self.rows) else []
        steps = [pins + 2 + keys] if len({row.steps for row in self.rows}) > 1 else []
        return [*range(1, pins + 1), *seed, *range(pins + 2, pins + 2 + keys), *steps]

    def rowCount(self, parent: Index = ROOT) -> int:
        """Return how many runs have ended."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = ROOT) -> int:
        """Return how many columns there are."""
        return 0 if parent.isValid() else len(self.columns.names)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return the head of a column."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.columns.names[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a cell's text, or what it is sorted by."""
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, _SORTING):
            return None
        cell = self.cells(self.rows[index.row()])[index.column()]
        if role == _SORTING:
            number = number_of(cell)
            return (number is None, number or 0.0, cell_text(cell))
        if isinstance(cell, float) and self.columns.names[index.column()] == "seconds":
            return f"{cell:.3f}"
        return cell_text(cell)


class SortedRows(QSortFilterProxyModel):
    """The same by a column: numbers by size, before texts."""

    def lessThan(self, left: Index, right: Index) -> bool:
        """Compare two cells."""
        source = self.sourceModel()
        one, other = source.data(left, _SORTING), source.data(right, _SORTING)
        return bool(one < other)
