"""Blocks of pixels that do not fit: the size at fault, its dimension, and the pins that it follows from."""

from __future__ import annotations

from typing import Any

import pytest

from app.messages import actual_text, requirement_text
from tests.support.pages import page, run

PIXELS = "{{{{1f},{2f},{3f}},{{1f},{2f},{3f}}}}"  # [1, 2, 3, 1]
THREE = "{{{{1f}}},{{{1f}}},{{{1f}}}}"  # a batch of 3
DEEP = "{{{{1f,2f,3f}}}}"
NO_EDGE = "{{0,0},{0,0}}"
PARSED = {"input": "DT_FLOAT", "crops": "DT_INT32", "paddings": "DT_INT32"}


def refused(engine: Any, symbol: str, pins: dict[str, str], computed: tuple[str, ...]) -> Any:
    """Return the problem of one block, some of whose inputs come of no known shape."""
    blocks: dict[str, Any] = {"c": (symbol, {p: t for p, t in pins.items() if p not in computed})}
    wires = ""
    for pin in computed:
        blocks[f"z-{pin}"] = ("SerializeTensor", {"tensor": pins[pin]})
        blocks[f"k-{pin}"] = ("ParseTensor", {"out_type": PARSED[pin]})
        wires += f"z-{pin}.serialized -> k-{pin}.serialized\nk-{pin}.output -> c.{pin}\n"
    (problem,) = run(engine, page(blocks, wires)).problems
    return problem


@pytest.mark.parametrize("computed", [(), ("input",)])
@pytest.mark.parametrize(
    ("symbol", "pins", "pin", "needs", "got", "related"),
    [
        ("SpaceToDepth", {"input": PIXELS, "block_size": "2"}, "input",
         "a size in dimension 2 that 2 divides evenly", "[1, 2, 3, 1]", ("c.block_size",)),
        ("DepthToSpace", {"input": DEEP, "block_size": "2"}, "input",
         "a size in dimension 3 that 4 divides evenly", "[1, 1, 1, 3]", ("c.block_size",)),
        ("BatchToSpace", {"input": THREE, "block_size": "2", "crops": NO_EDGE}, "input",
         "a batch that 4 divides evenly, the product of the block's sizes", "[3, 1, 1, 1]", ("c.block_size",)),
        ("SpaceToBatch", {"input": PIXELS, "block_size": "2", "paddings": NO_EDGE}, "paddings",
         "numbers that make each padded size a multiple of 2", "a padded size of 3", ("c.input", "c.block_size")),
        ("SpaceToBatchND", {"input": PIXELS, "block_shape": "{2,2}", "paddings": NO_EDGE}, "paddings",
         "numbers that make each padded size a multiple of 2", "a padded size of 3", ("c.input", "c.block_shape")),
    ],
)  # fmt: skip
def test_the_size_at_fault_and_what_it_follows_from_are_named(
    engine: Any,
    symbol: str,
    pins: dict[str, str],
    pin: str,
    needs: str,
    got: str,
    related: tuple[str, ...],
    computed: tuple[str, ...],
) -> None:
    problem = refused(engine, symbol, pins, computed)
    assert (problem.block, problem.pin, problem.related) == ("c", pin, related)
    assert requirement_text(problem) == needs
    assert (actual_text(problem) or "").startswith(got)


@pytest.mark.parametrize(("symbol", "pin"), [("BatchToSpace", "crops"), ("SpaceToBatch", "paddings")])
def test_a_computed_number_below_0_is_not_taken_for_an_unknown_shape(
    engine: Any, symbol: str, pin: str
) -> None:
    four = "{{{{1f}}},{{{1f}}},{{{1f}}},{{{1f}}}}"
    pins = {"input": four, pin: "{{-1,0},{0,0}}", "block_size": "2"}
    problem = refused(engine, symbol, pins, (pin,))
    assert (problem.block, problem.pin, requirement_text(problem)) == ("c", pin, "0 or more")
    assert (actual_text(problem) or "").startswith("-1 at [0, 0]")


@pytest.mark.parametrize("symbol", ["BatchToSpaceND", "SpaceToBatchND"])
def test_an_input_of_too_few_dimensions_is_refused_by_its_rank(engine: Any, symbol: str) -> None:
    edge = "crops" if symbol == "BatchToSpaceND" else "paddings"
    problem = refused(engine, symbol, {"input": "{1f,2f}", "block_shape": "{2,2}", edge: NO_EDGE}, ("input",))
    assert (problem.pin, requirement_text(problem)) == ("input", "rank 3 or more")


def test_a_layout_that_has_no_kernel_is_the_fault_of_its_attr(engine: Any) -> None:
    pins = {"input": PIXELS, "block_size": "2", "attrs": "data_format_ = NCHW"}
    problem = refused(engine, "SpaceToDepth", pins, ("input",))
    assert (problem.pin, requirement_text(problem), actual_text(problem)) == ("attrs", "NHWC", "NCHW")
