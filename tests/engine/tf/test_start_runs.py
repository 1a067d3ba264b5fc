"""What is drawn for the start values of Variables is drawn once, and shown as the Variables began with it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from app.cli.opening import open_file, pages_to_run
from app.cli.planning import plan_page
from app.document.model.diagram import Page
from app.engine.compiler.make_plan import make_plan
from app.engine.host.engine import Engine
from app.engine.host.events import Event, Rows
from app.engine.host.interface import RunRequest
from app.engine.values.results import PageResult, TensorValue
from blocks.assets import asset
from tests.support.pages import page

FOLDER = asset("samples")

# A Variable that nothing writes and one that each step adds to; both start from random numbers, twice as large
BLOCKS: dict[str, Any] = {
    "drawn": ("RandomUniform", {"shape": "{3}", "dtype": "DT_FLOAT"}),
    "two": ("Const", {"val": "{2.0f,2.0f,2.0f}"}),
    "doubled": "Mul",
    "still": "Variable",
    "moving": "Variable",
    "add": "AssignAdd",
    "session": "ClientSession",
}
WIRES = """
    drawn.output -> doubled.x
    two.output -> doubled.y
    doubled.z -> still.initvalues
    doubled.z -> moving.initvalues
    moving.ref -> add.ref
    two.output -> add.value
    still.ref -> session.fetch_outputs
    add.output_ref -> session.fetch_outputs"""


def made(blocks: dict[str, Any] | None = None, wires: str = "") -> Page:
    """Return the page, with more blocks and wires."""
    return page({**BLOCKS, **(blocks or {})}, WIRES + wires, seed=7)


def run(engine: Engine, of: Page, steps: int, **options: Any) -> PageResult:
    """Run a page."""
    plan = make_plan(of, FOLDER)
    assert not plan.stops, plan.problems
    result = engine.run(plan, FOLDER, RunRequest(steps=steps, variables=True, **options))
    assert result.ok, result.problems
    return result


def array(result: PageResult, key: str) -> np.ndarray[Any, Any]:
    """Return one shown value."""
    value = result.results[key]
    assert isinstance(value, TensorValue)
    return value.array


def test_a_draw_for_start_values_shows_what_the_variable_began_with_however_many_steps(
    engine: Engine,
) -> None:
    first = run(engine, made(), 1)
    for steps in (1, 2, 60, 60, 1):
        result = run(engine, made(), steps)
        assert array(result, "drawn.output").tobytes() == array(first, "drawn.output").tobytes()
        assert array(result, "doubled.z").tobytes() == array(result, "still.ref").tobytes()
        np.testing.assert_array_equal(array(result, "doubled.z"), array(result, "drawn.output") * 2)


def test_variables_that_start_from_one_draw_start_with_the_same_numbers(engine: Engine) -> None:
    result = run(engine, made(), 2)
    np.testing.assert_array_equal(array(result, "still.ref") + 2 + 2, array(result, "add.output_ref"))


@pytest.mark.parametrize("watch", [("doubled.z[0]",), ("still.ref[0]", "doubled.z[0]")])
def test_what_is_watched_of_a_draw_for_start_values_is_the_same_in_every_step(
    engine: Engine, watch: tuple[str, ...]
) -> None:
    plan = make_plan(made(), FOLDER, watch=watch)
    events: list[Event] = []
    result = engine.run(plan, FOLDER, RunRequest(steps=20, watch=plan.watched), on_event=events.append)
    assert result.ok, result.problems
    found = [row for event in events if isinstance(event, Rows) for row in event.rows]
    assert len(found) == 20
    assert {tuple(row) for row in found} == {(float(array(result, "doubled.z")[0]),) * len(watch)}


def test_a_run_that_goes_on_from_other_values_shows_the_draw_too(engine: Engine) -> None:
    usual = run(engine, made(), 1)
    start = {name: TensorValue("float32", np.zeros(3, np.float32)) for name in usual.variables}
    result = run(engine, made(), 5, start=start)
    assert array(result, "still.ref").tolist() == [0, 0, 0]
    assert array(result, "doubled.z").tobytes() == array(usual, "doubled.z").tobytes()


def test_what_steps_take_too_is_drawn_in_every_step(engine: Engine) -> None:
    of = made(wires="\n    drawn.output -> session.fetch_outputs")
    found = [array(run(engine, of, steps), "drawn.output").tobytes() for steps in (1, 2, 3)]
    assert len(set(found)) == 3
    assert (
        array(run(engine, of, 3), "doubled.z").tobytes() == array(run(engine, of, 1), "still.ref").tobytes()
    )


def test_a_variable_that_starts_from_another_one_follows_it(engine: Engine) -> None:
    noise = {
        "noise": ("RandomUniform", {"shape": "{3}", "dtype": "DT_FLOAT"}),
        "sum": "Add",
        "last": "Variable",
    }
    wires = """
    noise.output -> sum.x
    still.ref -> sum.y
    sum.z -> last.initvalues
    last.ref -> session.fetch_outputs"""
    of = made(noise, wires)
    for steps in (1, 30, 30):
        result = run(engine, of, steps)
        begun = array(result, "noise.output") + array(result, "still.ref")
        np.testing.assert_array_equal(begun, array(result, "last.ref"))
        assert list(result.results) == list(run(engine, of, 1).results)


def test_what_uses_draw_for_their_start_values_is_shown_the_same_in_every_run(engine: Engine) -> None:
    opened = open_file(str(FOLDER / "layers.tblocks"))
    [used] = pages_to_run(opened.project)
    plan = plan_page(used, opened, seed=1, fetch=("**",)).plan
    found = [engine.run(plan, opened.folder, RunRequest(steps=steps)) for steps in (1, 60, 60)]
    assert all(result.ok for result in found)
    assert len({array(result, "hidden/start/drawn.output").tobytes() for result in found}) == 1
