"""Whether a wire to be made fits: dtype by op, by attr and by the other wires; references, rank and sizes."""

from __future__ import annotations

import pytest

from app.document.checks.wire_types import WireFit
from app.document.model.diagram import Block, Page, PinRef, Wire
from app.document.model.sentence import Sentence, say
from blocks.catalog import load
from blocks.requirement import Requirement, ShapeOf
from blocks.tensor_spec import TensorSpec
from tests.support.words import holds


def fit_of(
    blocks: dict[str, tuple[str, dict[str, str]]],
    wires: list[tuple[str, str]],
    types: dict[str, TensorSpec],
    required: dict[str, TensorSpec] | None = None,
    without: int | None = None,
    broadcasting: tuple[str, ...] = (),
) -> WireFit:
    page = Page(
        name="p",
        blocks={i: Block(id=i, symbol=s, pins=dict(pins)) for i, (s, pins) in blocks.items()},
        wires=[Wire(source=PinRef.parse(a), target=PinRef.parse(b)) for a, b in wires],
    )
    left_out = page.wires[without] if without is not None else None
    return WireFit(page, load(), types, required or {}, left_out, broadcasting)


FLOATS, INTS = TensorSpec("float32", (3, 3)), TensorSpec("int32", (3, 3))
PAGE = {"a": ("Const", {}), "b": ("Const", {}), "sum": ("Add", {}), "crop": ("CropAndResize", {})}


def reason(fit: WireFit, source: str, target: str) -> Sentence | None:
    misfit = fit.misfit(PinRef.parse(source), PinRef.parse(target))
    return None if misfit is None else misfit.reason


def test_a_pin_of_one_dtype_refuses_another_and_says_both() -> None:
    fit = fit_of(PAGE, [], {"a.output": FLOATS})
    assert reason(fit, "a.output", "crop.box_ind") == say("misfit.dtype", dtypes=("int32",), actual="float32")
    assert reason(fit, "a.output", "crop.boxes") is None


def test_what_is_not_known_is_no_reason() -> None:
    assert reason(fit_of(PAGE, [], {}), "a.output", "crop.box_ind") is None


def test_a_dtype_that_another_input_fixes_is_named_with_that_input() -> None:
    fit = fit_of(PAGE, [("a.output", "sum.x")], {"a.output": FLOATS, "b.output": INTS})
    like = say("misfit.dtype-like", dtypes=("float32",), pin="x", actual="int32")
    assert reason(fit, "b.output", "sum.y") == like
    assert reason(fit, "b.output", "sum.x") is None  # the wire there gives way


def test_a_wire_that_is_moved_binds_nothing() -> None:
    fit = fit_of(PAGE, [("a.output", "sum.x")], {"a.output": FLOATS, "b.output": INTS}, without=0)
    assert reason(fit, "b.output", "sum.y") is None


def test_the_other_wires_of_a_list_pin_bind_it() -> None:
    blocks = {**PAGE, "join": ("Concat", {})}
    fit = fit_of(blocks, [("a.output", "join.values")], {"a.output": FLOATS, "b.output": INTS})
    like = say("misfit.dtype-like", dtypes=("float32",), pin="values", actual="int32")
    assert reason(fit, "b.output", "join.values") == like


def test_only_dtypes_that_the_op_allows_are_taken() -> None:
    fit = fit_of({**PAGE, "s": ("Sigmoid", {})}, [], {"a.output": TensorSpec("string", ())})
    assert holds(reason(fit, "a.output", "s.x"), say("misfit.dtype", actual="string"))


def test_only_numbers_can_be_cast() -> None:
    fit = fit_of(PAGE, [], {"a.output": FLOATS, "b.output": TensorSpec("string", ())})
    numbers = fit.misfit(PinRef("a", "output"), PinRef("crop", "box_ind"))
    words = fit.misfit(PinRef("b", "output"), PinRef("crop", "box_ind"))
    assert numbers is not None
    assert words is not None
    assert (numbers.castable, words.castable) == (True, False)


def test_a_pin_for_a_reference_refuses_a_value() -> None:
    blocks = {"a": ("Const", {}), "v": ("Variable", {}), "step": ("ApplyGradientDescent", {})}
    fit = fit_of(blocks, [], {"a.output": FLOATS, "v.ref": FLOATS})
    assert reason(fit, "a.output", "step.var") == say("misfit.reference")
    assert reason(fit, "v.ref", "step.var") is None


@pytest.mark.parametrize(
    ("required", "fits"),
    [
        ((None, None, None, None), False),
        ((None, 4), False),
        ((), False),
        ((3, None), True),
        (None, True),
    ],
)
def test_rank_and_sizes_are_compared_where_both_are_known(
    required: tuple[int | None, ...] | None, fits: bool
) -> None:
    fit = fit_of(PAGE, [], {"a.output": FLOATS}, {"crop.boxes": TensorSpec("float32", required)})
    found = reason(fit, "a.output", "crop.boxes")
    if fits:
        assert found is None
    else:
        assert required is not None
        assert found == say("misfit.shape", needs=Requirement(shape=ShapeOf(required)), shape=(3, 3))


@pytest.mark.parametrize(
    ("other", "sentence"),
    [
        ((2, 4), say("misfit.broadcast", pin="x", beside=(2, 4), shape=(3, 3))),
        ((1, 3), None),
        ((7, 3, 3), None),
        ((None, 3), None),
        ((), None),
        (None, None),
    ],
)
def test_inputs_that_broadcast_must_have_shapes_that_do(
    other: tuple[int | None, ...] | None, sentence: Sentence | None
) -> None:
    types = {"a.output": FLOATS, "b.output": TensorSpec("float32", other)}
    fit = fit_of(PAGE, [("b.output", "sum.x")], types, {"sum.y": TensorSpec("float32", None)})
    assert reason(fit, "a.output", "sum.y") is None  # an op that is not known to broadcast asks for nothing
    fit = fit_of(PAGE, [("b.output", "sum.x")], types, broadcasting=("Add",))
    assert reason(fit, "a.output", "sum.y") == sentence
