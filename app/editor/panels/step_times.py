"""The dock "Time per block": where a step spends its time, as a sorted table, while that is measured."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QHeaderView,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.editor.runs.state import duration_text
from app.editor.widgets.plain_text import PlainLabel

_OUTSIDE = "(outside the blocks)"


class TimesPanel(QWidget):
    """``switched`` carries whether times are to be measured from now on; ``chosen`` carries a block."""

    switched = Signal(bool)
    chosen = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        """Make an empty table."""
        super().__init__(parent)
        self._items: list[QTreeWidgetItem] = []
        self.on = QCheckBox("Measure", self)
        self.on.setToolTip("Trace some of the steps; a traced step takes longer than another")
        self.words = PlainLabel(parent=self)
        self.words.setObjectName("faint")
        self.list = QTreeWidget(self)
        self.list.setAccessibleName("Time per block")
        self.list.setHeaderLabels(["Block", "Per step", "Share"])
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.setAllColumnsShowFocus(True)
        header = self.list.header()
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setStretchLastSection(False)
        for column in (1, 2):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        top = QHBoxLayout()
        top.setContentsMargins(8, 3, 8, 3)
        top.addWidget(self.on)
        top.addSpacing(10)
        top.addWidget(self.words, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(top)
        layout.addWidget(self.list)
        self.setFocusProxy(self.list)
        self.on.toggled.connect(self.switched)
        self.list.itemActivated.connect(self._on_activated)
        self.list.itemClicked.connect(self._on_activated)

    def show_times(self, steps: int, blocks: Mapping[str, float]) -> None:
        """Show seconds summed over so many traced steps, the longest first."""
        total = sum(blocks.values())
        rows = sorted(blocks.items(), key=lambda row: (-row[1], row[0])) if steps else []
        self.words.setText(self._words(steps, total))
        while len(self._items) > len(rows):
            self.list.takeTopLevelItem(len(self._items) - 1)
            self._items.pop()
        while len(self._items) < len(rows):
            item = QTreeWidgetItem()
            for column in (1, 2):
                item.setTextAlignment(column, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self.list.addTopLevelItem(item)
            self._items.append(item)
        for number, (block, seconds) in enumerate(rows):
            share = seconds / total if total else 0.0
            texts = (block or _OUTSIDE, duration_text(seconds / steps), f"{share:.1%}")
            for column, text in enumerate(texts):
                self._items[number].setText(column, text)

    def _words(self, steps: int, total: float) -> str:
        if not steps:
            return "run the page to see where a step spends its time" if self.on.isChecked() else ""
        return f"{duration_text(total / steps)} in all; mean of {steps:,} traced steps"

    def rows(self) -> list[tuple[str, ...]]:
        """Return the texts of all rows."""
        return [tuple(item.text(c) for c in range(3)) for item in self._items]

    def _on_activated(self, item: QTreeWidgetItem) -> None:
        if item.text(0) != _OUTSIDE:
            self.chosen.emit(item.text(0))
