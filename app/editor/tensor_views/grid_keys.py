"""Which cell a key goes to."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent


def target_of(
    event: QKeyEvent, current: tuple[int, int], rows: int, columns: int, page: int
) -> tuple[int, int] | None:
    """Return the cell that a key goes to (None: not a key that moves); it may lie beyond the sheet.

    Arrows go by one, with Ctrl to the edge; Home and End to the ends of the row, with Ctrl to the first and
    last cell; Page keys by ``page`` rows.
    """
    row, column = current
    key, ctrl = event.key(), bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
    if event.modifiers() & (Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier):
        return None
    if key == Qt.Key.Key_Up:
        return (0 if ctrl else row - 1, column)
    if key == Qt.Key.Key_Down:
        return (rows - 1 if ctrl else row + 1, column)
    if key == Qt.Key.Key_Left:
        return (row, 0 if ctrl else column - 1)
    if key == Qt.Key.Key_Right:
        return (row, columns - 1 if ctrl else column + 1)
    if key == Qt.Key.Key_PageUp:
        return (row - page, column)
    if key == Qt.Key.Key_PageDown:
        return (row + page, column)
    if key == Qt.Key.Key_Home:
        return (0 if ctrl else row, 0)
    if key == Qt.Key.Key_End:
        return (rows - 1 if ctrl else row, columns - 1)
    return None
