"""A help text as Markdown, as high as it is: for forms that scroll as a whole. It loads nothing."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QSize, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QPalette, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QTextBrowser, QWidget

from app.editor.widgets.markdown_look import FEATURES, dress

_INDENT = 16  # pixels of a list
_ROLES = (
    QPalette.ColorRole.Text,
    QPalette.ColorRole.Link,
    QPalette.ColorRole.AlternateBase,
    QPalette.ColorRole.Mid,
)
_SCHEMES = ("http", "https")


class HelpView(QTextBrowser):
    """Shows Markdown without HTML. A click on a link to the web opens it in the browser of the system."""

    _shown_in: tuple[int, ...] | None = None  # the colours of the theme that it was drawn in

    def __init__(self, markdown: str, parent: QWidget | None = None) -> None:
        """Show a text."""
        super().__init__(parent)
        self._markdown = markdown
        self.setObjectName("helpView")
        self.setAccessibleName("Help")
        self.setOpenLinks(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setTabChangesFocus(True)
        self.anchorClicked.connect(_open)
        self._show()

    def _look(self) -> tuple[int, ...]:
        """Return the colours that the text is drawn in."""
        palette = self.palette()
        return tuple(palette.color(role).rgba() for role in _ROLES)

    def _show(self) -> None:
        self._shown_in = self._look()
        document = self.document()
        document.setMarkdown(self._markdown, FEATURES)
        document.setDocumentMargin(0)
        document.setIndentWidth(_INDENT)
        dress(document, self.palette())
        self._fit()

    def _fit(self) -> None:
        """Be as high as the text is at this width."""
        self.document().setTextWidth(max(40, self.viewport().width()))
        self.setFixedHeight(int(self.document().size().height()) + 2)
        self.verticalScrollBar().setRange(0, 0)  # Qt has counted before the view had its height

    def minimumSizeHint(self) -> QSize:
        """Return next to no width: lines break anywhere."""
        return QSize(40, 20)

    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        """Give nothing: a help text has no pictures and no pages of its own."""
        return None

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Follow the width."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the form."""
        event.ignore()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        is_shown = self._shown_in is not None
        if is_shown and event.type() == QEvent.Type.PaletteChange and self._look() != self._shown_in:
            self._show()  # Qt says so many times while a theme changes


def _open(url: QUrl) -> None:
    if url.scheme() in _SCHEMES:
        QDesktopServices.openUrl(url)
