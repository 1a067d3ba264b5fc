"""The start page: new, open, the recent files and the samples that ship with the program."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImageReader, QKeyEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QCommandLinkButton,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.editor.widgets.icons import icon, program_icon
from app.editor.widgets.narrow import WrappedLabel
from app.editor.widgets.plain_text import PlainLabel, plain_tip, unmarked
from blocks.assets import asset

_MOST_RECENT = 4


def samples() -> list[Path]:
    """Return the sample projects, by name; those in a folder of their own, which ask for more, come last."""
    folder = asset("samples")
    found = folder.rglob("*.tblocks") if folder.is_dir() else []
    return sorted(found, key=lambda path: (len(path.parts), path))


def sample_title(path: Path) -> str:
    """Return what a sample is called."""
    words = path.stem.replace("_", " ").replace("-", " ")
    return words[:1].upper() + words[1:]


PICTURE = 224, 128  # pixels of a sample's picture
_GAP = 14
_CARD = PICTURE[0] + 2 * 8
_LINK = 200  # pixels of a link, at least
_EDGE = 7  # pixels from the edge of a button to what stands in it: headings begin there too


def picture_of(path: Path, theme: str) -> Path:
    """Return where a sample's picture for a theme lies; a theme without pictures of its own has the dark ones."""
    kind = "light" if theme == "light" else "dark"
    return Path(str(asset("pictures"))) / "samples" / f"{path.stem}.{kind}.png"


@cache
def sample_words() -> dict[str, str]:
    """Return what the samples show, by the name of the file, as the manual's table says it."""
    page = asset("help", "samples.md")
    rows = page.read_text(encoding="utf-8").splitlines() if page.is_file() else []
    found = (re.fullmatch(r"\| `(?:\w+/)*([\w.]+)` \| (.*) \|", row) for row in rows)
    return {row[1]: _sentence(row[2]) for row in found if row}


def _sentence(words: str) -> str:
    """Return the first part of what a table says, as a text by itself."""
    first = re.split(r"[:;] ", words.replace("`", ""), maxsplit=1)[0].strip()
    return first[:1].upper() + first[1:]


class StartPage(QScrollArea):
    """Shown while no project is open. ``open_file`` and ``open_sample`` carry a path, ``command`` an id.

    ``left`` comes when the user goes back to an open project.
    """

    open_file = Signal(str)
    open_sample = Signal(str)
    command = Signal(str)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make the page; ``show_recent`` fills it."""
        super().__init__(parent)
        self.setObjectName("startPage")
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._cards: list[QWidget] = []
        self._grid: QGridLayout | None = None
        self._lists: QBoxLayout | None = None
        self._columns = self._card_height = 0

    def show_recent(self, recent: list[str], theme: str = "dark", project: str = "") -> None:
        """Lay out the page anew with these recent files; ``project`` is open and can be gone back to."""
        body = QWidget()
        body.setObjectName("startBody")
        column = QVBoxLayout(body)
        column.setContentsMargins(28, 24, 28, 24)
        column.setSpacing(4)
        column.addLayout(_headline())
        column.addSpacing(12)
        self._lists = lists = QHBoxLayout()
        lists.setSpacing(_GAP)
        lists.addLayout(self._start(project), 1)
        lists.addLayout(self._recent(recent), 1)
        column.addLayout(lists)
        column.addSpacing(10)
        column.addWidget(_heading("Samples"))
        self._grid = QGridLayout()
        self._grid.setSpacing(_GAP)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self._columns = self._card_height = 0  # the parts of all cards are as high as those of the first one
        self._cards = [self._card(path, theme) for path in samples()]
        column.addLayout(self._grid)
        if not self._cards:
            column.addWidget(_faint("No samples are installed."))
        column.addStretch(1)
        self._place_cards()
        self.setWidget(body)

    def _place_cards(self) -> None:
        """Put the cards into as many columns as the page has room for, and the lists above side by side if they fit."""
        room = self.viewport().width() - 56
        way = QBoxLayout.Direction
        if self._lists is not None:
            self._lists.setDirection(way.TopToBottom if room < 2 * _LINK + _GAP else way.LeftToRight)
        columns = max(1, (room + _GAP) // (_CARD + _GAP))
        if self._grid is None or columns == self._columns:
            return
        self._columns = columns
        for number, card in enumerate(self._cards):
            self._grid.addWidget(card, number // columns, number % columns)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Follow the width."""
        super().resizeEvent(event)
        self._place_cards()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go back to the open project on Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _start(self, project: str) -> QVBoxLayout:
        column = _column("Start")
        rows = [
            ("New project", "An empty page", "file.new", "new"),
            ("Open…", "A project, a model or a page of enuSpace", "file.open", "open"),
        ]
        for text, note, action, name in rows:
            button = _link(text, note, name)
            button.clicked.connect(lambda _=False, a=action: self.command.emit(a))
            column.addWidget(button)
        if project:
            button = _link("Back", f"To {unmarked(project)} (Esc)", "back")
            button.clicked.connect(lambda _=False: self.left.emit())
            column.addWidget(button)
        column.addStretch(1)
        return column

    def _recent(self, recent: list[str]) -> QVBoxLayout:
        column = _column("Recent")
        for path in recent[:_MOST_RECENT]:
            button = _link(unmarked(Path(path).stem), _short(path), "clock")
            button.setToolTip(plain_tip(path))
            button.clicked.connect(lambda _=False, p=path: self.open_file.emit(p))
            column.addWidget(button)
        if not recent:
            column.addWidget(_faint("Files that you open or save are listed here."))
        column.addStretch(1)
        return column

    def _card(self, path: Path, theme: str) -> QWidget:
        """Return the button of a sample: its picture, its name, and what it shows."""
        card = QToolButton()
        card.setObjectName("sampleCard")
        card.setFixedWidth(_CARD)
        card.setAccessibleName(sample_title(path))
        words = sample_words().get(path.name, "")
        card.setAccessibleDescription(words)
        card.setToolTip(plain_tip(words))
        card.clicked.connect(lambda _=False, p=str(path): self.open_sample.emit(p))
        picture = PlainLabel()
        pixmap = QPixmap.fromImageReader(QImageReader(str(picture_of(path, theme))))  # shared with none
        pixmap.setDevicePixelRatio(2)
        picture.setPixmap(pixmap)
        picture.setFixedSize(*PICTURE)
        title = PlainLabel(sample_title(path))
        title.setObjectName("sampleTitle")
        about = WrappedLabel(words)
        about.setObjectName("faint")
        about.setAlignment(Qt.AlignmentFlag.AlignTop)
        about.setFixedHeight(3 * about.fontMetrics().lineSpacing())
        inside = QVBoxLayout(card)
        inside.setContentsMargins(_EDGE, _EDGE, _EDGE, _EDGE)
        inside.setSpacing(3)
        for part in (picture, title, about):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            inside.addWidget(part)
        if not self._card_height:
            self._card_height = inside.sizeHint().height()
        card.setFixedHeight(self._card_height)
        return card


def _headline() -> QHBoxLayout:
    row = QHBoxLayout()
    row.setContentsMargins(_EDGE, 0, 0, 0)
    row.setSpacing(16)
    picture = PlainLabel()
    picture.setPixmap(program_icon().pixmap(56, 56))
    title = PlainLabel("TensorBlocks")
    title.setObjectName("startTitle")
    texts = QVBoxLayout()
    texts.setSpacing(0)
    texts.addWidget(title)
    about = WrappedLabel("Draw a TensorFlow graph out of blocks, run it, and see every tensor.")
    about.setObjectName("faint")
    texts.addWidget(about)
    row.addWidget(picture)
    row.addLayout(texts, 1)
    return row


def _column(title: str) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(2)
    column.addWidget(_heading(title))
    return column


def _heading(text: str) -> QLabel:
    label = PlainLabel(text)
    label.setObjectName("startHeading")
    label.setContentsMargins(_EDGE, 4, 0, 4)
    return label


def _faint(text: str) -> QLabel:
    label = WrappedLabel(text)
    label.setObjectName("faint")
    label.setContentsMargins(_EDGE, 0, 0, 0)
    return label


def _link(text: str, note: str, icon_name: str) -> QCommandLinkButton:
    button = QCommandLinkButton(text, note)
    button.setIcon(icon(icon_name))
    button.setMinimumWidth(_LINK)
    button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
    button.setAccessibleName(text)
    button.setAccessibleDescription(note)
    return button


def _short(path: str, limit: int = 40) -> str:
    folder = str(Path(path).parent)
    home = str(Path.home())
    if folder.startswith(home):
        folder = "~" + folder[len(home) :]
    return folder if len(folder) <= limit else "…" + folder[-limit:]
