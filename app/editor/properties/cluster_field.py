"""The field of the cluster on which a page runs: a file, chosen or typed, or the address of a task."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QLineEdit, QWidget

from app.editor.context import EditorContext
from app.editor.widgets.icons import icon
from app.editor.widgets.plain_text import plain_tip

_TIP = "Where the page runs: a cluster's file, or HOST:PORT of one task; empty: on this machine"


class ClusterField(QLineEdit):
    """A text with a button at its end that asks for the file."""

    chosen = Signal()  # a file, by the button

    def __init__(self, context: EditorContext, parent: QWidget) -> None:
        """Begin with no cluster."""
        super().__init__(parent)
        self._context = context
        self.setPlaceholderText("this machine")
        self.setToolTip(plain_tip(_TIP))
        self.choose = self.addAction(icon("folder"), QLineEdit.ActionPosition.TrailingPosition)
        self.choose.setToolTip("Choose a cluster's file")
        self.choose.triggered.connect(self.choose_file)

    def choose_file(self) -> None:
        """Ask for the file; it is named relative to the project's folder where it lies in it."""
        document = self._context.document
        if document is None:
            return
        kinds = "Clusters (*.json);;All files (*)"
        path, _ = QFileDialog.getOpenFileName(self.window(), "Run on a cluster", str(document.folder), kinds)
        if path:
            found, home = Path(path).resolve(), Path(document.folder).resolve()
            self.setText((found.relative_to(home) if found.is_relative_to(home) else found).as_posix())
            self.chosen.emit()
