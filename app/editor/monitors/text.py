"""The monitor of kind ``text``: strings, decoded, or any values as text, one element a line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout

from app.editor.monitors.base import ValueWidget
from app.editor.monitors.options import Options
from app.editor.values.texts import value_text

if TYPE_CHECKING:
    from app.document.model.diagram import Monitor
    from app.editor.monitors.element import Found
    from app.editor.results.store import ResultStore

_MOST_LINES = 500
_MOST_LETTERS = 20_000  # of one element


class TextMonitor(ValueWidget):
    """Shows the elements of the first pin, to be scrolled and copied. Options: ``slice``, ``wrap``."""

    takes_slice = True

    def __init__(self, store: ResultStore, page: str, monitor: Monitor) -> None:
        """Follow the first pin."""
        self.view = QPlainTextEdit()
        super().__init__(store, page, monitor)
        self.view.setParent(self)
        self.view.setReadOnly(True)
        self.view.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self.view.setAccessibleName("Text")
        if not Options(monitor.options).flag("wrap", True):
            self.view.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.view)

    def read(self) -> None:
        """Show the text, and leave the view where it was scrolled to."""
        found = self.found[0]
        text = "" if found.array is None else lines_of(found)
        self.view.setVisible(found.array is not None)
        if text != self.view.toPlainText():
            place = self.view.verticalScrollBar().value()
            self.view.setPlainText(text)
            self.view.verticalScrollBar().setValue(place)

    def paint_value(self, painter: QPainter, rect: QRectF) -> None:
        """Say why there is no text; the view covers this where there is one."""
        if self.found[0].array is None:
            self.paint_reason(painter, rect, self.found[0].why)


def lines_of(found: Found) -> str:
    """Return one line an element in row-major order; what is left out is counted."""
    assert found.array is not None
    texts = [_cut(value_text(v)) for v in found.array.flat[:_MOST_LINES]]
    rest = found.array.size - len(texts)
    return "\n".join([*texts, f"… and {rest} more elements"] if rest else texts)


def _cut(text: str) -> str:
    rest = len(text) - _MOST_LETTERS
    return text if rest <= 0 else f"{text[:_MOST_LETTERS]}… and {rest} more characters"
