"""Checks the page while it is edited: after a short pause, in a thread, the newest state only."""

from __future__ import annotations

import logging
import traceback
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from app.document.model.diagram import Page
from app.document.model.problems import Problem
from app.editor.runs.state import snapshot

_LOG = logging.getLogger(__name__)
PAUSE_MS = 150
PATIENCE_MS = 1200  # where another process is about to tell the same


@dataclass
class Checked:
    """What a check found: problems, and the dtypes of outputs (DT_ names by ``block.pin``)."""

    problems: list[Problem] = field(default_factory=list)
    types: dict[str, str] = field(default_factory=dict)


class PageChecker(QObject):
    """``checked`` carries page and what was found; it comes only for the last state asked about."""

    checked = Signal(str, object)
    _done = Signal(int, str, object)

    def __init__(self, parent: QObject | None = None) -> None:
        """Begin idle; the thread starts with the first check."""
        super().__init__(parent)
        self._pool: ThreadPoolExecutor | None = None
        self._number = 0
        self._wanted: tuple[Page, Path] | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._start)
        self._done.connect(self._deliver)

    def ask(self, page: Page, folder: Path, at_once: bool = False, patient: bool = False) -> None:
        """Check the page after the pause (or at once); what was asked before is dropped.

        ``patient``: the types' worker checks it too and answers first, most likely; then this is dropped in time,
        and no thread of the window's process takes part.
        """
        self._number += 1
        self._wanted = (page, folder)
        if at_once and not patient:
            self._timer.stop()
            self._start()
        else:
            self._timer.start(PATIENCE_MS if patient else PAUSE_MS)

    def drop(self) -> None:
        """Forget what was asked."""
        self._number += 1
        self._timer.stop()
        self._wanted = None

    def close(self) -> None:
        """End the thread once its check is done."""
        self.drop()
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None

    def _start(self) -> None:
        if self._wanted is None:
            return
        if self._pool is None:
            self._pool = ThreadPoolExecutor(1, thread_name_prefix="check")
        page, folder = self._wanted
        self._wanted = None
        self._pool.submit(self._work, self._number, snapshot(page), folder)

    def _work(self, number: int, page: Page, folder: Path) -> None:
        if number != self._number:
            return  # a newer state waits already
        try:
            from app.engine.compiler.make_plan import make_plan

            plan = make_plan(page, folder)
            found = Checked(list(plan.problems), plan.types)
        except Exception:
            _LOG.error("the check of page %s failed:\n%s", page.name, traceback.format_exc())
            return
        try:
            self._done.emit(number, page.name, found)
        except RuntimeError:
            _LOG.debug("a check ended after its window had closed")

    def _deliver(self, number: int, page: str, found: object) -> None:
        if number == self._number:
            self.checked.emit(page, found)
