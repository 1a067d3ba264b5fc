"""The Log dock: what happened, with time and severity; bounded, so a chatty run cannot fill the memory."""

from __future__ import annotations

import html
from datetime import datetime

from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget

_MOST_LINES = 5000
_COLOURS = {"error": "#f0605a", "warning": "#e0a030", "good": "#8acf57", "info": ""}


class LogPanel(QWidget):
    """A read-only list of lines. Text is escaped: a message never becomes markup."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make an empty log."""
        super().__init__(parent)
        self.text = QPlainTextEdit(self)
        self.text.setReadOnly(True)
        self.text.setMaximumBlockCount(_MOST_LINES)
        self.text.setAccessibleName("Log")
        self.text.setPlaceholderText("Runs, files and faults are noted here.")
        self.text.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.text)
        self.setFocusProxy(self.text)

    def add(self, message: str, kind: str = "info") -> None:
        """Append a message of kind ``info``, ``good``, ``warning`` or ``error``."""
        time = datetime.now().strftime("%H:%M:%S")
        body = html.escape(message).replace("\n", "<br>&nbsp;&nbsp;&nbsp;&nbsp;")
        colour = _COLOURS.get(kind, "")
        styled = f'<span style="color:{colour}">{body}</span>' if colour else body
        self.text.appendHtml(f'<span style="color:#888888">{time}</span>&nbsp; {styled}')

    def lines(self) -> str:
        """Return the whole text, for a report."""
        return self.text.toPlainText()
