"""A line above the pages that says something about the file and offers what to do about it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from app.editor.widgets.plain_text import PlainLabel
from app.editor.widgets.style_rules import discard


class Banner(QFrame):
    """Hidden until ``show_message``; every button hides it again."""

    def __init__(self, parent: QWidget) -> None:
        """Make a hidden banner."""
        super().__init__(parent)
        self.setObjectName("banner")
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(12, 6, 8, 6)
        self.text = PlainLabel(parent=self)
        self.text.setWordWrap(True)
        self._row.addWidget(self.text, 1)
        self._buttons: list[QPushButton] = []
        self.hide()

    def show_message(self, text: str, choices: Sequence[tuple[str, Callable[[], object]]]) -> None:
        """Show a text with buttons: (text, what to do)."""
        self.clear()
        self.text.setText(text)
        for words, act in choices:
            button = QPushButton(words, self)
            button.clicked.connect(self.clear)
            button.clicked.connect(lambda _=False, a=act: a())
            self._row.addWidget(button)
            self._buttons.append(button)
        self.setAccessibleName(text)
        self.show()

    def button(self, words: str) -> QPushButton | None:
        """Return the button of that text."""
        return next((b for b in self._buttons if b.text() == words), None)

    def clear(self) -> None:
        """Hide the banner."""
        self.hide()
        for button in self._buttons:
            self._row.removeWidget(button)
            discard(button)
        self._buttons.clear()
