"""The NaN guard: the first step in which a float is not finite, and the block that made it."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from app.document.formats.registry import open_project
from app.document.model.diagram import Page
from app.document.model.problems import Problem
from app.document.model.sentence import say
from app.engine.compiler.make_plan import make_plan
from app.engine.host.engine import Engine
from app.engine.host.events import Event, Held
from app.engine.host.interface import RunRequest
from app.engine.values.results import PageResult
from app.messages import hint_text, message_of
from blocks.assets import asset
from tests.support.pages import page, plain
from tests.support.words import holds

# n counts down from 3; 1/n is infinite in the step in which n is 0, and what follows from it is so as well
COUNTDOWN: dict[str, Any] = {
    "n": ("Variable", {"dtype": "DT_FLOAT", "shape": "{}", "initvalues": "3.0f"}),
    "one": ("Const", {"val": "1.0f"}),
    "less": "AssignSub",
    "inverse": "Reciprocal",
    "pair": ("Pack", {}),
    "sum": ("Sum", {"reduction_indices": "0"}),
    "session": "ClientSession",
}
COUNTDOWN_WIRES = """
    n.ref -> less.ref
    one.output -> less.value
    less.output_ref -> inverse.x
    one.output -> pair.values
    inverse.y -> pair.values
    pair.output -> sum.input
    sum.output -> session.fetch_outputs"""


def guarded(
    engine: Engine, made: Page, guard: bool | tuple[str, ...] = True, **options: Any
) -> tuple[PageResult, Problem]:
    """Run with the guard; return the result and its only problem."""
    made.run = replace(made.run, guard=guard)
    plan = make_plan(made, Path("."), fetch=options.pop("fetch", ()))
    assert not plan.stops, plan.problems
    result = engine.run(plan, ".", RunRequest(**options))
    (problem,) = result.problems
    return result, problem


def test_the_first_step_and_the_block_that_made_it_are_named(engine: Engine) -> None:
    result, problem = guarded(engine, page(COUNTDOWN, COUNTDOWN_WIRES), steps=100, variables=True)
    assert (result.ok, result.steps) == (False, 3)
    assert (problem.code, problem.block, problem.pin) == ("not-finite", "inverse", "y")
    assert holds(
        problem.sentence,
        say("guard.not-finite", pin="inverse.y", kind=say("guard.infinite"), step=3, found="inf"),
    )
    assert holds(problem.hint, say("hint.inputs-being"), say("guard.input", value="0"))
    assert plain(result.variables["n"]) == 0  # of the very step
    assert plain(result.results["pair.output"]) == [1.0, math.inf]


def test_the_first_step_counts_also_where_it_is_the_first_of_the_run(engine: Engine) -> None:
    blocks = {**COUNTDOWN, "n": ("Variable", {"dtype": "DT_FLOAT", "shape": "{}", "initvalues": "1.0f"})}
    result, problem = guarded(engine, page(blocks, COUNTDOWN_WIRES), steps=1)
    assert (result.steps, problem.block) == (1, "inverse")


def test_what_the_inputs_hold_at_the_place_is_said(engine: Engine) -> None:
    """The logarithm of -2 is none."""
    blocks = {"x": ("Const", {"val": "{1f,-2f}"}), "log": "Log", "session": "ClientSession"}
    _, problem = guarded(engine, page(blocks, "x.output -> log.x \n log.y -> session.fetch_outputs"))
    assert problem.hint == say(
        "hint.inputs-being", inputs=(say("guard.input", pin="x.output", index=(1,), value="-2"),)
    )


def test_a_watched_pin_ends_the_run_and_the_maker_is_named(engine: Engine) -> None:
    """Only the sum is looked at, which is what a block before it has made."""
    result, problem = guarded(engine, page(COUNTDOWN, COUNTDOWN_WIRES), ("sum.output",), steps=100)
    assert (result.steps, problem.block) == (3, "inverse")


def test_a_pin_that_is_not_watched_ends_nothing(engine: Engine) -> None:
    made = page(COUNTDOWN, COUNTDOWN_WIRES)
    made.run = replace(made.run, guard=("less.output_ref",))
    assert engine.run(make_plan(made, Path(".")), ".", RunRequest(steps=10)).ok


def test_only_what_is_fetched_is_shown_and_all_is_guarded(engine: Engine) -> None:
    result, problem = guarded(
        engine, page(COUNTDOWN, COUNTDOWN_WIRES), True, steps=9, fetch=["less.output_ref"]
    )
    assert (result.steps, problem.block, list(result.results)) == (3, "inverse", ["less.output_ref"])


@pytest.mark.parametrize(
    ("symbol", "pins", "words"),
    [
        (
            "Const",
            {"val": "{{1.0,2.0},{nan,inf}}"},
            say("guard.elements", count=2, size=4, pin="c.output", index=(1, 0), value="nan"),
        ),
        (
            "Const",
            {"val": "{1.0,nan,nan}"},
            say(
                "guard.not-finite",
                pin="c.output",
                kind="NaN",
                step=1,
                found=say("guard.elements", count=2, size=3, pin="c.output", index=(1,)),
            ),
        ),
        (
            "Const",
            {"val": "{1+2j,nan+1j}"},
            say("guard.elements", count=1, size=2, pin="c.output", index=(1,)),
        ),
    ],
)
def test_elements_are_counted_and_the_first_is_shown(
    engine: Engine, symbol: str, pins: dict[str, str], words: str
) -> None:
    made = page({"c": (symbol, pins), "i": ("Identity", {})}, "c.output -> i.input")
    _, problem = guarded(engine, made)
    assert (problem.block, hint_text(problem)) == ("c", None)
    assert holds(problem.sentence, words)


@pytest.mark.parametrize("dtype", ["DT_HALF", "DT_BFLOAT16", "DT_FLOAT", "DT_DOUBLE"])
@pytest.mark.parametrize("shape", ["{2}", "{70000}"])
def test_every_float_of_every_size_is_looked_at(engine: Engine, dtype: str, shape: str) -> None:
    """The logarithm of minus one; lists, strings and whole numbers beside it disturb nothing."""
    blocks = {
        "fill": ("Fill", {"dims": shape, "value": "-1.0f"}),
        "cast": ("Cast", {"DstT": dtype}),
        "log": "Log",
        "text": ("Const", {"val": '"a"'}),
        "whole": ("Const", {"val": "7"}),
        "split": ("Split", {"split_dim": "0", "num_split": "2"}),
        "out": "ClientSession",
    }
    wires = """
        fill.output -> cast.x
        cast.y -> log.x
        log.y -> split.value
        split.output[0] -> out.fetch_outputs
        text.output -> out.fetch_outputs
        whole.output -> out.fetch_outputs"""
    _, problem = guarded(engine, page(blocks, wires))
    assert (problem.block, problem.pin) == ("log", "y")
    assert message_of(problem).startswith("log.y is NaN")


def test_a_branch_not_taken_is_no_fault(engine: Engine) -> None:
    path = asset("samples", "switch_and_merge.tblocks")
    sample = open_project(path).project.pages[0]
    assert engine.run(make_plan(sample, path.parent), path.parent, RunRequest(steps=3, guard=True)).ok


def test_a_nan_that_a_variable_gets_is_blamed_on_its_writers_source(engine: Engine) -> None:
    """The Variable is read after its only writer: not the Variable made it, nor the writer."""
    blocks = {
        "v": ("Variable", {"dtype": "DT_FLOAT", "shape": "{}", "initvalues": "0.0f"}),
        "bad": ("Sqrt", {"x": "-1.0f"}),
        "set": "Assign",
        "twice": ("Add", {"y": "1.0f"}),
        "out": "ClientSession",
    }
    wires = """
        v.ref -> set.ref
        bad.y -> set.value
        v.ref -> twice.x
        twice.z -> out.fetch_outputs
        set.output_ref -> out.fetch_outputs"""
    result, problem = guarded(engine, page(blocks, wires), steps=5)
    assert (result.steps, problem.block) == (1, "bad")


def test_a_start_value_that_is_not_finite_is_the_variables_own(engine: Engine) -> None:
    blocks = {**COUNTDOWN, "n": ("Variable", {"dtype": "DT_FLOAT", "shape": "{}", "initvalues": "nan"})}
    result, problem = guarded(engine, page(blocks, COUNTDOWN_WIRES), steps=5)
    assert (result.steps, problem.block, problem.pin) == (1, "n", "ref")


def test_several_sessions_are_all_guarded(engine: Engine) -> None:
    """The second one writes what the first one has shown."""
    blocks = {
        "v": ("Variable", {"dtype": "DT_FLOAT", "shape": "{}", "initvalues": "1.0f"}),
        "log": "Log",
        "set": ("Assign", {"value": "0.0f"}),
        "a": "ClientSession",
        "b": "ClientSession",
    }
    wires = """
        v.ref -> log.x
        log.y -> a.fetch_outputs
        v.ref -> set.ref
        set.output_ref -> b.fetch_outputs"""
    result, problem = guarded(engine, page(blocks, wires), steps=5)
    assert (result.steps, problem.block) == (2, "log")


def test_a_held_run_shows_the_fault_and_goes_on(engine: Engine) -> None:
    """Held in the step of the fault, with that step's values; the next step is as bad."""
    held: list[Held] = []

    def on_event(event: Event) -> None:
        if isinstance(event, Held):
            held.append(event)
            (engine.go if len(held) == 1 else lambda steps: engine.stop())(1)

    made = page(COUNTDOWN, COUNTDOWN_WIRES)
    plan = make_plan(made, Path("."))
    result = engine.run(plan, ".", RunRequest(steps=None, hold=True, guard=True), on_event=on_event)
    assert [(h.step, h.why) for h in held] == [(3, "guard"), (4, "done")]
    assert [p.block for p in held[0].problems] == ["inverse"]
    assert plain(held[0].results["inverse.y"]) == math.inf
    assert (result.ok, result.steps) == (True, 4)
