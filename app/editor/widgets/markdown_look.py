"""The look of Markdown in the program: headings, code in the fixed-width face, tables, in the theme's colours."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from PySide6.QtGui import (
    QFont,
    QPalette,
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

from app.editor.widgets.theme import MONO_FONTS

FEATURES = QTextDocument.MarkdownFeature.MarkdownDialectGitHub | QTextDocument.MarkdownFeature.MarkdownNoHTML
_SIZES = {1: 2, 2: 1}  # of headings by level, as Qt's steps above the text's size
_ABOVE = {1: 0, 2: 18}  # pixels above a heading by level
_CELL = 5  # pixels around a cell's text
_LINE_HEIGHT = 118  # per cent of the font's
_PICTURE = "\ufffc"  # stands for a picture in a paragraph's text


def blocks_of(document: QTextDocument) -> Iterator[QTextBlock]:
    """Yield the blocks of a document in order."""
    block = document.begin()
    while block.isValid():
        yield block
        block = block.next()


def dress(document: QTextDocument, palette: QPalette) -> None:
    """Give a document the theme's look: headings, code and tables."""
    whole = QTextCursor(document)
    whole.beginEditBlock()  # laid out once, and not after each change
    lines = QTextBlockFormat()
    lines.setLineHeight(_LINE_HEIGHT, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
    for block in list(blocks_of(document)):
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
    whole.endEditBlock()


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
