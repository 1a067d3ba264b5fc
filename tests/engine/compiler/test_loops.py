"""Pages with loops, drawn of TensorFlow's own blocks: they count, show the last round, and name what fails."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from app.engine.compiler.make_plan import make_plan
from app.engine.host.engine import Engine
from app.engine.host.outcome import unfinished
from tests.support.drawn_loops import NESTED, WRITING
from tests.support.pages import page, run, values

COUNT: dict[str, Any] = {
    "enter": ("Enter", {"data": "0", "frame_name": "count"}),
    "merge": "Merge",
    "less": ("Less", {"y": "10"}),
    "cond": "LoopCond",
    "switch": "Switch",
    "add": ("Add", {"y": "1"}),
    "next": "NextIteration",
    "exit": "Exit",
    "s": "ClientSession",
}
WIRES = """
    enter.output -> merge.inputs
    next.output -> merge.inputs
    merge.output -> less.x
    less.z -> cond.input
    merge.output -> switch.data
    cond.output -> switch.pred
    switch.output_true -> add.x
    add.z -> next.data
    switch.output_false -> exit.data
    exit.output -> s.fetch_outputs
    """


def test_loop_counts_to_ten_and_its_blocks_show_their_last_round(engine):
    shown = values(run(engine, page(COUNT, WIRES), steps=2))
    assert shown == {
        "enter.output": 0,
        "merge.output": 10,
        "merge.value_index": 1,
        "less.z": False,
        "cond.output": False,
        "switch.output_false": 10,
        "switch.output_true": 9,
        "add.z": 10,
        "next.output": 10,
        "exit.output": 10,
    }


def test_constant_of_the_loop_comes_in_by_an_enter_of_its_own(engine):
    blocks = {
        **COUNT,
        "less": "Less",
        "limit": ("Enter", {"data": "3", "frame_name": "count", "attrs": "is_constant_ = true;"}),
    }
    shown = values(run(engine, page(blocks, WIRES + "limit.output -> less.y"), fetch=["exit.output"]))
    assert shown == {"exit.output": 3}


def test_enter_that_leads_nowhere_shows_its_value(engine):
    blocks = {"enter": ("Enter", {"data": "{1,2}", "frame_name": "f"}), "s": "ClientSession"}
    assert values(run(engine, page(blocks, "enter.output -> s.fetch_outputs"))) == {"enter.output": [1, 2]}


def test_fault_beside_a_loop_is_the_only_one_that_is_named(engine):
    blocks = {**COUNT, "bad": ("MatMul", {"a": "{{1.0,2.0}}", "b": "{{1.0,2.0}}"})}
    made = page(blocks, WIRES + "bad.product -> s.fetch_outputs")
    assert [p.block for p in run(engine, made).problems] == ["bad"]
    inferred = engine.infer(make_plan(made, Path("."), everything=True), ".")
    assert [p.block for p in inferred.problems] == ["bad"]
    assert inferred.types["exit.output"].dtype == "int32"


def test_block_that_ends_the_process_beside_a_loop_is_named(engine):
    made = page({**COUNT, "end": "Abort"}, WIRES + "end.operation -> s.run_outputs")
    assert [(p.code, p.block) for p in run(engine, made).problems] == [("aborted", "end")]


def test_block_that_would_end_the_process_in_a_loop_is_named(engine):
    blocks = {**COUNT, "big": ("Add", {"y": "2000000000"}), "array": ("TensorArray", {"dtype": "DT_FLOAT"})}
    wires = "switch.output_true -> big.x\nbig.z -> array.size\narray.flow -> s.fetch_outputs"
    result = run(engine, page(blocks, WIRES + wires))
    assert [(p.code, p.block) for p in result.problems] == [("bad-value", "array")]


def test_a_block_that_feeds_a_running_one_through_a_check_has_ended():
    """The mark of an end may come late; ``array`` takes the value of ``big`` by way of a node of its own."""
    blocks = {
        "big": ("Add", {"x": "1", "y": "2"}),
        "array": ("TensorArray", {"dtype": "DT_FLOAT"}),
        "s": "ClientSession",
    }
    plan = make_plan(page(blocks, "big.z -> array.size\narray.flow -> s.fetch_outputs"), Path("."))
    assert "big:0" not in next(n for n in plan.nodes if n.name == "array").inputs
    assert unfinished(["big", "array"], plan) == ("array",)
    assert unfinished(["big"], plan) == ("big",)


@pytest.mark.parametrize(("steps", "at_start"), [(1, 0), (2, 3), (3, 6)])
def test_variable_that_a_loop_writes_is_shown_as_at_the_start_of_the_step(
    engine: Engine, steps: int, at_start: int
) -> None:
    """Each step adds 0, 1 and 2 to it, round by round."""
    shown = values(run(engine, WRITING, fetch=["n.ref", "exit.output"], steps=steps))
    assert shown == {"n.ref": at_start, "exit.output": 3}
    assert values(run(engine, WRITING, fetch=["n.ref"], steps=steps)) == {"n.ref": at_start}


def test_variable_that_a_loop_within_a_loop_writes_is_shown_beside_it(engine: Engine) -> None:
    """The rounds i of the outer loop, 0 to 2, add the numbers from i to 1: 0 and 1, then 1, then none."""
    nested = copy.deepcopy(NESTED)
    writing = page(
        {
            "v": ("Variable", {"initvalues": "0"}),
            "rows": ("RefEnter", {"frame_name": "rows", "attrs": "is_constant_ = true;"}),
            "columns": ("RefEnter", {"frame_name": "columns", "attrs": "is_constant_ = true;"}),
            "add": "AssignAdd",
        },
        """
        v.ref -> rows.data
        rows.output -> columns.data
        columns.output -> add.ref
        sj.output_true -> add.value
        add.output_ref -> s.run_outputs
        """,
    )
    nested.blocks.update(writing.blocks)
    nested.wires += writing.wires
    assert values(run(engine, nested, fetch=["v.ref"], steps=3)) == {"v.ref": 4}
