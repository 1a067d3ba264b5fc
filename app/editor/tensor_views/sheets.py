"""What a grid shows of an array: a cut of two axes, or one element a row as in the original's window."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from app.editor.values.formats import NumberFormat
from app.editor.values.slicing import Cut
from app.editor.values.texts import index_text

if TYPE_CHECKING:
    import numpy as np


class Sheet(Protocol):
    """Rows and columns of texts, made for the cells that are seen only."""

    rows: int
    columns: int
    array: np.ndarray[Any, Any]
    widths: tuple[int, ...]  # pixels of each column, 0 for what is left; () where all are alike
    corner: str  # above the row labels

    def row_label(self, row: int) -> str:
        """Return what stands before a row; "" where rows have no labels."""

    def column_label(self, column: int) -> str:
        """Return what stands above a column."""

    def texts(self, rows: range, columns: range) -> list[list[str]]:
        """Return the texts of some cells, row by row."""

    def numbers(self, rows: range, columns: range) -> np.ndarray[Any, Any] | None:
        """Return the values of some cells as float64 [rows, columns], None where they are no numbers."""

    def is_number(self, column: int) -> bool:
        """Return whether a column's texts stand at the right."""

    def ends_matter(self, column: int) -> bool:
        """Return whether a column's texts differ at their ends, so that one that is too long is cut in its middle."""

    def place(self, row: int, column: int) -> tuple[int, ...]:
        """Return the tensor's indices of a cell."""

    def cell(self, place: tuple[int, ...]) -> tuple[int, int] | None:
        """Return the cell of an element, None where it is not on the sheet."""


class MatrixSheet:
    """A cut of a tensor as a matrix; labels are the tensor's own indices."""

    widths: tuple[int, ...] = ()

    def __init__(self, array: np.ndarray[Any, Any], cut: Cut, form: NumberFormat) -> None:
        """Show the cut of an array of the cut's shape."""
        self.array, self.cut, self.form = array, cut, form
        self.view = cut.view(array)
        self.rows, self.columns = self.view.shape
        if array.dtype.kind == "O" and self.columns == 1:
            self.widths = (0,)  # strings take all the room that there is
        self._row_labels, self._column_labels = cut.labels(cut.rows), cut.labels(cut.columns)
        names = [f"axis {axis}" for axis in (cut.rows, cut.columns) if axis is not None]
        self.corner = " \\ ".join(names)

    def row_label(self, row: int) -> str:
        """Return the index on the axis of the rows."""
        return str(self._row_labels[row]) if self.cut.rows is not None else ""

    def column_label(self, column: int) -> str:
        """Return the index on the axis of the columns."""
        return str(self._column_labels[column]) if self.cut.columns is not None else "value"

    def texts(self, rows: range, columns: range) -> list[list[str]]:
        """Return the elements' texts."""
        part = self.view[rows.start : rows.stop, columns.start : columns.stop]
        text = self.form.text
        return [[text(value) for value in row] for row in part]

    def numbers(self, rows: range, columns: range) -> np.ndarray[Any, Any] | None:
        """Return the elements as float64 (complex ones by magnitude)."""
        return _numbers(self.view[rows.start : rows.stop, columns.start : columns.stop])

    def is_number(self, column: int) -> bool:
        """Only strings stand at the left."""
        return self.array.dtype.kind != "O"

    def ends_matter(self, column: int) -> bool:
        """All texts are read from their beginning."""
        return False

    def place(self, row: int, column: int) -> tuple[int, ...]:
        """Return the tensor's indices of a cell."""
        return self.cut.place(row, column)

    def cell(self, place: tuple[int, ...]) -> tuple[int, int] | None:
        """Return where an element stands."""
        return self.cut.cell(place)


class ListSheet:
    """One element a row: type, name with index, value."""

    widths: tuple[int, ...]
    columns = 3
    corner = ""
    _heads = ("Type", "Name", "Value")

    def __init__(
        self, array: np.ndarray[Any, Any], name: str, dtype: str, form: NumberFormat, value_width: int = 150
    ) -> None:
        """Show an array as the output ``name`` of TensorFlow's type ``dtype``."""
        self.array, self.name, self.dtype, self.form = array, name, dtype, form
        self.widths = (60, 0, value_width)
        self.rows = int(array.size)

    def row_label(self, row: int) -> str:
        """Rows bear the elements' names instead."""
        return ""

    def column_label(self, column: int) -> str:
        """Return the head of a column."""
        return self._heads[column]

    def texts(self, rows: range, columns: range) -> list[list[str]]:
        """Return type, name and value of some elements."""
        found = []
        for row in rows:
            place = self.place(row, 0)
            line = (self.dtype, self.name + index_text(place), self.form.text(self.array[place]))
            found.append([line[c] for c in columns])
        return found

    def numbers(self, rows: range, columns: range) -> np.ndarray[Any, Any] | None:
        """Return the values; type and name have none (NaN)."""
        import numpy as np

        if not rows or 2 not in columns:
            return None
        values = _numbers(np.array([self.array[self.place(row, 0)] for row in rows], self.array.dtype))
        if values is None:
            return None
        full = np.full((len(rows), len(columns)), np.nan)
        full[:, columns.index(2)] = values
        return full

    def is_number(self, column: int) -> bool:
        """Only the values stand at the right."""
        return column == 2 and self.array.dtype.kind != "O"

    def ends_matter(self, column: int) -> bool:
        """The names begin alike and end with their indices."""
        return column == 1

    def place(self, row: int, column: int) -> tuple[int, ...]:
        """Return the indices of a row, by arithmetic rather than by a list of all places."""
        return place_of(row, self.array.shape)

    def cell(self, place: tuple[int, ...]) -> tuple[int, int] | None:
        """Return the row of an element, and its value's column."""
        return index_of(place, self.array.shape), 2


def place_of(index: int, shape: tuple[int, ...]) -> tuple[int, ...]:
    """Return the indices of an element by its row-major number."""
    place: list[int] = []
    for size in reversed(shape):
        index, at = divmod(index, size)
        place.append(at)
    return tuple(reversed(place))


def index_of(place: tuple[int, ...], shape: tuple[int, ...]) -> int:
    """Return the row-major number of an element by its indices."""
    index = 0
    for size, at in zip(shape, place, strict=True):
        index = index * size + at
    return index


def _numbers(part: np.ndarray[Any, Any]) -> np.ndarray[Any, Any] | None:
    import numpy as np

    from app.editor.values.statistics import numbers_of

    if part.dtype.kind == "O":
        return None
    return np.asarray(numbers_of(part), np.float64)
