"""Writes the recovery journal of a window's document, a second after each change."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from app.document.editing.journal import Journal
from app.document.model.problems import Problem
from app.editor.analysis.latest_task import LatestTask, Turn
from app.editor.settings import journals_folder
from app.messages import hint_text, message_of

if TYPE_CHECKING:
    from app.editor.context import EditorContext

_Writing = Callable[[], Problem | None]
_FLUSH_MS = 1000  # so that at most two seconds of work are lost, whatever dies


class Recovery(QObject):
    """The journal of one window. A thread writes it a second after a change; a clean end removes it."""

    def __init__(self, context: EditorContext) -> None:
        """Begin without a document."""
        super().__init__(context)
        self._context = context
        self._journal: Journal | None = None
        self._fault_shown = False
        self._timer = QTimer(self)
        self._timer.setInterval(_FLUSH_MS)
        self._timer.timeout.connect(self._flush_behind)
        self._task: LatestTask[_Writing, Problem | None] = LatestTask("journal", _write, self._show, self)

    def follow_document(self) -> None:
        """Begin the journal of the document that is open now; the one before has ended cleanly."""
        self._timer.stop()
        if self._journal is not None:
            self._journal.close()
        document = self._context.document
        self._journal = None
        if document is not None and not document.read_only:
            self._journal = Journal(document, journals_folder())
        self._fault_shown = False
        if self._journal is not None:
            self._timer.start()

    def flush(self) -> None:
        """Write the journal where something is due; a fault is shown once."""
        if self._journal is not None:
            self._show(self._journal.flush())

    def _flush_behind(self) -> None:
        """Let a thread write what is due: a page may be large, and a disk slow."""
        if self._journal is not None and self._journal.is_due:
            self._task.ask(self._journal.snapshot, 0)

    def close(self) -> None:
        """End the thread."""
        self._task.close()

    def _show(self, problem: Problem | None) -> None:
        if problem is not None and not self._fault_shown:
            self._fault_shown = True
            self._context.log(
                message_of(problem) + (f" — {hint_text(problem)}" if problem.hint else ""), "warning"
            )


def _write(writing: _Writing, turn: Turn[Problem | None]) -> None:
    turn.report(writing())
