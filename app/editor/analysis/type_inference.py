"""Asks TensorFlow, in a worker beside the runs', for the dtypes and shapes of a page while it is edited."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.document.model.diagram import Page, copy_page
from app.editor.analysis.latest_task import LatestTask, Turn
from app.engine.inference.result import Inference

if TYPE_CHECKING:
    from app.editor.runs.runner import Runner

PAUSE_MS = 60  # after an edit, for the next letter
# Seconds, at the least, and more for each block. A block takes about 0.13 ms on two cores, so a machine that
# is several times slower or busy is done in time, while a worker that hangs is noticed soon where a page is small.
_TIMEOUT = 10.0
_TIMEOUT_OF_BLOCK = 1e-3

_Question = tuple[Page, Path]
_Answer = tuple[str, Inference]


class TypeInference(QObject):
    """``found`` carries a page's name and its Inference; it comes only for the last state asked about.

    ``answers``: the worker has answered the last question, so an answer may be counted on soon. The page is planned
    in the worker: here it is only copied and sent.
    """

    found = Signal(str, Inference)

    def __init__(
        self, runner: Runner, parent: QObject | None = None, copy: Callable[[Page], Page] = copy_page
    ) -> None:
        """Use the runner's engine for what need not wait for a run. ``copy`` copies a page in the window's thread."""
        super().__init__(parent)
        self._copy = copy
        self._runner = runner
        self.answers = False
        self._task: LatestTask[_Question, _Answer] = LatestTask("types", self._infer, self._deliver, self)

    def ask(self, page: Page, folder: Path, at_once: bool = False) -> None:
        """Find the types of the page after a short pause (or at once); what was asked before is dropped."""
        self._task.ask(lambda: (self._copy(page), folder), 0 if at_once else PAUSE_MS)

    def _infer(self, question: _Question, turn: Turn[_Answer]) -> None:
        page, folder = question
        inference = None
        blocks = self._runner.plans.functions(page).blocks_of(page)
        try:
            inference = self._runner.infer(page, folder, _TIMEOUT + blocks * _TIMEOUT_OF_BLOCK)
        finally:
            self.answers = inference is not None and inference.plan_problems is not None
        if inference is not None:
            turn.report((page.name, inference))

    def drop(self) -> None:
        """Forget what was asked."""
        self._task.drop()

    def close(self) -> None:
        """Forget what was asked, for good."""
        self._task.close()

    def _deliver(self, answer: _Answer) -> None:
        self.found.emit(*answer)
