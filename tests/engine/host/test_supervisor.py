"""How the watch over a request copes with a worker that does not start, and with what falls into its end."""

from __future__ import annotations

import sys
import threading
from concurrent.futures import Future
from pathlib import Path

import pytest

from app.document.model.diagram import Page
from app.engine.compiler.run_values import RunValues
from app.engine.host import launcher, supervisor
from app.engine.host.engine import Engine
from app.engine.host.events import Event, Stepped
from app.engine.host.interface import RunRequest
from app.messages import message_of
from tests.support.fake_session import FAKE_SESSION, FakePlan
from tests.support.hanging_import import Hanging


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


@pytest.mark.parametrize("forks", [True, False])
def test_a_start_that_hangs_is_cut_short_by_the_time_limit(
    hanging_import: Hanging, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, forks: bool
) -> None:
    """Of a run as of an inference: both say so, and leave no process."""
    monkeypatch.setattr(launcher, "CAN_FORK", forks and launcher.CAN_FORK)
    monkeypatch.setattr(supervisor, "_START", 0.2)
    with Engine(factory=FAKE_SESSION, preload=(hanging_import.module,)) as engine:
        result = engine.run(FakePlan(), tmp_path, RunRequest(timeout=0.1))
        inference = engine.infer(Page(name="p"), tmp_path, timeout=0.1)
    assert (result.ok, result.timed_out, result.interrupted) == (False, True, False)
    for problems in (result.problems, inference.problems):
        (problem,) = problems
        assert (problem.code, message_of(problem)) == ("timeout", "TensorFlow did not start within 0.2 s")


@pytest.mark.parametrize("forks", [True, False])
def test_closing_does_not_wait_for_an_import_that_hangs(
    hanging_import: Hanging, monkeypatch: pytest.MonkeyPatch, forks: bool
) -> None:
    """As the window does while its first page's types are awaited: the second engine first, then the other."""
    monkeypatch.setattr(launcher, "CAN_FORK", forks and launcher.CAN_FORK)
    first = Engine(factory=FAKE_SESSION, preload=(hanging_import.module,))
    second = first.companion()
    first.start()
    second.start()
    hanging_import.wait()

    def close() -> None:
        second.close()
        first.close()

    closing = threading.Thread(target=close, daemon=True)
    closing.start()
    closing.join(10)
    assert not closing.is_alive()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not say that a process was killed")
@pytest.mark.parametrize(("kills", "killed"), [(1, False), (2, True)])
def test_a_worker_killed_while_it_starts_is_replaced_once_and_then_said_to_be_killed(
    importable_fakes: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kills: int, killed: bool
) -> None:
    """As what is killed in mid-run is: whoever does many runs may try again, and TensorFlow is not at fault."""
    launch, launched = launcher.Home.launch, list[launcher.Worker]()

    def launch_and_kill(self: launcher.Home) -> launcher.Worker:
        worker = launch(self)
        launched.append(worker)
        if len(launched) <= kills:
            worker.kill()
        return worker

    monkeypatch.setattr(launcher.Home, "launch", launch_and_kill)
    with Engine(factory=FAKE_SESSION, preload=()) as engine:
        result = engine.run(FakePlan(), tmp_path)
    assert (result.ok, result.killed) == (not killed, killed)
    cures = [problem.hint.key for problem in result.problems if problem.hint is not None]
    assert cures == (["hint.out-of-memory"] if killed else [])  # no installation helps
    launched.clear()
    with Engine(factory=FAKE_SESSION, preload=()) as engine:
        end = engine.run_many(FakePlan(), tmp_path, RunRequest(), [RunValues()], lambda index, result: None)
    assert end.how == ("killed" if killed else "over")
