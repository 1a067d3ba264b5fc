"""Texts that never make their panel wider: lines cut with an ellipsis, words that are broken, links that shrink."""

from __future__ import annotations

import re

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QStyle, QStyleOption, QToolButton, QWidget

from app.editor.widgets.guarded_paint import guarded
from app.editor.widgets.plain_text import PlainLabel, plain_tip, unmarked

_LEAST = 24  # pixels: an ellipsis and a letter
_SLACK = 2  # pixels by which the widths of a text and of its parts may differ
_BREAK = "\u200b"  # a place where a line may end, without a sign
_LONG_WORD = re.compile(r"\S{13,}")


class ElidedLabel(PlainLabel):
    """One line, cut in its middle where there is no room; the tip then has the whole."""

    def minimumSizeHint(self) -> QSize:
        """Return next to no width."""
        return QSize(min(_LEAST, super().minimumSizeHint().width()), super().minimumSizeHint().height())

    @guarded
    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint as much of the text as there is room for."""
        shown = self.fontMetrics().elidedText(
            self.text(), Qt.TextElideMode.ElideMiddle, self.contentsRect().width()
        )
        if shown == self.text():
            super().paintEvent(event)
            return
        painter, option = QPainter(self), QStyleOption()
        option.initFrom(self)
        self.style().drawPrimitive(QStyle.PrimitiveElement.PE_Widget, option, painter, self)
        self.style().drawItemText(
            painter, self.contentsRect(), int(self.alignment()), option.palette, self.isEnabled(), shown,
            self.foregroundRole(),
        )  # fmt: skip

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let the tip say what does not fit."""
        super().resizeEvent(event)
        fits = self.fontMetrics().horizontalAdvance(self.text()) <= self.contentsRect().width()
        if not self.toolTip() or self.toolTip() == plain_tip(self.text()):
            self.setToolTip("" if fits else plain_tip(self.text()))


class WrappedLabel(PlainLabel):
    """Lines that wrap, within long words too; never less high than they are at its width.

    Qt's forms give a row of several widgets the height that it would have at another width.
    """

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        """Show the text."""
        self._whole = text
        self._laid = False  # whether it has a width that a layout gave
        super().__init__(text, parent)
        self.setWordWrap(True)

    def setText(self, text: str) -> None:
        """Show another text; long words may be broken anywhere."""
        self._whole = text
        super().setText(_LONG_WORD.sub(lambda word: _BREAK.join(word.group()), text))

    def text(self) -> str:
        """Return the text as it was given."""
        return self._whole

    def minimumSizeHint(self) -> QSize:
        """Return no less height than the lines have at the present width."""
        least = super().minimumSizeHint()
        return QSize(
            least.width(), max(least.height(), self.heightForWidth(self.width()) if self._laid else 0)
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take the height of the new width."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._laid = True
            self.updateGeometry()


class LinkButton(QToolButton):
    """A flat button that reads as a link, cut in its middle where there is no room."""

    def __init__(self, text: str, parent: QWidget) -> None:
        """Show the text."""
        super().__init__(parent)
        self._whole = text
        self.setObjectName("link")
        self.setAutoRaise(True)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setText(unmarked(text))

    @property
    def whole(self) -> str:
        """Return the text that is shown where there is room."""
        return self._whole

    def sizeHint(self) -> QSize:
        """Return the room for the whole text."""
        own = super().sizeHint()
        metrics = self.fontMetrics()
        shown = metrics.horizontalAdvance(self.text().replace("&&", "&"))
        return QSize(own.width() - shown + metrics.horizontalAdvance(self._whole) + _SLACK, own.height())

    def minimumSizeHint(self) -> QSize:
        """Return the room for icon and ellipsis, or for the whole text where that is shorter."""
        least = min(self.iconSize().width() + _LEAST + 12, self.sizeHint().width())
        return QSize(least, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut the text anew."""
        super().resizeEvent(event)
        around = self.sizeHint().width() - self.fontMetrics().horizontalAdvance(self._whole) - 2 * _SLACK
        room = max(0, self.width() - around)
        shown = self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideMiddle, room)
        if unmarked(shown) != self.text():
            self.setText(unmarked(shown))
