"""Where windows stand on the screen, and how large they are at first."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtWidgets import QWidget

_SIZE = QSize(1320, 840)  # of the first window
_FRAME = 40  # what a window manager adds at the top
_CASCADE = 32  # pixels between the corners of two windows


def place_beside(window: QWidget, other: QWidget) -> None:
    """Make a window as large as another; where that leaves room on the screen, a little below and right of it."""
    if other.isMaximized() or other.isFullScreen():
        window.setWindowState(Qt.WindowState.WindowMaximized)
        return
    window.setWindowState(Qt.WindowState.WindowNoState)
    room, at = other.screen().availableGeometry(), other.pos() + QPoint(_CASCADE, _CASCADE)
    window.resize(other.size())
    frame = other.frameGeometry().size()
    window.move(min(at.x(), max(room.left(), room.right() - frame.width())),
                min(at.y(), max(room.top(), room.bottom() - frame.height())))  # fmt: skip


def size_for_screen(window: QWidget) -> None:
    """Give a window the size that suits the editor, or the whole screen where that is smaller."""
    room = window.screen().availableGeometry().size()
    if room.width() < _SIZE.width() or room.height() < _SIZE.height() + _FRAME:
        window.setWindowState(Qt.WindowState.WindowMaximized)
    window.resize(_SIZE.boundedTo(room))
