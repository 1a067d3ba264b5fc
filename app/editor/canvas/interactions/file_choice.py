"""The part of a row's editor that chooses a file: a button, and the picture that the file holds."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from app.editor.widgets.icons import icon
from app.editor.widgets.plain_text import PlainLabel

_SIDE = 64


class FileChoice(QWidget):
    """Calls ``browse`` when its button is pressed; beside it stands the picture, where there is one."""

    def __init__(self, browse: Callable[[], object], picture: QImage | None, parent: QWidget) -> None:
        """Lay out the button."""
        super().__init__(parent)
        self.button = QPushButton(icon("folder"), "Choose a file…", self)
        self.button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.button.clicked.connect(lambda: browse())
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.button)
        row.addStretch(1)
        if picture is not None:
            self.picture = PlainLabel(parent=self)
            scaled = picture.scaled(
                _SIDE, _SIDE, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.FastTransformation
            )
            self.picture.setPixmap(QPixmap.fromImage(scaled))
            row.addWidget(self.picture)
