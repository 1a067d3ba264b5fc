"""What a queue can never give at once is found before a run. The limits are those of TensorFlow's kernels."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.document.model.problems import Problem
from app.engine.compiler.make_plan import make_plan
from app.messages import message_of
from tests.support.fix_cases import const
from tests.support.pages import page

_WIRES = "q.handle -> t.handle\nt.components -> s.fetch_outputs\nq.handle -> p.handle\np.operation -> s.run_outputs\n"


def _faults(kind: str, capacity: int, count: str, put: str = "1f", wires: str = _WIRES) -> list[Problem]:
    """Return what is said of a page whose step puts into a queue and takes many from it."""
    attrs = f"shapes_ = {{{{}}}}; capacity_ = {capacity};"
    queue = {"component_types": "DT_FLOAT", "attrs": attrs}
    held, put_in = "DT_FLOAT", put
    if kind == "PriorityQueue":
        queue = {"shapes": "{{}}", "attrs": f"component_types_ = {{DT_FLOAT}}; capacity_ = {capacity};"}
        held, put_in = "{DT_INT64,DT_FLOAT}", "1;1f"
    blocks = {
        "q": (kind, queue),
        "p": ("QueueEnqueueMany" if put.startswith("{") else "QueueEnqueue", {"components": put_in}),
        "t": ("QueueDequeueMany", {"n": count, "component_types": held}),
        "k": const("9"),
        "s": "ClientSession",
    }
    return [p for p in make_plan(page(blocks, wires), Path()).problems if p.code == "stuck"]


@pytest.mark.parametrize(
    ("kind", "capacity", "fits", "most"),
    [
        ("FIFOQueue", 2, "3", 3),  # two that are there, and the one of the step
        ("PaddingFIFOQueue", 2, "3", 3),
        ("RandomShuffleQueue", 2, "3", 3),
        ("PriorityQueue", 2, "2", 2),  # gives all at once or none
    ],
)
def test_more_at_once_than_a_queue_can_have(kind: str, capacity: int, fits: str, most: int) -> None:
    assert _faults(kind, capacity, fits) == []
    (problem,) = _faults(kind, capacity, str(most + 1))
    assert (problem.severity, problem.pin, problem.related) == ("error", "n", ("q.attrs",))
    assert f"whose capacity_ is {capacity}, has at most {most} for it" in message_of(problem)


@pytest.mark.parametrize("kind", ["FIFOQueue", "PriorityQueue"])
def test_a_queue_without_a_capacity_holds_any_number(kind: str) -> None:
    assert _faults(kind, -1, "9") == []


def test_a_wired_constant_counts_as_typed() -> None:
    (problem,) = _faults("FIFOQueue", 2, "", wires=_WIRES + "k.output -> t.n")
    assert "takes 9 elements" in message_of(problem)


def test_a_batch_goes_in_while_another_takes() -> None:
    assert _faults("FIFOQueue", 2, "3", put="{1f,2f,3f}") == []
