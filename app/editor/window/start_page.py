"""The start page: new, open, the recent files and the samples that ship with the program."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCommandLinkButton, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from app.editor.widgets.icons import icon, program_icon
from app.editor.widgets.plain_text import PlainLabel, plain_tip, unmarked
from blocks.assets import asset


def samples() -> list[Path]:
    """Return the sample projects, by name."""
    folder = asset("samples")
    return sorted(folder.rglob("*.tblocks")) if folder.is_dir() else []


def sample_title(path: Path) -> str:
    """Return what a sample is called."""
    words = path.stem.replace("_", " ").replace("-", " ")
    return words[:1].upper() + words[1:]


class StartPage(QScrollArea):
    """Shown while no project is open. ``open_file`` and ``open_sample`` carry a path, ``command`` an id."""

    open_file = Signal(str)
    open_sample = Signal(str)
    command = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make the page; ``show_recent`` fills it."""
        super().__init__(parent)
        self.setObjectName("startPage")
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def show_recent(self, recent: list[str]) -> None:
        """Lay out the page anew with these recent files."""
        body = QWidget()
        body.setObjectName("startBody")
        outer = QHBoxLayout(body)
        outer.addStretch(1)
        column = QVBoxLayout()
        column.setContentsMargins(24, 36, 24, 36)
        column.setSpacing(4)
        outer.addLayout(column)
        outer.addStretch(1)
        column.addLayout(_headline())
        column.addSpacing(20)
        lists = QHBoxLayout()
        lists.setSpacing(32)
        lists.addLayout(self._left(recent))
        lists.addLayout(self._right())
        column.addLayout(lists)
        column.addStretch(1)
        self.setWidget(body)

    def _left(self, recent: list[str]) -> QVBoxLayout:
        column = _column("Start")
        for text, note, action, name in (
            ("New project", "An empty page", "file.new", "new"),
            ("Open…", "A project or a page of enuSpace", "file.open", "open"),
        ):
            button = _link(text, note, name)
            button.clicked.connect(lambda _=False, a=action: self.command.emit(a))
            column.addWidget(button)
        column.addSpacing(14)
        column.addWidget(_heading("Recent"))
        for path in recent[:8]:
            button = _link(unmarked(Path(path).stem), _short(path), "clock")
            button.setToolTip(plain_tip(path))
            button.clicked.connect(lambda _=False, p=path: self.open_file.emit(p))
            column.addWidget(button)
        if not recent:
            column.addWidget(_faint("Files that you open or save are listed here."))
        column.addStretch(1)
        return column

    def _right(self) -> QVBoxLayout:
        column = _column("Samples")
        paths = samples()
        for path in paths:
            button = _link(sample_title(path), "", "block")
            button.clicked.connect(lambda _=False, p=str(path): self.open_sample.emit(p))
            column.addWidget(button)
        if not paths:
            column.addWidget(_faint("No samples are installed."))
        column.addStretch(1)
        return column


def _headline() -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(16)
    picture = PlainLabel()
    picture.setPixmap(program_icon().pixmap(56, 56))
    title = PlainLabel("TensorBlocks")
    title.setObjectName("startTitle")
    texts = QVBoxLayout()
    texts.setSpacing(0)
    texts.addWidget(title)
    texts.addWidget(_faint("Draw a TensorFlow graph out of blocks, run it, and see every tensor."))
    row.addWidget(picture)
    row.addLayout(texts)
    row.addStretch(1)
    return row


def _column(title: str) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(2)
    column.addWidget(_heading(title))
    return column


def _heading(text: str) -> QLabel:
    label = PlainLabel(text)
    label.setObjectName("startHeading")
    return label


def _faint(text: str) -> QLabel:
    label = PlainLabel(text)
    label.setObjectName("faint")
    return label


def _link(text: str, note: str, icon_name: str) -> QCommandLinkButton:
    button = QCommandLinkButton(text, note)
    button.setIcon(icon(icon_name))
    button.setMinimumWidth(280)
    button.setAccessibleName(text)
    button.setAccessibleDescription(note)
    return button


def _short(path: str, limit: int = 40) -> str:
    folder = str(Path(path).parent)
    home = str(Path.home())
    if folder.startswith(home):
        folder = "~" + folder[len(home) :]
    return folder if len(folder) <= limit else "…" + folder[-limit:]
