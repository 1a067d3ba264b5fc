"""The dock "Time per block": where a step spends its time, as a sorted table, while that is measured."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

if TYPE_CHECKING:
    from app.editor.window.main_window import EditorWindow

_SHOW_MS = 250
_OUTSIDE = "(outside the blocks)"


class TimesPanel(QWidget):
    """``switched`` tells that the user wants times, or no longer; ``chosen`` carries a block."""

    switched = Signal(bool)
    chosen = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        """Make an empty table."""
        super().__init__(parent)
        self._items: list[QTreeWidgetItem] = []
        self.on = QCheckBox("Measure", self)
        self.on.setToolTip("Trace some of the steps; a traced step takes longer than another")
        self.words = QLabel(self)
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
            texts = (block or _OUTSIDE, time_text(seconds / steps), f"{share:.1%}")
            for column, text in enumerate(texts):
                self._items[number].setText(column, text)

    def _words(self, steps: int, total: float) -> str:
        if not steps:
            return "run the page to see where a step spends its time" if self.on.isChecked() else ""
        return f"{time_text(total / steps)} in all; mean of {steps:,} traced steps"

    def rows(self) -> list[tuple[str, ...]]:
        """Return the texts of all rows."""
        return [tuple(item.text(c) for c in range(3)) for item in self._items]

    def _on_activated(self, item: QTreeWidgetItem) -> None:
        if item.text(0) != _OUTSIDE:
            self.chosen.emit(item.text(0))


class Times:
    """Sums up what traced steps tell, by page, and shows it on the page and in the dock."""

    def __init__(self, window: EditorWindow) -> None:
        """Follow the window's runner and the dock."""
        self._window = window
        self._steps: dict[str, int] = {}
        self._sums: dict[str, dict[str, float]] = {}
        self._soon = QTimer(window)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_SHOW_MS)
        self._soon.timeout.connect(self.show)
        window.runner.timed.connect(self._on_timed)
        window.runner.planned.connect(self._on_planned)

    def switch(self, on: bool) -> None:
        """Measure from now on, or no longer: then nothing is left of it on the page."""
        self._window.runner.set_times(on)
        self._steps.clear()
        self._sums.clear()
        self.show()

    def _on_planned(self, page: str, _: object) -> None:
        if self._steps.pop(page, None) is not None:
            self._sums.pop(page, None)
            self.show()

    def _on_timed(self, page: str, steps: int, blocks: object) -> None:
        if not self._window.runner.times:
            return  # of a step that was traced before it was switched off
        sums = self._sums.setdefault(page, {})
        assert isinstance(blocks, dict)
        for block, seconds in blocks.items():
            sums[block] = sums.get(block, 0.0) + seconds
        self._steps[page] = self._steps.get(page, 0) + steps
        if not self._soon.isActive():
            self._soon.start()

    def show(self) -> None:
        """Show the times of the page that is current."""
        window = self._window
        page, canvas = window.context.page_name or "", window.tabs.current_canvas()
        steps, sums = self._steps.get(page, 0), self._sums.get(page, {})
        window.times_panel.show_times(steps, sums)
        if canvas is not None:
            total = sum(sums.values())
            shares = {b: (s, s / total) for b, s in sums.items() if b and total}
            canvas.block_marks.set_times(
                {b: (f"{time_text(s / steps)}  {share:.0%}", share) for b, (s, share) in shares.items()}
            )


def time_text(seconds: float) -> str:
    """Return a time with three digits: ``12.3 us``, ``1.25 ms``, ``2.1 s``."""
    for unit, size in (("s", 1.0), ("ms", 1e-3)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds * 1e6:.3g} us"
