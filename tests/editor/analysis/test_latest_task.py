"""Questions about what is being edited: one at a time, the newest only, and nothing after it was dropped."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from PySide6.QtCore import QObject

from app.editor.analysis.latest_task import LatestTask, Turn


class _Worker:
    """Works on each question when the test lets it; "bad" has no answer, "long" has one on its way."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.answers: list[str] = []
        self.turns: list[Turn[str]] = []
        self.free = threading.Semaphore(0)

    def work(self, question: str, turn: Turn[str]) -> None:
        self.asked.append(question)
        self.turns.append(turn)
        self.free.acquire(timeout=5)
        if question == "bad":
            raise ValueError("made for the test")
        if question == "long":
            turn.report("half")
            self.free.acquire(timeout=5)
        turn.report(question)


@pytest.fixture
def worker() -> _Worker:
    return _Worker()


@pytest.fixture
def task(worker: _Worker, qapp: Any) -> Any:
    parent = QObject()
    made: LatestTask[str, str] = LatestTask("test", worker.work, worker.answers.append, parent)
    yield made
    worker.free.release(10)
    made.close()


def test_only_the_newest_question_is_answered_and_those_between_are_never_put(
    task: Any, worker: _Worker, qtbot: Any
) -> None:
    task.ask(lambda: "a", 0)
    qtbot.waitUntil(lambda: worker.asked == ["a"])
    assert not worker.turns[0].is_over
    for question in "bcd":
        task.ask(lambda q=question: q, 0)
    assert worker.turns[0].is_over
    worker.free.release(2)
    qtbot.waitUntil(lambda: worker.answers == ["d"])
    assert worker.asked == ["a", "d"]


def test_a_question_is_made_when_its_pause_is_over(task: Any, worker: _Worker, qtbot: Any) -> None:
    text = ["early"]
    task.ask(lambda: text[0], 20)
    text[0] = "late"
    worker.free.release()
    qtbot.waitUntil(lambda: worker.answers == ["late"])


def test_what_was_dropped_is_not_answered(task: Any, worker: _Worker, qtbot: Any) -> None:
    task.ask(lambda: "a", 0)
    qtbot.waitUntil(lambda: worker.asked == ["a"])
    task.drop()
    worker.free.release(2)
    task.ask(lambda: "b", 0)
    qtbot.waitUntil(lambda: worker.answers == ["b"])


def test_a_fault_is_logged_and_the_next_question_is_answered(
    task: Any, worker: _Worker, qtbot: Any, caplog: pytest.LogCaptureFixture
) -> None:
    task.ask(lambda: "bad", 0)
    worker.free.release(2)
    qtbot.waitUntil(lambda: "made for the test" in caplog.text)
    task.ask(lambda: "good", 0)
    qtbot.waitUntil(lambda: worker.answers == ["good"])


def test_an_answer_may_come_in_parts(task: Any, worker: _Worker, qtbot: Any) -> None:
    task.ask(lambda: "long", 0)
    worker.free.release()
    qtbot.waitUntil(lambda: worker.answers == ["half"])
    worker.free.release()
    qtbot.waitUntil(lambda: worker.answers == ["half", "long"])


def test_an_answer_that_comes_after_the_window_has_closed_is_let_go(worker: _Worker, qtbot: Any) -> None:
    parent = QObject()
    task: LatestTask[str, str] = LatestTask("test", worker.work, worker.answers.append, parent)
    task.ask(lambda: "a", 0)
    qtbot.waitUntil(lambda: worker.asked == ["a"])
    thread = next(t for t in threading.enumerate() if t.name == "test")
    parent.deleteLater()
    qtbot.waitUntil(lambda: not _is_there(parent))
    worker.free.release()
    thread.join(5)
    assert not thread.is_alive()
    assert worker.answers == []


def _is_there(made: QObject) -> bool:
    import shiboken6

    return bool(shiboken6.isValid(made))
