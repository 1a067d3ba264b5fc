"""Paints a grid: the heads, and the cells that are seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPalette

from app.editor.tensor_views.grid_colours import cell_colours
from app.editor.tensor_views.grid_layout import PAD, GridLayout

if TYPE_CHECKING:
    from app.editor.tensor_views.cell_selection import Span
    from app.editor.tensor_views.sheets import Sheet

_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_MIDDLE = int(Qt.AlignmentFlag.AlignCenter)


class GridPainter:
    """One painting of a grid that shows a sheet."""

    def __init__(self, painter: QPainter, cells: GridLayout, sheet: Sheet, palette: QPalette) -> None:
        """Paint the texts of a sheet where ``cells`` places them."""
        self._painter, self._cells, self._sheet = painter, cells, sheet
        self._text = palette.color(QPalette.ColorRole.Text)
        self._faint = palette.color(QPalette.ColorRole.PlaceholderText)
        self._other = palette.color(QPalette.ColorRole.AlternateBase)
        self._head = palette.color(QPalette.ColorRole.Button)
        self._line = palette.color(QPalette.ColorRole.Mid)
        self._accent = palette.color(QPalette.ColorRole.Highlight)
        self._accent_text = palette.color(QPalette.ColorRole.HighlightedText)
        self._digit = cells.metrics.horizontalAdvance("0")  # no letter of a number is wider

    def paint(self, span: Span, colour_range: tuple[float, float] | None, has_focus: bool) -> str:
        """Paint the cells, coloured by value where a range is given, and the heads.

        Return the longest text of a cell that was seen.
        """
        rows, columns = self._cells.seen_rows(), self._cells.seen_columns()
        longest = ""
        if rows and columns:
            self._painter.setClipRect(self._cells.body())
            longest = self._paint_cells(
                rows, columns, span if has_focus or not span.is_single else None, colour_range
            )
            self._frame_current(span, has_focus)
            self._painter.setClipping(False)
        self._paint_heads(rows, columns, span)
        return longest

    def _paint_cells(
        self, rows: range, columns: range, chosen: Span | None, colour_range: tuple[float, float] | None
    ) -> str:
        """Paint the texts on their grounds, those that are ``chosen`` on the accent; return the longest one."""
        sheet = self._sheet
        texts = sheet.texts(rows, columns)
        colours = None
        if colour_range is not None:
            numbers = sheet.numbers(rows, columns)
            colours = cell_colours(numbers, *colour_range) if numbers is not None else None
        by_column = bool(sheet.widths)
        right = [sheet.is_number(c) for c in columns]
        rects = [self._cells.cell_rect(rows.start, column) for column in columns]
        ends = [sheet.ends_matter(c) for c in columns]
        chosen_rows, chosen_columns = (chosen.rows(), chosen.columns()) if chosen else (range(0), range(0))
        for i, row in enumerate(rows):
            is_chosen = row in chosen_rows
            for j, column in enumerate(columns):
                rect = rects[j].translated(0, i * self._cells.row_height)
                pair = colours[i][j] if colours is not None and (not by_column or right[j]) else None
                if is_chosen and column in chosen_columns:
                    pair = (self._accent, self._accent_text)
                elif pair is None and row % 2:
                    pair = (self._other, self._text)
                self._paint_cell(rect, texts[i][j], right[j], ends[j], pair)
        return max((text for line in texts for text in line), key=len)

    def _paint_cell(
        self, rect: QRect, text: str, right: bool, ends: bool, pair: tuple[QColor, QColor] | None
    ) -> None:
        painter = self._painter
        if pair is not None:
            painter.fillRect(rect, pair[0])
        painter.setPen(pair[1] if pair is not None else self._text)
        room = rect.adjusted(PAD, 0, -PAD, 0)
        if not right or len(text) * self._digit > room.width():
            text = self._fitted(text, room.width(), ends)
        painter.drawText(room, _RIGHT if right else _LEFT, text)

    def _fitted(self, text: str, width: int, ends: bool) -> str:
        """Return a text with an ellipsis where it is cut: half a number must not look like a whole one."""
        text = text if len(text) <= 4096 else text[:4096] + "…"
        text = text.replace("\n", "⏎")
        cut = Qt.TextElideMode.ElideMiddle if ends else Qt.TextElideMode.ElideRight
        return self._cells.metrics.elidedText(text, cut, width)

    def _frame_current(self, span: Span, has_focus: bool) -> None:
        rect = self._cells.cell_rect(*span.current)
        self._painter.setPen(self._text if has_focus else self._faint)
        self._painter.setBrush(Qt.BrushStyle.NoBrush)
        self._painter.drawRect(rect.adjusted(0, 0, -1, -1))

    def _paint_heads(self, rows: range, columns: range, span: Span) -> None:
        painter, body = self._painter, self._cells.body()
        width = body.left() + body.width()
        painter.fillRect(QRect(0, 0, width, body.top()), self._head)
        painter.fillRect(QRect(0, body.top(), body.left(), body.height()), self._head)
        painter.setClipRect(QRect(body.left(), 0, body.width(), body.top()))
        self._paint_column_labels(columns, span.columns())
        painter.setClipRect(QRect(0, body.top(), body.left(), body.height()))
        if body.left():
            self._paint_row_labels(rows, columns.start if columns else 0, span.rows())
        painter.setClipping(False)
        painter.setPen(self._line)
        painter.drawLine(0, body.top() - 1, width, body.top() - 1)
        if body.left():
            painter.drawLine(body.left() - 1, 0, body.left() - 1, body.bottom())
            painter.setPen(self._faint)
            painter.drawText(QRect(0, 0, body.left(), body.top()), _MIDDLE, self._sheet.corner)

    def _paint_column_labels(self, columns: range, chosen: range) -> None:
        painter, sheet, height = self._painter, self._sheet, self._cells.head_height
        for column in columns:
            rect = self._cells.cell_rect(0, column)
            rect.setTop(0)
            rect.setHeight(height)
            painter.setPen(self._text if column in chosen else self._faint)
            across = (_RIGHT if sheet.is_number(column) else _LEFT) if sheet.widths else _MIDDLE
            painter.drawText(rect.adjusted(PAD, 0, -PAD, 0), across, sheet.column_label(column))
            painter.setPen(self._line)
            painter.drawLine(rect.topRight(), rect.bottomRight())

    def _paint_row_labels(self, rows: range, first_column: int, chosen: range) -> None:
        painter, width = self._painter, self._cells.body().left()
        for row in rows:
            rect = self._cells.cell_rect(row, first_column)
            rect.setLeft(0)
            rect.setWidth(width)
            painter.setPen(self._text if row in chosen else self._faint)
            painter.drawText(rect.adjusted(0, 0, -PAD, 0), _RIGHT, self._sheet.row_label(row))
