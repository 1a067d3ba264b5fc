"""A table of any number of cells: it asks its sheet for the cells that are seen, and keeps nothing by row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import (
    QFontMetrics,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from app.editor.tensor_views.cell_selection import Span, copy_text
from app.editor.tensor_views.columns import Columns
from app.editor.tensor_views.grid_keys import target_of
from app.editor.tensor_views.grid_painter import GridPainter
from app.editor.tensor_views.scrolling import Track

if TYPE_CHECKING:
    from app.editor.tensor_views.sheets import Sheet

_PAD = 6  # pixels beside a cell's text
_NOTCH_ROWS = 3
_FAR = 1 << 20  # pixels
_GRIP = 4  # pixels around a column's edge in the head


class TensorGrid(QAbstractScrollArea):
    """Rows, columns, a current cell, a rectangular selection, copying. ``current_changed`` tells of another cell."""

    current_changed = Signal()
    told = Signal(str)  # a line about what was done

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make an empty table."""
        super().__init__(parent)
        self.sheet: Sheet | None = None
        self.span = Span()
        self.colour_range: tuple[float, float] | None = None  # colours cells by value where it is given
        self.columns = Columns()
        self._side = 0
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Values")
        self.viewport().setMouseTracking(True)
        self._measure()
        self._down = Track(self.verticalScrollBar(), self.row_height)
        self._across = Track(self.horizontalScrollBar(), 40)
        self.verticalScrollBar().valueChanged.connect(self._on_vertical)
        self.horizontalScrollBar().valueChanged.connect(self._on_horizontal)
        self._grip: tuple[int, int] | None = None  # the column whose edge is held, and where it began
        self._drags = False
        self._wider = QTimer(self)  # widths change after a paint, never within
        self._wider.setSingleShot(True)
        self._wider.setInterval(0)
        self._wider.timeout.connect(self._lay_out)

    def _measure(self) -> None:
        metrics = self.fontMetrics()
        self.row_height = metrics.height() + 6
        self.head_height = metrics.height() + 10

    # --- content
    def set_sheet(self, sheet: Sheet | None) -> None:
        """Show a sheet; place and selection stay where it has the size of the one before."""
        old, self.sheet = self.sheet, sheet
        same = (
            old is not None
            and sheet is not None
            and (old.rows, old.columns, old.widths) == (sheet.rows, sheet.columns, sheet.widths)
        )
        if not same:
            self.columns.forget()
            self._down.offset = self._across.offset = 0
        if sheet is not None:
            self.span = self.span.within(sheet.rows, sheet.columns)
            if not same:
                self._fit_to_samples(sheet)
        self._lay_out()

    def refit(self) -> None:
        """Fit the columns to the texts anew (another format)."""
        self.columns.forget()
        if self.sheet is not None:
            self._fit_to_samples(self.sheet)
        self._lay_out()

    def _fit_to_samples(self, sheet: Sheet) -> None:
        """Find a width from the first and last cells, so that columns seldom grow while one scrolls."""
        rows = [range(min(sheet.rows, 8)), range(max(0, sheet.rows - 8), sheet.rows)]
        columns = [range(min(sheet.columns, 8)), range(max(0, sheet.columns - 8), sheet.columns)]
        texts = [text for r in rows for c in columns for line in sheet.texts(r, c) for text in line]
        texts.append(sheet.column_label(sheet.columns - 1) if sheet.columns else "")
        self.grow_for(max(texts, key=len, default=""))

    def grow_for(self, text: str) -> None:
        """Make room for a text in columns of one width."""
        shown = text[:200].replace("\n", "⏎")
        if self.columns.grow(self.fontMetrics().horizontalAdvance(shown) + 2 * _PAD + 2):
            self._wider.start()

    # --- geometry, in pixels of the viewport
    def _side_width(self) -> int:
        """Return the width of the row labels."""
        sheet = self.sheet
        if sheet is None or not sheet.rows or not sheet.row_label(0):
            return 0
        last = max(sheet.row_label(0), sheet.row_label(sheet.rows - 1), key=len)
        metrics = self.fontMetrics()
        return max(metrics.horizontalAdvance(last), metrics.horizontalAdvance(sheet.corner)) + 2 * _PAD

    def body(self) -> QRect:
        """Return where the cells are."""
        return self.viewport().rect().adjusted(self._side, self.head_height, 0, 0)

    def seen_rows(self) -> range:
        """Return the rows that are seen, in part too."""
        if self.sheet is None or not self.sheet.rows:
            return range(0)
        first = self._down.offset // self.row_height
        last = (self._down.offset + max(0, self.body().height() - 1)) // self.row_height
        return range(first, min(last + 1, self.sheet.rows))

    def seen_columns(self) -> range:
        """Return the columns that are seen, in part too."""
        start = self._across.offset
        return self.columns.seen(start, start + max(0, self.body().width() - 1))

    def cell_rect(self, row: int, column: int) -> QRect:
        """Return where a cell lies; one far beside the view as far as Qt's numbers reach."""
        body = self.body()
        left, right = self.columns.left(column), self.columns.left(column + 1)
        top = _near(body.top() + row * self.row_height - self._down.offset)
        return QRect(_near(body.left() + left - self._across.offset), top, right - left, self.row_height)

    def cell_at(self, point: QPoint) -> tuple[int, int]:
        """Return the cell at a point, or the one nearest to it."""
        assert self.sheet is not None
        body = self.body()
        row = (point.y() - body.top() + self._down.offset) // self.row_height
        column = self.columns.at(point.x() - body.left() + self._across.offset)
        return max(0, min(row, self.sheet.rows - 1)), column

    def _lay_out(self) -> None:
        """Bring columns and scroll bars up to date."""
        sheet = self.sheet
        self._side = self._side_width()
        body = self.body()
        rows = sheet.rows if sheet is not None else 0
        if sheet is None:
            self.columns.lay_out(0, (), 0)
        else:
            self.columns.lay_out(sheet.columns, sheet.widths, body.width())
        self._down.set_extent(rows * self.row_height, body.height())
        self._across.set_extent(self.columns.total(), body.width())
        self.viewport().update()

    # --- going places
    def select(self, row: int, column: int, keep_anchor: bool = False) -> None:
        """Make a cell the current one, select from the anchor to it, and show it."""
        sheet = self.sheet
        if sheet is None or not sheet.rows or not sheet.columns:
            return
        before = self.span
        self.span = before.moved(row, column, keep_anchor).within(sheet.rows, sheet.columns)
        self.reveal(*self.span.current)
        self._tell_current()

    def _tell_current(self) -> None:
        sheet, (row, column) = self.sheet, self.span.current
        if sheet is None:
            return
        (text,) = (line[0] for line in sheet.texts(range(row, row + 1), range(column, column + 1)))
        self.setAccessibleDescription(f"{list(sheet.place(row, column))} is {text}")
        self.current_changed.emit()
        self.viewport().update()

    def reveal(self, row: int, column: int) -> None:
        """Scroll as little as it takes to show a cell."""
        body = self.body()
        top = row * self.row_height
        self._down.reveal(top, top + self.row_height, body.height())
        self._across.reveal(self.columns.left(column), self.columns.left(column + 1), body.width())
        self.viewport().update()

    def select_all(self) -> None:
        """Select every cell; the view stays."""
        if self.sheet is not None and self.sheet.rows and self.sheet.columns:
            self.span = Span((self.sheet.rows - 1, self.sheet.columns - 1), (0, 0))
            self._tell_current()

    def copy(self) -> None:
        """Put the selected cells on the clipboard as tab-separated text."""
        if self.sheet is not None and self.sheet.rows and self.sheet.columns:
            text, words = copy_text(self.sheet, self.span)
            QGuiApplication.clipboard().setText(text)
            self.told.emit(words)

    def scroll_to(self, row: int) -> None:
        """Bring a row to the top, as far as there are rows below it."""
        self._down.go(row * self.row_height)
        self.viewport().update()

    def _on_vertical(self, value: int) -> None:
        self._down.follow(value)
        self.viewport().update()

    def _on_horizontal(self, value: int) -> None:
        self._across.follow(value)
        self.viewport().update()

    # --- events
    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint heads and the cells that are seen."""
        painter = QPainter(self.viewport())
        longest = GridPainter(self, painter, _PAD).paint()
        painter.end()
        if longest:
            self.grow_for(longest)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the bars right."""
        super().resizeEvent(event)
        self._lay_out()

    def changeEvent(self, event: QEvent) -> None:
        """Follow another font."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._measure()
            self._wider.start()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll by pixels where the device gives them, else by rows; Shift goes sideways."""
        pixels, angle = event.pixelDelta(), event.angleDelta()
        dx, dy = pixels.x(), pixels.y()
        if pixels.isNull():
            dx = angle.x() * self.columns.width // 120
            dy = angle.y() * _NOTCH_ROWS * self.row_height // 120
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier and not dx:
            dx, dy = dy, 0
        moved = self._down.go(self._down.offset - dy) | self._across.go(self._across.offset - dx)
        self.viewport().update()
        event.setAccepted(moved or self.hasFocus())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the current cell, extend the selection with Shift, copy, select all."""
        if self.sheet is None:
            super().keyPressEvent(event)
        elif event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.matches(QKeySequence.StandardKey.SelectAll):
            self.select_all()
        else:
            page = max(1, self.body().height() // self.row_height - 1)
            target = target_of(event, self.span.current, self.sheet.rows, self.sheet.columns, page)
            if target is None:
                super().keyPressEvent(event)
            else:
                self.select(*target, bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Select a cell, a row by its label, a column by its head; hold a column's edge."""
        point = event.position().toPoint()
        sheet = self.sheet
        if event.button() != Qt.MouseButton.LeftButton or sheet is None or not sheet.rows:
            return
        edge = self._edge_at(point)
        if edge is not None:
            self._grip = (edge, point.x())
            return
        if not sheet.columns:
            return
        keep = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        body = self.body()
        row, column = self.cell_at(point)
        if point.y() < body.top() and point.x() < body.left():
            self.select_all()
        elif point.y() < body.top():
            self.span = Span((sheet.rows - 1, self.span.anchor[1] if keep else column), (0, column))
            self._tell_current()
        elif point.x() < body.left():
            self.span = Span((self.span.anchor[0] if keep else row, sheet.columns - 1), (row, 0))
            self._tell_current()
        else:
            self._drags = True
            self.select(row, column, keep)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Extend the selection, set a column's width, or show that an edge can be held."""
        point = event.position().toPoint()
        if self._grip is not None:
            column, _ = self._grip
            left = self.body().left() - self._across.offset
            self.columns.set_width((point.x() - left) // (column + 1))
            self._lay_out()
        elif self._drags and self.sheet is not None:
            self.select(*self.cell_at(point), True)
        else:
            at_edge = self._edge_at(point) is not None
            self.viewport().setCursor(Qt.CursorShape.SplitHCursor if at_edge else Qt.CursorShape.ArrowCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        self._grip, self._drags = None, False

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Fit the columns to their texts on a double click on an edge."""
        if self._edge_at(event.position().toPoint()) is not None:
            self.refit()

    def _edge_at(self, point: QPoint) -> int | None:
        """Return the column whose right edge is at a point of the head."""
        body = self.body()
        if not self.columns.can_be_set or point.y() >= body.top() or point.x() < body.left():
            return None
        x = point.x() - body.left() + self._across.offset
        for column in {self.columns.at(x), max(0, self.columns.at(x) - 1)}:
            if column >= 0 and abs(self.columns.left(column + 1) - x) <= _GRIP:
                return column
        return None

    def metrics(self) -> QFontMetrics:
        """Return the measures of the cells' font."""
        return self.fontMetrics()


def _near(pixels: int) -> int:
    return max(-_FAR, min(pixels, _FAR))
