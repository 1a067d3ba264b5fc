"""Two wires of one block are changed over only where each brings what the other's pin takes, and its own does not."""

from __future__ import annotations

import pytest

from app.document.fixes import offer
from app.document.model.fix import Reconnect
from app.document.model.problems import Problem
from app.document.model.sentence import say
from app.messages import fix_title
from blocks.catalog import load
from blocks.requirement import Requirement, ShapeOf, of_dtypes
from blocks.tensor_spec import Shape, TensorSpec
from tests.support.pages import page

FLOATS, NUMBERS = TensorSpec("float32", (2, 2)), TensorSpec("int32", (2,))


@pytest.mark.parametrize(
    ("symbol", "pins", "takes", "is_swapped"),
    [
        ("SparseSoftmaxCrossEntropyWithLogits", ("features", "labels"), ("float32",), True),
        ("Add", ("x", "y"), ("float32",), False),  # they have one dtype, whichever it is
        ("Gather", ("params", "indices"), ("int32", "int64"), False),  # params takes int32 as well as float32
        ("Assign", ("ref", "value"), ("float32",), False),  # a value is no reference
    ],
)
def test_wires_are_swapped_where_both_are_wrong(
    symbol: str, pins: tuple[str, str], takes: tuple[str, ...], is_swapped: bool
) -> None:
    made = page({"a": "Neg", "b": "Neg", "m": symbol}, f"a.y -> m.{pins[0]}\nb.y -> m.{pins[1]}")
    problem = Problem(
        severity="error",
        code="bad-dtype",
        block="m",
        pin=pins[1] if symbol == "Gather" else pins[0],
        sentence=say("problem.bad-dtype"),
        requirement=of_dtypes(*takes),
    )
    (offered,) = offer(made, load(), [problem], {"a.y": NUMBERS, "b.y": FLOATS})
    swaps = [fix for fix in offered.fixes if all(isinstance(change, Reconnect) for change in fix.changes)]
    assert bool(swaps) == is_swapped
    assert not is_swapped or (len(offered.fixes) == 1 and swaps[0].by_hand)


@pytest.mark.parametrize(("shape", "is_swapped"), [((2, 1), True), ((2, None), False), (None, False)])
def test_wires_are_swapped_for_their_shapes_only_where_these_are_known(
    shape: tuple[int | None, ...] | None, is_swapped: bool
) -> None:
    made = page({"a": "Neg", "b": "Neg", "m": "MatMul"}, "a.y -> m.a\nb.y -> m.b")
    problem = Problem(
        severity="error", code="bad-shape", block="m", pin="b", sentence=say("problem.bad-shape")
    )
    types = {"a.y": TensorSpec("float32", (1, 3)), "b.y": TensorSpec("float32", shape)}
    (offered,) = offer(made, load(), [problem], types)
    assert any(isinstance(change, Reconnect) for fix in offered.fixes for change in fix.changes) == is_swapped


def offered_of_filter(picture: Shape, window: Shape, depth: int, attrs: str = "") -> list[str]:
    """The fixes of a Conv2D by their titles: what its pins get, and the depth that its filter must have."""
    made = page(
        {"a": "Neg", "b": "Neg", "m": ("Conv2D", {"attrs": attrs})}, "a.y -> m.input\nb.y -> m.filter"
    )
    problem = Problem(
        severity="error",
        code="bad-shape",
        block="m",
        pin="filter",
        sentence=say("problem.bad-shape"),
        requirement=Requirement(shape=ShapeOf(("filter_height", "filter_width", depth, "channels"))),
    )
    types = {"a.y": TensorSpec("float32", picture), "b.y": TensorSpec("float32", window)}
    (offered,) = offer(made, load(), [problem], types)
    return [fix_title(fix) for fix in offered.fixes]


def test_picture_and_filter_are_swapped_where_what_becomes_the_filter_is_the_smaller() -> None:
    swap = ["Swap the wires from a.y and b.y: a.y comes to filter"]
    assert offered_of_filter((3, 3, 3, 16), (1, 8, 8, 3), 16) == swap
    assert offered_of_filter((1, 3, 3, 4), (3, 3, 3, 16), 4) == swap
    assert offered_of_filter((5, 8, 8, 4), (3, 3, 3, 16), 4) == []  # 5 rows do not slide over 3
    assert offered_of_filter((3, 3, 3, 16), (1, 3, 8, 8), 16, "data_format_ = NCHW;") == swap
    assert offered_of_filter((3, 3, 3, 16), (1, 3, 8, 2), 16, "data_format_ = NCHW;") == []


def test_picture_and_filter_are_not_swapped_where_the_filter_is_in_the_order_of_pytorch() -> None:
    assert offered_of_filter((1, 3, 3, 2), (4, 2, 3, 3), 2) == [
        "Insert Transpose ({2,3,1,0}), which moves the elements"
    ]


@pytest.mark.parametrize(("pin", "related"), [("a_shape", ()), ("b", ("m.a_values",))])
def test_a_pin_of_any_dtype_is_swapped_where_those_of_its_dtype_say_so(
    pin: str, related: tuple[str, ...]
) -> None:
    """Values and shape of a sparse matrix are changed over: both complaints offer the one fix that cures both."""
    symbol, wires = "SparseTensorDenseMatMul", "i.y -> m.a_values\nv.y -> m.a_shape\nd.y -> m.b"
    made = page({"i": "Neg", "v": "Neg", "d": "Neg", "m": symbol}, wires)
    whole = TensorSpec("int64", (2,))
    problem = Problem(
        severity="error",
        code="dtype-conflict",
        block="m",
        pin=pin,
        related=related,
        sentence=say("problem.bad-dtype"),
        requirement=of_dtypes("int64"),
    )
    (offered,) = offer(made, load(), [problem], {"i.y": whole, "v.y": FLOATS, "d.y": FLOATS})
    ends = {
        (change.target, change.new_source)
        for fix in offered.fixes
        for change in fix.changes
        if isinstance(change, Reconnect)
    }
    assert len(offered.fixes) == 1
    assert ends == {("m.a_shape", "i.y"), ("m.a_values", "v.y")}
