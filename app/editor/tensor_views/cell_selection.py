"""The selected cells of a grid: a rectangle from an anchor to the current cell, and its text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.editor.tensor_views.sheets import Sheet

MOST_COPIED = 2_000_000  # cells
_ROWS_AT_ONCE = 2048


@dataclass(frozen=True)
class Span:
    """Rows and columns from an anchor to the current cell, both included."""

    anchor: tuple[int, int] = (0, 0)
    current: tuple[int, int] = (0, 0)

    @property
    def is_single(self) -> bool:
        """Return whether it is one cell."""
        return self.anchor == self.current

    def rows(self) -> range:
        """Return the rows, ascending."""
        a, b = sorted((self.anchor[0], self.current[0]))
        return range(a, b + 1)

    def columns(self) -> range:
        """Return the columns, ascending."""
        a, b = sorted((self.anchor[1], self.current[1]))
        return range(a, b + 1)

    def holds(self, row: int, column: int) -> bool:
        """Return whether a cell is selected."""
        return row in self.rows() and column in self.columns()

    def moved(self, row: int, column: int, keep_anchor: bool) -> Span:
        """Return the span with another current cell."""
        return Span(self.anchor if keep_anchor else (row, column), (row, column))

    def within(self, rows: int, columns: int) -> Span:
        """Return the span inside a sheet of a size."""

        def inside(cell: tuple[int, int]) -> tuple[int, int]:
            return max(0, min(cell[0], rows - 1)), max(0, min(cell[1], columns - 1))

        return Span(inside(self.anchor), inside(self.current))


def copy_text(sheet: Sheet, span: Span) -> tuple[str, str]:
    """Return the cells as tab-separated text, and words about what was copied (and what was left out)."""
    rows, columns = span.rows(), span.columns()
    most = max(1, MOST_COPIED // len(columns))
    taken = rows[:most]
    lines: list[str] = []
    for start in range(taken.start, taken.stop, _ROWS_AT_ONCE):
        block = range(start, min(start + _ROWS_AT_ONCE, taken.stop))
        lines += ["\t".join(row) for row in sheet.texts(block, columns)]
    count = len(taken) * len(columns)
    words = f"Copied {count:,} {'value' if count == 1 else 'values'}"
    if len(taken) < len(rows):
        words += f": the first {len(taken):,} of {len(rows):,} rows; export the tensor to have all"
    return "\n".join(lines), words
