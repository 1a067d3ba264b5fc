"""A field for a whole number within bounds; the arrow keys and the wheel step."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIntValidator, QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QLineEdit, QWidget

_PAGE = 10


class NumberField(QLineEdit):
    """``valueChanged`` carries a number that the user has given: by Enter, by leaving, or by a key that steps."""

    valueChanged = Signal(int)  # noqa: N815 - as Qt's own fields call it

    def __init__(self, low: int, high: int, value: int, parent: QWidget | None = None) -> None:
        """Show a value within bounds."""
        super().__init__(parent)
        self._low, self._high, self._value = low, high, value
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setFixedWidth(64)
        self.setValue(value)
        self.setRange(low, high)
        self.editingFinished.connect(self._take)

    def setRange(self, low: int, high: int) -> None:
        """Take other bounds."""
        self._low, self._high = low, high
        self.setValidator(QIntValidator(low, high, self))
        self.setToolTip(f"{low} to {high}")

    def value(self) -> int:
        """Return the number."""
        return self._value

    def setValue(self, value: int) -> None:
        """Show a number, or the nearest one within the bounds; a signal comes only of another one."""
        value = max(self._low, min(value, self._high))
        self.setText(str(value))
        if value != self._value:
            self._value = value
            self.valueChanged.emit(value)

    def _take(self) -> None:
        self.setValue(int(self.text()) if self.text() else self._value)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Step by one, or by ten."""
        steps = {
            Qt.Key.Key_Up: 1,
            Qt.Key.Key_Down: -1,
            Qt.Key.Key_PageUp: _PAGE,
            Qt.Key.Key_PageDown: -_PAGE,
        }
        by = steps.get(Qt.Key(event.key()))
        if by is None:
            super().keyPressEvent(event)
        else:
            self.setValue(self._value + by)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Step where the field has the keyboard; else what lies below scrolls."""
        if self.hasFocus() and event.angleDelta().y():
            self.setValue(self._value + (1 if event.angleDelta().y() > 0 else -1))
            event.accept()
        else:
            event.ignore()
