"""Pauses and stops of steps that take long, wait for ever, or cannot be cancelled: what is reported, what is left."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from app.document.formats.registry import open_project
from app.document.model.sentence import say
from app.engine.compiler.make_plan import make_plan
from app.engine.host.engine import Engine
from app.engine.host.events import Event, Going, HandedOver, Held, Pausing, Started, Stepped, Timed
from app.engine.host.interface import RunRequest
from app.messages import message_of
from blocks.assets import asset
from tests.support.pages import page, plain
from tests.support.words import holds

# A counter, and beside it what holds up the step in which the counter's value is 3
COUNTER: dict[str, Any] = {
    "n": ("Variable", {"dtype": "DT_FLOAT", "shape": "{}"}),
    "add": ("AssignAdd", {"value": "1.0f"}),
    "session": ("ClientSession", {}),
}
COUNTER_WIRES = "n.ref -> add.ref\nadd.output_ref -> session.fetch_outputs\n"

# A queue that has two elements to give; the third step waits
QUEUE = (
    {
        **COUNTER,
        "queue": ("RandomShuffleQueue", {"component_types": "{DT_FLOAT}"}),
        "take": ("QueueDequeue", {"component_types": "{DT_FLOAT}"}),
    },
    COUNTER_WIRES + "queue.handle -> take.handle\ntake.components -> session.fetch_outputs",
)
UNSTAGE = (
    {**COUNTER, "unstage": ("Unstage", {"dtypes": "{DT_FLOAT}"})},
    COUNTER_WIRES + "unstage.values -> session.fetch_outputs",
)


def products(size: int, count: int) -> tuple[dict[str, Any], str]:
    """Return a chain of matrix products beside the counter: a kernel that nothing can stop."""
    blocks = {**COUNTER, "x": ("RandomUniform", {"shape": f"{{{size},{size}}}", "dtype": "DT_FLOAT"})}
    wires, last = COUNTER_WIRES, "x.output"
    for i in range(count):
        blocks[f"m{i}"] = ("MatMul", {})
        wires += f"{last} -> m{i}.a\nx.output -> m{i}.b\n"
        last = f"m{i}.product"
    blocks["sum"] = ("Sum", {"reduction_indices": "{0,1}"})
    return blocks, wires + f"{last} -> sum.input\nsum.output -> session.fetch_outputs"


CASES = {
    "queue": (QUEUE, ("take",)),
    "unstage": (UNSTAGE, ("unstage",)),
    "products": (products(3000, 40), ()),  # some ten seconds
}


class Stopper:
    """Pauses a moment after a run has begun or gone on, and stops it when the pause must wait for a step.

    ``named``: it stops when a block is named, as a step may compute for a while before it waits.
    """

    def __init__(self, engine: Engine, first_step: int, named: bool = False) -> None:
        self.engine, self.first_step, self.named = engine, first_step, named
        self.pausing: list[Pausing] = []

    def __call__(self, event: Event) -> None:
        if isinstance(event, Held):
            self.engine.go()
        if isinstance(event, (Started, Held)):
            threading.Timer(0.3, self.engine.pause).start()
        if isinstance(event, Pausing) and event.step >= self.first_step and (event.blocks or not self.named):
            self.pausing.append(event)
            self.engine.stop()


@pytest.mark.parametrize("case", CASES)
def test_a_pause_that_must_wait_is_reported_and_a_stop_ends_it(engine: Engine, case: str) -> None:
    """The first step is held up: nothing is left of the run, and the next one has a new process."""
    (blocks, wires), named = CASES[case]
    stopper = Stopper(engine, 1, bool(named))
    plan = make_plan(page(blocks, wires), Path("."))
    result = engine.run(plan, ".", RunRequest(steps=None, hold=True), on_event=stopper)
    assert stopper.pausing == [Pausing(1, named)]
    assert (result.interrupted, result.steps) == (True, 0)
    plain_page = page({"c": ("Const", {"val": "1"})})
    assert engine.run(make_plan(plain_page, Path(".")), ".").ok


def test_the_blocks_that_slow_steps_compute_in_are_named(engine: Engine) -> None:
    """A step takes some tenths of a second, in one product of matrices."""
    blocks, wires = products(3500, 1)
    stopper = Stopper(engine, 3)
    engine.run(
        make_plan(page(blocks, wires), Path(".")), ".", RunRequest(steps=None, hold=True), on_event=stopper
    )
    (pausing,) = stopper.pausing
    assert "m0" in pausing.blocks


def test_a_tight_loop_pauses_and_stops_with_its_last_step(engine: Engine) -> None:
    path = asset("samples", "xor.tblocks")
    plan = make_plan(open_project(path).project.pages[0], path.parent)
    held: list[Held] = []

    def on_event(event: Event) -> None:
        if isinstance(event, Stepped) and not held:
            engine.pause()
        if isinstance(event, Held):
            held.append(event)
            engine.go()
        if isinstance(event, Going):
            engine.stop()

    result = engine.run(plan, path.parent, RunRequest(steps=None, hold=True), on_event=on_event)
    assert [h.why for h in held] == ["paused"]
    assert (result.ok, result.interrupted, result.variables_step) == (True, True, None)
    assert set(result.variables) == {"w1", "b1", "w2", "b2"}


def test_a_kill_in_mid_run_leaves_the_variables_of_the_last_hand_over(engine: Engine) -> None:
    """A queue with room for 200: the next step waits for ever, and no request to stop can end it."""
    blocks: dict[str, Any] = {
        **COUNTER,
        "queue": ("FIFOQueue", {"component_types": "{DT_FLOAT}", "attrs": "capacity_ = 200;"}),
        "put": "QueueEnqueue",
    }
    wires = """
        n.ref -> add.ref
        add.output_ref -> put.components
        queue.handle -> put.handle
        put.operation -> session.run_outputs"""
    stopper = Stopper(engine, 201)
    handed_over: list[HandedOver | Held] = []  # a pause that comes in time hands them over too

    def on_event(event: Event) -> None:
        stopper(event)
        if isinstance(event, (HandedOver, Held)):
            handed_over.append(event)

    plan = make_plan(page(blocks, wires), Path("."))
    assert not plan.problems
    result = engine.run(
        plan, ".", RunRequest(steps=None, hold=True, hand_over_every=0.001), on_event=on_event
    )
    assert stopper.pausing == [Pausing(201, ("put",))]
    assert (result.interrupted, result.steps) == (True, 200)
    assert result.variables_step is not None
    assert plain(result.variables["n"]) == result.variables_step == handed_over[-1].step <= 200
    assert f"after step {result.variables_step}" in message_of(result.problems[0])


def test_blocks_are_measured(engine: Engine) -> None:
    """Of a large product and small blocks the product takes the most; a gradient's many nodes are its block's."""
    blocks, wires = products(600, 1)
    blocks |= {"grads": "AddSymbolicGradients"}
    wires += "\nsum.output -> grads.outputs\nx.output -> grads.inputs\ngrads.grad_outputs[0] -> session.fetch_outputs"
    seconds: dict[str, float] = {}

    def on_event(event: Event) -> None:
        if isinstance(event, Timed):
            for block, spent in event.blocks.items():
                seconds[block] = seconds.get(block, 0.0) + spent

    made = page(blocks, wires)
    result = engine.run(make_plan(made, Path(".")), ".", RunRequest(steps=100, times=True), on_event=on_event)
    assert result.ok, result.problems
    assert seconds.keys() <= {"", *made.blocks}
    assert seconds["m0"] > seconds["add"] > 0
    assert seconds["grads"] > seconds["add"]


def test_a_stop_waits_for_large_variables_on_their_way(engine: Engine) -> None:
    """200 MB come from the last step, not from an earlier hand-over, however long they take."""
    blocks = {
        **COUNTER,
        "large": ("Variable", {"dtype": "DT_FLOAT", "shape": "{5000,10000}"}),
        "size": "Size",
    }
    wires = COUNTER_WIRES + "large.ref -> size.input\nsize.output -> session.fetch_outputs"

    def on_event(event: Event) -> None:
        if isinstance(event, Stepped) and event.step > 1:
            engine.stop()

    plan = make_plan(page(blocks, wires), Path("."), fetch=["add.output_ref"])
    result = engine.run(plan, ".", RunRequest(steps=None, variables=True), on_event=on_event)
    assert (result.interrupted, result.variables_step) == (True, None)
    assert result.variables["large"].shape == (5000, 10000)
    assert plain(result.variables["n"]) == result.steps


def test_a_page_without_variables_keeps_none(engine: Engine) -> None:
    """Killed after a step that was held: there is no state, so none is promised."""
    blocks = {
        "queue": ("FIFOQueue", {"component_types": "{DT_FLOAT}", "attrs": "capacity_ = 1;"}),
        "put": ("QueueEnqueue", {"components": "1.0f"}),
        "session": "ClientSession",
    }
    stopper = Stopper(engine, 2)
    plan = make_plan(
        page(blocks, "queue.handle -> put.handle\nput.operation -> session.run_outputs"), Path(".")
    )
    assert not plan.stops, plan.problems
    result = engine.run(plan, ".", RunRequest(steps=1, hold=True, hand_over_every=0.01), on_event=stopper)
    assert (result.steps, result.variables, result.variables_step) == (1, {}, None)
    assert holds(result.problems[0].sentence, say("run.stopped", steps=1))
