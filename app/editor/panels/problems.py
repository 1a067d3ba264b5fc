"""The Problems dock: every problem of the page and of its last run with requirement, value and fixes.

A click goes to the block and pin. What unfolds below a problem: its hint, further fixes, the inputs at that moment, and
TensorFlow's own words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from itertools import islice

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QGuiApplication, QIcon, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QMenu,
    QStackedLayout,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from app.document.model.fix import Fix
from app.document.model.problems import Problem, identity
from app.editor.results.summaries import in_a_line
from app.editor.widgets.consent_dialog import ALLOW
from app.editor.widgets.fix_menu import add_fixes
from app.editor.widgets.guarded_paint import guarded
from app.editor.widgets.icons import dot
from app.editor.widgets.item_index import Index
from app.editor.widgets.plain_text import PlainLabel, plain_tip
from app.messages import actual_text, code_meaning, fix_title, hint_text, message_of, requirement_text

COLOURS = {"error": "#f0605a", "warning": "#e0a030", "info": "#00aeee"}
_ORDER = {"error": 0, "warning": 1, "info": 2}
_PROBLEM, _FIX, _ALLOW = (int(Qt.ItemDataRole.UserRole) + i for i in range(3))
_MOST_ROWS = 500
_MOST_SHOWN = 1000  # letters of a cell or a tip
_MOST_LINES = 60  # of TensorFlow's own words
_MESSAGE, _REQUIRED, _ACTUAL, _FIXING, _PIN = range(5)
_HEADERS = ("Message", "Wanted", "Is", "Fix", "Pin")
_WIDTHS = {_REQUIRED: 170, _ACTUAL: 150, _FIXING: 190, _PIN: 150}
_CELL = 16  # pixels around a text
_MOST_FITTED = 100  # rows that columns are fitted to
_NONE = "No problems on this page."
_CHECKING = "Checking…"


class _Rows(QStyledItemDelegate):
    """Shows fixes as links, and all rows dim while they are stale."""

    stale = False

    @guarded
    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        """Choose a cell's ink and underline."""
        super().initStyleOption(option, index)
        is_link = index.data(_FIX) is not None or bool(index.data(_ALLOW))
        if is_link:
            option.font.setUnderline(True)
        if is_link or self.stale:
            role = QPalette.ColorRole.PlaceholderText if self.stale else QPalette.ColorRole.Link
            option.palette.setColor(QPalette.ColorRole.Text, option.palette.color(role))


class _ProblemRow(QTreeWidgetItem):
    """A problem's row. Everything is made when it is asked for: a page may have hundreds."""

    def __init__(self, problem: Problem, may_allow: bool) -> None:
        super().__init__()
        self._problem, self._may_allow = problem, may_allow

    def data(self, column: int, role: int) -> object:
        """Return a cell's text, icon, tooltip, the problem or the fix."""
        problem = self._problem
        if role == _PROBLEM:
            return problem
        if role == Qt.ItemDataRole.DisplayRole:
            return _one_line(self._text(column)[:_MOST_SHOWN])
        if role == Qt.ItemDataRole.DecorationRole:
            return _dot(problem.severity) if column == _MESSAGE else None
        if role == _ALLOW:
            return column == _FIXING and self._may_allow
        if role == _FIX:
            return problem.fixes[0] if column == _FIXING and problem.fixes else None
        if role == Qt.ItemDataRole.ToolTipRole:
            if column == _FIXING and problem.fixes:
                return plain_tip(f"Click to do it, as one undoable edit: {fix_title(problem.fixes[0])}")
            return plain_tip(full_text(problem)[: 4 * _MOST_SHOWN])
        if role == Qt.ItemDataRole.AccessibleTextRole and column == _MESSAGE:
            fix = f" Fix: {fix_title(problem.fixes[0])}" if problem.fixes else ""
            return f"{problem.severity}: {message_of(problem)}{fix}"
        return super().data(column, role)

    def _text(self, column: int) -> str:
        problem = self._problem
        if column == _MESSAGE:
            return message_of(problem) + (
                f"  —  {hint_text(problem)}" if problem.hint and not problem.fixes else ""
            )
        if column == _REQUIRED:
            return requirement_text(problem) or ""
        if column == _ACTUAL:
            return actual_text(problem) or ""
        if column == _FIXING:
            return fix_title(problem.fixes[0]) if problem.fixes else ALLOW if self._may_allow else ""
        return ".".join(p for p in (problem.block, problem.pin) if p)


class ProblemsPanel(QWidget):
    """The list. ``chosen`` carries the problem clicked or entered, ``fix_requested`` a fix to be done."""

    chosen = Signal(Problem)
    fix_requested = Signal(Fix)
    allow_requested = Signal(Problem)  # a refusal that the user may lift
    counted = Signal(int, int)  # errors, warnings

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make an empty list with a word for the good case."""
        super().__init__(parent)
        self.problems: list[Problem] = []
        self.may_allow: Callable[[Problem], bool] = lambda _: False  # whether a refusal can be lifted
        self._inputs: Mapping[str, object] = {}
        self.list = QTreeWidget(self)
        self.list.setHeaderLabels(list(_HEADERS))
        self.list.setUniformRowHeights(True)
        self._rows = _Rows(self.list)
        self.list.setItemDelegate(self._rows)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.list.setAccessibleName("Problems")
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.setExpandsOnDoubleClick(False)
        header = self.list.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(_MESSAGE, QHeaderView.ResizeMode.Stretch)
        header.sectionHandleDoubleClicked.connect(lambda _: self._fit_columns())
        self.empty = PlainLabel(_NONE, self)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setObjectName("emptyState")
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self.list)
        self.setFocusProxy(self.list)
        self.list.itemClicked.connect(self._on_clicked)
        self.list.itemActivated.connect(self._on_activated)
        self.list.itemExpanded.connect(self._fill)
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
        self._fit_columns()
        known = {*open_before, _key(current)} - {None}
        for problem, item in zip(rows, items, strict=False) if known else ():
            item.setExpanded(_key(problem) in open_before)
            if _key(problem) == _key(current):
                self.list.setCurrentItem(item)
        self._stack.setCurrentIndex(1 if rows else 0)
        self.counted.emit(
            sum(p.severity == "error" for p in rows), sum(p.severity == "warning" for p in rows)
        )

    def _fit_columns(self) -> None:
        """Give all columns but the message's what their texts take, up to a bound, and none to the empty ones."""
        header, metrics = self.list.header(), self.list.fontMetrics()
        rows = (
            self.list.topLevelItem(row) for row in range(min(_MOST_FITTED, self.list.topLevelItemCount()))
        )
        shown = [item for item in rows if item is not None]
        for column, most in _WIDTHS.items():
            widest = max((metrics.horizontalAdvance(item.text(column)) for item in shown), default=0)
            header.setSectionHidden(column, not widest)
            head = header.sectionSizeFromContents(column).width()
            header.resizeSection(column, min(most, max(head, widest + _CELL)))

    def set_stale(self, stale: bool) -> None:
        """Dim the list: its problems are those of before the last change of the page."""
        if stale != self._rows.stale:
            self._rows.stale = stale
            self.list.setAccessibleDescription("Of before the last change" if stale else "")
            self.list.viewport().update()

    def set_awaited(self, awaited: bool) -> None:
        """Say that the page is being checked, in place of that it has no problems."""
        self.empty.setText(_CHECKING if awaited else _NONE)

    @property
    def stale(self) -> bool:
        """Return whether the problems are those of before the last change of the page."""
        return self._rows.stale

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
        self._choose(chosen)

    # rows -------------------------------------------------------------------------------------------

    def _item(self, problem: Problem) -> QTreeWidgetItem:
        item = _ProblemRow(problem, self.may_allow(problem))
        if next(iter(self._below(problem)), None) is not None:
            item.setChildIndicatorPolicy(QTreeWidgetItem.ChildIndicatorPolicy.ShowIndicator)
        return item

    def _fill(self, item: QTreeWidgetItem) -> None:
        """Make what unfolds below a problem, once it is unfolded."""
        problem = item.data(0, _PROBLEM)
        if item.childCount() or problem is None:
            return
        for words, fix in self._below(problem):
            child = QTreeWidgetItem([words[:_MOST_SHOWN]])
            child.setToolTip(0, plain_tip(words[:_MOST_SHOWN]))
            child.setData(0, _PROBLEM, problem)
            child.setData(0, _FIX, fix)
            item.addChild(child)
            child.setFirstColumnSpanned(True)

    def _below(self, problem: Problem) -> Iterator[tuple[str, Fix | None]]:
        """Yield what unfolds below a problem: lines, some of which are fixes."""
        hint = hint_text(problem)
        if hint:
            yield hint, None
        for fix in problem.fixes:
            yield f"Fix: {fix_title(fix)}", fix
        if problem.related:
            yield f"See also: {', '.join(problem.related)}", None
        for key, value in self._inputs.items() if problem.block else ():
            if key.startswith(f"{problem.block}."):
                yield f"{key.partition('.')[2]} was {in_a_line(value)}", None
        if problem.detail:
            yield "Python says:" if problem.code == "python-failed" else "TensorFlow says:", None
            said = (line.rstrip() for line in problem.detail.splitlines() if line.strip())
            yield from ((f"    {line}", None) for line in islice(said, _MOST_LINES))

    def _unfolded(self) -> set[object]:
        items = (self.list.topLevelItem(row) for row in range(self.list.topLevelItemCount()))
        return {_key(i.data(0, _PROBLEM)) for i in items if i is not None and i.isExpanded()}

    # what is done with them -------------------------------------------------------------------------

    def _on_clicked(self, item: QTreeWidgetItem, column: int) -> None:
        fix = item.data(column, _FIX) or (item.data(0, _FIX) if item.parent() is not None else None)
        if fix is not None:
            self.fix_requested.emit(fix)
        elif item.data(column, _ALLOW):
            self.allow_requested.emit(item.data(0, _PROBLEM))
        else:
            self._choose(item)

    def _on_activated(self, item: QTreeWidgetItem, _column: int) -> None:
        """Enter does a fix that was unfolded; on a problem it goes to the block."""
        fix = item.data(0, _FIX)
        if fix is not None:
            self.fix_requested.emit(fix)
        else:
            self._choose(item)

    def _choose(self, item: QTreeWidgetItem) -> None:
        problem = item.data(0, _PROBLEM)
        if problem is not None:  # else it says how many more there are
            self.chosen.emit(problem)

    def _menu(self, at: QPoint) -> None:
        problem = self.current()
        if problem is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        add_fixes(menu, [problem], self.fix_requested.emit)
        if self.may_allow(problem):
            menu.addAction(ALLOW, lambda: self.allow_requested.emit(problem))
        menu.addAction("Go to the block", lambda: self.chosen.emit(problem))
        menu.addAction("Copy the message", lambda: QGuiApplication.clipboard().setText(full_text(problem)))
        menu.popup(self.list.viewport().mapToGlobal(at))


def full_text(problem: Problem) -> str:
    """Return everything that is known of a problem, for a tooltip or the clipboard."""
    where = ".".join(p for p in (problem.block, problem.pin) if p)
    lines = [f"{problem.severity}: {where + ': ' if where else ''}{message_of(problem)}"]
    named = (
        ("Wanted: ", requirement_text(problem)),
        ("Is: ", actual_text(problem)),
        ("", hint_text(problem)),
    )
    lines += [name + text for name, text in named if text]
    if problem.related:
        lines.append("See also: " + ", ".join(problem.related))
    lines.append(f"[{problem.code}] {code_meaning(problem.code)}")
    return "\n".join(lines)


@cache
def _dot(severity: str) -> QIcon:
    return dot(COLOURS[severity])


def _one_line(text: str) -> str:
    return text.replace("\n", " ")


def _key(problem: Problem | None) -> object:
    """Return what stays of a problem when its fixes come or its order changes."""
    return None if problem is None else identity(problem)
