"""The find bar: type a part of an id, symbol, label or text; Enter goes to the next place that has it, on any page."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.editor.canvas.page_state.finder import Hit
from app.editor.widgets.icons import icon
from app.editor.widgets.plain_text import PlainLabel

_MOST_LISTED = 300  # hits; Enter goes to the others as well
_MOST_ROWS = 9  # of the list that are seen at once
_HIT = int(Qt.ItemDataRole.UserRole)


class FindBar(QFrame):
    """``found`` carries the page and the id to go to; ``closed`` gives the keyboard back to the page."""

    found = Signal(str, str)
    replace_requested = Signal(str, str)  # the text, and what is to take its place
    closed = Signal()

    def __init__(self, search: Callable[[str], list[Hit]], parent: QWidget) -> None:
        """``search`` returns what has a text, grouped by page."""
        super().__init__(parent)
        self.setObjectName("banner")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._search = search
        self._hits: list[Hit] = []
        self._rows: list[QTreeWidgetItem] = []
        self._at = -1
        self.line = QLineEdit(self)
        self.line.setPlaceholderText("Find in all pages: an id, symbol, label or text; page/block")
        self.line.setAccessibleName("Find in all pages")
        self.count = PlainLabel(parent=self)
        self.count.setObjectName("faint")
        self.list = QTreeWidget(self)
        self.list.setColumnCount(2)
        self.list.setHeaderHidden(True)
        self.list.setUniformRowHeights(True)
        self.list.setAccessibleName("Places found")
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setVisible(False)
        self._make_replacement()
        self._lay_out()
        self.line.textChanged.connect(self._look)
        self.list.itemClicked.connect(self._choose)
        self.hide()

    def _make_replacement(self) -> None:
        self.replacement = QLineEdit(self)
        self.replacement.setPlaceholderText("Replace by (in typed texts, labels and notes)")
        self.replacement.setAccessibleName("Replace by")
        self.replace_all = QPushButton("Replace all", self)
        self.replace_all.setEnabled(False)
        self.replace_all.clicked.connect(
            lambda: self.replace_requested.emit(self.line.text(), self.replacement.text())
        )
        for part in (self.replacement, self.replace_all):
            part.setVisible(False)

    def _lay_out(self) -> None:
        above, below, all_rows = QHBoxLayout(), QHBoxLayout(), QVBoxLayout(self)
        all_rows.setContentsMargins(8, 4, 8, 4)
        all_rows.setSpacing(4)
        above.addWidget(self.line, 1)
        above.addWidget(self.count)
        for icon_name, tip, slot in (
            ("up", "Previous", lambda: self.step(-1)),
            ("down", "Next", lambda: self.step(1)),
            ("swap", "Replace in texts", self._show_replacement),
            ("close", "Close", self.close_bar),
        ):
            button = QToolButton(self)
            button.setIcon(icon(icon_name))
            button.setAutoRaise(True)
            button.setToolTip(tip)
            button.setAccessibleName(tip)
            button.clicked.connect(slot)
            above.addWidget(button)
        below.addWidget(self.replacement, 1)
        below.addWidget(self.replace_all)
        all_rows.addLayout(above)
        all_rows.addLayout(below)
        all_rows.addWidget(self.list)

    def open_bar(self) -> None:
        """Show the bar and take the keyboard."""
        self.show()
        self.line.selectAll()
        self.line.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._look(self.line.text())

    def close_bar(self) -> None:
        """Hide the bar."""
        self.hide()
        self.closed.emit()

    def look_again(self) -> None:
        """Search again, as the project may have changed; the place gone to last stays current if it is still there."""
        if not self.isVisible():
            return
        current = self._hits[self._at] if self._at >= 0 else None
        hits = self._search(self.line.text()) if self.line.text().strip() else []
        if set(hits) != set(self._hits):  # the order stays that of the page where the search was begun
            self._show_hits(hits)
            self._at = next((i for i, h in enumerate(hits) if current and h[:2] == current[:2]), -1)
            self._show_count()

    def step(self, by: int) -> None:
        """Go to the next (+1) or previous (-1) hit, round the end."""
        if self._hits:
            begin = self._at if self._at >= 0 or by > 0 else 0
            self._go((begin + by) % len(self._hits))

    def _go(self, place: int) -> None:
        self._at = place
        self._show_count()
        if place < len(self._rows):
            self.list.setCurrentItem(self._rows[place])
        self.found.emit(self._hits[place].page, self._hits[place].item)

    def _choose(self, row: QTreeWidgetItem) -> None:
        place = row.data(0, _HIT)
        if place is not None:
            self._go(place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and Down: next; Shift+Enter and Up: previous; Escape: close."""
        back = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.step(-1 if back else 1)
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.step(1 if event.key() == Qt.Key.Key_Down else -1)
        elif event.key() == Qt.Key.Key_Escape:
            self.close_bar()
        else:
            super().keyPressEvent(event)

    def _show_replacement(self) -> None:
        """Show or hide the line that says what takes the text's place."""
        shown = not self.replacement.isVisible()
        for part in (self.replacement, self.replace_all):
            part.setVisible(shown)
        (self.replacement if shown else self.line).setFocus()

    def _look(self, text: str) -> None:
        self._show_hits(self._search(text) if text.strip() else [])

    def _show_hits(self, hits: list[Hit]) -> None:
        self._hits, self._at = hits, -1
        self.replace_all.setEnabled(bool(self._hits))
        self._fill_list()
        self._show_count()

    def _fill_list(self) -> None:
        self.list.clear()
        self._rows = []
        groups: dict[str, QTreeWidgetItem] = {}
        for place, hit in enumerate(self._hits[:_MOST_LISTED]):
            group = groups.get(hit.page)
            if group is None:
                group = groups[hit.page] = QTreeWidgetItem(self.list, [hit.page])
                group.setIcon(0, icon("page"))
                group.setFirstColumnSpanned(True)
                group.setExpanded(True)
            row = QTreeWidgetItem(group, [hit.item, hit.where])
            row.setData(0, _HIT, place)
            self._rows.append(row)
        count = min(len(self._hits) + len(groups), _MOST_ROWS)
        if self._rows:
            self.list.setFixedHeight(count * self.list.sizeHintForRow(0) + 2 * self.list.frameWidth() + 4)
            self.list.resizeColumnToContents(0)
        self.list.setVisible(bool(self._rows))

    def _show_count(self) -> None:
        if not self.line.text().strip():
            self.count.setText("")
        elif not self._hits:
            self.count.setText("nothing found")
        else:
            self.count.setText(f"{max(self._at + 1, 0)} of {len(self._hits)}")
