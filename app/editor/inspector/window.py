"""The inspector as a window of its own: freeze, copy, export, and pin the value to the page as a monitor."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from app.editor.inspector.exporting import FILTERS
from app.editor.inspector.inspector import Inspector
from app.editor.widgets.icons import icon
from app.editor.widgets.plain_text import PlainLabel, plain_tip, unstarred
from app.editor.widgets.side_window import SideWindow

if TYPE_CHECKING:
    from app.editor.results.recorder import Recorder
    from app.editor.results.store import ResultStore
    from app.engine.values.results import TensorValue

_REPORT_MS = 8000  # a line about what was done stays so long


class InspectorWindow(SideWindow):
    """``pin_requested`` carries the output to put on the page."""

    pin_requested = Signal(str)

    def __init__(
        self,
        store: ResultStore,
        page: str,
        key: str,
        parent: QWidget,
        recorder: Recorder | None = None,
        initial: Callable[[], TensorValue | None] | None = None,
    ) -> None:
        """Open over the parent; closing deletes it. ``recorder`` has the steps of the output (see `Inspector`)."""
        super().__init__(parent)
        self.inspector = Inspector(store, page, key, self, recorder, initial)
        self._key = key
        self.where = PlainLabel(parent=self)
        self.where.setObjectName("faint")
        self.where.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.freeze = self._button("freeze", "Freeze: hold this value while the page runs on")
        self.freeze.setCheckable(True)
        self.copy = self._button("copy", "Copy the selected values, or the picture of the view")
        self.export = self._button("save", "Export as a file")
        self.pin = self._button("pin", "Pin to the page as a monitor")
        self.export.setMenu(self._export_menu())
        self.export.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._report_until = QTimer(self)
        self._report_until.setSingleShot(True)
        self._report_until.setInterval(_REPORT_MS)
        row = QHBoxLayout()
        row.setContentsMargins(8, 2, 2, 2)
        row.addWidget(self.where, 1)
        for button in (self.freeze, self.copy, self.export, self.pin):
            row.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(row)
        layout.addWidget(self.inspector)
        self.resize(640, 560)
        self.freeze.toggled.connect(self.inspector.source.freeze)
        self.copy.clicked.connect(self.inspector.copy)
        self.pin.clicked.connect(lambda: self.pin_requested.emit(key))
        self.inspector.title_changed.connect(self._on_title)
        self.inspector.reported.connect(self._on_report)
        self._report_until.timeout.connect(self._show_where)
        self._on_title(self.inspector.title())

    def _button(self, icon_name: str, tip: str) -> QToolButton:
        button = QToolButton(self)
        button.setIcon(icon(icon_name))
        button.setAutoRaise(True)
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        return button

    def _export_menu(self) -> QMenu:
        menu = QMenu(self)
        for suffix, title in FILTERS.items():
            menu.addAction(title, partial(self.inspector.export, suffix))
        return menu

    def _on_title(self, title: str) -> None:
        self.setWindowTitle(unstarred(title))
        self.freeze.setChecked(self.inspector.source.is_frozen)
        if not self._report_until.isActive():
            self._show_where()

    def _show_where(self) -> None:
        self.where.setText(f"{self._key}  ·  {self.inspector.page}")

    def _on_report(self, words: str) -> None:
        self.where.setText(words)
        self.where.setToolTip(plain_tip(words))
        self._report_until.start()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Announce the end to the window, which has a list of what is open."""
        self.inspector.close_down()
        super().closeEvent(event)
