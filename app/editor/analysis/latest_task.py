"""Answers questions about what is being edited in a thread: one at a time, and of those that wait only the newest."""

from __future__ import annotations

import logging
import threading
import traceback
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from app.editor.widgets.slices import Once

_LOG = logging.getLogger(__name__)
_JOIN = 2.0  # seconds that ``close`` waits for the thread
Question = TypeVar("Question")
Answer = TypeVar("Answer")


class Turn(Generic[Answer]):
    """What the thread has while it works on a question."""

    def __init__(self, is_over: Callable[[], bool], report: Callable[[Answer], None]) -> None:
        """``report`` takes answers from the thread."""
        self._is_over, self._report = is_over, report

    @property
    def is_over(self) -> bool:
        """Return whether nobody waits for the answer any more: the work may end without one."""
        return self._is_over()

    def report(self, answer: Answer) -> None:
        """Give an answer; a later one replaces it."""
        self._report(answer)


class LatestTask(QObject, Generic[Question, Answer]):
    """Puts each question to ``work`` in a thread, and its answers to ``deliver`` in the window's thread.

    A question is put after a pause, in which a newer one may take its place; while one is worked on the newest waits.
    Answers are delivered only to the newest question. What ``work`` raises is logged; the question has no answer then.
    """

    _reported = Signal(int, object)  # a question's number, an answer
    _ended = Signal()

    def __init__(
        self,
        name: str,
        work: Callable[[Question, Turn[Answer]], None],
        deliver: Callable[[Answer], None],
        parent: QObject,
    ) -> None:
        """Begin idle; ``name`` is the thread's."""
        super().__init__(parent)
        self._name, self._work, self._deliver = name, work, deliver
        self._newest = 0
        self._waiting: Callable[[], Question] | None = None
        self._thread: threading.Thread | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._turn = Once(self._put, self)
        self._timer.timeout.connect(self._turn.start)
        self._reported.connect(self._on_reported)
        self._ended.connect(self._on_ended)

    def ask(self, question: Callable[[], Question], pause_ms: int) -> None:
        """Ask after a pause; what was asked before gets no answer any more.

        ``question`` is called when the question is put, in the window's thread: what it returns must not change while
        the thread works on it.
        """
        self._newest += 1
        self._waiting = question
        self._turn.stop()
        self._timer.start(pause_ms)

    def drop(self) -> None:
        """Forget what was asked."""
        self._newest += 1
        self._waiting = None
        self._timer.stop()
        self._turn.stop()

    def close(self) -> None:
        """Forget what was asked, for good, and give the thread a moment to end."""
        self.drop()
        if self._thread is not None:
            self._thread.join(_JOIN)

    def _put(self) -> None:
        if self._waiting is None or self._thread is not None:
            return  # when the question under way has ended, this comes again
        question, self._waiting = self._waiting(), None
        arguments = (question, self._newest)
        self._thread = threading.Thread(target=self._run, args=arguments, name=self._name, daemon=True)
        self._thread.start()

    def _run(self, question: Question, number: int) -> None:
        turn: Turn[Answer] = Turn(
            lambda: number != self._newest, lambda answer: self._send(self._reported, number, answer)
        )
        try:
            self._work(question, turn)
        except Exception:
            _LOG.error("there is no answer from %s:\n%s", self._name, traceback.format_exc())
        self._send(self._ended)

    def _send(self, signal: Any, *values: object) -> None:
        try:
            signal.emit(*values)
        except RuntimeError:  # Qt has taken the object away
            _LOG.debug("%s ended after the window had closed", self._name)

    def _on_reported(self, number: int, answer: Any) -> None:
        if number == self._newest:
            self._deliver(answer)

    def _on_ended(self) -> None:
        self._thread = None
        if self._waiting is not None and not self._timer.isActive():
            self._put()
