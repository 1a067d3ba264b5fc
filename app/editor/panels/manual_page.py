"""Shows one chapter of the manual: Markdown in the theme's look, with anchors at its headings and words marked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QImage,
    QPalette,
    QResizeEvent,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextFrameFormat,
    QTextLength,
    QTextTable,
)
from PySide6.QtWidgets import QTextBrowser, QTextEdit, QWidget

from app.editor.panels.manual_text import slug
from app.editor.widgets.theme import MONO_FONTS
from blocks.assets import asset

_FEATURES = QTextDocument.MarkdownFeature.MarkdownDialectGitHub | QTextDocument.MarkdownFeature.MarkdownNoHTML
_MARGIN = 14  # pixels around the text
_SIZES = {1: 2, 2: 1}  # of headings by level, as Qt's steps above the text's size
_ABOVE = {1: 0, 2: 18}  # pixels above a heading by level
_CELL = 5  # pixels around a cell's text
_INDENT = 22  # pixels of a list
_LINE_HEIGHT = 118  # per cent of the font's
_PICTURE = "\ufffc"  # stands for a picture in a paragraph's text
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
        document.setMarkdown(text, _FEATURES)
        document.setDocumentMargin(_MARGIN)
        document.setIndentWidth(_INDENT)
        _dress(document, self.palette())
        self._anchors = {}
        for block in _blocks(document):
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


def _blocks(document: QTextDocument) -> Iterator[QTextBlock]:
    block = document.begin()
    while block.isValid():
        yield block
        block = block.next()


def _dress(document: QTextDocument, palette: QPalette) -> None:
    """Give a document the theme's look: headings, code and tables."""
    lines = QTextBlockFormat()
    lines.setLineHeight(_LINE_HEIGHT, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
    for block in list(_blocks(document)):
        if _PICTURE not in block.text():
            QTextCursor(block).mergeBlockFormat(lines)
        level = block.blockFormat().headingLevel()
        if level:
            _dress_heading(block, level)
        elif block.blockFormat().hasProperty(QTextFormat.Property.BlockCodeFence):
            _dress_code(block, palette)
        _dress_spans(block, palette)
    for frame in document.rootFrame().childFrames():
        if isinstance(frame, QTextTable):
            _dress_table(frame, palette)


def _dress_heading(block: QTextBlock, level: int) -> None:
    space = QTextBlockFormat()
    space.setTopMargin(_ABOVE.get(level, 12))
    space.setBottomMargin(4)
    look = QTextCharFormat()
    look.setProperty(QTextFormat.Property.FontSizeAdjustment, _SIZES.get(level, 0))
    look.setFontWeight(QFont.Weight.DemiBold)
    cursor = QTextCursor(block)
    cursor.mergeBlockFormat(space)
    cursor.select(QTextCursor.SelectionType.BlockUnderCursor)
    cursor.mergeCharFormat(look)


def _dress_code(block: QTextBlock, palette: QPalette) -> None:
    look = QTextBlockFormat()
    look.setBackground(palette.color(QPalette.ColorRole.AlternateBase))
    look.setLeftMargin(8)
    look.setTopMargin(0)
    look.setBottomMargin(0)
    look.setLineHeight(0, QTextBlockFormat.LineHeightTypes.SingleHeight.value)  # else lines of ground show
    look.setNonBreakableLines(False)  # a page that scrolls sideways is harder to read than a broken line
    QTextCursor(block).mergeBlockFormat(look)


def _dress_spans(block: QTextBlock, palette: QPalette) -> None:
    """Set code in the program's fixed font, a code span on a ground of its own."""
    spans = [(s.position(), s.length(), s.charFormat()) for s in _fragments(block)]
    in_code = block.blockFormat().hasProperty(QTextFormat.Property.BlockCodeFence)
    for position, length, known in spans:
        if not (known.fontFixedPitch() or in_code):
            continue
        look = QTextCharFormat()
        look.setFontFamilies(list(MONO_FONTS))
        if not in_code:
            look.setBackground(palette.color(QPalette.ColorRole.AlternateBase))
        cursor = QTextCursor(block)
        cursor.setPosition(position)
        cursor.setPosition(position + length, QTextCursor.MoveMode.KeepAnchor)
        cursor.mergeCharFormat(look)


def _fragments(block: QTextBlock) -> Iterator[Any]:
    place = block.begin()
    while not place.atEnd():
        yield place.fragment()
        place += 1


def _dress_table(table: QTextTable, palette: QPalette) -> None:
    """Give a table thin lines and its whole width; a head without a word goes away."""
    if not any(table.cellAt(0, c).firstCursorPosition().block().text() for c in range(table.columns())):
        table.removeRows(0, 1)
    look = table.format()
    look.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
    look.setBorder(1)
    look.setBorderBrush(palette.color(QPalette.ColorRole.Mid))
    look.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
    look.setBorderCollapse(True)
    look.setCellSpacing(0)
    look.setCellPadding(_CELL)
    look.setTopMargin(4)
    look.setBottomMargin(8)
    table.setFormat(look)
