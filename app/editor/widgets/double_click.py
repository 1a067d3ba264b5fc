"""Swallows the second click of a double click where the first one has closed what was clicked."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication


class _Swallower(QObject):
    """Takes one click out of the program's events, then goes; goes unused when the time of a double click is over."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._pressed = False
        QTimer.singleShot(QApplication.doubleClickInterval(), self, self._give_up)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Swallow a press that makes the click a double one, and its release."""
        kind = event.type()
        if not watched.isWidgetType():
            return False
        if kind == QEvent.Type.MouseButtonDblClick:
            self._pressed = True
            return True
        if self._pressed and kind == QEvent.Type.MouseButtonRelease:
            self._end()
            return True
        return False

    def _give_up(self) -> None:
        if not self._pressed:
            self._end()

    def _end(self) -> None:
        QApplication.instance().removeEventFilter(self)
        self.deleteLater()


def swallow_second_click() -> None:
    """Let the click under way not become a double click on what lies below the widget that it has closed."""
    application = QApplication.instance()
    application.installEventFilter(_Swallower(application))
