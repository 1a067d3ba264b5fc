"""Where the parts of a grid lie: cells, heads and row labels in pixels of the viewport, and how far it is scrolled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QScrollBar

from app.editor.tensor_views.columns import Columns
from app.editor.tensor_views.scrolling import Track

if TYPE_CHECKING:
    from app.editor.tensor_views.sheets import Sheet

PAD = 6  # pixels beside a cell's text
_FAR = 1 << 20  # pixels
_GRIP = 4  # pixels around a column's edge in the head
_ACROSS_STEP = 40  # pixels that an arrow of the horizontal bar goes


class GridLayout:
    """The geometry of one grid. It knows the size of the sheet that is shown, and none of its values."""

    def __init__(self, metrics: QFontMetrics, vertical: QScrollBar, horizontal: QScrollBar) -> None:
        """Lay out an empty grid that these bars scroll."""
        self.columns = Columns()
        self.measure(metrics)
        self.down = Track(vertical, self.row_height)
        self.across = Track(horizontal, _ACROSS_STEP)
        self._rows = 0
        self._side = 0  # the width of the row labels
        self._viewport = QRect()

    def measure(self, metrics: QFontMetrics) -> None:
        """Take the measures of the cells' font."""
        self.metrics = QFontMetrics(metrics)
        self.row_height = metrics.height() + 6
        self.head_height = metrics.height() + 10

    # --- laying out
    def lay_out(self, sheet: Sheet | None, viewport: QRect) -> None:
        """Bring columns and scroll bars up to date with a sheet's size and the room that there is."""
        self._viewport = viewport
        self._rows = 0 if sheet is None else sheet.rows
        self._side = 0 if sheet is None else self._side_width(sheet)
        body = self.body()
        if sheet is None:
            self.columns.lay_out(0, (), 0)
        else:
            self.columns.lay_out(sheet.columns, sheet.widths, body.width())
        self.down.set_extent(self._rows * self.row_height, body.height())
        self.across.set_extent(self.columns.total(), body.width())

    def forget(self) -> None:
        """Go back to the first cell and to narrow columns, for a sheet of another size."""
        self.columns.forget()
        self.down.offset = self.across.offset = 0

    def fit_to_samples(self, sheet: Sheet) -> bool:
        """Find a width from the first and last cells, so that columns seldom grow while one scrolls.

        Return whether the columns are wider now.
        """
        rows = [range(min(sheet.rows, 8)), range(max(0, sheet.rows - 8), sheet.rows)]
        columns = [range(min(sheet.columns, 8)), range(max(0, sheet.columns - 8), sheet.columns)]
        texts = [text for r in rows for c in columns for line in sheet.texts(r, c) for text in line]
        texts.append(sheet.column_label(sheet.columns - 1) if sheet.columns else "")
        return self.grow_for(max(texts, key=len, default=""))

    def grow_for(self, text: str) -> bool:
        """Make room for a text in columns of one width; return whether they are wider now."""
        shown = text[:200].replace("\n", "⏎")
        return self.columns.grow(self.metrics.horizontalAdvance(shown) + 2 * PAD + 2)

    def _side_width(self, sheet: Sheet) -> int:
        if not sheet.rows or not sheet.row_label(0):
            return 0
        last = max(sheet.row_label(0), sheet.row_label(sheet.rows - 1), key=len)
        advance = self.metrics.horizontalAdvance
        return max(advance(last), advance(sheet.corner)) + 2 * PAD

    # --- places, in pixels of the viewport
    def body(self) -> QRect:
        """Return where the cells are."""
        return self._viewport.adjusted(self._side, self.head_height, 0, 0)

    def seen_rows(self) -> range:
        """Return the rows that are seen, in part too."""
        if not self._rows:
            return range(0)
        first = self.down.offset // self.row_height
        last = (self.down.offset + max(0, self.body().height() - 1)) // self.row_height
        return range(first, min(last + 1, self._rows))

    def seen_columns(self) -> range:
        """Return the columns that are seen, in part too."""
        start = self.across.offset
        return self.columns.seen(start, start + max(0, self.body().width() - 1))

    def cell_rect(self, row: int, column: int) -> QRect:
        """Return where a cell lies; one far beside the view as far as Qt's numbers reach."""
        body = self.body()
        left, right = self.columns.left(column), self.columns.left(column + 1)
        top = _near(body.top() + row * self.row_height - self.down.offset)
        return QRect(_near(body.left() + left - self.across.offset), top, right - left, self.row_height)

    def cell_at(self, point: QPoint) -> tuple[int, int]:
        """Return the cell at a point, or the one nearest to it."""
        body = self.body()
        row = (point.y() - body.top() + self.down.offset) // self.row_height
        column = self.columns.at(point.x() - body.left() + self.across.offset)
        return max(0, min(row, self._rows - 1)), column

    def edge_at(self, point: QPoint) -> int | None:
        """Return the column whose right edge is at a point of the head, where its width can be set."""
        body = self.body()
        if not self.columns.can_be_set or point.y() >= body.top() or point.x() < body.left():
            return None
        x = point.x() - body.left() + self.across.offset
        for column in {self.columns.at(x), max(0, self.columns.at(x) - 1)}:
            if column >= 0 and abs(self.columns.left(column + 1) - x) <= _GRIP:
                return column
        return None

    # --- changing places
    def page_rows(self) -> int:
        """Return how many rows a page key goes."""
        return max(1, self.body().height() // self.row_height - 1)

    def drag_edge(self, column: int, x: int) -> None:
        """Give all columns the width that brings the right edge of one to a place."""
        left = self.body().left() - self.across.offset
        self.columns.set_width((x - left) // (column + 1))

    def reveal(self, row: int, column: int) -> None:
        """Scroll as little as it takes to show a cell."""
        body = self.body()
        top = row * self.row_height
        self.down.reveal(top, top + self.row_height, body.height())
        self.across.reveal(self.columns.left(column), self.columns.left(column + 1), body.width())


def _near(pixels: int) -> int:
    return max(-_FAR, min(pixels, _FAR))
