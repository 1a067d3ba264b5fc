"""The Log dock: what happened, with time and severity; bounded, so a chatty run cannot fill the memory."""

from __future__ import annotations

from collections import deque
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget

from app.editor.widgets.plain_text import escaped

if TYPE_CHECKING:
    from app.editor.widgets.theme import Theme

_MOST_LINES = 5000
_MOST_TEXT = 8_000  # characters of a message: a block may print megabytes between two events
_MOST_IN_ALL = 400_000  # characters of all lines: laid out, each takes about fifty bytes


class _Line(NamedTuple):
    time: str
    message: str
    kind: str


class LogPanel(QWidget):
    """A read-only list of lines. Text is escaped: a message never becomes markup."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Make an empty log in the colours of a theme."""
        super().__init__(parent)
        self._lines: deque[_Line] = deque()
        self._characters = 0  # of all lines
        self._theme = theme
        self.text = QPlainTextEdit(self)
        self.text.setReadOnly(True)
        self.text.setUndoRedoEnabled(False)
        self.text.setAccessibleName("Log")
        self.text.setPlaceholderText("Runs, files and faults are noted here.")
        self.text.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.text)
        self.setFocusProxy(self.text)

    def add(self, message: str, kind: str = "info") -> None:
        """Append a message of kind ``info``, ``good``, ``warning`` or ``error``; of a very long one its end."""
        left_out = len(message) - _MOST_TEXT
        if left_out > 0:
            message = f"… {left_out:,} characters before this are left out\n{message[left_out:]}"
        line = _Line(datetime.now().strftime("%H:%M:%S"), message, kind)
        self._lines.append(line)
        self._characters += len(message)
        self._show(line)
        self._drop_oldest()

    def clear(self) -> None:
        """Leave nothing."""
        self._lines.clear()
        self._characters = 0
        self.text.clear()

    def set_theme(self, theme: Theme) -> None:
        """Show all lines in the colours of another theme."""
        if theme == self._theme:
            return
        self._theme = theme
        self.text.clear()
        for line in self._lines:
            self._show(line)

    def _drop_oldest(self) -> None:
        """Take away the first lines where there are too many of them, or too long ones."""
        gone = 0
        while len(self._lines) > _MOST_LINES or self._characters > _MOST_IN_ALL:
            self._characters -= len(self._lines.popleft().message)
            gone += 1
        if gone:
            first = QTextCursor(self.text.document())
            first.movePosition(
                QTextCursor.MoveOperation.NextBlock, QTextCursor.MoveMode.KeepAnchor, gone
            )  # each line is one block
            first.removeSelectedText()

    def _show(self, line: _Line) -> None:
        theme = self._theme
        marks = {"error": theme.error, "warning": theme.warning, "good": theme.status_done}
        body = escaped(line.message).replace("\n", "<br>&nbsp;&nbsp;&nbsp;&nbsp;&nbsp;")
        mark = f'<span style="color:{marks.get(line.kind, theme.text_disabled)}">●</span>'
        time = f'<span style="color:{theme.text_dim}">{line.time}</span>'
        self.text.appendHtml(f'{time}&nbsp; {mark}&nbsp; <span style="color:{theme.text}">{body}</span>')

    def lines(self) -> str:
        """Return the whole text, for a report."""
        return self.text.toPlainText()
