"""Edits the text of an unwired input beside its pin, with what the pin accepts and how the text reads."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QVBoxLayout, QWidget

from app.document.checks.typed_text import NOTHING, Check
from app.editor.widgets.plain_text import PlainLabel
from app.editor.widgets.theme import Theme
from app.messages import sentence_text

_WIDTH = 260
_visits = count()


class PinEditor(QFrame):
    """One per canvas. Every change of the text goes to ``changed`` at once; Escape gives back the text of before.

    It hides itself with Enter, Escape, or when the focus goes.
    """

    def __init__(self, parent: QWidget, theme: Theme) -> None:
        """Make it, hidden."""
        super().__init__(parent)
        self._canvas = parent
        self._changed: Callable[[str, object], object] = lambda _text, _token: None
        self._check: Callable[[str], Check] = lambda _text: NOTHING
        self._before, self._token = "", object()
        self.setObjectName("pinEditor")
        self.setAutoFillBackground(True)
        self.field = QLineEdit(self)
        self.note = PlainLabel(parent=self)
        self.note.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.setSpacing(4)
        layout.addWidget(self.field)
        layout.addWidget(self.note)
        self.set_theme(theme)
        self.hide()
        self.field.textEdited.connect(self._on_edited)
        self.field.installEventFilter(self)

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._theme = theme
        self.setStyleSheet(
            f"#pinEditor {{ background: {theme.panel}; border: 1px solid {theme.border}; border-radius: 5px; }}"
        )

    def open_at(
        self,
        place: QPoint,
        name: str,
        text: str,
        changed: Callable[[str, object], object],
        check: Callable[[str], Check],
        hint: str = "",
        left: Callable[[str], object] = lambda _text: None,
        over: bool = False,
    ) -> None:
        """Edit a pin's text at a place of the parent.

        ``changed`` gets every new text and a token, the same for one visit, so that a visit is one undo step;
        ``check`` says how a text reads. ``hint`` is shown while there is no text. ``left`` gets the text at the end.
        ``over``: the editor lies at the place itself, not left of it.
        """
        self._changed, self._check, self._left = changed, check, left
        self._before, self._token = text, ("pin editor", next(_visits))
        self.field.setAccessibleName(name)
        self.field.setPlaceholderText(hint or name)
        self.field.setText(text)
        self.field.selectAll()
        self._judge()
        aside = 0 if over else _WIDTH + 12
        x = max(4, min(place.x() - aside, self._canvas.width() - _WIDTH - 4))
        y = max(4, min(place.y() - 16, self._canvas.height() - self.height() - 4))
        self.move(x, y)
        self.show()
        self.raise_()
        self.field.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter and Escape end the visit, as the loss of the focus does."""
        if watched is self.field and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._close()
                return True
            if event.key() == Qt.Key.Key_Escape:
                if self.field.text() != self._before:
                    self._changed(self._before, self._token)
                    self.field.setText(self._before)
                self._close()
                return True
        if watched is self.field and event.type() == QEvent.Type.FocusOut and self.isVisible():
            self._end()
        return super().eventFilter(watched, event)

    def _on_edited(self, text: str) -> None:
        self._changed(text, self._token)
        self._judge()

    def _judge(self) -> None:
        check = self._check(self.field.text())
        colour = self._theme.text_dim if check.ok else self._theme.error
        self.note.setStyleSheet(f"color: {colour};")
        self.note.setText(sentence_text(check.note))
        self.note.setVisible(check.note is not None)
        self.setFixedWidth(_WIDTH)
        self.adjustSize()

    def _close(self) -> None:
        self._end()
        self._canvas.setFocus()

    def _end(self) -> None:
        self.hide()
        self._left(self.field.text())
