"""A tensor as table rows (type, name with index, value), made on demand: their number costs nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, Qt

from app.editor.qt_index import ROOT, Index

if TYPE_CHECKING:
    import numpy as np

_HEADS = ("Type", "Name", "Value")
_MOST_ROWS = 2**31 - 1  # what a view can count


def value_text(value: Any) -> str:
    """Return one element at full precision; bytes as text where they are UTF-8."""
    if isinstance(value, bytes):
        try:
            return value.decode("utf-8")
        except UnicodeDecodeError:
            return repr(value)
    return str(value)


def shape_text(shape: tuple[int, ...]) -> str:
    """Return a shape as the original writes it: ``(1, 35, 35, 3)`` -> ``[1][35][35][3]``."""
    return "".join(f"[{size}]" for size in shape)


def first_values(array: np.ndarray, count: int = 8) -> str:
    """Return the first values in row-major order, with an ellipsis where there are more."""
    # flat[:n] copies n elements only; reshape(-1) of a strided array would copy all.
    texts = [value_text(v) for v in array.flat[:count]]
    return ", ".join(texts) + (", …" if array.size > count else "")


class TensorModel(QAbstractTableModel):
    """One array as rows; ``set_array`` keeps the view's place where the shape stays."""

    def __init__(self, name: str, parent: Any = None) -> None:
        """Make an empty table of an output of that name, as ``result_output``."""
        super().__init__(parent)
        self.name = name
        self._array: np.ndarray | None = None
        self._type = ""

    @property
    def array(self) -> np.ndarray | None:
        """The array shown, or None."""
        return self._array

    def title(self) -> str:
        """Return the heading of the original's window: ``result_output[1][35][35][3]``."""
        return self.name + ("" if self._array is None else shape_text(self._array.shape))

    def set_array(self, array: np.ndarray | None, dtype: str) -> None:
        """Show an array (``dtype`` is its name in TensorFlow) or nothing."""
        old = self._array
        same = old is not None and array is not None and old.shape == array.shape
        if same:
            self._array, self._type = array, dtype
            if self.rowCount():
                self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, 2), [])
            return
        self.beginResetModel()
        self._array, self._type = array, dtype
        self.endResetModel()

    def rowCount(self, parent: Index = ROOT) -> int:
        """Return the number of elements."""
        if parent.isValid() or self._array is None:
            return 0
        return min(int(self._array.size), _MOST_ROWS)

    def columnCount(self, parent: Index = ROOT) -> int:
        """Return 3: type, name, value."""
        return 0 if parent.isValid() else 3

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return the heads of the columns."""
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return _HEADS[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the texts and the value column's alignment."""
        column = index.column()
        if role == Qt.ItemDataRole.TextAlignmentRole and column == 2:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole) or self._array is None:
            return None
        if column == 0:
            return self._type
        place = self._place(index.row())
        if column == 1:
            return self.name + shape_text(place)
        return value_text(self._array[place])

    def row_of(self, place: tuple[int, ...]) -> int:
        """Return the row of an element, by its indices."""
        row = 0
        for size, at in zip(self._array.shape if self._array is not None else (), place, strict=True):
            row = row * size + at
        return row

    def _place(self, row: int) -> tuple[int, ...]:
        """Return the indices of a row, by arithmetic rather than by a list of all places."""
        assert self._array is not None
        place: list[int] = []
        for size in reversed(self._array.shape):
            row, at = divmod(row, size)
            place.append(at)
        return tuple(reversed(place))
