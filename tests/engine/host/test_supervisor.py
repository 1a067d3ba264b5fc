"""How the watch over a request copes with what falls into its end."""

from __future__ import annotations

from concurrent.futures import Future
from pathlib import Path

import pytest

from app.engine.host.engine import Engine
from app.engine.host.events import Event, Stepped
from app.engine.host.interface import RunRequest
from tests.support.fake_session import FakePlan


def test_ctrl_c_while_a_stopped_worker_is_killed_is_no_death(
    fake_engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It falls where the end of the killed process is awaited; nothing is searched for and nobody blamed."""
    wait, interrupted = Future.result, []

    def result(future: Future[int], timeout: float | None = None) -> int:
        if not interrupted:
            interrupted.append(future)
            raise KeyboardInterrupt
        return wait(future, timeout)

    def stop(event: Event) -> None:
        if isinstance(event, Stepped):
            monkeypatch.setattr(Future, "result", result)
            fake_engine.stop()

    plan = FakePlan(acts={3: ("hang q",)})
    result_of_run = fake_engine.run(plan, tmp_path, RunRequest(steps=5), on_event=stop)
    assert interrupted
    assert result_of_run.interrupted
    assert [problem.code for problem in result_of_run.problems] == ["stopped"]
