"""The report of an import as a list by severity: what was read, repaired, replaced and kept aside, block by block."""

from __future__ import annotations

from collections.abc import Container, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.document.model.problems import Problem
from app.editor.widgets.plain_text import PlainLabel, plain_tip, unstarred
from app.editor.widgets.style_rules import forget_style_rules
from app.messages import message_of

_GROUPS = (("error", "Errors"), ("warning", "Warnings"), ("info", "Notes"))
_BLOCK, _PIN = (int(Qt.ItemDataRole.UserRole) + n for n in range(2))
_MOST_ROWS = 2000
_MOST_LETTERS = 400  # of a row; its tip has more
_MOST_TIP = 4000


class ImportReport(QDialog):
    """Lists one page's report. ``place_chosen`` carries block and pin of the row that was clicked."""

    place_chosen = Signal(str, str)

    def __init__(
        self,
        page: str,
        lines: Sequence[str],
        problems: Sequence[Problem],
        blocks: Container[str],
        parent: QWidget | None = None,
    ) -> None:
        """Show ``problems``, or of a page that was imported in an earlier session the ``lines`` that it holds.

        A line that begins with the id of one of the page's ``blocks`` and a colon is about that block.
        """
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(unstarred(f"Report of the import: {page}"))
        head = PlainLabel(lines[0] if lines else "")
        head.setWordWrap(True)
        self.tree = QTreeWidget()
        self.tree.setAccessibleName("Report of the import")
        self.tree.setHeaderLabels(["Where", "What"])
        self.tree.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Interactive)
        self.tree.setColumnWidth(0, 190)
        if problems:
            self._list_problems(problems)
        else:
            self._list_lines(lines[1:], blocks)
        self.tree.expandAll()
        self.tree.itemClicked.connect(self._choose)
        self.tree.itemActivated.connect(self._choose)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.close)
        layout = QVBoxLayout(self)
        layout.addWidget(head)
        layout.addWidget(self.tree)
        layout.addWidget(buttons)
        self.resize(720, 460)
        forget_style_rules(self)

    def _list_problems(self, problems: Sequence[Problem]) -> None:
        for severity, title in _GROUPS:
            found = [p for p in problems if p.severity == severity]
            if not found:
                continue
            group = QTreeWidgetItem([f"{title} ({len(found):,})"])
            group.setFirstColumnSpanned(True)
            self.tree.addTopLevelItem(group)
            for problem in found[:_MOST_ROWS]:
                row = _row(".".join(p for p in (problem.block, problem.pin) if p), message_of(problem))
                row.setData(0, _BLOCK, problem.block or "")
                row.setData(0, _PIN, problem.pin or "")
                group.addChild(row)

    def _list_lines(self, lines: Sequence[str], blocks: Container[str]) -> None:
        """List the lines that the file holds; of one that is a script, its head alone."""
        for line in lines[:_MOST_ROWS]:
            shown = line.partition("\n")[0]
            block, colon, what = shown.partition(": ")
            is_of_block = bool(colon) and block in blocks
            row = _row(block, what) if is_of_block else _row("", shown)
            row.setData(0, _BLOCK, block if is_of_block else "")
            self.tree.addTopLevelItem(row)

    def _choose(self, row: QTreeWidgetItem) -> None:
        block = row.data(0, _BLOCK)
        if block:
            self.place_chosen.emit(block, row.data(0, _PIN) or "")


def _row(where: str, what: str) -> QTreeWidgetItem:
    row = QTreeWidgetItem([where, what.replace("\n", " ")[:_MOST_LETTERS]])
    row.setToolTip(1, plain_tip(what[:_MOST_TIP]))
    return row
