"""Shows one chapter of the manual: Markdown in the theme's look, with anchors at its headings and words marked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QPalette,
    QResizeEvent,
    QTextCursor,
)
from PySide6.QtWidgets import QTextBrowser, QTextEdit, QWidget

from app.editor.panels.manual_text import slug
from app.editor.widgets.markdown_look import FEATURES, blocks_of, dress
from blocks.assets import asset

_MARGIN = 14  # pixels around the text
_INDENT = 22  # pixels of a list
_PICTURE_WIDTH = 420  # pixels at most


class ManualPage(QTextBrowser):
    """A chapter. ``followed`` carries the link that was clicked, as it stands in the text."""

    followed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make an empty page. It reads nothing but the pictures that ship with the program."""
        super().__init__(parent)
        self.setOpenLinks(False)
        self.setObjectName("manualPage")
        self.setAccessibleName("Manual")
        self.anchorClicked.connect(lambda url: self.followed.emit(url.toString()))
        self._anchors: dict[str, int] = {}  # anchor -> number of the heading's block
        self._anchor = ""  # where the page was led to
        self._led_to = -1  # the scroll bar's value that this gave

    def show_text(self, text: str) -> None:
        """Show a chapter's Markdown from its beginning."""
        document = self.document()
        document.setMarkdown(text, FEATURES)
        document.setDocumentMargin(_MARGIN)
        document.setIndentWidth(_INDENT)
        dress(document, self.palette())
        self._anchors = {}
        for block in blocks_of(document):
            if block.blockFormat().headingLevel():
                self._anchors.setdefault(slug(block.text()), block.blockNumber())
        self.setExtraSelections([])
        self.moveCursor(QTextCursor.MoveOperation.Start)
        self.go_to("")

    def show_again(self, text: str) -> None:
        """Show the same chapter in the colours of another theme, at the same place."""
        anchor, scrolled, is_there = self._anchor, self.verticalScrollBar().value(), self._is_there()
        self.show_text(text)
        self.go_to(anchor)
        if not is_there:
            self.verticalScrollBar().setValue(scrolled)

    def go_to(self, anchor: str) -> None:
        """Bring a heading to the top; an unknown one is the chapter's beginning."""
        self._anchor = anchor
        number = self._anchors.get(anchor)
        block = self.document().findBlockByNumber(number) if number is not None else None
        place = 0.0
        if block is not None and number:
            place = self.document().documentLayout().blockBoundingRect(block).top() - _MARGIN / 2
        self.verticalScrollBar().setValue(int(place))
        self._led_to = self.verticalScrollBar().value()

    def mark(self, words: Sequence[str]) -> None:
        """Mark every occurrence of some words."""
        colour = QColor(self.palette().color(QPalette.ColorRole.Highlight))
        colour.setAlpha(90)
        marks = []
        for word in words:
            cursor = self.document().find(word)
            while not cursor.isNull():
                selection = QTextEdit.ExtraSelection()
                selection.cursor = cursor
                selection.format.setBackground(colour)
                marks.append(selection)
                cursor = self.document().find(word, cursor)
        self.setExtraSelections(marks)

    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        """Give the document a picture of the program's own; anything else it asks for is not there."""
        path = QUrl(name).path()
        folder = asset("pictures")
        file = folder / path.rpartition("/")[2]
        if path != f"../pictures/{file.name}" or not file.is_file():
            return None
        image = QImage(str(file))
        is_wide = image.width() > _PICTURE_WIDTH
        smooth = Qt.TransformationMode.SmoothTransformation
        return image.scaledToWidth(_PICTURE_WIDTH, smooth) if is_wide else image

    def _is_there(self) -> bool:
        """Return whether nobody has scrolled on from where the page was led to."""
        return self.verticalScrollBar().value() == self._led_to

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Stay at the heading that the page was led to, while nobody has scrolled on."""
        is_there = self._is_there()
        super().resizeEvent(event)
        if is_there:
            self.go_to(self._anchor)
