"""What an empty page says in its middle: how one begins."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app.editor.widgets.plain_text import PlainLabel

_WORDS = "Tab or a double click places a block\nDrop a file to open it\nF1 opens the manual"


class EmptyHint(PlainLabel):
    """A child of the canvas that the mouse does not notice."""

    def __init__(self, parent: QWidget) -> None:
        """Make it hidden."""
        super().__init__(_WORDS, parent)
        self._canvas = parent
        self.setObjectName("faint")
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def show_for(self, empty: bool) -> None:
        """Show it on a page that is empty, and on no other."""
        if self.isHidden() == empty:
            self.setVisible(empty)
            self.place()

    def place(self) -> None:
        """Take the middle of the canvas."""
        self.resize(self.sizeHint())
        self.move((self._canvas.width() - self.width()) // 2, (self._canvas.height() - self.height()) // 2)
