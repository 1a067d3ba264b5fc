"""The questions about what a project may touch: before a run, and of what has been allowed before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtGui import QTextOption
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QPlainTextEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.editor.widgets.plain_text import PlainLabel, plain_tip

ALLOW = "Allow…"  # the action that asks again
Answer = Literal["once", "always", "no"]
_SIZE = (680, 400)
_LONGEST = 300  # letters of a cell
_WHOLE = 20_000  # letters
_LINES = 3.5
_LAST = 170  # the last column's width


class Row(NamedTuple):
    """One line: what is done, with what, and who does it."""

    what: str
    where: str
    who: str


class Words(NamedTuple):
    """What a question says around its list."""

    title: str
    text: str
    no: str  # the button that allows nothing


def about_run(folder: str) -> Words:
    """Return the words of the question before a run."""
    return Words(
        "May this project do that?",
        f"To run, this project asks for what is not in its folder {folder}. Allow what you expect of it, and only "
        "if you know where it comes from: a run stays within its folder and what is listed here.",
        "&Don't run",
    )


def about_files(folder: str) -> Words:
    """Return the words of the question about files that a diagram names beside it."""
    return Words(
        "May this project read these files?",
        f"This project asks for files that are not its own: its folder {folder} holds more than the project, or they "
        "lie elsewhere. Allow what you expect of it; without them it is open all the same, and nothing of it is lost.",
        "&Don't read",
    )


class ConsentDialog(QDialog):
    """Asks whether a run may do what is listed; ``answer`` is the user's, "no" until one is given."""

    def __init__(
        self, words: Words, rows: Sequence[Row], can_remember: bool, parent: QWidget | None = None
    ) -> None:
        """List what is asked for. ``can_remember``: an answer for ever is possible."""
        super().__init__(parent)
        self.answer: Answer = "no"
        self.setWindowTitle(words.title)
        text = PlainLabel(words.text)
        text.setWordWrap(True)
        self.list = table(("It", "What", "Block"), rows)
        self.list.setAccessibleName("What the project asks for")
        self.whole = QPlainTextEdit()  # of the row that is chosen, as no cell may hide a part of a name
        self.whole.setReadOnly(True)
        self.whole.setTabChangesFocus(True)
        self.whole.setWordWrapMode(QTextOption.WrapMode.WrapAnywhere)
        self.whole.setFixedHeight(round(_LINES * self.fontMetrics().lineSpacing()))
        self.whole.setAccessibleName("The whole of it")
        self._rows = rows
        self.list.currentItemChanged.connect(self._show_whole)
        self._show_whole()
        buttons = QDialogButtonBox()
        self.once = buttons.addButton("&Allow this time", QDialogButtonBox.ButtonRole.AcceptRole)
        self.once.setToolTip("Until the project is closed")
        self.always = buttons.addButton("Al&ways allow", QDialogButtonBox.ButtonRole.AcceptRole)
        self.always.setToolTip("Until the project asks for something else; File > Allowed takes it back")
        self.always.setEnabled(can_remember)
        self.no = buttons.addButton(words.no, QDialogButtonBox.ButtonRole.RejectRole)
        self.once.clicked.connect(lambda: self._close("once"))
        self.always.clicked.connect(lambda: self._close("always"))
        self.no.clicked.connect(self.reject)
        for button in (self.once, self.always):
            button.setAutoDefault(False)
        self.no.setDefault(True)
        self.no.setFocus()
        layout = QVBoxLayout(self)
        layout.setSpacing(10)
        for part in (text, self.list, self.whole, buttons):
            layout.addWidget(part)
        self.resize(*_SIZE)

    def _show_whole(self) -> None:
        item = self.list.currentItem()
        row = self._rows[self.list.indexOfTopLevelItem(item)] if item is not None else None
        self.whole.setPlainText("" if row is None else f"{row.who} {row.what} {row.where}".strip()[:_WHOLE])

    def _close(self, answer: Answer) -> None:
        self.answer = answer
        self.accept()


class AllowedDialog(QDialog):
    """Lists what has been allowed for ever, and takes it back: ``revoke`` is called with the numbers of rows."""

    def __init__(
        self,
        rows: Sequence[Row],
        revoke: Callable[[Sequence[int]], None],
        walls: str,
        parent: QWidget | None = None,
    ) -> None:
        """List the answers; ``walls`` says what holds a run on this system."""
        super().__init__(parent)
        self._revoke = revoke
        self.setWindowTitle("Allowed")
        words = PlainLabel(
            "What projects have been allowed to touch outside of their folders, each for what it held at that time."
        )
        words.setWordWrap(True)
        self.list = table(("It", "What", "Project"), rows)
        self.list.setAccessibleName("What has been allowed")
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.empty = PlainLabel("Nothing has been allowed for ever.")
        self.empty.setVisible(not rows)
        self.take_back = QPushButton("Take back")
        self.take_back.setAutoDefault(False)
        self.take_back.clicked.connect(self.revoke_chosen)
        self.list.itemSelectionChanged.connect(self._follow)
        close = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        close.rejected.connect(self.reject)
        row = QHBoxLayout()
        row.addWidget(self.take_back)
        row.addStretch(1)
        row.addWidget(close)
        layout = QVBoxLayout(self)
        self.walls = PlainLabel(walls)
        self.walls.setWordWrap(True)
        for part in (words, self.empty, self.list, self.walls):
            layout.addWidget(part)
        layout.addLayout(row)
        self.resize(*_SIZE)
        self._follow()

    def revoke_chosen(self) -> None:
        """Take back what is selected."""
        rows = sorted((self.list.indexOfTopLevelItem(i) for i in self.list.selectedItems()), reverse=True)
        self._revoke(rows)
        for row in rows:
            self.list.takeTopLevelItem(row)
        self.empty.setVisible(not self.list.topLevelItemCount())

    def _follow(self) -> None:
        self.take_back.setEnabled(bool(self.list.selectedItems()))


def table(headers: Sequence[str], rows: Sequence[Row]) -> QTreeWidget:
    """Return a list of rows; long texts are cut in the middle, and stand whole in their tips."""
    made = QTreeWidget()
    made.setHeaderLabels(list(headers))
    made.setRootIsDecorated(False)
    made.setUniformRowHeights(True)
    made.setTextElideMode(Qt.TextElideMode.ElideMiddle)
    first: QTreeWidgetItem | None = None
    for row in rows:
        item = QTreeWidgetItem([text[:_LONGEST].replace("\n", " ") for text in row])
        for column, text in enumerate(row):
            item.setToolTip(column, plain_tip(text[: 4 * _LONGEST]))
        made.addTopLevelItem(item)
        first = first or item
    header = made.header()
    header.setStretchLastSection(False)
    header.setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
    header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
    header.setSectionResizeMode(2, QHeaderView.ResizeMode.Interactive)
    header.resizeSection(2, _LAST)
    if first is not None:
        made.setCurrentItem(first)
    return made
