"""The History dock: every change as a row; a click goes back or forward to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QBrush, QColor
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QVBoxLayout, QWidget

if TYPE_CHECKING:
    from app.document.editing.document import Document


_FAINT = QBrush(QColor("#808080"))


class HistoryPanel(QWidget):
    """The start, then each undo step; those undone are faint. ``chosen`` carries a position."""

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make an empty list."""
        super().__init__(parent)
        self.list = QListWidget(self)
        self.list.setAccessibleName("History")
        self.list.setUniformItemSizes(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.list)
        self.setFocusProxy(self.list)
        self._names: list[str] = []
        self._position = -1
        self.list.itemClicked.connect(lambda item: self.chosen.emit(self.list.row(item)))
        self.list.itemActivated.connect(lambda item: self.chosen.emit(self.list.row(item)))

    def show_history(self, document: Document | None) -> None:
        """Follow the document's history; only rows that differ are made anew."""
        first = "Earlier steps are dropped" if document is not None and document.history.is_cut else "Start"
        names = [first, *document.history.names()] if document is not None else []
        position = document.history.position if document is not None else -1
        same = 0
        while same < min(len(names), len(self._names)) and names[same] == self._names[same]:
            same += 1
        while self.list.count() > same:
            self.list.takeItem(self.list.count() - 1)
        for name in names[same:]:
            self.list.addItem(QListWidgetItem(name))
        self._names = names
        before, self._position = self._position, position
        turned = range(min(before, position) + 1, min(max(before, position) + 1, same))
        for row in (*turned, *range(max(position + 1, same), len(names))):
            # A brush of no style is none: the row has the theme's colour.
            self.list.item(row).setForeground(_FAINT if row > position else QBrush())
        if 0 <= position < self.list.count():
            self.list.setCurrentRow(position)
            self.list.scrollToItem(self.list.item(position))
        else:
            self.list.setCurrentRow(-1)

    def names(self) -> list[str]:
        """Return the rows' texts."""
        return [
            self.list.item(row).data(int(Qt.ItemDataRole.DisplayRole)) for row in range(self.list.count())
        ]
