"""Checks the page while it is edited: after a short pause, in a thread, the newest state only."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.document.model.diagram import Page
from app.editor.analysis.latest_task import LatestTask, Turn
from app.editor.runs.page_plans import PagePlans
from app.engine.analysis.page_analysis import Checked

PAUSE_MS = 150
PATIENCE_MS = 1200  # where another process is about to find the same

_Question = tuple[Page, Path]
_Answer = tuple[str, Checked]


class PageChecker(QObject):
    """``checked`` carries a page's name and what was found; it comes only for the last state asked about."""

    checked = Signal(str, Checked)

    def __init__(self, plans: PagePlans, parent: QObject | None = None) -> None:
        """Begin idle; the thread starts with the first check. ``plans`` are those of the window."""
        super().__init__(parent)
        self._plans = plans
        self._task: LatestTask[_Question, _Answer] = LatestTask("check", self._check, self._deliver, self)

    def ask(self, page: Page, folder: Path, at_once: bool = False, patient: bool = False) -> None:
        """Check the page after the pause (or at once); what was asked before is dropped.

        ``patient``: the types' worker checks it too and answers first, most likely; then this is dropped in time,
        and no thread of the window's process takes part.
        """
        pause = PATIENCE_MS if patient else 0 if at_once else PAUSE_MS
        self._task.ask(lambda: (self._plans.copy(page), folder), pause)

    def _check(self, question: _Question, turn: Turn[_Answer]) -> None:
        page, folder = question
        plan = self._plans.plan(page, folder)
        turn.report((page.name, Checked(plan.problems, plan.types)))

    def drop(self) -> None:
        """Forget what was asked."""
        self._task.drop()

    def close(self) -> None:
        """Forget what was asked, for good."""
        self._task.close()

    def _deliver(self, answer: _Answer) -> None:
        self.checked.emit(*answer)
