"""The find bar: type a part of an id, symbol or label; Enter goes to the next block that has it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QToolButton, QWidget

from app.editor.widgets.icons import icon
from app.editor.widgets.plain_text import PlainLabel


class FindBar(QFrame):
    """``found`` carries the id to go to; ``closed`` gives the keyboard back to the page."""

    found = Signal(str)
    closed = Signal()

    def __init__(self, search: Callable[[str], list[str]], parent: QWidget) -> None:
        """``search`` returns the ids that fit a text."""
        super().__init__(parent)
        self.setObjectName("banner")
        self._search = search
        self._hits: list[str] = []
        self._at = -1
        self.line = QLineEdit(self)
        self.line.setPlaceholderText("Find a block by id, symbol or label")
        self.line.setAccessibleName("Find a block")
        self.count = PlainLabel(parent=self)
        self.count.setObjectName("faint")
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 4, 8, 4)
        row.addWidget(self.line, 1)
        row.addWidget(self.count)
        for icon_name, tip, slot in (
            ("up", "Previous", lambda: self.step(-1)),
            ("down", "Next", lambda: self.step(1)),
            ("close", "Close", self.close_bar),
        ):
            button = QToolButton(self)
            button.setIcon(icon(icon_name))
            button.setAutoRaise(True)
            button.setToolTip(tip)
            button.setAccessibleName(tip)
            button.clicked.connect(slot)
            row.addWidget(button)
        self.line.textChanged.connect(self._look)
        self.hide()

    def open_bar(self) -> None:
        """Show the bar and take the keyboard."""
        self.show()
        self.line.selectAll()
        self.line.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._look(self.line.text())

    def close_bar(self) -> None:
        """Hide the bar."""
        self.hide()
        self.closed.emit()

    def step(self, by: int) -> None:
        """Go to the next (+1) or previous (-1) hit, round the end."""
        if self._hits:
            self._at = (self._at + by) % len(self._hits)
            self._show_count()
            self.found.emit(self._hits[self._at])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter: next; Shift+Enter: previous; Escape: close."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.step(-1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
        elif event.key() == Qt.Key.Key_Escape:
            self.close_bar()
        else:
            super().keyPressEvent(event)

    def _look(self, text: str) -> None:
        self._hits = self._search(text) if text.strip() else []
        self._at = -1
        self._show_count()

    def _show_count(self) -> None:
        if not self.line.text().strip():
            self.count.setText("")
        elif not self._hits:
            self.count.setText("nothing found")
        else:
            self.count.setText(f"{max(self._at + 1, 0)} of {len(self._hits)}")
