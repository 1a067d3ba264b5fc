"""The inspector's line of statistics, with links to the least and greatest value and to NaN and infinities."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from app.editor.inspector.facts import lengths_text, odd_text, spread_text
from app.editor.values.formats import number_text
from app.editor.widgets.plain_text import PlainLabel

if TYPE_CHECKING:
    from app.editor.values.statistics import Lengths, Statistics


class StatisticsBar(QWidget):
    """``go`` carries the row-major number of an element, ``go_to_odd`` asks for the next NaN or infinity."""

    go = Signal(object)
    go_to_odd = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        """Begin empty."""
        super().__init__(parent)
        self._found: Statistics | None = None
        self.low = self._link("Go to the least value")
        self.high = self._link("Go to the greatest value")
        self.odd = self._link("Go to the next NaN or infinity")
        self.spread = PlainLabel(parent=self)
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 0, 6, 2)
        row.setSpacing(4)
        for part in (self.low, self.high, self.spread, self.odd):
            row.addWidget(part)
        row.addStretch(1)
        self.low.clicked.connect(lambda: self._go("low_at"))
        self.high.clicked.connect(lambda: self._go("high_at"))
        self.odd.clicked.connect(self.go_to_odd)
        self.show_text("")

    def _link(self, tip: str) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName("link")
        button.setAutoRaise(True)
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        return button

    def text(self) -> str:
        """Return all that the line says."""
        parts = (self.low, self.high, self.spread, self.odd)
        return "   ".join(part.text() for part in parts if not part.isHidden())

    def show_text(self, text: str) -> None:
        """Show words instead of statistics."""
        self._found = None
        for part in (self.low, self.high, self.odd):
            part.hide()
        self.spread.setText(text)

    def show_lengths(self, found: Lengths | None) -> None:
        """Show the lengths of strings."""
        self.show_text(lengths_text(found) if found is not None else "")

    def show_statistics(self, found: Statistics) -> None:
        """Show the statistics of numbers."""
        self._found = found
        size = "|x| " if found.of_magnitude else ""
        for part, name, value in ((self.low, "min", found.low), (self.high, "max", found.high)):
            part.setText(f"{size}{name} {number_text(value)}")
            part.setVisible(value is not None)
        self.spread.setText(spread_text(found))
        self.odd.setText(odd_text(found))
        self.odd.setVisible(bool(found.odd))

    def _go(self, name: str) -> None:
        index = getattr(self._found, name, None)
        if index is not None:
            self.go.emit(index)
