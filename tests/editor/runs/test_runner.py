"""Types that are sought by the runner while a window closes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject

from app.document.model.diagram import Page
from app.editor.runs.runner import Runner
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
