"""The Problems dock: every problem of the page and of its last run, with wanted and actual, fixes to click, and more.

A click goes to the block and pin. What unfolds below a problem: its hint, further fixes, the inputs at that moment, and
TensorFlow's own words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QGuiApplication, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLabel,
    QMenu,
    QStackedLayout,
    QTreeWidget,
    QTreeWidgetItem,
    QTreeWidgetItemIterator,
    QWidget,
)

from app.document.fix import Fix
from app.document.problems import CODES, Problem
from app.editor.icons import dot
from app.editor.value_words import in_a_line

COLOURS = {"error": "#f0605a", "warning": "#e0a030", "info": "#00aeee"}
_ORDER = {"error": 0, "warning": 1, "info": 2}
_PROBLEM, _FIX = int(Qt.ItemDataRole.UserRole), int(Qt.ItemDataRole.UserRole) + 1
_MOST_ROWS = 1000
_MOST_LINES = 60  # of TensorFlow's own words
_MESSAGE, _WANTED, _ACTUAL, _FIXING, _PIN = range(5)
_HEADERS = ("Message", "Wanted", "Is", "Fix", "Pin")
_WIDTHS = {_WANTED: 170, _ACTUAL: 150, _FIXING: 190, _PIN: 150}


class ProblemsPanel(QWidget):
    """The list. ``chosen`` carries the problem clicked or entered, ``fix_wanted`` a fix to be done."""

    chosen = Signal(object)
    fix_wanted = Signal(object)
    counted = Signal(int, int)  # errors, warnings

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make an empty list with a word for the good case."""
        super().__init__(parent)
        self.problems: list[Problem] = []
        self._inputs: Mapping[str, object] = {}
        self._stale = False
        self.list = QTreeWidget(self)
        self.list.setHeaderLabels(list(_HEADERS))
        self.list.setUniformRowHeights(True)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.list.setAccessibleName("Problems")
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.setExpandsOnDoubleClick(False)
        header = self.list.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(_MESSAGE, QHeaderView.ResizeMode.Stretch)
        for column, width in _WIDTHS.items():
            header.resizeSection(column, width)
        self.empty = QLabel("No problems on this page.", self)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setObjectName("emptyState")
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self.list)
        self.setFocusProxy(self.list)
        self.list.itemClicked.connect(self._on_clicked)
        self.list.itemActivated.connect(self._on_activated)
        self.list.customContextMenuRequested.connect(self._menu)

    def set_problems(self, problems: Sequence[Problem], inputs: Mapping[str, object] | None = None) -> None:
        """Show the problems, errors first, else in their order; ``inputs`` are values at failed blocks' inputs.

        The current row and what is unfolded stay where their problems still stand.
        """
        inputs = inputs or {}
        if list(problems) == self.problems and inputs.keys() == self._inputs.keys():
            return
        current, open_before = self.current(), self._unfolded()
        self.problems, self._inputs = list(problems), inputs
        rows = self.shown()
        self.list.clear()
        items = [self._item(p) for p in rows[:_MOST_ROWS]]
        if len(rows) > _MOST_ROWS:
            items.append(QTreeWidgetItem([f"… and {len(rows) - _MOST_ROWS} more"]))
        self.list.addTopLevelItems(items)
        for problem, item in zip(rows, items, strict=False):
            item.setExpanded(_key(problem) in open_before)
            if current is not None and _key(problem) == _key(current):
                self.list.setCurrentItem(item)
        self._dim()
        self._stack.setCurrentIndex(1 if rows else 0)
        self.counted.emit(
            sum(p.severity == "error" for p in rows), sum(p.severity == "warning" for p in rows)
        )

    def set_stale(self, stale: bool) -> None:
        """Dim the list: its problems are those of before the last change of the page."""
        if stale != self._stale:
            self._stale = stale
            self._dim()

    def shown(self) -> list[Problem]:
        """Return the problems in the list's order."""
        return sorted(self.problems, key=lambda p: _ORDER[p.severity])

    def current(self) -> Problem | None:
        """Return the problem of the current row, or of the row that the current one unfolds from."""
        item = self.list.currentItem()
        return item.data(0, _PROBLEM) if item is not None else None

    def move_on(self, by: int) -> None:
        """Go to the next (+1) or previous (-1) problem, round the end."""
        count = self.list.topLevelItemCount()
        if not count:
            return
        item = self.list.currentItem()
        top = item.parent() or item if item is not None else None
        row = self.list.indexOfTopLevelItem(top) + by if top is not None else (0 if by > 0 else count - 1)
        chosen = self.list.topLevelItem(row % count)
        assert chosen is not None
        self.list.setCurrentItem(chosen)
        self.chosen.emit(chosen.data(0, _PROBLEM))

    # rows -------------------------------------------------------------------------------------------

    def _item(self, problem: Problem) -> QTreeWidgetItem:
        message = problem.message + (f"  —  {problem.hint}" if problem.hint and not problem.fixes else "")
        where = ".".join(p for p in (problem.block, problem.pin) if p)
        texts = [message, problem.wanted or "", problem.actual or "", "", where]
        item = QTreeWidgetItem([_one_line(t) for t in texts])
        item.setIcon(_MESSAGE, dot(COLOURS[problem.severity]))
        for column in range(len(_HEADERS)):
            item.setToolTip(column, full_text(problem))
        spoken = f"{problem.severity}: {message}" + (
            f" Fix: {problem.fixes[0].title}" if problem.fixes else ""
        )
        item.setData(_MESSAGE, int(Qt.ItemDataRole.AccessibleTextRole), spoken)
        item.setData(0, _PROBLEM, problem)
        if problem.fixes:
            self._make_link(item, _FIXING, problem.fixes[0])
        for words, fix in self._below(problem):
            child = QTreeWidgetItem([words])
            child.setToolTip(0, words)
            child.setData(0, _PROBLEM, problem)
            if fix is not None:
                self._make_link(child, _MESSAGE, fix)
            item.addChild(child)
            child.setFirstColumnSpanned(True)
        return item

    def _below(self, problem: Problem) -> list[tuple[str, Fix | None]]:
        """Return what unfolds below a problem: lines, some of which are fixes."""
        lines: list[tuple[str, Fix | None]] = []
        if problem.hint:
            lines.append((problem.hint, None))
        lines += [(f"Fix: {fix.title}", fix) for fix in problem.fixes]
        if problem.related:
            lines.append((f"See also: {', '.join(problem.related)}", None))
        start = f"{problem.block}."
        lines += [
            (f"{key.partition('.')[2]} was {in_a_line(value)}", None)
            for key, value in self._inputs.items()
            if problem.block and key.startswith(start)
        ]
        if problem.detail:
            said = [line.rstrip() for line in problem.detail.splitlines() if line.strip()]
            lines += [("TensorFlow says:", None), *((f"    {line}", None) for line in said[:_MOST_LINES])]
        return lines

    def _make_link(self, item: QTreeWidgetItem, column: int, fix: Fix) -> None:
        if column == _FIXING:
            item.setText(column, fix.title)
            item.setToolTip(column, f"Click to do it, as one undoable edit: {fix.title}")
        font = item.font(column)
        font.setUnderline(True)
        item.setFont(column, font)
        item.setForeground(column, self.palette().brush(QPalette.ColorRole.Link))
        item.setData(column, _FIX, fix)

    def _unfolded(self) -> set[object]:
        items = (self.list.topLevelItem(row) for row in range(self.list.topLevelItemCount()))
        return {_key(i.data(0, _PROBLEM)) for i in items if i is not None and i.isExpanded()}

    def _dim(self) -> None:
        """Paint all rows in the palette's faint colour while they are stale."""
        faint = self.palette().brush(QPalette.ColorRole.PlaceholderText)
        usual = self.palette().brush(QPalette.ColorRole.Text)
        link = self.palette().brush(QPalette.ColorRole.Link)
        walk = QTreeWidgetItemIterator(self.list)
        while walk.value() is not None:
            item = walk.value()
            for column in range(len(_HEADERS)):
                ink = faint if self._stale else link if item.data(column, _FIX) else usual
                item.setForeground(column, ink)
            walk += 1
        self.list.setAccessibleDescription("Of before the last change" if self._stale else "")

    # what is done with them -------------------------------------------------------------------------

    def _on_clicked(self, item: QTreeWidgetItem, column: int) -> None:
        fix = item.data(column, _FIX) or (item.data(0, _FIX) if item.parent() is not None else None)
        if fix is not None:
            self.fix_wanted.emit(fix)
        else:
            self.chosen.emit(item.data(0, _PROBLEM))

    def _on_activated(self, item: QTreeWidgetItem, _column: int) -> None:
        """Enter does a fix that was unfolded; on a problem it goes to the block."""
        fix = item.data(0, _FIX)
        if fix is not None:
            self.fix_wanted.emit(fix)
        else:
            self.chosen.emit(item.data(0, _PROBLEM))

    def _menu(self, at: QPoint) -> None:
        problem = self.current()
        if problem is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        add_fixes(menu, [problem], self.fix_wanted.emit)
        menu.addAction("Go to the block", lambda: self.chosen.emit(problem))
        menu.addAction("Copy the message", lambda: QGuiApplication.clipboard().setText(full_text(problem)))
        menu.popup(self.list.viewport().mapToGlobal(at))


def add_fixes(menu: QMenu, problems: Sequence[Problem], do: Callable[[Fix], object]) -> int:
    """Add an action for each fix of some problems, and a separator below; returns how many there are."""
    fixes = list(dict.fromkeys(fix for problem in problems for fix in problem.fixes))
    for fix in fixes:
        menu.addAction(f"Fix: {fix.title}".replace("&", "&&"), partial(do, fix))
    if fixes:
        menu.addSeparator()
    return len(fixes)


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


def _one_line(text: str) -> str:
    return text.replace("\n", " ")


def _key(problem: Problem | None) -> object:
    """Return what stays of a problem when its fixes come or its order changes."""
    return None if problem is None else (problem.code, problem.block, problem.pin, problem.message)
