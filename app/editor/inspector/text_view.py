"""The inspector's text: strings decoded, or the values of the table's part, to be read and copied."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QFont
from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget

from app.editor.values.texts import value_text
from app.editor.widgets.theme import MONO_FONTS

if TYPE_CHECKING:
    from app.editor.inspector.source import Source
    from app.editor.values.slicing import Cut

_MOST_STRINGS = 1000
_MOST_LETTERS = 200_000  # in all
_MOST_ROWS, _MOST_COLUMNS = 500, 200


class TextView(QWidget):
    """Strings one below the other with their indices; numbers as rows of the table's part."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Begin empty."""
        super().__init__(parent)
        self.text = QPlainTextEdit(self)
        self.text.setReadOnly(True)
        self.text.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self.text.setAccessibleName("Text")
        font = QFont()
        font.setFamilies(list(MONO_FONTS))
        self.text.setFont(font)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.text)
        self._drawn: object = None

    def show_source(self, source: Source, cut: Cut) -> None:
        """Write the source's value."""
        value = source.value
        if value is None or (id(value), cut) == self._drawn:
            return
        self._drawn = (id(value), cut)
        text = (
            strings_text(value.array)
            if value.array.dtype.kind == "O"
            else numbers_text(cut.view(value.array))
        )
        if text != self.text.toPlainText():
            place = self.text.verticalScrollBar().value()
            self.text.setPlainText(text)
            self.text.verticalScrollBar().setValue(place)


def strings_text(array: object) -> str:
    """Return strings decoded, each below its indices where there are several; what is left out is counted."""
    import numpy as np

    texts = np.asarray(array, object)
    lines: list[str] = []
    letters = shown = 0
    for place, item in np.ndenumerate(texts):
        text = value_text(item)
        room = _MOST_LETTERS - letters
        if shown >= _MOST_STRINGS or room <= 0:
            break
        if len(text) > room:
            text = f"{text[:room]}… and {len(text) - room:,} more letters"
        lines += [f"{list(place)}"] if texts.ndim else []
        lines.append(text)
        letters, shown = letters + len(text), shown + 1
    rest = texts.size - shown
    return "\n".join([*lines, f"… and {rest:,} more strings"] if rest else lines)


def numbers_text(matrix: object) -> str:
    """Return the rows of a matrix, columns below one another; what is left out is counted."""
    import numpy as np

    part = np.asarray(matrix)
    cells = [[value_text(v) for v in row[:_MOST_COLUMNS]] for row in part[:_MOST_ROWS]]
    wide = max((len(text) for row in cells for text in row), default=0)
    more = part.shape[1] - _MOST_COLUMNS
    end = f"  … and {more:,} more" if more > 0 else ""
    lines = ["  ".join(text.rjust(wide) for text in row) + end for row in cells]
    rest = len(part) - len(lines)
    return "\n".join([*lines, f"… and {rest:,} more rows"] if rest > 0 else lines)
