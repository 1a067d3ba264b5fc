"""Pages of loops, branches and calls that change a Variable of the page that calls them, taken by reference."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from app.document.model.diagram import Page, Wire
from app.document.resources.own_blocks import OwnBlocks
from app.engine.compiler.following import Planner
from app.engine.compiler.make_plan import make_plan
from app.engine.host.engine import Engine
from app.engine.host.interface import RunRequest
from app.engine.tf.infer import infer, infer_anew
from app.engine.values.results import ListValue, TensorValue
from tests.support.function_pages import named, planned, run_of
from tests.support.writing_pages import ADDING, BELOW, body_of, branching, looped


def numbers(engine: Engine, main: Page, *others: Page, steps: int = 1, **more: Any) -> dict[str, Any]:
    """Return what the last step shows."""
    result = run_of(engine, main, *others, steps=steps, **more)
    assert result.ok, result.problems
    found: dict[str, Any] = {}
    for key, value in result.results.items():
        items = value.items if isinstance(value, ListValue) else (value,)
        found[key] = [one.array.tolist() for one in items if isinstance(one, TensorValue)]
    return found


def test_a_loop_writes_in_each_round_and_the_variable_is_read_behind_it(engine: Engine) -> None:
    """2 + 3 x 1.5, and 4.5 more with the second step."""
    main = looped(
        {"twice": ("Mul", {"y": "2f"})}, "loop.output[1] -> twice.x \n twice.z -> session.fetch_outputs"
    )
    assert numbers(engine, main, BELOW, ADDING)["twice.z"] == [13.0]
    assert numbers(engine, main, BELOW, ADDING, steps=2)["twice.z"] == [22.0]


def test_a_body_reads_before_it_writes(engine: Engine) -> None:
    """v = v + v twice over three rounds: each round sees what the round before has left."""
    body = body_of(
        {"more": ("Mul", {"y": "3f"}), "set": "Assign"},
        "v.output -> more.x \n more.z -> set.value \n v.output -> set.ref \n set.output_ref -> v2.input",
    )
    assert numbers(engine, looped(), BELOW, body)["loop.output"][1] == 2.0 * 3**3


@pytest.mark.parametrize(("pred", "value", "now"), [("true", 50.0, 5.0), ("false", 4.0, 1.0)])
def test_one_branch_writes_and_a_later_block_goes_on(
    engine: Engine, pred: str, value: float, now: float
) -> None:
    """What is read of the branch is the Variable right after it; the page's own reads see the start of the step."""
    found = numbers(engine, *branching(pred))
    assert found["if.output"] == [value, now]
    assert found["after.z"] == [now * 2.0]
    assert found["later.output_ref"] == [now - 0.5]
    assert found["v.ref"] == [1.0]


def test_the_variable_goes_on_from_a_snapshot_and_is_handed_over(engine: Engine) -> None:
    """A run begins with other values, and gives those at its end."""
    plan = planned(looped(), BELOW, ADDING)
    start = {"v": TensorValue("float32", np.array(100, np.float32))}
    result = engine.run(plan, ".", RunRequest(steps=1, start=start, variables=True))
    assert result.ok
    assert result.variables is not None
    assert result.variables["v"].array.tolist() == 104.5


def test_a_loop_within_a_branch_passes_the_variable_down(engine: Engine) -> None:
    """The branch takes it by reference only because the loop in it does."""
    inner = named(
        "counts",
        {
            "v": "Argument",
            "i": ("Const", {"val": "0"}),
            "loop": ("While", {"cond": "below three", "body": "round"}),
            "y": "Result",
        },
        "i.output -> loop.input \n v.output -> loop.input \n loop.output[1] -> y.input",
    )
    other = named("leaves", {"v": "Argument", "y": "Result"}, "v.output -> y.input")
    main = named(
        "main",
        {
            "v": ("Variable", {"initvalues": "2f"}),
            "case": ("Case", {"branch_index": "1", "branches": "leaves, counts"}),
            "session": "ClientSession",
        },
        "v.ref -> case.input \n case.output[0] -> session.fetch_outputs",
    )
    assert numbers(engine, main, inner, other, BELOW, ADDING)["case.output"] == [6.5]


def test_a_page_that_stands_in_a_body_as_a_block_writes_too(engine: Engine) -> None:
    add = named(
        "add to",
        {"w": "Argument", "a": ("AssignAdd", {"value": "2f"}), "r": "Result"},
        "w.output -> a.ref \n a.output_ref -> r.input",
    )
    body = body_of({"use": "page:add to"}, "v.output -> use.w \n use.r -> v2.input")
    assert numbers(engine, looped(), BELOW, body, add)["loop.output"][1] == 8.0


def test_a_written_variable_is_seen_round_by_round(engine: Engine) -> None:
    found = numbers(engine, looped(), BELOW, ADDING, fetch=["loop/add.output_ref"])
    assert found["loop/add.output_ref"] == [[3.5, 5.0, 6.5]]


def test_a_loop_that_does_not_give_the_variable_on_is_refused() -> None:
    """The Result of its Argument is another value."""
    body = body_of(
        {"add": ("AssignAdd", {"value": "1f"}), "copy": ("Mul", {"y": "1f"})},
        "v.output -> add.ref \n add.output_ref -> copy.x \n copy.z -> v2.input",
    )
    plan = planned(looped(), BELOW, body)
    assert plan.stops
    assert [(p.code, p.block, p.pin, p.related) for p in plan.problems] == [
        ("not-in-function", "loop", "body", ("page:round.v",))
    ]


def test_what_no_handle_can_be_written_with_is_refused_at_its_address() -> None:
    body = body_of(
        {"shrink": ("SdcaShrinkL1", {"l1": "0.1f", "l2": "0.1f"})},
        "v.output -> shrink.weights \n v.output -> v2.input",
    )
    plan = planned(looped(), BELOW, body)
    assert plan.stops
    assert ("not-in-function", "loop/shrink") in [(p.code, p.block) for p in plan.problems]


def test_types_are_those_of_the_values(tmp_path: Path) -> None:
    main = looped()
    plan = planned(main, BELOW, ADDING, everything=True)
    for found in (infer(plan, tmp_path), infer_anew(plan, tmp_path)):
        assert found.problems == []
        assert found.types["loop.output[1]"].dtype == "float32"
        assert found.types["v.ref"].shape == ()


def test_a_plan_that_follows_edits_is_the_one_made_anew(tmp_path: Path) -> None:
    main = looped({"twice": ("Mul", {"y": "2f"})}, "loop.output[1] -> twice.x")
    own = OwnBlocks.on([main], tmp_path, [main, BELOW, ADDING])
    planner = Planner()
    assert planner.plan(main, tmp_path, own=own) == make_plan(main, tmp_path, own=own)
    text = replace(main.blocks["twice"], pins={"y": "7f"})
    edited = replace(main, blocks={**main.blocks, "twice": text})
    assert planner.plan(edited, tmp_path, own=own) == make_plan(edited, tmp_path, own=own)
    wire: list[Wire] = [one for one in edited.wires if one.target.block != "twice"]
    cut = replace(edited, wires=wire)
    assert planner.plan(cut, tmp_path, own=own) == make_plan(cut, tmp_path, own=own)
