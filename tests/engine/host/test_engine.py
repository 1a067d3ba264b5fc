"""Runs in real worker processes: how they end, by themselves or cut short, and what the user reads."""

from __future__ import annotations

import os
import select
import signal
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from app.document.model.problems import Problem
from app.document.model.sentence import quote, say
from app.engine.compiler.plan import PlanNode
from app.engine.host.engine import Engine
from app.engine.host.events import Event, Log, Sampled, Started, Stepped
from app.engine.host.interface import RunRequest
from app.engine.values.results import NoValue, PageResult, TensorValue
from app.messages import message_of
from tests.support.fake_session import DOUBLE, FAKE_SESSION, Answer, FakePlan, Question
from tests.support.patience import with_time_enough
from tests.support.words import holds

ENDLESS = FakePlan(acts={-2: ("breathe",)})


def count(result: PageResult) -> object:
    """Return the value of the only pin, or the reason why it has none."""
    value = result.results["count.output"]
    return (
        int(value.array)
        if isinstance(value, TensorValue)
        else value.reason
        if isinstance(value, NoValue)
        else None
    )


def only(result: PageResult) -> Problem:
    """Return the only problem."""
    (problem,) = result.problems
    return problem


def pid_of(engine: Engine, folder: Path) -> int:
    """Return the process id of the worker that does the next run."""
    result = engine.run(FakePlan(), folder, RunRequest(variables=True))
    assert result.ok
    return int(result.variables["pid"].array)


def reached(steps: int) -> Callable[[PageResult], bool]:
    """Return whether a run has done so many steps before it was ended."""
    return lambda result: result.steps >= steps


def test_a_run_gives_the_last_step(fake_engine: Engine, tmp_path: Path) -> None:
    result = fake_engine.run(FakePlan(), tmp_path, RunRequest(steps=3, variables=True))
    assert (result.ok, result.steps, count(result), result.problems) == (True, 3, 3, [])
    assert int(result.variables["count"].array) == 3
    assert not result.timed_out
    assert not result.interrupted


def test_no_steps_show_no_values(fake_engine: Engine, tmp_path: Path) -> None:
    result = fake_engine.run(FakePlan(), tmp_path, RunRequest(steps=0))
    assert (result.ok, result.steps, count(result)) == (True, 0, "failed")


def test_a_fault_of_the_page_keeps_what_has_a_value(fake_engine: Engine, tmp_path: Path) -> None:
    result = fake_engine.run(FakePlan(acts={2: ("fault",)}), tmp_path, RunRequest(steps=3))
    assert (result.ok, result.steps, count(result)) == (False, 1, 7)
    assert (only(result).code, only(result).block) == ("run-failed", "a")


@pytest.mark.parametrize(
    ("act", "word"),
    [
        ("abort", say("exit.signal", name="SIGABRT")),
        ("fpe", say("exit.signal", name="SIGFPE")),
        ("exit0", say("exit.status", status=0)),
        ("check", quote("Check failed: size > 0 (-1 vs. 0)")),
    ],
)
@pytest.mark.skipif(os.name != "posix", reason="names of signals")
def test_the_block_that_ends_the_process_is_named(
    fake_engine: Engine, tmp_path: Path, act: str, word: str
) -> None:
    result = fake_engine.run(
        FakePlan(acts={2: ("pass a", f"{act} b", "pass c")}), tmp_path, RunRequest(steps=3)
    )
    assert (result.ok, result.steps, count(result)) == (False, 1, "failed")
    assert (only(result).code, only(result).block) == ("aborted", "b")
    assert holds(only(result).sentence, word)
    assert fake_engine.run(FakePlan(), tmp_path).ok


def test_a_block_can_end_the_process_while_the_page_is_built(fake_engine: Engine, tmp_path: Path) -> None:
    problem = only(fake_engine.run(FakePlan(acts={0: ("abort b",)}), tmp_path))
    assert (problem.code, problem.block) == ("aborted", "b")
    assert holds(problem.sentence, say("process.while-built"))


def test_blocks_that_run_beside_the_culprit_are_all_named(fake_engine: Engine, tmp_path: Path) -> None:
    problem = only(fake_engine.run(FakePlan(acts={1: ("start a", "abort b")}), tmp_path))
    assert (problem.block, problem.related) == (None, ("a", "b"))


def test_a_block_whose_consumer_runs_is_no_culprit(fake_engine: Engine, tmp_path: Path) -> None:
    nodes = (PlanNode("a", "NoOp", "a"), PlanNode("b", "NoOp", "b", ["a:0"]))
    problem = only(fake_engine.run(FakePlan(acts={1: ("start a", "abort b")}, nodes=nodes), tmp_path))
    assert problem.block == "b"


def test_an_abort_that_does_not_come_again_is_reported_without_a_block(
    fake_engine: Engine, tmp_path: Path
) -> None:
    problem = only(fake_engine.run(FakePlan(acts={1: ("abort_once b",)}), tmp_path))
    assert (problem.code, problem.block, problem.related) == ("aborted", None, ())


def test_an_unforeseen_exception_is_one_line_and_its_traceback_goes_to_the_log(
    fake_engine: Engine, tmp_path: Path
) -> None:
    events: list[Event] = []
    result = fake_engine.run(
        FakePlan(acts={2: ("wrong",)}), tmp_path, RunRequest(steps=3), on_event=events.append
    )
    assert (result.ok, result.steps, only(result).code) == (False, 1, "run-failed")
    assert holds(only(result).sentence, say("run.failed", why=quote("KeyError: 'something unforeseen'")))
    assert any(isinstance(e, Log) and "Traceback" in e.text for e in events)


def test_too_much_memory_is_a_problem_of_its_own(fake_engine: Engine, tmp_path: Path) -> None:
    assert only(fake_engine.run(FakePlan(acts={1: ("memory",)}), tmp_path)).code == "out-of-memory"


@pytest.mark.skipif(not os.path.exists("/proc/self/statm"), reason="needs a system that limits address space")
def test_the_memory_limit_holds_for_one_run(fake_engine: Engine, tmp_path: Path) -> None:
    limited = fake_engine.run(FakePlan(acts={1: ("gigabyte",)}), tmp_path, RunRequest(memory_limit=512 << 20))
    assert only(limited).code == "out-of-memory"
    assert fake_engine.run(FakePlan(acts={1: ("gigabyte",)}), tmp_path, RunRequest(memory_limit=4 << 30)).ok


@pytest.mark.skipif(not os.path.exists("/proc/self/statm"), reason="needs a system that limits address space")
def test_a_block_that_ends_the_process_for_lack_of_memory_is_said_to(
    fake_engine: Engine, tmp_path: Path
) -> None:
    plan = FakePlan(acts={2: ("pass a", "starve b")})
    problem = only(fake_engine.run(plan, tmp_path, RunRequest(steps=3, memory_limit=512 << 20)))
    assert (problem.code, problem.block) == ("out-of-memory", "b")
    assert message_of(problem).endswith("in step 2: out of memory: it needs more than the run may take")


def test_a_step_that_waits_names_the_block(fake_engine: Engine, tmp_path: Path) -> None:
    plan = FakePlan(acts={2: ("hang q",)}, may_wait=("q",))
    result = with_time_enough(
        lambda limit: fake_engine.run(plan, tmp_path, RunRequest(steps=3, wait_limit=limit)), reached(1)
    )
    assert (result.ok, result.timed_out, result.steps, count(result)) == (False, False, 1, "failed")
    assert (only(result).code, only(result).block) == ("stuck", "q")


def test_of_several_blocks_that_can_wait_the_one_that_does_is_named(
    fake_engine: Engine, tmp_path: Path
) -> None:
    def stuck(plan: FakePlan) -> Problem:
        return only(
            with_time_enough(
                lambda limit: fake_engine.run(plan, tmp_path, RunRequest(steps=3, wait_limit=limit)),
                reached(1),
            )
        )

    assert stuck(FakePlan(acts={2: ("pass p", "hang q")}, may_wait=("p", "q"))).block == "q"
    unseen = FakePlan(
        acts={2: ("pass x", "hang x")}, may_wait=("p", "q")
    )  # neither p nor q was seen to begin
    assert stuck(unseen).related == ("p", "q")


def test_a_long_computation_does_not_wait(fake_engine: Engine, tmp_path: Path) -> None:
    """It takes a second of the processor: longer than the step may wait."""
    plan = FakePlan(acts={1: ("compute q",)}, may_wait=("q",))
    assert with_time_enough(
        lambda limit: fake_engine.run(plan, tmp_path, RunRequest(wait_limit=limit)),
        lambda result: result.ok,
        (0.6, 0.8, 0.9),
    ).ok


def test_a_time_limit_ends_what_nothing_else_ends(fake_engine: Engine, tmp_path: Path) -> None:
    plan = FakePlan(acts={3: ("hang q",)})
    result = with_time_enough(
        lambda limit: fake_engine.run(plan, tmp_path, RunRequest(steps=5, timeout=limit)), reached(2)
    )
    assert (result.ok, result.timed_out, result.steps, count(result)) == (False, True, 2, "failed")
    assert (only(result).code, only(result).block) == ("timeout", "q")
    assert message_of(only(result)).endswith("; 2 steps were done; q still ran in step 3")


def test_a_time_limit_names_the_block_that_waits(fake_engine: Engine, tmp_path: Path) -> None:
    plan = FakePlan(acts={2: ("pass p", "hang q")}, may_wait=("p", "q"))
    problem = only(
        with_time_enough(
            lambda limit: fake_engine.run(plan, tmp_path, RunRequest(steps=5, timeout=limit)),
            lambda result: only(result).block == "q",
            (0.5, 2.0, 8.0),
        )
    )
    assert (problem.code, problem.block) == ("timeout", "q")
    assert message_of(problem).endswith("; step 2 waited on q")


def test_a_time_limit_names_what_is_built(fake_engine: Engine, tmp_path: Path) -> None:
    plan = FakePlan(acts={0: ("pass p", "hang q")})
    problem = only(
        with_time_enough(
            lambda limit: fake_engine.run(plan, tmp_path, RunRequest(timeout=limit)),
            lambda result: only(result).block == "q",
        )
    )
    assert (problem.code, problem.block) == ("timeout", "q")
    assert message_of(problem).endswith("; q was being built")


def test_a_stop_ends_after_a_step_with_the_results_of_that_step(fake_engine: Engine, tmp_path: Path) -> None:
    def stop(event: Event) -> None:
        if isinstance(event, Stepped):
            fake_engine.stop()

    result = fake_engine.run(ENDLESS, tmp_path, RunRequest(steps=None, variables=True), on_event=stop)
    assert result.interrupted
    assert result.steps > 0
    assert count(result) == result.steps == int(result.variables["count"].array)
    assert (only(result).code, only(result).severity) == ("stopped", "info")
    short = fake_engine.run(ENDLESS, tmp_path, RunRequest(steps=10**9), on_event=stop)
    assert (result.ok, short.ok) == (True, False)  # only the second one was asked for a number of steps


def test_a_stop_kills_what_does_not_end(fake_engine: Engine, tmp_path: Path) -> None:
    def stop(event: Event) -> None:
        if isinstance(event, Stepped):
            fake_engine.stop()

    result = fake_engine.run(FakePlan(acts={3: ("hang q",)}), tmp_path, RunRequest(steps=5), on_event=stop)
    assert (result.ok, result.interrupted, result.steps, count(result)) == (False, True, 2, "failed")
    assert fake_engine.run(FakePlan(), tmp_path).ok


def test_a_stop_without_a_run_does_nothing(fake_engine: Engine, tmp_path: Path) -> None:
    fake_engine.stop()
    assert fake_engine.run(FakePlan(), tmp_path).ok


def test_a_killed_run_shows_the_last_sample(fake_engine: Engine, tmp_path: Path) -> None:
    plan = FakePlan(acts={2: ("hang q",)})
    result = with_time_enough(
        lambda limit: fake_engine.run(plan, tmp_path, RunRequest(steps=5, timeout=limit, sample_rate=1000)),
        reached(1),
    )
    assert (result.ok, result.steps, count(result)) == (False, 1, 1)


def test_samples_belong_to_their_steps(fake_engine: Engine, tmp_path: Path) -> None:
    events: list[Event] = []
    fake_engine.run(ENDLESS, tmp_path, RunRequest(steps=100, sample_rate=1000), on_event=events.append)
    samples = [e for e in events if isinstance(e, Sampled)]
    steps = [s.step for s in samples]
    assert isinstance(events[0], Started)
    assert steps == sorted(set(steps))
    assert len(steps) > 1
    for sample in samples:
        value = sample.results["count.output"]
        assert isinstance(value, TensorValue)
        assert value.array == sample.step


def test_samples_come_no_faster_than_asked_for(fake_engine: Engine, tmp_path: Path) -> None:
    events: list[Event] = []
    fake_engine.run(ENDLESS, tmp_path, RunRequest(steps=50, sample_rate=0.001), on_event=events.append)
    assert [e.step for e in events if isinstance(e, Sampled)] == [1]


def test_what_blocks_print_goes_to_the_log_and_nowhere_else(
    fake_engine: Engine, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    events: list[Event] = []
    result = fake_engine.run(FakePlan(acts={1: ("print",)}), tmp_path, on_event=events.append)
    assert result.ok
    log = "".join(e.text for e in events if isinstance(e, Log))
    assert "words on stdout" in log
    assert "from C" in log
    assert capfd.readouterr() == ("", "")


def test_a_healthy_worker_is_used_again(fake_engine: Engine, tmp_path: Path) -> None:
    first = pid_of(fake_engine, tmp_path)
    fake_engine.run(FakePlan(acts={1: ("fault",)}), tmp_path)
    assert pid_of(fake_engine, tmp_path) == first


@pytest.mark.parametrize("end", ["hang", "exit0", "wrong"])
def test_a_worker_that_does_not_clear_up_is_replaced(fake_engine: Engine, tmp_path: Path, end: str) -> None:
    first = pid_of(fake_engine, tmp_path)
    assert fake_engine.run(FakePlan(acts={-1: (end,)}), tmp_path).ok
    assert pid_of(fake_engine, tmp_path) != first


def test_a_worker_that_died_between_two_runs_is_replaced(fake_engine: Engine, tmp_path: Path) -> None:
    first = pid_of(fake_engine, tmp_path)
    os.kill(first, signal.SIGTERM)
    assert pid_of(fake_engine, tmp_path) != first


def test_other_kinds_of_request_are_answered(fake_engine: Engine) -> None:
    assert fake_engine.ask(DOUBLE, Question(21)) == Answer(42)
    problem = fake_engine.ask(DOUBLE, Question(13))
    assert isinstance(problem, Problem)
    assert holds(problem.sentence, quote("13 brings bad luck"))


def test_two_engines_share_an_import_and_nothing_else(importable_fakes: None, tmp_path: Path) -> None:
    with (
        Engine(factory=FAKE_SESSION, preload=()) as first,
        Engine(beside=first) as second,
    ):
        one, two = pid_of(first, tmp_path), pid_of(second, tmp_path)
        assert one != two
        assert only(second.run(FakePlan(acts={1: ("abort b",)}), tmp_path)).block == "b"
        second.close()
        assert pid_of(first, tmp_path) == one


def test_close_ends_a_run_and_the_processes(importable_fakes: None, tmp_path: Path) -> None:
    engine = Engine(factory=FAKE_SESSION, preload=())
    worker = os.pidfd_open(pid_of(engine, tmp_path)) if hasattr(os, "pidfd_open") else None

    closing = threading.Thread(target=engine.close)

    def close(event: Event) -> None:
        if isinstance(event, Started):
            closing.start()

    result = engine.run(FakePlan(acts={1: ("hang q",)}), tmp_path, on_event=close)
    closing.join()
    assert (result.ok, result.interrupted) == (False, True)
    with pytest.raises(RuntimeError, match="closed"):
        engine.run(FakePlan(), tmp_path)
    if worker is not None:
        assert select.select([worker], [], [], 10)[0] == [worker]
        os.close(worker)
