"""The Problems dock: every problem of the page and of its last run; a click goes to the block and pin."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLabel,
    QMenu,
    QStackedLayout,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from app.document.problems import CODES, Problem
from app.editor.icons import dot

COLOURS = {"error": "#f0605a", "warning": "#e0a030", "info": "#00aeee"}
_ORDER = {"error": 0, "warning": 1, "info": 2}
_PROBLEM = int(Qt.ItemDataRole.UserRole)
_MOST_ROWS = 1000


class ProblemsPanel(QWidget):
    """The list. ``chosen`` carries the problem clicked or entered; ``counted`` errors and warnings."""

    chosen = Signal(object)
    counted = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make an empty list with a word for the good case."""
        super().__init__(parent)
        self.problems: list[Problem] = []
        self.list = QTreeWidget(self)
        self.list.setHeaderLabels(["Message", "Block", "Pin"])
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.setAlternatingRowColors(False)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.list.setAccessibleName("Problems")
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header = self.list.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.resizeSection(1, 150)
        header.resizeSection(2, 120)
        self.empty = QLabel("No problems on this page.", self)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setObjectName("emptyState")
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self.list)
        self.setFocusProxy(self.list)
        self.list.itemClicked.connect(lambda item: self.chosen.emit(item.data(0, _PROBLEM)))
        self.list.itemActivated.connect(lambda item: self.chosen.emit(item.data(0, _PROBLEM)))
        self.list.customContextMenuRequested.connect(self._menu)

    def set_problems(self, problems: Sequence[Problem]) -> None:
        """Show the problems, errors first; the current row stays where its problem still stands."""
        if list(problems) == self.problems:
            return
        current = self.current()
        self.problems = list(problems)
        self.list.clear()
        rows = sorted(self.problems, key=lambda p: _ORDER[p.severity])
        items = [_item(p) for p in rows[:_MOST_ROWS]]
        if len(rows) > _MOST_ROWS:
            items.append(QTreeWidgetItem([f"… and {len(rows) - _MOST_ROWS} more"]))
        self.list.addTopLevelItems(items)
        if current in rows[:_MOST_ROWS]:
            self.list.setCurrentItem(items[rows.index(current)])
        self._stack.setCurrentIndex(1 if rows else 0)
        self.counted.emit(
            sum(p.severity == "error" for p in rows), sum(p.severity == "warning" for p in rows)
        )

    def current(self) -> Problem | None:
        """Return the problem of the current row."""
        item = self.list.currentItem()
        return item.data(0, _PROBLEM) if item is not None else None

    def move_on(self, by: int) -> None:
        """Go to the next (+1) or previous (-1) problem, round the end."""
        count = self.list.topLevelItemCount()
        if not count:
            return
        item = self.list.currentItem()
        row = self.list.indexOfTopLevelItem(item) + by if item is not None else (0 if by > 0 else count - 1)
        chosen = self.list.topLevelItem(row % count)
        assert chosen is not None
        self.list.setCurrentItem(chosen)
        self.chosen.emit(chosen.data(0, _PROBLEM))

    def _menu(self, at: QPoint) -> None:
        problem = self.current()
        if problem is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Go to the block", lambda: self.chosen.emit(problem))
        menu.addAction("Copy the message", lambda: QGuiApplication.clipboard().setText(full_text(problem)))
        menu.popup(self.list.viewport().mapToGlobal(at))


def full_text(problem: Problem) -> str:
    """Return everything that is known of a problem, for a tooltip or the clipboard."""
    where = ".".join(p for p in (problem.block, problem.pin) if p)
    lines = [f"{problem.severity}: {where + ': ' if where else ''}{problem.message}"]
    if problem.wanted:
        lines.append(f"Wanted: {problem.wanted}")
    if problem.actual:
        lines.append(f"Is: {problem.actual}")
    if problem.hint:
        lines.append(problem.hint)
    if problem.related:
        lines.append("See also: " + ", ".join(problem.related))
    lines.append(f"[{problem.code}] {CODES[problem.code]}")
    return "\n".join(lines)


def _item(problem: Problem) -> QTreeWidgetItem:
    message = problem.message + (f"  —  {problem.hint}" if problem.hint else "")
    item = QTreeWidgetItem([message.replace("\n", " "), problem.block or "", problem.pin or ""])
    item.setIcon(0, dot(COLOURS[problem.severity]))
    item.setData(0, _PROBLEM, problem)
    for column in range(3):
        item.setToolTip(column, full_text(problem))
    item.setData(0, int(Qt.ItemDataRole.AccessibleTextRole), f"{problem.severity}: {message}")
    return item
