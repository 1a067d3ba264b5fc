"""A run that may end with any step shows what that step gave, although short steps leave nothing behind: same bits."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from app.document.formats.registry import open_project
from app.document.model.diagram import Page
from app.engine.compiler.make_plan import make_plan
from app.engine.host.engine import Engine
from app.engine.host.interface import RunRequest
from app.engine.tf.page_session import PageSession
from app.engine.values.results import TensorValue, Value
from blocks.assets import asset
from tests.support.pages import page, plain

XOR = open_project(asset("samples", "xor.tblocks")).project.pages[0]

# Each adds to a sum; the condition looks at it. What else a step does, and shows, is to be done once in each.
COUNT = ("Variable", {"dtype": "DT_INT64", "shape": "{}", "initvalues": "0"})
COUNTING = "n.ref -> add.ref \n add.output_ref -> session.fetch_outputs"
DRAWING = page(
    {
        "n": COUNT,
        "add": ("AssignAdd", {"value": "1"}),
        "draw": ("RandomUniform", {"shape": "{3}", "dtype": "DT_FLOAT"}),
        "sum": ("Variable", {"dtype": "DT_FLOAT", "shape": "{3}", "initvalues": "{0,0,0}"}),
        "more": "AssignAdd",
        "session": "ClientSession",
    },
    f"{COUNTING} \n sum.ref -> more.ref \n draw.output -> more.value \n more.output_ref -> session.fetch_outputs",
    seed=3,
)
QUEUEING = page(
    {
        "n": COUNT,
        "add": ("AssignAdd", {"value": "1"}),
        "queue": ("FIFOQueue", {"component_types": "{DT_INT32}"}),
        "put": ("QueueEnqueue", {}),
        "size": "QueueSize",
        "session": "ClientSession",
    },
    f"{COUNTING} \n queue.handle -> put.handle \n size.size -> put.components \n queue.handle -> size.handle \n"
    "put.operation -> session.run_outputs \n size.size -> session.fetch_outputs",
)
SWITCHING = page(
    {
        "n": COUNT,
        "add": ("AssignAdd", {"value": "1"}),
        "odd": ("Mod", {"y": "2"}),
        "is_odd": ("Cast", {"DstT": "DT_BOOL"}),
        "switch": "Switch",
        "minus": "Neg",
        "session": "ClientSession",
    },
    f"{COUNTING} \n add.output_ref -> odd.x \n odd.z -> is_odd.x \n add.output_ref -> switch.data \n"
    "is_odd.y -> switch.pred \n switch.output_true -> minus.x \n minus.y -> session.fetch_outputs",
)


def bits(value: Value) -> Any:
    """Return all that there is of a result."""
    if isinstance(value, TensorValue):
        return value.dtype, value.shape, value.array.tobytes()
    return plain(value)


def run(engine: Engine, made: Page, steps: int, until: str | None = None, **options: Any) -> Any:
    made.run = replace(made.run, until=until)
    plan = make_plan(made, Path("."))
    assert not plan.stops, plan.problems
    return engine.run(plan, ".", RunRequest(steps=steps, until=plan.until, variables=True, **options))


@pytest.mark.parametrize("made", [DRAWING, QUEUEING, SWITCHING], ids=["draws", "queues", "switches"])
@pytest.mark.parametrize("steps", [9, 700, 5001])
def test_a_condition_ends_a_run_as_if_it_had_so_many_steps(engine: Engine, made: Page, steps: int) -> None:
    usual = run(engine, made, steps)
    ended = run(engine, made, 100_000, until=f"add.output_ref >= {steps}")
    assert (ended.steps, ended.problems) == (steps, usual.problems)
    assert {k: bits(v) for k, v in ended.results.items()} == {k: bits(v) for k, v in usual.results.items()}
    assert {k: bits(v) for k, v in ended.variables.items()} == {
        k: bits(v) for k, v in usual.variables.items()
    }


@pytest.mark.parametrize("guard", [False, True], ids=["", "guarded"])
@pytest.mark.parametrize("steps", [300, 8000])
def test_a_trained_net_is_the_same_where_a_condition_ends_its_training(
    engine: Engine, steps: int, guard: bool
) -> None:
    usual = run(engine, XOR, steps)
    loss = float(plain(usual.results["loss.output"]))
    ended = run(engine, XOR, 100_000, until=f"loss.output <= {loss!r}", guard=guard)
    assert ended.steps == steps
    for found, due in ((ended.results, usual.results), (ended.variables, usual.variables)):
        assert {k: bits(v) for k, v in found.items()} == {k: bits(v) for k, v in due.items()}


def test_what_is_not_finite_is_found_after_thousands_of_steps(engine: Engine) -> None:
    """A number that doubles in each step is the largest float in step 1023, and infinite in the next."""
    blocks = {
        "v": ("Variable", {"dtype": "DT_DOUBLE", "shape": "{}", "initvalues": "1.0"}),
        "double": ("Multiply", {"y": "2.0"}),
        "set": "Assign",
        "session": "ClientSession",
    }
    wires = "v.ref -> double.x \n v.ref -> set.ref \n double.z -> set.value \n set.output_ref -> session.fetch_outputs"
    result = run(engine, page(blocks, wires), 100_000, guard=True)
    assert result.steps == 1024
    assert [(p.code, p.block) for p in result.problems] == [("not-finite", "double")]
    assert plain(result.results["double.z"]) == np.inf


@pytest.mark.parametrize("inline", [False, True], ids=["threads", "inline"])
def test_a_run_goes_on_after_what_it_shows_was_asked_for(inline: bool) -> None:
    """Stretches of a run, some of which are asked for what they show, against steps that fetch all."""
    plan = make_plan(XOR, Path("."))
    session, other = PageSession(plan, "."), PageSession(plan, ".")
    for one in (session, other):
        one.initialise()
    session.probe(frozenset({"loss.output"}))
    other.step()
    steps = session.quick(frozenset({"loss.output"}), probe=True, inline=inline)
    assert steps is not None
    for length, is_asked in ((40, True), (7, False), (1, True), (100, True), (3, True)):
        steps.begin()
        for _ in range(length):
            values = steps.run()
        for _ in range(length - 1):
            other.step()
        due = other.hold()(None)
        assert bits(due["loss.output"]) == ("float32", (), values[steps.columns["loss.output"]].tobytes())
        shown = steps.shown(length)
        assert shown is not None
        for _ in range(2 if is_asked else 0):  # the second time it is there
            assert {k: bits(v) for k, v in shown(None).items()} == {k: bits(v) for k, v in due.items()}
        found, expected = session.variables(), other.variables()
        assert {k: v.tobytes() for k, v in found.items()} == {k: v.tobytes() for k, v in expected.items()}
    session.close()
    other.close()
