"""What cannot fit into memory by its static shape is refused before anything runs, with its size, dtype and shape."""

from __future__ import annotations

import pytest

from app.document.model.sentence import say
from app.messages import actual_text
from blocks.requirement import Actual
from tests.support.pages import page, plain, run
from tests.support.words import holds

SEGMENT = (
    "UnsortedSegmentSum",
    {"data": "{{1,2},{3,4},{5,6}}", "segment_ids": "{0,1,3}", "num_segments": "2147483647"},
)
SUM = ("Sum", {"input": "{1f,2f}", "axis": "0"})
ROOM = 2 << 30


def test_output_of_17_gigabytes_is_refused_at_the_pin_that_asks_for_it_and_the_rest_is_shown(engine):
    result = run(engine, page({"big": SEGMENT, "sum": SUM}), memory_limit=ROOM)
    (problem,) = result.problems
    assert (problem.code, problem.block, problem.pin) == ("out-of-memory", "big", "num_segments")
    assert holds(problem.sentence, say("memory.tensor", dtype="int32", shape=(2147483647, 2)))
    assert actual_text(problem) == "17 GB (int32 [2147483647, 2])"
    assert result.steps == 0
    assert plain(result.results["sum.output"]) == 3


def test_output_that_a_shape_of_two_inputs_makes_is_refused_as_well(engine):
    outer = {
        "x": ("Fill", {"dims": "{100000,1}", "value": "1f"}),
        "y": ("Fill", {"dims": "{1,100000}", "value": "1f"}),
        "add": "Add",
    }
    (problem,) = run(engine, page(outer, "x.output -> add.x\ny.output -> add.y"), memory_limit=ROOM).problems
    assert (problem.code, problem.block) == ("out-of-memory", "add")
    assert holds(problem.sentence, say("memory.tensor", dtype="float32", shape=(100000, 100000), size="40"))


def test_what_fits_a_run_but_not_what_it_shows_is_refused_before_the_first_step(engine):
    made = page(
        {"big": ("Fill", {"dims": "{50000000}", "value": "1f"}), "count": ("Variable", {"initvalues": "0"})}
    )
    result = run(engine, made, memory_limit=ROOM)
    (problem,) = result.problems
    assert (problem.code, problem.block, problem.pin, result.steps) == ("out-of-memory", "big", "output", 0)
    assert holds(
        problem.sentence, say("memory.shown", actual=Actual(dtype="float32", shape=(50000000,)), size=0.2)
    )


def test_branch_that_is_not_taken_may_be_as_large_as_it_likes(engine):
    made = page(
        {
            "switch": ("Switch", {"data": "{1000000,1000000}", "pred": "false"}),
            "big": ("Fill", {"value": "1f"}),
        },
        "switch.output_true -> big.dims",
    )
    result = run(engine, made, memory_limit=ROOM)
    assert not [p for p in result.problems if p.severity == "error"]


@pytest.mark.parametrize("size", ["{-2,3}", "{0,3}"])
def test_size_that_nothing_can_have_is_left_to_the_op(engine, size):
    made = page({"bad": ("ResizeBilinear", {"images": "{{{{1f}}}}", "size": size}), "sum": SUM})
    result = run(engine, made, memory_limit=ROOM)
    assert [(p.block, p.pin) for p in result.problems] == [("bad", "size")]
    assert plain(result.results["sum.output"]) == 3
