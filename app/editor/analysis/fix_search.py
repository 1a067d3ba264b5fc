"""Looks in a thread for the fixes of the problems shown, the first ones first."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from app.document.model.diagram import Page, copy_page
from app.document.model.problems import Problem
from app.editor.analysis.latest_task import LatestTask, Turn
from app.engine.analysis.page_analysis import PageAnalysis
from blocks.tensor_spec import TensorSpec

PAUSE_MS = 120  # check and inference both bring problems after an edit; one question serves both
_MOST = 60  # problems looked at; who has more mends the first ones first
_MOST_TRIED = 20  # problems whose fixes are tried
_TRIED = frozenset({"bad-shape", "not-scalar", "not-vector", "unwired-input"})  # other fixes cure as made
_MOST_BLOCKS = 400  # of a page on which they are: a larger one would hold up its types
_REPORT_EVERY = 0.2  # seconds after which what is found so far is shown
_REST = 0.002  # seconds between two problems that leave Python to the window's thread

# Returns a problem with those of its fixes only that cure it; takes the page, the problem, all problems, the types.
Trial = Callable[[Page, Problem, Sequence[Problem], Mapping[str, TensorSpec]], Problem]
_Answer = tuple[str, list[Problem]]


class FixSearch(QObject):
    """``found`` carries a page's name and its problems with the fixes filled in, as far as they are found."""

    found = Signal(str, object)  # list[Problem]

    def __init__(
        self,
        parent: QObject | None = None,
        trial: Trial | None = None,
        copy: Callable[[Page], Page] = copy_page,
    ) -> None:
        """Begin idle; the thread starts with the first question, and there ``trial`` is called.

        ``copy`` copies a page in the window's thread.
        """
        super().__init__(parent)
        self._trial, self._copy = trial, copy
        self._task: LatestTask[PageAnalysis, _Answer] = LatestTask("fixes", self._search, self._deliver, self)

    def ask(self, analysis: PageAnalysis) -> None:
        """Look for the fixes of the first problems of an analysis; what was asked before is dropped."""
        self._task.ask(lambda: replace(analysis, page=self._copy(analysis.page)), PAUSE_MS)

    def _search(self, analysis: PageAnalysis, turn: Turn[_Answer]) -> None:
        page, problems = analysis.page, analysis.problems
        found, reported = list(problems), time.perf_counter()
        for place, problem in enumerate(problems[:_MOST]):
            if turn.is_over:
                return
            offered = analysis.offered(problem)
            small = place < _MOST_TRIED and len(page.blocks) <= _MOST_BLOCKS
            if self._trial is not None and small and problem.code in _TRIED:
                offered = self._trial(page, offered, problems, analysis.types)
            found[place] = offered
            if offered.fixes and time.perf_counter() - reported > _REPORT_EVERY:
                reported = time.perf_counter()
                turn.report((page.name, list(found)))
            time.sleep(_REST)
        turn.report((page.name, found))

    def drop(self) -> None:
        """Forget what was asked."""
        self._task.drop()

    def close(self) -> None:
        """Forget what was asked, for good."""
        self._task.close()

    def _deliver(self, answer: _Answer) -> None:
        self.found.emit(*answer)
