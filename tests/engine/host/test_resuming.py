"""A run in a cluster whose tasks fail: it goes on from the last handed-over Variables, or ends and says why."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Sequence
from typing import NamedTuple, cast

import numpy as np
import pytest
from msgspec import structs

from app.document.model.problems import Problem, error
from app.document.model.sentence import Explained, quote
from app.document.resources.grants import NOTHING_MORE
from app.document.resources.ground import Ground
from app.engine.compiler.plan import Plan, PlanNode
from app.engine.host.events import ClusterWaits, Event, HandedOver, Held, Listener, Resumed, Stepped
from app.engine.host.lost_tasks import lost_tasks
from app.engine.host.outcome import problem_of
from app.engine.host.resuming import Resuming
from app.engine.host.supervisor import Ended, Limits, Supervision
from app.engine.ipc.channel import encode
from app.engine.ipc.messages import ControlRequest, Go, Pace, Pause
from app.engine.ipc.packing import unpack
from app.engine.ipc.requests import ClusterSession, RunPageReply, RunPageRequest
from app.engine.values.results import TensorValue
from app.messages import hint_text, message_of

REQUEST = RunPageRequest(
    plan=b"", session="", folder="", steps=100, ground=Ground.of("/data/page"), grants=NOTHING_MORE
)
DONE = Ended(how="replied", seconds=1.0, alive=True, steps=100,
             reply=encode(RunPageReply(steps=100, seconds=1.0, results={}, problems=[])))  # fmt: skip
NO_LIMITS = Limits()
PLAN = Plan(page="p")
PS, WORKER = "/job:ps/task:0", "/job:worker/task:0"


class FakeTask(NamedTuple):
    """A task that answers ``now`` when it is asked: its first start is "first"."""

    name: str
    place: str
    now: str | None
    incarnation: str = "first"

    def ask(self, seconds: float) -> str | None:
        if self.now == "silent":
            raise Explained(quote("timed out"))
        return self.now


class FakeCluster:
    """A cluster of a parameter server, which answers so, and a worker that is well."""

    def __init__(self, ps: str | None = "first") -> None:
        self.tasks = (FakeTask(PS, "10.0.0.1:2222", ps), FakeTask(WORKER, "10.0.0.2:2222", "first"))
        self.closed, self.is_closed = 0, threading.Event()

    def session(self, step_limit: float) -> ClusterSession:
        return ClusterSession(
            target="grpc://10.0.0.2:2222", port=2222, container="run", step_limit=step_limit, tasks=()
        )

    def close(self) -> None:
        self.closed += 1
        self.is_closed.set()


def lost(steps: int, variables: int | None = None, late: bool = False) -> Ended:
    """Return the end of an attempt that the cluster failed; the Variables of a step were handed over."""
    values = {"w": TensorValue("float32", np.array([variables], np.float32))}
    over = None if variables is None else HandedOver(variables, values)
    return structs.replace(replied("cluster-fault", lost=True, late=late), steps=steps, handed_over=over)


def replied(code: str, lost: bool = False, late: bool = False) -> Ended:
    """Return the end of an attempt that the worker says has failed."""
    problem = error(code, quote("it failed"), None if lost else "w", detail="Socket closed")
    reply = RunPageReply(steps=7, seconds=2.0, results={}, problems=[problem], lost=lost, late=late)
    return Ended(how="replied", seconds=2.0, alive=True, steps=7, reply=encode(reply))


class Attempts:
    """Ends one attempt after the other as it is said, and notes their requests."""

    def __init__(self, *ends: Ended) -> None:
        self.requests: list[RunPageRequest] = []
        self.limits: list[Limits] = []
        self._ends = iter(ends)

    def __call__(self, request: RunPageRequest, limits: Limits, listener: Listener) -> Ended:
        self.requests.append(request)
        self.limits.append(limits)
        listener(Stepped(request.done + 1, 0.5))
        return next(self._ends)


class Runs:
    """A run of 100 steps whose attempts end so. The cluster that holds each attempt is the next one of ``held``."""

    def __init__(
        self,
        ends: Sequence[Ended],
        held: Sequence[FakeCluster | list[Problem]],
        *,
        retries: int = 3,
        plan: Plan = PLAN,
        limits: Limits = NO_LIMITS,
        patience: float = 60.0,
        on_event: Callable[[Resuming, Event], object] = lambda *_: None,
    ) -> None:
        self.events: list[Event] = []
        self.attempts = Attempts(*ends)
        states = itertools.chain(held, itertools.repeat(held[-1]))

        def listen(event: Event) -> None:
            self.events.append(event)
            on_event(self.resuming, event)

        self.resuming = Resuming(plan, lambda: next(states), retries=retries, step_limit=30.0, listener=listen,
                                 patience=patience)  # fmt: skip
        ended = self.resuming.conduct(REQUEST, limits, self.attempts)
        assert isinstance(ended, Ended)
        self.ended = ended

    @property
    def message(self) -> str:
        """Return what is said of the first time that the run went on."""
        return message_of(self.resuming.problems[0])


NOT_BACK = [error("cluster-fault", quote("/job:ps/task:0 at 10.0.0.1:2223 does not answer"))]


def test_goes_on_from_the_variables_that_were_handed_over_last() -> None:
    clusters = FakeCluster("silent"), FakeCluster()
    run = Runs([lost(57, variables=50), DONE], [clusters[0], NOT_BACK, clusters[1]])
    assert (run.ended.how, run.ended.reply) == ("replied", DONE.reply)
    first, second = run.attempts.requests
    assert (first.done, second.done, second.steps) == (0, 50, 100)
    w = unpack(second.start, [np.frombuffer(part, np.uint8) for part in second.start_parts])["w"]
    assert isinstance(w, TensorValue)
    assert w.array.tolist() == [50.0]
    assert [(e.done, e.retry, e.most) for e in run.events if isinstance(e, ClusterWaits)] == [(57, 1, 3)]
    assert [e for e in run.events if isinstance(e, Resumed)] == [Resumed(50)]
    (problem,) = run.resuming.problems
    assert (problem.severity, problem.code) == ("warning", "cluster-resumed")
    assert run.message == (
        "the cluster failed after step 57 (/job:ps/task:0 at 10.0.0.1:2222 does not answer); the run went on from"
        " step 50"
    )
    assert [cluster.closed for cluster in clusters] == [1, 1]


def test_begins_anew_where_no_variables_were_handed_over() -> None:
    run = Runs([lost(3), DONE], [FakeCluster("second")])
    assert run.ended.how == "replied"
    assert [(request.done, request.start) for request in run.attempts.requests] == [(0, {}), (0, {})]
    assert Resumed(0) in run.events


def test_an_attempt_that_hands_nothing_over_does_not_lose_what_came_before() -> None:
    run = Runs([lost(57, variables=50), lost(51), DONE], [FakeCluster(None)])
    assert [request.done for request in run.attempts.requests] == [0, 50, 50]


@pytest.mark.parametrize("retries", [0, 2])
def test_fails_once_all_retries_are_used_up(retries: int) -> None:
    ends = [lost(57, variables=50)] * (retries + 1)
    run = Runs(ends, [FakeCluster("silent")], retries=retries)
    assert (run.ended.how, len(run.attempts.requests)) == ("lost", retries + 1)
    assert len(run.resuming.problems) == retries
    problem = problem_of(run.ended, Limits())
    assert (problem.severity, problem.code, problem.detail) == ("error", "cluster-fault", "Socket closed")
    assert message_of(problem) == (
        "the cluster failed, 57 steps were done: /job:ps/task:0 at 10.0.0.1:2222 does not answer, the Variables are"
        " kept as they were after step 50"
    )


def test_gives_up_a_cluster_that_is_not_back_in_time() -> None:
    run = Runs([lost(57, variables=50)], [FakeCluster("silent"), NOT_BACK], patience=0.0)
    assert run.ended.how == "lost"
    assert "not back within 0 s: /job:ps/task:0" in message_of(problem_of(run.ended, Limits()))


def test_the_pages_time_limit_counts_the_attempts_and_the_waiting() -> None:
    held = [FakeCluster(None), FakeCluster(None), NOT_BACK]
    run = Runs([lost(57), lost(3)], held, limits=Limits(timeout=4.5))
    assert (run.ended.how, run.ended.steps) == ("timeout", 3)
    assert [each.timeout for each in run.attempts.limits] == [4.5, pytest.approx(2.5, abs=0.3)]


def test_stops_while_it_waits() -> None:
    def stop(resuming: Resuming, event: Event) -> None:
        if isinstance(event, ClusterWaits):
            resuming.stop()

    run = Runs([lost(57, variables=50)], [FakeCluster("silent"), NOT_BACK], on_event=stop)
    assert (run.ended.how, run.ended.steps) == ("stopped", 57)
    assert run.ended.handed_over is not None
    assert run.ended.handed_over.step == 50


class Steered:
    """Notes what is asked of an attempt."""

    def __init__(self) -> None:
        self.asked: list[ControlRequest] = []

    def control(self, request: ControlRequest) -> None:
        self.asked.append(request)


def test_what_was_asked_of_an_attempt_that_is_lost_is_asked_of_the_next_one() -> None:
    """A pause until the run rests, a pace for good."""
    resuming = Resuming(PLAN, lambda: FakeCluster(None), retries=3, step_limit=30.0, listener=None)
    steered: list[Steered] = []

    def attempt(request: RunPageRequest, limits: Limits, listener: Listener) -> Ended:
        steered.append(Steered())
        resuming.attach(cast("Supervision", steered[-1]))
        if len(steered) == 1:
            resuming.control(Pace(0.5))
            resuming.control(Pause())
        if len(steered) == 2:
            listener(Held(step=9, seconds=1.0, why="paused", results={}, variables={}, problems=[]))
            resuming.control(Go(None))
        return DONE if len(steered) == 3 else lost(9)

    resuming.conduct(REQUEST, NO_LIMITS, attempt)
    assert [one.asked for one in steered[1:]] == [[Pace(0.5), Pause(), Go(None)], [Pace(0.5)]]


def test_stops_without_waiting_for_a_task_that_does_not_answer() -> None:
    """What is held later is released."""
    answers, late = threading.Event(), FakeCluster()

    def hold() -> FakeCluster:
        answers.wait()
        return late

    resuming = Resuming(PLAN, hold, retries=3, step_limit=30.0, listener=None)
    resuming.stop()
    ended = resuming.conduct(REQUEST, NO_LIMITS, Attempts())
    assert isinstance(ended, Ended)
    assert ended.how == "stopped"
    answers.set()
    assert late.is_closed.wait(10)


def test_tasks_that_are_not_there_at_first_are_no_end_but_problems() -> None:
    resuming = Resuming(PLAN, lambda: NOT_BACK, retries=3, step_limit=30.0, listener=None)
    assert resuming.conduct(REQUEST, NO_LIMITS, Attempts()) == NOT_BACK


def test_a_fault_of_the_page_is_not_tried_again() -> None:
    run = Runs([replied("run-failed")], [FakeCluster()])
    assert (run.ended.how, len(run.attempts.requests), run.resuming.problems) == ("replied", 1, [])


def test_a_fault_while_a_task_was_started_anew_is_the_clusters() -> None:
    run = Runs([replied("run-failed"), DONE], [FakeCluster("second"), FakeCluster()])
    assert (run.ended.reply, len(run.attempts.requests)) == (DONE.reply, 2)
    assert "/job:ps/task:0 at 10.0.0.1:2222 was started anew" in run.message


def test_a_call_that_takes_too_long_while_every_task_answers_is_tried_again() -> None:
    run = Runs([lost(57, late=True), DONE], [FakeCluster()])
    assert (run.ended.reply, len(run.attempts.requests)) == (DONE.reply, 2)
    assert "the connection between two of them is cut" in run.message


def test_a_step_that_waits_for_a_queue_in_a_cluster_that_is_well_is_stuck() -> None:
    plan = structs.replace(PLAN, may_wait=("take",))
    run = Runs([lost(57, late=True)], [FakeCluster()], plan=plan)
    assert (run.ended.how, len(run.attempts.requests)) == ("stuck", 1)


def test_names_the_blocks_whose_state_begins_anew() -> None:
    node = PlanNode("noise", "RandomUniform", "noise")
    run = Runs([lost(57), DONE], [FakeCluster(None)], plan=structs.replace(PLAN, nodes=(node,)))
    (problem,) = run.resuming.problems
    assert problem.related == ("noise",)
    assert hint_text(problem) == (
        "what noise held began anew there: the numbers may be others than those of an undisturbed run"
    )


def test_tasks_that_do_not_answer_are_down_or_were_started_anew_are_distinguished() -> None:
    tasks = [
        FakeTask(name, "", now)
        for name, now in (("a", "silent"), ("b", None), ("c", "second"), ("d", "first"))
    ]
    assert [(task.name, task.what) for task in lost_tasks(tasks, 1.0)] == [
        ("a", "silent"), ("b", "down"), ("c", "restarted"),
    ]  # fmt: skip
