"""Looks in a thread for the fixes of the problems shown; only the newest question is answered."""

from __future__ import annotations

import logging
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from PySide6.QtCore import QObject, QTimer, Signal

from app.document.model.diagram import Page
from app.document.model.problems import Problem
from app.editor.runs.state import snapshot
from blocks.tensor_spec import TensorSpec

_LOG = logging.getLogger(__name__)
PAUSE_MS = 120  # check and inference both tell problems after an edit; one question serves both
_MOST = 60  # problems looked at; who has more mends the first ones first
_MOST_TRIED = 20  # problems whose fixes are tried
_TRIED = frozenset(
    {"bad-shape", "not-scalar", "not-vector", "unwired-input"}
)  # others cure by the way they are made
_MOST_BLOCKS = 400  # of a page on which they are: a larger one would keep its types waiting
_TELL = 0.2  # seconds after which what is found so far is told
_REST = 0.002  # seconds between two problems that leave Python to the window's thread

# Returns a problem with those of its fixes only that cure it; takes the page, the problem, all problems, the types.
Trial = Callable[[Page, Problem, Sequence[Problem], Mapping[str, TensorSpec]], Problem]
_Question = tuple[Page, Sequence[Problem], Mapping[str, TensorSpec], Mapping[str, TensorSpec]]


class FixFinder(QObject):
    """``found`` carries the page's name and its problems with the fixes filled in."""

    found = Signal(str, object)
    _done = Signal(int, str, object)

    def __init__(self, parent: QObject | None = None, trial: Trial | None = None) -> None:
        """Begin idle; the thread starts with the first question. ``trial`` is called in that thread."""
        super().__init__(parent)
        self._trial = trial
        self._pool: ThreadPoolExecutor | None = None
        self._number = 0
        self._wanted: _Question | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PAUSE_MS)
        self._timer.timeout.connect(self._start)
        self._done.connect(self._deliver)

    def ask(
        self,
        page: Page,
        problems: Sequence[Problem],
        types: Mapping[str, TensorSpec],
        wanted: Mapping[str, TensorSpec],
    ) -> None:
        """Look for the fixes of the first of these problems; what was asked before is dropped."""
        self._number += 1
        self._wanted = (page, problems, types, wanted)
        self._timer.start()

    def drop(self) -> None:
        """Forget what was asked."""
        self._number += 1
        self._wanted = None
        self._timer.stop()

    def _start(self) -> None:
        if self._wanted is None:
            return
        (page, problems, types, wanted), self._wanted = self._wanted, None
        if self._pool is None:
            self._pool = ThreadPoolExecutor(1, thread_name_prefix="fixes")
        self._pool.submit(self._work, self._number, snapshot(page), list(problems), types, wanted)

    def close(self) -> None:
        """End the thread."""
        self.drop()
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None

    def _work(
        self,
        number: int,
        page: Page,
        problems: list[Problem],
        types: Mapping[str, TensorSpec],
        wanted: Mapping[str, TensorSpec],
    ) -> None:
        if number != self._number:
            return
        try:
            from app.document.fixes import offer
            from blocks.catalog import load

            found, told = list(problems), time.perf_counter()
            for place, problem in enumerate(problems[:_MOST]):
                if number != self._number:
                    return  # a newer state waits already
                (offered,) = offer(page, load(), [problem], types, wanted)
                small = place < _MOST_TRIED and len(page.blocks) <= _MOST_BLOCKS
                if self._trial is not None and small and problem.code in _TRIED:
                    offered = self._trial(page, offered, problems, types)
                found[place] = offered
                if offered.fixes and time.perf_counter() - told > _TELL:
                    told = time.perf_counter()
                    self._tell(number, page.name, list(found))
                time.sleep(_REST)
        except Exception:
            _LOG.error("the fixes of page %s were not found:\n%s", page.name, traceback.format_exc())
            return
        self._tell(number, page.name, found)

    def _tell(self, number: int, page: str, problems: list[Problem]) -> None:
        try:
            self._done.emit(number, page, problems)
        except RuntimeError:
            _LOG.debug("fixes were found after their window had closed")

    def _deliver(self, number: int, page: str, problems: object) -> None:
        if number == self._number:
            self.found.emit(page, problems)
