"""Fields of the properties: text, choice, tick box. Each reports every change and never refuses a text."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence, QTextOption, QWheelEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QPlainTextEdit,
    QSizePolicy,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from app.editor.widgets.guarded_paint import guarded
from app.editor.widgets.item_index import Index
from app.editor.widgets.plain_text import PlainLabel
from blocks.dtypes import DTYPES

_MOST_LINES = 8
_LONG = 200_000  # characters: beyond it the field shows the beginning only, and does not edit
_HISTORY_KEYS = (QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo)


class TextField(QPlainTextEdit):
    """One text, as many lines as it needs. ``edited`` carries the whole text after every change by the user.

    Undo and redo are left to the window: the document's history holds every text. Enter ends the editing
    (``entered``), Shift+Enter makes a line break, Escape gives back the text of before.
    """

    edited = Signal(str)
    entered = Signal()
    left = Signal()

    def __init__(self, placeholder: str = "", parent: QWidget | None = None) -> None:
        """Make an empty field."""
        super().__init__(parent)
        self.setTabChangesFocus(True)
        self.setUndoRedoEnabled(False)
        self.setPlaceholderText(placeholder)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAnywhere)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.document().setDocumentMargin(1)
        self._shown = ""
        self._before: str | None = None
        self._quiet = False
        self.textChanged.connect(self._on_changed)
        self.document().documentLayout().documentSizeChanged.connect(lambda _: self._fit())
        self._fit()

    def text(self) -> str:
        """Return the text."""
        return self.toPlainText()

    def show_text(self, text: str) -> None:
        """Show a text that comes from the document; the cursor stays where the text is the same."""
        if text == self._shown:
            return
        self._shown = text
        self._quiet = True
        if len(text) > _LONG:
            self.setPlainText(text[:2000] + "\n…")
            self.setReadOnly(True)
            self.setToolTip(f"The text has {len(text):,} characters; only the beginning is shown.")
        else:
            place = self.textCursor().position()
            self.setReadOnly(False)
            self.setPlainText(text)
            cursor = self.textCursor()
            cursor.setPosition(min(place, len(text)))
            self.setTextCursor(cursor)
        self._quiet = False

    def set_wrong(self, wrong: bool) -> None:
        """Mark the text as one that does not read."""
        if bool(self.property("wrong")) != wrong:
            self.setProperty("wrong", wrong)
            self.style().unpolish(self)
            self.style().polish(self)

    def _on_changed(self) -> None:
        if not self._quiet:
            self._shown = self.toPlainText()
            self.edited.emit(self._shown)

    def event(self, event: QEvent) -> bool:
        """Leave the keys of undo and redo to the window's actions."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and any(event.matches(k) for k in _HISTORY_KEYS)
        ):
            event.ignore()
            return False
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Handle Enter and Escape; the rest is typing."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                self.insertPlainText("\n")
            else:
                self._before = self.text()
                self.entered.emit()
            return
        if event.key() == Qt.Key.Key_Escape and self._before is not None and self._before != self.text():
            self.setPlainText(self._before)
            return
        super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Remember the text for Escape."""
        self._before = self.text()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Announce that the editing has ended."""
        super().focusOutEvent(event)
        self.left.emit()

    def insertFromMimeData(self, source: object) -> None:
        """Paste plain text only."""
        text = source.text() if source.hasText() else ""  # type: ignore[attr-defined]
        self.insertPlainText(text.rstrip("\r\n"))

    def _fit(self) -> None:
        lines = min(_MOST_LINES, max(1, int(self.document().size().height())))
        height = lines * self.fontMetrics().lineSpacing() + 2 + 10
        if height != self.height():
            self.setFixedHeight(height)
        is_long = self.document().size().height() > _MOST_LINES
        policy = Qt.ScrollBarPolicy.ScrollBarAsNeeded if is_long else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.setVerticalScrollBarPolicy(policy)

    def resizeEvent(self, event: object) -> None:
        """Wrap anew and take the height that is needed."""
        super().resizeEvent(event)  # type: ignore[arg-type]
        self._fit()

    def sizeHint(self) -> QSize:
        """Ask for little width; the height is fixed by the text."""
        return QSize(120, self.height())

    def minimumSizeHint(self) -> QSize:
        """Allow narrow panels."""
        return QSize(60, self.height())


class _EmptyChoice(QStyledItemDelegate):
    """Lets a choice without a text say in the list what the field says while it is empty."""

    @guarded
    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        """Take the field's faint text."""
        super().initStyleOption(option, index)
        field = self.parent()
        if not index.data() and isinstance(field, QComboBox) and (line := field.lineEdit()) is not None:
            option.text = line.placeholderText()
            option.features |= QStyleOptionViewItem.ViewItemFeature.HasDisplay


class ChoiceField(QComboBox):
    """A list of words in which any other text may be typed too; the wheel does not change it by accident."""

    edited = Signal(str)
    left = Signal()

    def __init__(self, choices: Sequence[str], placeholder: str = "", parent: QWidget | None = None) -> None:
        """Offer the choices."""
        super().__init__(parent)
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.addItems(list(choices))
        self.setItemDelegate(_EmptyChoice(self))
        self.setMinimumContentsLength(8)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_placeholder(placeholder)
        line = self.lineEdit()
        assert line is not None
        line.editingFinished.connect(self.left)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCurrentIndex(-1)
        self.setEditText("")
        self._quiet = False
        self.editTextChanged.connect(self._on_changed)

    def text(self) -> str:
        """Return the text."""
        return self.currentText()

    def offer(self, choices: Sequence[str]) -> None:
        """Offer other choices; the text stays."""
        if [self.itemText(i) for i in range(self.count())] == list(choices):
            return
        text, self._quiet = self.currentText(), True
        self.clear()
        self.addItems(list(choices))
        self.setCurrentIndex(self.findText(text))
        self.setEditText(text)
        self._quiet = False

    def set_placeholder(self, text: str) -> None:
        """Show a faint text while there is none."""
        line = self.lineEdit()
        assert line is not None
        line.setPlaceholderText(text)

    def show_text(self, text: str) -> None:
        """Show a text that comes from the document."""
        if text == self.currentText():
            return
        self._quiet = True
        self.setCurrentIndex(self.findText(text))  # so that the arrow keys go on from here
        self.setEditText(text)
        self._quiet = False

    def set_wrong(self, wrong: bool) -> None:
        """Mark the text as one that does not read."""
        if bool(self.property("wrong")) != wrong:
            self.setProperty("wrong", wrong)
            self.style().unpolish(self)
            self.style().polish(self)

    def _on_changed(self, text: str) -> None:
        if not self._quiet:
            self.edited.emit(text)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll the panel instead."""
        event.ignore()


class TickField(QWidget):
    """A tick box. ``edited`` carries ``true`` or ``false``; an absent text shows the default, faint."""

    edited = Signal(str)

    def __init__(self, default: bool, parent: QWidget | None = None) -> None:
        """Show the default until a text is shown."""
        super().__init__(parent)
        self._default = default
        self.box = QCheckBox(self)
        self.note = PlainLabel(parent=self)
        self.note.setObjectName("faint")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 2, 0, 2)
        row.addWidget(self.box)
        row.addWidget(self.note)
        row.addStretch(1)
        self.setFocusProxy(self.box)
        self.box.clicked.connect(self._on_clicked)
        self.show_text("")

    def _on_clicked(self) -> None:
        self.edited.emit("true" if self.box.isChecked() else "false")

    def show_text(self, text: str) -> None:
        """Show ``true``, ``false`` or nothing (the default)."""
        on = self._default if not text else is_true(text)
        self.box.setChecked(on)
        self.note.setText("" if text else "default")

    def show_mixed(self, mixed: bool) -> None:
        """Show half a tick, for what is on in some places and off in others."""
        self.box.setTristate(mixed)
        if mixed:
            self.box.setCheckState(Qt.CheckState.PartiallyChecked)
            self.note.setText("several values")

    def setAccessibleName(self, name: str) -> None:
        """Name the box, which takes the keyboard."""
        super().setAccessibleName(name)
        self.box.setAccessibleName(name)


def value_field(
    kind: str, allowed: Sequence[str] | None, default: str, text: str, parent: QWidget
) -> TextField | ChoiceField | TickField:
    """Return the field that fits a value's kind: a tick box while it can show the text, a list of words, or a text."""
    if kind == "bool" and is_bool(text):
        return TickField(is_true(default), parent)
    if allowed or kind == "type":
        return ChoiceField(allowed or list(DTYPES), default, parent)
    return TextField(default, parent)


def is_bool(text: str) -> bool:
    """Return whether a tick box can show the text."""
    return text.strip() in ("", "true", "false", "TRUE", "FALSE", "True", "False", "1", "0")


def is_true(text: str) -> bool:
    """Read a text that ``is_bool`` accepts."""
    return text.strip().lower() in ("true", "1")
