"""A run on a cluster behaves as at home: watched, ended by a condition or the guard, held, measured, stopped, cut."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import numpy as np
import pytest
from msgspec.structs import replace

from app.document.formats.registry import open_project
from app.document.model.diagram import Page
from app.engine.compiler.make_plan import make_plan
from app.engine.host.engine import Engine
from app.engine.host.events import Event, HandedOver, Held, Rows, Stepped, Timed
from app.engine.host.interface import RunRequest
from app.engine.values.results import PageResult, TensorValue
from blocks.assets import asset
from tests.support.clusters import LocalCluster, local_cluster
from tests.support.pages import page, run

XOR = asset("samples", "xor.tblocks")


@pytest.fixture(scope="module")
def cluster(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCluster]:
    with local_cluster(engine, tmp_path_factory.mktemp("cluster"), {"ps": 1, "worker": 1}) as cluster:
        yield cluster


def counting(**texts: str) -> Page:
    """Return a page whose Variable, on the parameter server, counts the steps."""
    made = page(
        {
            "v": ("Variable", {"initvalues": "0.0f"}),
            "add": ("AssignAdd", {"value": "1.0f"}),
            "root": "Log",
            "s": "ClientSession",
        },
        "v.ref -> add.ref\nadd.output_ref -> root.x\nroot.y -> s.fetch_outputs",
    )
    made.blocks["v"].device = "/job:ps/task:0"
    made.run = replace(made.run, cluster="cluster.json", **texts)
    return made


def number(result: PageResult, pin: str = "add.output_ref") -> float:
    value = result.results[pin]
    assert isinstance(value, TensorValue)
    return float(value.array)


def test_watched_pins_and_conditions_are_those_of_a_run_at_home(
    engine: Engine, cluster: LocalCluster
) -> None:
    """Every row of the loss until it is small enough, and the step that met it."""
    found: list[tuple[list[object], int]] = []
    for access in (None, cluster.access()):
        (made,) = open_project(XOR).project.pages
        made.run = replace(made.run, until="loss.output < 0.2")
        plan = make_plan(made, XOR.parent, watch=["loss.output"])
        rows: list[object] = []

        def note(event: Event, rows: list[object] = rows) -> None:
            rows.extend(event.rows if isinstance(event, Rows) else ())

        request = RunRequest(steps=5000, watch=plan.watched, until=plan.until, cluster=access)
        result = engine.run(plan, XOR.parent, request, on_event=note)
        assert result.ok, result.problems
        found.append((rows, result.steps))
    assert found[0] == found[1]
    assert len(found[0][0]) == found[0][1] > 10


def test_the_guard_names_the_block_and_the_step(engine: Engine, cluster: LocalCluster) -> None:
    """The logarithm of 0 in the first step, of the Variable's start value less 1."""
    made = counting()
    made.blocks["v"].pins["initvalues"] = "-3.0f"
    result = run(engine, made, steps=10, guard=True, cluster=cluster.access())
    (problem,) = result.problems
    assert (problem.code, problem.block, result.steps) == ("not-finite", "root", 1)


def test_a_run_is_held_goes_on_and_starts_from_a_snapshot(engine: Engine, cluster: LocalCluster) -> None:
    plan = make_plan(counting(), XOR.parent)
    held: list[tuple[int, float]] = []

    def on_event(event: Event) -> None:
        if not isinstance(event, Held):
            return
        held.append((event.step, float(event.variables["v"].array)))
        engine.go(2) if len(held) < 3 else engine.stop()

    start = {"v": TensorValue("float32", np.array(10, np.float32))}
    request = RunRequest(steps=1, hold=True, start=start, cluster=cluster.access())
    result = engine.run(plan, XOR.parent, request, on_event=on_event)
    assert held == [(1, 11.0), (3, 13.0), (5, 15.0)]
    assert result.ok
    assert float(result.variables["v"].array) == 15


def test_an_endless_run_is_paused_handed_over_measured_and_stopped(
    engine: Engine, cluster: LocalCluster
) -> None:
    plan = make_plan(counting(), XOR.parent)
    kinds: set[type] = set()

    def on_event(event: Event) -> None:
        kinds.add(type(event))
        if isinstance(event, Held):
            assert float(event.variables["v"].array) == event.step
            engine.stop()
        elif {HandedOver, Timed, Stepped} <= kinds:
            engine.pause()

    request = RunRequest(steps=None, hold=True, hand_over_every=0.1, times=True, cluster=cluster.access())
    timer = threading.Timer(60, engine.stop)
    timer.start()
    result = engine.run(plan, XOR.parent, request, on_event=on_event)
    timer.cancel()
    assert {HandedOver, Timed, Stepped, Held} <= kinds
    assert number(result) == result.steps > 0


def test_times_are_those_of_the_blocks(engine: Engine, cluster: LocalCluster) -> None:
    blocks: dict[str, float] = {}

    def on_event(event: Event) -> None:
        if isinstance(event, Timed):
            blocks.update(event.blocks)

    result = run(engine, counting(), steps=300, times=True, cluster=cluster.access(), on_event=on_event)
    assert result.ok
    assert {"v", "add", "root"} <= blocks.keys()


def test_a_task_that_dies_in_a_run_is_named_and_serves_the_next_one(
    engine: Engine, cluster: LocalCluster
) -> None:
    """Its server is started again by itself."""
    made = page({"end": "Abort", "s": "ClientSession"}, "end.operation -> s.run_outputs")
    made.blocks["end"].device = "/job:ps/task:0"
    made.run = replace(made.run, cluster="cluster.json")
    result = run(engine, made, cluster=cluster.access(), retries=0)
    (problem,) = result.problems
    assert problem.code == "cluster-fault"
    assert "/job:ps/task:0" in str(problem.sentence)
    assert number(run(engine, counting(), steps=3, cluster=cluster.access())) == 3
