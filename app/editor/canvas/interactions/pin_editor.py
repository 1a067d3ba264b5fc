"""Edits the text of an unwired input in its row, with what the pin accepts, how the text reads, and what it may be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt
from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QFrame, QLineEdit, QListWidget, QVBoxLayout, QWidget

from app.document.checks.typed_text import NOTHING, Check
from app.editor.widgets.plain_text import PlainLabel
from app.editor.widgets.style_rules import discard
from app.editor.widgets.theme import Theme
from app.messages import sentence_text

_WIDTH = 248
_MOST_WIDTH, _MOST_LETTERS = 480, 200
_EDGE = 6
_MOST_CHOICES = 8  # that are seen at once
_visits = count()
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_STEPS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}


@dataclass(frozen=True)
class Visit:
    """One editing of a text: what it is called, and who follows it.

    ``changed`` gets every new text and a token, the same for one visit, so that a visit is one undo step; ``check``
    says how a text reads. ``hint`` is shown while there is no text. ``left`` gets the text at the end. ``choices``
    are offered below the field. ``extra`` makes a widget that stands there. ``step`` goes to the next (1) or previous
    (-1) text with Tab.
    """

    name: str
    text: str
    changed: Callable[[str, object], object] = lambda _text, _token: None
    check: Callable[[str], Check] = lambda _text: NOTHING
    hint: str = ""
    left: Callable[[str], object] = lambda _text: None
    choices: Sequence[str] = ()
    extra: Callable[[QWidget], QWidget] | None = None
    step: Callable[[int], object] | None = None


class PinEditor(QFrame):
    """One per canvas. Every change of the text is reported at once; Escape gives back the text of before.

    It hides itself with Enter, Escape, or when the focus goes.
    """

    def __init__(self, parent: QWidget, theme: Theme) -> None:
        """Make it, hidden."""
        super().__init__(parent)
        self._canvas = parent
        self._visit = Visit("", "")
        self._token: object = None
        self._extra: QWidget | None = None
        self._follows = False  # the keyboard
        self._is_away = False  # while a dialog of its own is open
        self.setObjectName("pinEditor")
        self.setAutoFillBackground(True)
        self.field = QLineEdit(self)
        self.choices = QListWidget(self)
        self.choices.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.choices.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.choices.setAccessibleName("Choices")
        self.note = PlainLabel(parent=self)
        self.note.setWordWrap(True)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(_EDGE, _EDGE, _EDGE, _EDGE)
        self._column.setSpacing(4)
        for part in (self.field, self.choices, self.note):
            self._column.addWidget(part)
        self.set_theme(theme)
        self.hide()
        self.field.textEdited.connect(self._on_edited)
        self.field.installEventFilter(self)
        self.choices.itemClicked.connect(lambda item: self._take(item.text()))

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._theme = theme
        self.setStyleSheet(
            f"#pinEditor {{ background: {theme.panel}; border: 1px solid {theme.border}; border-radius: 5px; }}"
        )

    @property
    def token(self) -> object:
        """Return what makes the changes of this visit one undo step."""
        return self._token

    def open_beside(self, place: QPoint, visit: Visit) -> None:
        """Edit a text left of a place of the parent."""
        width = _WIDTH + 2 * _EDGE
        self._open(QPoint(place.x() - width - 12, place.y() - 16), width, visit)

    def open_over(self, place: QPoint, visit: Visit) -> None:
        """Edit a text at a place of the parent."""
        self._open(QPoint(place.x(), place.y() - 16), _WIDTH + 2 * _EDGE, visit)

    def open_in(self, row: QRect, visit: Visit) -> None:
        """Edit a text where it stands, in a rectangle of the parent; the field may be wider than that."""
        needed = self.field.fontMetrics().horizontalAdvance(visit.text[:_MOST_LETTERS]) + 30
        width = max(row.width(), _WIDTH, min(needed, _MOST_WIDTH)) + 2 * _EDGE
        top = row.center().y() - self.field.sizeHint().height() // 2 - _EDGE
        self._open(QPoint(row.left() - _EDGE, top), width, visit)

    def _open(self, corner: QPoint, width: int, visit: Visit) -> None:
        if self.isVisible():
            self._end()
        self._visit, self._token = visit, ("pin editor", next(_visits))
        self.field.setAccessibleName(visit.name)
        self.field.setPlaceholderText(visit.hint or visit.name)
        self.field.setText(visit.text)
        self.field.cursorBackward(
            True, len(visit.text)
        )  # all is selected, and a long text shows its beginning
        self._show_extra(visit)
        self.setFixedWidth(width)
        self._offer("")
        self._judge()
        x = max(4, min(corner.x(), self._canvas.width() - width - 4))
        y = max(4, min(corner.y(), self._canvas.height() - self.height() - 4))
        self.move(x, y)
        self.show()
        self.raise_()
        self.field.setFocus()

    def _show_extra(self, visit: Visit) -> None:
        if self._extra is not None:
            self._column.removeWidget(self._extra)
            discard(self._extra)
        self._extra = visit.extra(self) if visit.extra is not None else None
        if self._extra is not None:
            self._column.insertWidget(2, self._extra)

    def show_text(self, text: str) -> None:
        """Show a text that came from beside the field."""
        self.field.setText(text)
        self._judge()

    def while_away(self, ask: Callable[[], str]) -> str:
        """Return what a dialog gives, during which the editor stays open."""
        self._is_away = True
        try:
            return ask()
        finally:
            self._is_away = False
            self.field.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter and Escape end the visit, arrows go through the choices, Tab goes to the next text."""
        if watched is self.field and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            key = Qt.Key(event.key())
            if key in _STEPS and self.choices.isVisibleTo(self):
                self._go(_STEPS[key])
                return True
            step = {Qt.Key.Key_Tab: 1, Qt.Key.Key_Backtab: -1}.get(key)
            if step is not None and self._visit.step is not None and self._extra is None:
                go = self._visit.step
                self._close()
                go(step)
                return True
            return self._end_by(event)
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and Escape end the visit from the widgets below the field as well."""
        if not self._end_by(event):
            super().keyPressEvent(event)

    def _end_by(self, event: QKeyEvent) -> bool:
        if event.key() in _ENTER:
            self._close()
        elif event.key() == Qt.Key.Key_Escape:
            if self.field.text() != self._visit.text:
                self._visit.changed(self._visit.text, self._token)
                self.field.setText(self._visit.text)
            self._close()
        else:
            return False
        return True

    def _on_edited(self, text: str) -> None:
        self._visit.changed(text, self._token)
        self._offer(text)
        self._judge()

    def _offer(self, typed: str) -> None:
        """List the choices that hold what is typed; all of them before anything is."""
        offered = [c for c in self._visit.choices if typed.strip().casefold() in c.casefold()]
        self.choices.clear()
        self.choices.addItems(offered)
        text = self.field.text()
        self.choices.setCurrentRow(offered.index(text) if text in offered else -1)
        line = max(1, self.choices.sizeHintForRow(0))
        self.choices.setFixedHeight(min(_MOST_CHOICES, len(offered)) * line + 4)
        self.choices.setVisible(bool(offered))

    def _go(self, by: int) -> None:
        row = min(max(self.choices.currentRow() + by, 0), self.choices.count() - 1)
        self.choices.setCurrentRow(row)
        self.field.setText(self.choices.item(row).text())
        self._visit.changed(self.field.text(), self._token)
        self._judge()

    def _take(self, text: str) -> None:
        self.field.setText(text)
        self._visit.changed(text, self._token)
        self._close()

    def _judge(self) -> None:
        check = self._visit.check(self.field.text())
        colour = self._theme.text_dim if check.ok else self._theme.error
        self.note.setStyleSheet(f"color: {colour};")
        self.note.setText(sentence_text(check.note))
        self.note.setVisible(check.note is not None)
        self.adjustSize()

    def _on_focus(self, _old: QWidget | None, new: QWidget | None) -> None:
        """End the visit when the keyboard goes elsewhere, but not to a list that opens from a field of ours."""
        part: QWidget | None = new
        while part is not None and part is not self:
            part = part.parentWidget()
        is_ours = part is self or (new is None and QApplication.activePopupWidget() is not None)
        if self.isVisible() and not is_ours and not self._is_away:
            self._end()

    def _close(self) -> None:
        self._end()
        self._canvas.setFocus()

    def _end(self) -> None:
        if self.isVisible():
            self.hide()
            self._visit.left(self.field.text())

    def showEvent(self, event: QShowEvent) -> None:
        """Follow the keyboard."""
        super().showEvent(event)
        if not self._follows:
            self._follows = True
            _application().focusChanged.connect(self._on_focus)

    def hideEvent(self, event: QHideEvent) -> None:
        """Follow the keyboard no longer."""
        super().hideEvent(event)
        if self._follows:
            self._follows = False
            _application().focusChanged.disconnect(self._on_focus)


def _application() -> QApplication:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    return application
