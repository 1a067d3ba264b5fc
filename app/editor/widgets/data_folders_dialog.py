"""The dialog that lists the folders in which files are looked for that are not beside their project."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QListWidget,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.editor.widgets.plain_text import PlainLabel

_WORDS = (
    "A file that a diagram names and that is not beside it is looked for by its base name in these folders, the "
    "first one first. No text is changed."
)


class DataFolders(QDialog):
    """Lets the user add, remove and order folders; ``folders`` gives the list after ``exec``."""

    def __init__(self, folders: Sequence[str], parent: QWidget | None = None) -> None:
        """Show the folders."""
        super().__init__(parent)
        self.setWindowTitle("Data folders")
        words = PlainLabel(_WORDS)
        words.setWordWrap(True)
        self.list = QListWidget()
        self.list.setAccessibleName("Data folders")
        self.list.addItems(list(folders))
        row = QHBoxLayout()
        for text, act in (("Add…", self._ask), ("Remove", self._remove), ("Move up", self._move_up)):
            button = QPushButton(text)
            button.setAutoDefault(False)
            button.clicked.connect(act)
            row.addWidget(button)
        row.addStretch(1)
        ok_or_cancel = QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        buttons = QDialogButtonBox(ok_or_cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(words)
        layout.addWidget(self.list)
        layout.addLayout(row)
        layout.addWidget(buttons)
        self.resize(560, 320)

    def folders(self) -> list[str]:
        """Return the folders in order."""
        return [self.list.item(row).text() for row in range(self.list.count())]

    def add(self, folder: str) -> None:
        """Add a folder that is not listed yet."""
        folder = str(Path(folder).absolute())
        if folder not in self.folders():
            self.list.addItem(folder)
        self.list.setCurrentRow(self.folders().index(folder))

    def _ask(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, "Add a data folder")
        if folder:
            self.add(folder)

    def _remove(self) -> None:
        if self.list.currentRow() >= 0:
            self.list.takeItem(self.list.currentRow())

    def _move_up(self) -> None:
        row = self.list.currentRow()
        if row > 0:
            self.list.insertItem(row - 1, self.list.takeItem(row))
            self.list.setCurrentRow(row - 1)
