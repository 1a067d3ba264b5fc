"""A short text beside the cursor while a wire is pulled: what would happen, or why it cannot be."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QWidget

from app.editor.widgets.plain_text import PlainLabel
from app.editor.widgets.theme import Theme

_OFFSET = QPoint(16, 18)


class Bubble(PlainLabel):
    """A label over the viewport that the mouse does not notice."""

    def __init__(self, viewport: QWidget, theme: Theme) -> None:
        """Make it, hidden."""
        super().__init__(parent=viewport)
        self._viewport = viewport
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.set_theme(theme)
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._theme = theme
        self._wrong: bool | None = None

    def say(self, text: str, at: QPoint, wrong: bool = False) -> None:
        """Show a text beside a point of the viewport; "" hides it."""
        if not text:
            self.hide()
            return
        if wrong != self._wrong:
            self._wrong = wrong
            t = self._theme
            ground, ink = (t.status_failed, "#ffffff") if wrong else (t.bubble, t.bubble_text)
            self.setStyleSheet(f"background: {ground}; color: {ink}; border-radius: 4px; padding: 3px 7px;")
        self.setText(text)
        self.adjustSize()
        parent = self._viewport
        place = at + _OFFSET
        x = max(2, min(place.x(), parent.width() - self.width() - 2))
        y = max(2, min(place.y(), parent.height() - self.height() - 2))
        self.move(x, y)
        self.show()
