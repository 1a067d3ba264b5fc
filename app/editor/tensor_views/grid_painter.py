"""Paints a grid: the heads, and the cells that are seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPalette

from app.editor.tensor_views.grid_colours import cell_colours

if TYPE_CHECKING:
    from app.editor.tensor_views.grid import TensorGrid

_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_MIDDLE = int(Qt.AlignmentFlag.AlignCenter)


class GridPainter:
    """One painting of a grid."""

    def __init__(self, grid: TensorGrid, painter: QPainter, pad: int) -> None:
        """Paint a grid; ``pad`` pixels are left at both sides of a cell's text."""
        self._grid, self._painter, self._pad = grid, painter, pad
        palette = grid.palette()
        self._text = palette.color(QPalette.ColorRole.Text)
        self._faint = palette.color(QPalette.ColorRole.PlaceholderText)
        self._base = palette.color(QPalette.ColorRole.Base)
        self._other = palette.color(QPalette.ColorRole.AlternateBase)
        self._head = palette.color(QPalette.ColorRole.Button)
        self._line = palette.color(QPalette.ColorRole.Mid)
        self._accent = palette.color(QPalette.ColorRole.Highlight)
        self._accent_text = palette.color(QPalette.ColorRole.HighlightedText)
        self._metrics = grid.metrics()
        self._digit = self._metrics.horizontalAdvance("0")  # no letter of a number is wider

    def paint(self) -> str:
        """Paint everything; return the longest text of a cell that was seen."""
        grid, painter = self._grid, self._painter
        painter.setFont(grid.font())
        painter.fillRect(grid.viewport().rect(), self._base)
        if grid.sheet is None:
            return ""
        longest = self._cells(grid.seen_rows(), grid.seen_columns())
        self._heads(grid.seen_rows(), grid.seen_columns())
        return longest

    def _cells(self, rows: range, columns: range) -> str:
        grid, sheet = self._grid, self._grid.sheet
        assert sheet is not None
        if not rows or not columns:
            return ""
        self._painter.setClipRect(grid.body())
        texts = sheet.texts(rows, columns)
        colours = None
        if grid.colour_range is not None:
            numbers = sheet.numbers(rows, columns)
            colours = cell_colours(numbers, *grid.colour_range) if numbers is not None else None
        by_column = bool(sheet.widths)
        right = [sheet.is_number(c) for c in columns]
        rects = [grid.cell_rect(rows.start, column) for column in columns]
        chosen_rows, chosen_columns = grid.span.rows(), grid.span.columns()
        for i, row in enumerate(rows):
            is_chosen = row in chosen_rows
            for j, column in enumerate(columns):
                rect = rects[j].translated(0, i * grid.row_height)
                pair = colours[i][j] if colours is not None and (not by_column or right[j]) else None
                if is_chosen and column in chosen_columns:
                    pair = (self._accent, self._accent_text)
                elif pair is None and row % 2:
                    pair = (self._other, self._text)
                self._cell(rect, texts[i][j], right[j], pair)
        self._current()
        self._painter.setClipping(False)
        return max((text for line in texts for text in line), key=len)

    def _cell(self, rect: QRect, text: str, right: bool, pair: tuple[QColor, QColor] | None) -> None:
        painter = self._painter
        if pair is not None:
            painter.fillRect(rect, pair[0])
        painter.setPen(pair[1] if pair is not None else self._text)
        room = rect.adjusted(self._pad, 0, -self._pad, 0)
        if not right or len(text) * self._digit > room.width():
            text = self._fitted(text, room.width())
        painter.drawText(room, _RIGHT if right else _LEFT, text)

    def _fitted(self, text: str, width: int) -> str:
        """Return a text that ends with an ellipsis where it is cut: half a number must not look like a whole one."""
        text = text if len(text) <= 4096 else text[:4096] + "…"
        text = text.replace("\n", "⏎")
        return self._metrics.elidedText(text, Qt.TextElideMode.ElideRight, width)

    def _current(self) -> None:
        """Frame the current cell."""
        grid = self._grid
        rect = grid.cell_rect(*grid.span.current)
        self._painter.setPen(self._text if grid.hasFocus() else self._faint)
        self._painter.setBrush(Qt.BrushStyle.NoBrush)
        self._painter.drawRect(rect.adjusted(0, 0, -1, -1))

    def _heads(self, rows: range, columns: range) -> None:
        grid, painter, sheet = self._grid, self._painter, self._grid.sheet
        assert sheet is not None
        body = grid.body()
        width = grid.viewport().width()
        painter.fillRect(QRect(0, 0, width, body.top()), self._head)
        painter.fillRect(QRect(0, body.top(), body.left(), body.height()), self._head)
        chosen_rows, chosen_columns = grid.span.rows(), grid.span.columns()
        painter.setClipRect(QRect(body.left(), 0, body.width(), body.top()))
        for column in columns:
            rect = grid.cell_rect(0, column)
            rect.setTop(0)
            rect.setHeight(body.top())
            painter.setPen(self._text if column in chosen_columns else self._faint)
            across = (_RIGHT if sheet.is_number(column) else _LEFT) if sheet.widths else _MIDDLE
            painter.drawText(rect.adjusted(self._pad, 0, -self._pad, 0), across, sheet.column_label(column))
            painter.setPen(self._line)
            painter.drawLine(rect.topRight(), rect.bottomRight())
        painter.setClipRect(QRect(0, body.top(), body.left(), body.height()))
        if body.left():
            for row in rows:
                rect = grid.cell_rect(row, columns.start if columns else 0)
                rect.setLeft(0)
                rect.setWidth(body.left())
                painter.setPen(self._text if row in chosen_rows else self._faint)
                painter.drawText(rect.adjusted(0, 0, -self._pad, 0), _RIGHT, sheet.row_label(row))
        painter.setClipping(False)
        painter.setPen(self._line)
        painter.drawLine(0, body.top() - 1, width, body.top() - 1)
        if body.left():
            painter.drawLine(body.left() - 1, 0, body.left() - 1, body.bottom())
            painter.setPen(self._faint)
            painter.drawText(QRect(0, 0, body.left(), body.top()), _MIDDLE, sheet.corner)
