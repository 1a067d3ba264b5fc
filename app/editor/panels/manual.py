"""The Manual dock: its chapters with their links, back and forward, and a search over all of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QListWidgetItem,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.editor.panels.manual_hits import ManualHits
from app.editor.panels.manual_page import ManualPage
from app.editor.panels.manual_text import FIRST, chapter_text, search
from app.editor.widgets.icons import icon

_TO_LIST = (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_PageDown, Qt.Key.Key_PageUp)


class _Visit(NamedTuple):
    """A place that was read, and how far it was scrolled."""

    place: str
    scrolled: int


class ManualPanel(QWidget):
    """The dock's content. ``open`` leads it to a place such as ``running.md#conditions``."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make it empty; the first chapter is read when the panel is first shown."""
        super().__init__(parent)
        self.place = ""
        self._behind: list[_Visit] = []
        self._ahead: list[_Visit] = []
        self.back = self._button("back", "Back", "Alt+Left", self.go_back)
        self.forward = self._button("forward", "Forward", "Alt+Right", self.go_forward)
        self.contents = self._button("contents", "All chapters", "Alt+Home", lambda: self.open(FIRST))
        self.field = QLineEdit(self)
        self.field.setPlaceholderText("Search the manual")
        self.field.setAccessibleName("Search the manual")
        self.field.setClearButtonEnabled(True)
        self.field.installEventFilter(self)
        self.page = ManualPage(self)
        self.hits = ManualHits(self)
        row = QHBoxLayout()
        row.setContentsMargins(6, 4, 6, 4)
        row.setSpacing(2)
        for button in (self.back, self.forward, self.contents):
            row.addWidget(button)
        row.addSpacing(4)
        row.addWidget(self.field, 1)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self.page)
        self._stack.addWidget(self.hits)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(row)
        layout.addWidget(self._stack)
        self.setFocusProxy(self.page)
        self.page.followed.connect(self._follow)
        self.field.textChanged.connect(self._search)
        self.hits.itemActivated.connect(self._open_hit)
        self.hits.itemClicked.connect(self._open_hit)
        self._refresh()

    def _button(self, name: str, words: str, keys: str, act: Callable[[], object]) -> QToolButton:
        button = QToolButton(self)
        button.setIcon(icon(name))
        button.setIconSize(QSize(16, 16))
        button.setAutoRaise(True)
        button.setAccessibleName(words)
        button.setToolTip(f"{words} ({QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)})")
        button.clicked.connect(lambda: act())
        shortcut = QShortcut(QKeySequence(keys), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(button.click)
        return button

    # places -------------------------------------------------------------------------------------------

    def open(self, place: str) -> None:
        """Show ``chapter.md`` or ``chapter.md#anchor``; what the manual does not have changes nothing."""
        if chapter_text(place.partition("#")[0]) is None:
            return
        if self.place:
            self._behind.append(self._here())
        self._ahead.clear()
        self._show(place)

    def go_back(self) -> None:
        """Show what was read before."""
        if self._behind:
            self._ahead.append(self._here())
            self._show(*self._behind.pop())

    def go_forward(self) -> None:
        """Show again what ``go_back`` has left."""
        if self._ahead:
            self._behind.append(self._here())
            self._show(*self._ahead.pop())

    def _here(self) -> _Visit:
        return _Visit(self.place, self.page.verticalScrollBar().value())

    def _show(self, place: str, scrolled: int | None = None) -> None:
        chapter, _, anchor = place.partition("#")
        if chapter != self.place.partition("#")[0]:
            self.page.show_text(chapter_text(chapter) or "")
        self.place = place
        self.page.go_to(anchor)
        if scrolled is not None:
            self.page.verticalScrollBar().setValue(scrolled)
        self._stack.setCurrentWidget(self.page)
        self._refresh()

    def _refresh(self) -> None:
        self.back.setEnabled(bool(self._behind))
        self.forward.setEnabled(bool(self._ahead))

    def _follow(self, link: str) -> None:
        """Follow a link of the chapter shown: to another one, or within it."""
        self.open(link if not link.startswith("#") else self.place.partition("#")[0] + link)

    def showEvent(self, event: QShowEvent) -> None:
        """Begin with the list of chapters."""
        super().showEvent(event)
        if not self.place:
            self.open(FIRST)

    def changeEvent(self, event: QEvent) -> None:
        """Take the colours of another theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self.place:
            self.page.show_again(chapter_text(self.place.partition("#")[0]) or "")

    # search -------------------------------------------------------------------------------------------

    def _search(self, text: str) -> None:
        """List the sections that hold every word; without a word, show the chapter again."""
        if not text.strip():
            self.hits.clear()
            self.page.mark([])
            self._stack.setCurrentWidget(self.page)
            return
        self.hits.show_hits(search(text))
        self._stack.setCurrentWidget(self.hits)

    def _open_hit(self, item: QListWidgetItem | None) -> None:
        """Go to a section found, with the words marked."""
        place = self.hits.place(item)
        if place is not None:
            self.open(place)
            self.page.mark(self.field.text().split())
            self.page.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the field's arrow keys choose a place found, Enter open it, Escape clear the field."""
        if watched is self.field and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._open_hit(self.hits.currentItem())
                return True
            if event.key() in _TO_LIST and self.hits.count():
                self._stack.setCurrentWidget(self.hits)
                self.hits.keyPressEvent(event)
                return True
            if event.key() == Qt.Key.Key_Escape and self.field.text():
                self.field.clear()
                return True
        return super().eventFilter(watched, event)
