"""One run in several portions: the same bits as at once, with Variables, queues, readers and random numbers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.document.formats.registry import open_project
from app.document.model.diagram import Page
from app.engine.compiler.make_plan import make_plan
from app.engine.host.engine import Engine
from app.engine.host.events import Event, Held, Sampled, Started, Stepped
from app.engine.host.interface import RunRequest
from app.engine.values.results import PageResult
from blocks.assets import asset
from tests.support.pages import page, plain

FOLDER = asset("samples")

# A queue that keeps three numbers in it, and random numbers that are summed up
QUEUE: dict[str, Any] = {
    "queue": ("FIFOQueue", {"component_types": "{DT_FLOAT}"}),
    "random": ("RandomUniform", {"shape": "{2}", "dtype": "DT_FLOAT"}),
    "put": "QueueEnqueue",
    "size": "QueueSize",
    "sum": ("Variable", {"dtype": "DT_FLOAT", "shape": "{2}"}),
    "add": "AssignAdd",
    "noise": ("RandomStandardNormal", {"shape": "{3}", "dtype": "DT_FLOAT"}),
    "session": "ClientSession",
    "tally": "ClientSession",  # runs after the other one: within one, TensorFlow may count before or after it puts
}
QUEUE_WIRES = """
    queue.handle -> put.handle
    random.output -> put.components
    put.operation -> session.run_outputs
    queue.handle -> size.handle
    size.size -> tally.fetch_outputs
    sum.ref -> add.ref
    random.output -> add.value
    add.output_ref -> session.fetch_outputs
    noise.output -> session.fetch_outputs"""


def sample(name: str) -> Page:
    """Return the only page of a sample."""
    return open_project(FOLDER / f"{name}.tblocks").project.pages[0]


PAGES = {
    "xor": lambda: sample("xor"),
    "queue_and_reader": lambda: sample("queue_and_reader"),
    "queue": lambda: page(QUEUE, QUEUE_WIRES, seed=5),
}


def bits(result: PageResult | Held) -> dict[str, Any]:
    """Return the bytes of every result and Variable."""
    found = {**result.results, **{f"variable {k}": v for k, v in result.variables.items()}}
    return {
        k: v.array.tobytes() if hasattr(v, "array") and v.dtype != "string" else plain(v)
        for k, v in found.items()
    }


@pytest.fixture(params=PAGES)
def made(request: pytest.FixtureRequest) -> Page:
    """Return one of the pages."""
    return PAGES[request.param]()


def at_once(engine: Engine, made: Page, steps: int, **options: Any) -> dict[str, Any]:
    """Return the bits of a plain run."""
    result = engine.run(make_plan(made, FOLDER), FOLDER, RunRequest(steps=steps, variables=True, **options))
    assert result.ok, result.problems
    return bits(result)


def test_step_by_step_and_at_once_give_the_same_bits(engine: Engine, made: Page) -> None:
    """Four steps, each asked for by itself, against runs of one, two, three and four steps."""
    held: list[Held] = []

    def on_event(event: Event) -> None:
        if isinstance(event, Held):
            held.append(event)
            (engine.go if len(held) < 4 else lambda steps: engine.stop())(1)

    result = engine.run(make_plan(made, FOLDER), FOLDER, RunRequest(steps=1, hold=True), on_event=on_event)
    assert [h.step for h in held] == [1, 2, 3, 4]
    for event in held:
        assert bits(event) == at_once(engine, made, event.step)
    assert bits(result) == bits(held[-1])


def test_paused_and_continued_gives_the_same_bits(engine: Engine, made: Page) -> None:
    """Paused somewhere, gone on for 25 steps, sampled and handed over meanwhile, against one run of as many steps."""
    held: list[Held] = []

    def on_event(event: Event) -> None:
        if isinstance(event, (Stepped, Sampled)) and not held:
            engine.pause()
        if isinstance(event, Held):
            held.append(event)
            (engine.go if len(held) == 1 else lambda steps: engine.stop())(25)

    plan = make_plan(made, FOLDER)
    options: dict[str, Any] = {"sample_rate": 1000.0, "hand_over_every": 0.01, "times": True}
    steps = 200 if made.name.startswith("queue") else None
    engine.run(plan, FOLDER, RunRequest(steps=steps, hold=True, **options), on_event=on_event)
    assert held[1].step == held[0].step + 25
    for event in held:
        assert bits(event) == at_once(engine, made, event.step)


def test_watching_guarding_and_measuring_change_no_bit(engine: Engine, made: Page) -> None:
    usual = at_once(engine, made, 6)
    assert at_once(engine, made, 6, guard=True, times=True, pace=0.001, hand_over_every=0.001) == usual


def test_what_is_shown_beside_the_sessions_changes_no_bit(engine: Engine) -> None:
    """A random block that no session runs, fetched only: its fourth number is the same at once and step by step."""
    blocks = {**QUEUE, "beside": ("RandomUniform", {"shape": "{}", "dtype": "DT_FLOAT"})}
    plan = make_plan(page(blocks, QUEUE_WIRES, seed=5), Path("."), fetch=["beside.output"])
    seen: list[Any] = []

    def on_event(event: Event) -> None:
        if isinstance(event, Held):
            seen.append(plain(event.results["beside.output"]))
            (engine.go if len(seen) < 4 else lambda steps: engine.stop())(1)

    engine.run(plan, ".", RunRequest(steps=1, hold=True), on_event=on_event)
    once = engine.run(plan, ".", RunRequest(steps=4))
    assert len(set(seen)) == 4
    assert plain(once.results["beside.output"]) == seen[3]


def test_a_start_is_reported_once(engine: Engine) -> None:
    events: list[Event] = []
    engine.run(make_plan(sample("xor"), FOLDER), FOLDER, RunRequest(steps=3), on_event=events.append)
    assert sum(isinstance(e, Started) for e in events) == 1
