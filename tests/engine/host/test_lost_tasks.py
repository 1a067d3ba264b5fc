"""Training on a cluster whose tasks are killed and stopped: the numbers of a run at home, each step once."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs
from msgspec.structs import replace

from app.document.model.diagram import Page
from app.document.storage.project_file import load_project
from app.engine.cluster.access import Access
from app.engine.cluster.cluster import Task, cluster_of
from app.engine.compiler.make_plan import make_plan
from app.engine.host import resuming
from app.engine.host.engine import Engine
from app.engine.host.events import ClusterWaits, Event, HandedOver, Held, Resumed, Rows
from app.engine.host.interface import RunRequest
from app.engine.values.results import PageResult, TensorValue
from app.messages import hint_text, message_of
from blocks.assets import asset
from tests.support.clusters import TOKEN, LocalCluster, free_ports, local_cluster
from tests.support.cutting_proxy import CuttingProxy
from tests.support.fake_session import FakePlan
from tests.support.pages import page
from tests.support.worker_processes import listener

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks for the servers in /proc")

PS, MASTER, WORKER = Task("ps", 0), Task("worker", 0), Task("worker", 1)
STEPS = 250


@pytest.fixture(scope="module")
def cluster(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCluster]:
    with local_cluster(engine, tmp_path_factory.mktemp("cluster"), {"ps": 1, "worker": 2}) as cluster:
        yield cluster


def training() -> Page:
    """Return the XOR page: its Variables on the parameter server, its products by turns on the workers."""
    made = load_project(asset("samples", "xor.tblocks")).project.pages[0]
    made.run = replace(made.run, cluster="cluster.json")
    for number, block in enumerate(made.blocks.values()):
        if block.symbol in ("Variable", "ApplyGradientDescent"):
            block.device = str(PS)
        elif block.symbol != "ClientSession":
            block.device = f"/job:worker/task:{number % 2}"
    return made


class Training:
    """A run of a page, on a cluster or at home; ``strike`` is called with the first Variables that are handed over."""

    def __init__(
        self,
        engine: Engine,
        access: Access | None,
        made: Page,
        strike: Callable[[], object] = lambda: None,
        on_wait: Callable[[], object] = lambda: None,
        **more: Any,
    ) -> None:
        self.rows: dict[int, object] = {}
        self.handed_over: list[int] = []
        self.waits: list[ClusterWaits] = []
        self.resumed: list[int] = []
        plan = make_plan(made, asset("samples"), watch=["loss.output"] if "loss" in made.blocks else [])
        request = RunRequest(steps=STEPS, watch=plan.watched, hand_over_every=0.1, cluster=access, **more)

        def on_event(event: Event) -> None:
            if isinstance(event, HandedOver):
                self.handed_over.append(event.step)
                if len(self.handed_over) == 1:
                    strike()
            elif isinstance(event, Rows):
                for place, row in enumerate(event.rows):
                    assert event.first + place not in self.rows
                    self.rows[event.first + place] = row
            elif isinstance(event, ClusterWaits):
                self.waits.append(event)
                on_wait()
            elif isinstance(event, Resumed):
                self.resumed.append(event.step)
                self.rows = {step: row for step, row in self.rows.items() if step <= event.step}

        self.result = engine.run(plan, asset("samples"), request, on_event=on_event)


def strike_at(cluster: LocalCluster, task: Task, number: signal.Signals) -> Callable[[], None]:
    """Return what sends a signal to the TensorFlow server of a task."""
    port = cluster.access().cluster.address_of(task).port
    return lambda: os.kill(listener(port), number)


@contextmanager
def cut_off_worker(cluster: LocalCluster) -> Iterator[tuple[CuttingProxy, Access]]:
    """Give what can cut the connection between the other tasks and a worker, and the cluster with it in between."""
    port = cluster.access().cluster.address_of(WORKER).port
    (through,) = free_ports(1)
    config = {**cluster.config, "worker": [cluster.config["worker"][0], f"127.0.0.1:{through}"]}
    with CuttingProxy(through, port) as link, CuttingProxy(through + 1, port + 1):
        yield link, Access(structs.replace(cluster_of(config), step_limit=2.0), TOKEN)


def numbers(result: PageResult) -> dict[str, object]:
    return {k: v.array.tobytes() if isinstance(v, TensorValue) else v for k, v in result.results.items()}


@pytest.fixture(scope="module")
def at_home(engine: Engine) -> Training:
    made = training()
    made.run = replace(made.run, cluster=None)
    for block in made.blocks.values():
        block.device = ""
    return Training(engine, None, made)


@pytest.mark.parametrize(
    ("task", "number"), [(PS, signal.SIGKILL), (MASTER, signal.SIGKILL), (WORKER, signal.SIGSTOP)]
)
def test_a_run_whose_task_is_lost_ends_with_the_numbers_of_a_run_at_home(
    task: Task, number: signal.Signals, engine: Engine, cluster: LocalCluster, at_home: Training
) -> None:
    there = Training(engine, cluster.access(), training(), strike_at(cluster, task, number))
    assert there.result.ok
    assert there.result.steps == STEPS
    (problem,) = there.result.problems
    assert (problem.severity, problem.code) == ("warning", "cluster-resumed")
    assert str(task) in message_of(problem)
    assert there.resumed[0] in there.handed_over
    assert f"went on from step {there.resumed[0]}" in message_of(problem)
    assert numbers(there.result) == numbers(at_home.result)
    assert there.rows == at_home.rows


def test_a_cut_connection_between_two_tasks_is_noticed_by_the_limit_of_a_call(
    engine: Engine, cluster: LocalCluster, at_home: Training
) -> None:
    """This process still reaches all of them."""
    with cut_off_worker(cluster) as (link, access):
        there = Training(engine, access, training(), link.silence, link.restore)
    assert there.result.ok, there.result.problems
    assert "a step did not end within 2 s" in message_of(there.result.problems[0])
    assert numbers(there.result) == numbers(at_home.result)
    assert there.rows == at_home.rows


def test_a_connection_may_be_cut_while_the_next_steps_are_prepared(
    engine: Engine, cluster: LocalCluster, at_home: Training
) -> None:
    """A call that is prepared is made known to every task, which can fail as a step can."""
    plan, events = make_plan(training(), asset("samples")), list[Event]()
    with cut_off_worker(cluster) as (link, access):

        def on_event(event: Event) -> None:
            events.append(event)
            if isinstance(event, Held) and event.step < STEPS:
                link.silence()
                engine.go(STEPS - event.step)
            elif isinstance(event, Held):
                engine.stop()
            elif isinstance(event, ClusterWaits):
                link.restore()

        request = RunRequest(steps=3, hold=True, variables=True, cluster=access)
        result = engine.run(plan, asset("samples"), request, on_event=on_event)
    assert [e.step for e in events if isinstance(e, Resumed)] == [3], result.problems
    assert numbers(result) == numbers(at_home.result)


def test_without_retries_a_run_fails_and_names_the_task(engine: Engine, cluster: LocalCluster) -> None:
    there = Training(
        engine, cluster.access(), training(), strike_at(cluster, WORKER, signal.SIGKILL), retries=0
    )
    assert not there.result.ok
    assert there.waits == []
    (problem,) = there.result.problems
    assert (problem.severity, problem.code) == ("error", "cluster-fault")
    assert str(WORKER) in message_of(problem)
    assert there.result.variables_step == there.handed_over[-1]
    assert there.result.steps < STEPS


def test_what_no_variable_holds_begins_anew_and_is_said(engine: Engine, cluster: LocalCluster) -> None:
    blocks = {
        "sum": ("Variable", {"initvalues": "0.0f"}),
        "dice": ("RandomUniform", {"shape": "{}", "dtype": "DT_FLOAT"}),
        "add": "AssignAdd",
        "session": "ClientSession",
    }
    made = page(
        blocks, "sum.ref -> add.ref\ndice.output -> add.value\nadd.output_ref -> session.fetch_outputs"
    )
    made.run = replace(made.run, cluster="cluster.json")
    made.blocks["sum"].device = str(PS)
    there = Training(engine, cluster.access(), made, strike_at(cluster, PS, signal.SIGKILL))
    assert there.result.ok
    (problem,) = there.result.problems
    assert problem.related == ("dice",)
    assert "dice held began anew" in (hint_text(problem) or "")


def test_a_run_that_is_held_goes_on_from_there(
    engine: Engine, cluster: LocalCluster, at_home: Training
) -> None:
    """The task dies while nothing runs."""
    plan = make_plan(training(), asset("samples"))
    strike, held, events = strike_at(cluster, PS, signal.SIGKILL), list[int](), list[Event]()

    def on_event(event: Event) -> None:
        events.append(event)
        if isinstance(event, Held):
            held.append(event.step)
            if event.step == STEPS:
                engine.stop()
            else:
                strike()
                engine.go(STEPS - event.step)

    request = RunRequest(steps=50, hold=True, variables=True, cluster=cluster.access())
    result = engine.run(plan, asset("samples"), request, on_event=on_event)
    assert held == [50, STEPS]
    assert [e.step for e in events if isinstance(e, Resumed)] == [50]
    assert numbers(result) == numbers(at_home.result)


def test_a_call_that_never_comes_back_ends_although_every_task_answers(
    fake_engine: Engine, cluster: LocalCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """TensorFlow's own limit does not hold everywhere; then the process that waits is ended from outside."""
    monkeypatch.setattr(resuming, "_MARGIN", 0.5)
    access = Access(structs.replace(cluster.access().cluster, step_limit=0.2), TOKEN)
    request = RunRequest(steps=5, cluster=access, retries=1)
    result = fake_engine.run(FakePlan(acts={3: ("hang q",)}), tmp_path, request)
    assert [(p.severity, p.code) for p in result.problems] == [
        ("warning", "cluster-resumed"), ("error", "cluster-fault"),
    ]  # fmt: skip
    assert "a step did not end within 0.2 s" in message_of(result.problems[1])
    assert not result.ok
