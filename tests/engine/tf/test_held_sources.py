"""What iterators, queues and random ops gave in the step that failed is there for its messages and for a look."""

from __future__ import annotations

from typing import Any

import pytest

from app.messages import actual_text, message_of, requirement_text
from tests.support.pages import page, plain, run


def of_iterator() -> tuple[dict[str, Any], str, str]:
    """Return blocks and wires that give [0, 1, 2, 3] in the first step and [4, 5] in the second, and the output."""
    blocks = {
        "all": ("TensorSliceDataset", {"components": "{0f,1f,2f,3f,4f,5f}"}),
        "parts": ("BatchDataset", {"batch_size": "4"}),
        "it": ("IteratorV2", {"output_types": "DT_FLOAT", "output_shapes": "{?}"}),
        "begin": "MakeIterator",
        "next": ("IteratorGetNext", {"output_types": "DT_FLOAT", "output_shapes": "{?}"}),
        "first": ("ClientSession", {"once": "true"}),
    }
    wires = """
        all.handle -> parts.input_dataset
        parts.handle -> begin.dataset
        it.handle -> begin.iterator
        it.handle -> next.iterator
        begin.operation -> first.run_outputs
    """
    return blocks, wires, "next.components[0]"


def of_queue() -> tuple[dict[str, Any], str, str]:
    """Return the same of a queue."""
    blocks = {
        "q": ("FIFOQueue", {"component_types": "DT_FLOAT"}),
        "one": ("QueueEnqueue", {"components": "{0f,1f,2f,3f}"}),
        "two": ("QueueEnqueue", {"components": "{4f,5f}"}),
        "take": ("QueueDequeue", {"component_types": "DT_FLOAT"}),
        "first": ("ClientSession", {"once": "true"}),
        "then": ("ClientSession", {"once": "true"}),
    }
    wires = """
        q.handle -> one.handle
        q.handle -> two.handle
        q.handle -> take.handle
        one.operation -> first.run_outputs
        two.operation -> then.run_outputs
    """
    return blocks, wires, "take.components[0]"


@pytest.mark.parametrize("source", [of_iterator, of_queue])
@pytest.mark.parametrize(
    ("symbol", "pins", "taken", "output", "pin", "needs", "actual"),
    [
        ("Reshape", {"shape": "{2,2}"}, "tensor", "output", "shape", "sizes that make 2 elements, as [2] has", "{2,2}"),
        ("TopKV2", {"k": "3"}, "input", "values", "k", "0 to 2", "3"),
        ("Add", {"y": "{1f,2f,3f,4f}"}, "x", "z", "y", "[2], or 1 in place of a size", "{1,2,3,4}, shape [4]"),
    ],
)  # fmt: skip
def test_a_later_step_that_gets_fewer_numbers_says_so_of_them(
    engine: Any, source: Any, symbol: str, pins: dict[str, str], taken: str, output: str, pin: str,
    needs: str, actual: str,
) -> None:  # fmt: skip
    blocks, wires, out = source()
    made = page(
        {**blocks, "c": (symbol, pins), "s": "ClientSession"},
        f"{wires}\n{out} -> c.{taken}\nc.{output} -> s.fetch_outputs",
    )
    result = run(engine, made, steps=2)
    assert result.steps == 1, [message_of(p) for p in result.problems]
    (problem,) = result.problems
    assert (problem.block, problem.pin) == ("c", pin)
    assert (requirement_text(problem), actual_text(problem)) == (needs, actual)
    assert plain(result.inputs[f"c.{taken}"]) == [4.0, 5.0]


def test_a_variable_is_not_blamed_for_the_random_numbers_that_do_not_fit_it(engine: Any) -> None:
    made = page(
        {
            "r": ("RandomUniform", {"shape": "{3}", "dtype": "DT_FLOAT"}),
            "never": ("Greater", {"y": "2f"}),
            "none": "Where",
            "w": ("Variable", {"initvalues": "{{0},{0}}", "dtype": "DT_INT64"}),
            "c": "Assign",
            "s": "ClientSession",
        },
        """
        r.output -> never.x
        never.z -> none.input
        w.ref -> c.ref
        none.index -> c.value
        c.output_ref -> s.fetch_outputs
        """,
    )
    (problem,) = run(engine, made).problems
    assert (problem.block, problem.pin) == ("c", "value")
    assert (requirement_text(problem), actual_text(problem)) == ("[2, 1]", "[0, 1]")


def test_a_merge_gets_what_the_taken_branch_gives(engine: Any) -> None:
    """Nothing may wait for what a branch that is not taken would keep."""
    made = page(
        {
            "pred": ("Const", {"val": "false"}),
            "fork": ("Switch", {"data": "{2}"}),
            "r": ("RandomUniform", {"dtype": "DT_FLOAT"}),
            "plain": ("Cast", {"DstT": "DT_FLOAT"}),
            "c": "Merge",
            "s": "ClientSession",
        },
        """
        pred.output -> fork.pred
        fork.output_true -> r.shape
        fork.output_false -> plain.x
        r.output -> c.inputs
        plain.y -> c.inputs
        c.output -> s.fetch_outputs
        """,
    )
    result = run(engine, made)
    assert result.ok, [message_of(p) for p in result.problems]
    assert plain(result.results["c.output"]) == [2.0]
