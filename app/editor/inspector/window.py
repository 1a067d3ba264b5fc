"""The inspector as a window of its own, with a button that pins its value to the page as a monitor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from app.editor.icons import icon
from app.editor.inspector.inspector import Inspector

if TYPE_CHECKING:
    from app.editor.results_store import ResultStore


class InspectorWindow(QWidget):
    """``pin_wanted`` carries the output to put on the page, ``closed`` the window itself."""

    pin_wanted = Signal(str)
    closed = Signal(object)

    def __init__(self, store: ResultStore, page: str, key: str, parent: QWidget) -> None:
        """Open over the parent; closing deletes it."""
        super().__init__(parent, Qt.WindowType.Tool)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("resultWindow")
        self.table = Inspector(store, page, key, self)
        self._key = key
        self.where = QLabel(self)
        self.where.setObjectName("faint")
        self.pin = QToolButton(self)
        self.pin.setIcon(icon("pin"))
        self.pin.setAutoRaise(True)
        self.pin.setToolTip("Pin to the page as a monitor")
        self.pin.setAccessibleName("Pin to the page as a monitor")
        self.pin.clicked.connect(lambda: self.pin_wanted.emit(key))
        row = QHBoxLayout()
        row.setContentsMargins(8, 2, 2, 2)
        row.addWidget(self.where)
        row.addStretch(1)
        row.addWidget(self.pin)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(row)
        layout.addWidget(self.table)
        self.resize(620, 560)
        self.table.title_changed.connect(self._on_title)
        self._on_title(self.table.title())

    def _on_title(self, title: str) -> None:
        self.setWindowTitle(title)
        self.where.setText(f"{self._key}  ·  {self.table.page}")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close on Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self.close()
            return
        super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Tell the window, which keeps a list."""
        self.table.close_down()
        self.closed.emit(self)
        super().closeEvent(event)
