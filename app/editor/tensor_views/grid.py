"""A table of any number of cells: it asks its sheet for the cells that are seen, and stores nothing by row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import (
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
from app.editor.tensor_views.grid_keys import target_of
from app.editor.tensor_views.grid_layout import GridLayout
from app.editor.tensor_views.grid_painter import GridPainter
from app.editor.widgets.guarded_paint import guarded

if TYPE_CHECKING:
    from app.editor.tensor_views.sheets import Sheet

_NOTCH_ROWS = 3  # rows that a notch of the wheel goes


class TensorGrid(QAbstractScrollArea):
    """Rows, columns, a current cell, a rectangular selection, copying. ``cells`` is where all of it lies."""

    current_changed = Signal()  # another cell is the current one
    reported = Signal(str)  # a line about what was done

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make an empty table."""
        super().__init__(parent)
        self.sheet: Sheet | None = None
        self.span = Span()
        self.colour_range: tuple[float, float] | None = None  # colours cells by value where it is given
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Values")
        self.viewport().setMouseTracking(True)
        self.cells = GridLayout(self.fontMetrics(), self.verticalScrollBar(), self.horizontalScrollBar())
        self.verticalScrollBar().valueChanged.connect(self._on_vertical)
        self.horizontalScrollBar().valueChanged.connect(self._on_horizontal)
        self._grip: int | None = None  # the column whose edge is held
        self._drags = False
        self._wider = QTimer(self)  # widths change after a paint, never within
        self._wider.setSingleShot(True)
        self._wider.setInterval(0)
        self._wider.timeout.connect(self._lay_out)

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
            self.cells.forget()
        if sheet is not None:
            self.span = self.span.within(sheet.rows, sheet.columns)
            if not same:
                self.cells.fit_to_samples(sheet)
        self._lay_out()

    def refit(self) -> None:
        """Fit the columns to the texts anew (another format)."""
        self.cells.columns.forget()
        if self.sheet is not None:
            self.cells.fit_to_samples(self.sheet)
        self._lay_out()

    def _lay_out(self) -> None:
        self.cells.lay_out(self.sheet, self.viewport().rect())
        self.viewport().update()

    # --- going places
    def select(self, row: int, column: int, keep_anchor: bool = False) -> None:
        """Make a cell the current one, select from the anchor to it, and show it."""
        sheet = self.sheet
        if sheet is None or not sheet.rows or not sheet.columns:
            return
        self.span = self.span.moved(row, column, keep_anchor).within(sheet.rows, sheet.columns)
        self.cells.reveal(*self.span.current)
        self._report_current()

    def _report_current(self) -> None:
        sheet, (row, column) = self.sheet, self.span.current
        if sheet is None:
            return
        (text,) = (line[0] for line in sheet.texts(range(row, row + 1), range(column, column + 1)))
        self.setAccessibleDescription(f"{list(sheet.place(row, column))} is {text}")
        self.current_changed.emit()
        self.viewport().update()

    def select_all(self) -> None:
        """Select every cell; the view stays."""
        if self.sheet is not None and self.sheet.rows and self.sheet.columns:
            self.span = Span((self.sheet.rows - 1, self.sheet.columns - 1), (0, 0))
            self._report_current()

    def copy(self) -> None:
        """Put the selected cells on the clipboard as tab-separated text."""
        if self.sheet is not None and self.sheet.rows and self.sheet.columns:
            text, words = copy_text(self.sheet, self.span)
            QGuiApplication.clipboard().setText(text)
            self.reported.emit(words)

    def _on_vertical(self, value: int) -> None:
        self.cells.down.follow(value)
        self.viewport().update()

    def _on_horizontal(self, value: int) -> None:
        self.cells.across.follow(value)
        self.viewport().update()

    # --- events
    @guarded
    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint heads and the cells that are seen; columns that are too narrow for them grow afterwards."""
        painter = QPainter(self.viewport())
        painter.setFont(self.font())
        painter.fillRect(self.viewport().rect(), self.palette().base())
        longest = ""
        if self.sheet is not None:
            painting = GridPainter(painter, self.cells, self.sheet, self.palette())
            longest = painting.paint(self.span, self.colour_range, self.hasFocus())
        painter.end()
        if longest and self.cells.grow_for(longest):
            self._wider.start()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Set the bars to the new size."""
        super().resizeEvent(event)
        self._lay_out()

    def changeEvent(self, event: QEvent) -> None:
        """Follow another font."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.cells.measure(self.fontMetrics())
            self._wider.start()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll by pixels where the device gives them, else by rows; Shift goes sideways."""
        cells = self.cells
        pixels, angle = event.pixelDelta(), event.angleDelta()
        dx, dy = pixels.x(), pixels.y()
        if pixels.isNull():
            dx = angle.x() * cells.columns.width // 120
            dy = angle.y() * _NOTCH_ROWS * cells.row_height // 120
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier and not dx:
            dx, dy = dy, 0
        moved = cells.down.go(cells.down.offset - dy) | cells.across.go(cells.across.offset - dx)
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
            page = self.cells.page_rows()
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
        self._grip = self.cells.edge_at(point)
        if self._grip is not None or not sheet.columns:
            return
        extends = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        body = self.cells.body()
        row, column = self.cells.cell_at(point)
        if point.y() < body.top() and point.x() < body.left():
            self.select_all()
        elif point.y() < body.top():
            self.span = Span((sheet.rows - 1, self.span.anchor[1] if extends else column), (0, column))
            self._report_current()
        elif point.x() < body.left():
            self.span = Span((self.span.anchor[0] if extends else row, sheet.columns - 1), (row, 0))
            self._report_current()
        else:
            self._drags = True
            self.select(row, column, extends)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Extend the selection, set a column's width, or show that an edge can be held."""
        point = event.position().toPoint()
        if self._grip is not None:
            self.cells.drag_edge(self._grip, point.x())
            self._lay_out()
        elif self._drags and self.sheet is not None:
            self.select(*self.cells.cell_at(point), True)
        else:
            at_edge = self.cells.edge_at(point) is not None
            self.viewport().setCursor(Qt.CursorShape.SplitHCursor if at_edge else Qt.CursorShape.ArrowCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        self._grip, self._drags = None, False

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Fit the columns to their texts on a double click on an edge."""
        if self.cells.edge_at(event.position().toPoint()) is not None:
            self.refit()
