"""A window beside the main one: it stays above that, closes on Escape, and announces its end."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QWidget

from app.editor.widgets.style_rules import forget_style_rules


class SideWindow(QWidget):
    """``closed`` carries the window itself, for who has a list of what is open."""

    closed = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        """Open over the parent; closing deletes it."""
        super().__init__(parent, Qt.WindowType.Tool)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("resultWindow")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close on Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self.close()
            return
        super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Announce the end."""
        self.closed.emit(self)
        super().closeEvent(event)
        forget_style_rules(self)
