"""A block is put on a wire only where its value can take the place of what the wire brought."""

from __future__ import annotations

import pytest

from app.document.fixes import offer
from app.document.model.fix import AddBlock
from app.document.model.problems import Problem
from app.document.model.sentence import say
from app.messages import fix_title
from blocks.catalog import load
from blocks.requirement import Requirement, ShapeOf, Size, of_dtypes
from blocks.tensor_spec import Shape, TensorSpec
from tests.support.pages import page


def shape_fixes(
    symbol: str, pin: str, required: tuple[Size, ...], there: Shape, dtype: str = "float32"
) -> list[str]:
    """The fixes of a wire that brings a shape to a pin that requires another, by their titles."""
    made = page({"a": "Neg", "m": symbol}, f"a.y -> m.{pin}")
    problem = Problem(
        severity="error",
        code="bad-shape",
        block="m",
        pin=pin,
        sentence=say("problem.bad-shape"),
        requirement=Requirement(shape=ShapeOf(required)),
    )
    (offered,) = offer(made, load(), [problem], {"a.y": TensorSpec(dtype, there)})
    return [fix_title(fix) for fix in offered.fixes]


@pytest.mark.parametrize("required", [(3, 1), (1, 1, 3), (3,)], ids=["turned", "expanded", "squeezed"])
def test_no_block_is_put_before_a_pin_that_takes_a_reference(required: tuple[int, ...]) -> None:
    """A block gives a value, and a training op alters what the reference stands for."""
    assert shape_fixes("ApplyMomentum", "grad", required, (1, 3)) != []
    assert shape_fixes("ApplyMomentum", "accum", required, (1, 3)) == []


def test_no_block_is_put_before_a_pin_that_takes_a_handle() -> None:
    assert shape_fixes("TensorArrayWrite", "value", (3,), (1, 3)) != []
    assert shape_fixes("TensorArrayWrite", "handle", (3,), (1, 3), "resource") == []


@pytest.mark.parametrize(("pin", "is_cast"), [("accum", False), ("grad", True)])
def test_no_cast_is_put_before_a_pin_that_takes_a_reference(pin: str, is_cast: bool) -> None:
    made = page({"a": "Neg", "v": "Variable", "m": "ApplyMomentum"}, f"v.ref -> m.var\na.y -> m.{pin}")
    problem = Problem(
        severity="error",
        code="dtype-conflict",
        block="m",
        pin=pin,
        sentence=say("problem.bad-dtype"),
        requirement=of_dtypes("float32"),
    )
    types = {"a.y": TensorSpec("float64", (3,)), "v.ref": TensorSpec("float32", (3,))}
    (offered,) = offer(made, load(), [problem], types)
    casts = [
        c for fix in offered.fixes for c in fix.changes if isinstance(c, AddBlock) and c.symbol == "Cast"
    ]
    assert bool(casts) == is_cast


@pytest.mark.parametrize(
    ("symbol", "required", "there", "order"),
    [
        ("Conv2D", ("filter_height", "filter_width", 2, "channels"), (4, 2, 3, 3), "{2,3,1,0}"),
        (
            "DepthwiseConv2dNative",
            ("filter_height", "filter_width", 5, "multiplier"),
            (5, 1, 3, 3),
            "{2,3,0,1}",
        ),
        (
            "Conv3D",
            ("filter_planes", "filter_height", "filter_width", 2, "channels"),
            (4, 2, 3, 3, 3),
            "{2,3,4,1,0}",
        ),
    ],
)
def test_a_filter_in_the_order_of_pytorch_is_transposed(
    symbol: str, required: tuple[Size, ...], there: Shape, order: str
) -> None:
    assert shape_fixes(symbol, "filter", required, there) == [
        f"Insert Transpose ({order}), which moves the elements"
    ]
