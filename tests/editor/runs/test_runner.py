"""What the threads of a window still ask of its runner while it closes: types, and engines."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject

from app.document.model.diagram import Page
from app.editor.runs.runner import Runner
from app.engine.host.engine import Engine
from tests.support.fake_engine import FakeEngine


class _Waiting(FakeEngine):
    """Does something while types are sought, and then says that it is closed."""

    while_waiting: Any = staticmethod(lambda: None)

    def infer(self, *_: Any, **__: Any) -> Any:
        self.while_waiting()
        raise RuntimeError("the engine is closed")


@pytest.fixture
def engine() -> _Waiting:
    return _Waiting()


@pytest.fixture
def runner(engine: _Waiting, qapp: Any) -> Any:
    parent = QObject()
    made = Runner(lambda: engine, parent)
    yield made
    made.close()
    parent.deleteLater()


def test_types_that_are_sought_while_the_window_closes_have_no_answer(
    runner: Runner, engine: _Waiting, tmp_path: Path
) -> None:
    engine.while_waiting = runner.close
    assert runner.infer(Page(name="p"), tmp_path, 10.0) is None


def test_an_engine_that_has_closed_by_itself_is_said(runner: Runner, tmp_path: Path) -> None:
    with pytest.raises(RuntimeError):
        runner.infer(Page(name="p"), tmp_path, 10.0)


def test_no_engine_is_made_once_the_window_has_closed(qapp: Any) -> None:
    """A thread that warms up may come to it late: the worker would stay as long as the program."""
    engines: list[FakeEngine] = []

    def make() -> FakeEngine:
        engines.append(FakeEngine())
        return engines[-1]

    runner = Runner(make)
    runner.close()
    for ask in (
        runner.side_engine,
        runner.part_engine,
        runner.another_engine,
        lambda: runner.sweep_engines(1),
    ):
        with pytest.raises(RuntimeError):
            ask()
    runner.warm_up()
    for thread in [t for t in threading.enumerate() if t.name == "warm-up"]:
        thread.join()
    assert not engines


def test_an_engine_that_is_made_while_the_window_closes_is_closed(qapp: Any) -> None:
    engine, runner = FakeEngine(), Runner(lambda: make())

    def make() -> FakeEngine:
        runner.close()
        return engine

    with pytest.raises(RuntimeError):
        runner.side_engine()
    assert engine.closed


def test_an_engine_beside_one_that_is_closed_is_refused() -> None:
    engine = Engine()
    engine.close()
    with pytest.raises(RuntimeError):
        engine.companion()
