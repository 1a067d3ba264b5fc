"""Fixes of typed values: numbers in the order that is required, shapes of elements, no senseless least number."""

from __future__ import annotations

import pytest

from app.document.fixes.offer import offer
from app.document.model.fix import Fix, WritePin
from app.document.model.problems import Problem, error
from app.document.model.sentence import quote, say
from blocks.catalog import load
from blocks.requirement import Actual, InRange, Requirement, ShapeOf
from blocks.tensor_spec import Shape
from tests.support.pages import page


@pytest.mark.parametrize(
    ("symbol", "pin", "text", "fixed"),
    [
        ("MatrixDiagPartV2", "k", "{1,-1}", "{-1,1}"),
        ("HistogramFixedWidth", "value_range", "{3f,1f}", "{1.0f,3.0f}"),
    ],
)
def test_numbers_the_wrong_way_round_are_offered_in_order(
    symbol: str, pin: str, text: str, fixed: str
) -> None:
    needs = say("needs.low-then-high")
    problem = error("run-failed", quote("x"), "c", pin, requirement=needs, actual=Actual(value=text))
    (fix,) = _fixes(symbol, {pin: text}, problem)
    assert fix.changes == (WritePin("c", pin, fixed),)
    assert fix.by_hand


@pytest.mark.parametrize("text", ["{1,1}", "{{1,-1}}", "{-1,1}", "1"])
def test_numbers_of_which_another_thing_is_wrong_are_left(text: str) -> None:
    problem = error("run-failed", quote("x"), "c", "k", requirement=say("needs.lower-first"))
    assert _fixes("MatrixDiagPartV2", {"k": text}, problem) == []


@pytest.mark.parametrize(
    ("text", "there", "fixed"),
    [("{{2,2}}", (2, 2), "{2}"), ("{},{2,2}", (2, 2), "{},{2}"), ("{3}", (3,), "{2}")],
)
def test_the_shape_that_elements_have_is_offered(text: str, there: Shape, fixed: str) -> None:
    needs = Requirement(shape=ShapeOf((2,)))
    problem = error(
        "run-failed", quote("x"), "c", "output_shapes", requirement=needs, actual=Actual(shape=there)
    )
    (fix,) = _fixes("TensorSliceDataset", {"output_shapes": text}, problem)
    assert fix.changes == (WritePin("c", "output_shapes", fixed),)


@pytest.mark.parametrize(("number", "count"), [("0", 1), ("5000000000", 0)])
def test_the_least_number_is_offered_for_one_that_is_too_small_alone(number: str, count: int) -> None:
    needs = Requirement(values=InRange(1, 100))
    problem = error(
        "bad-attr-value", quote("x"), "c", "range_max", requirement=needs, actual=Actual(value=number)
    )
    found = _fixes("LearnedUnigramCandidateSampler", {"range_max": number}, problem)
    assert [fix.changes for fix in found] == [(WritePin("c", "range_max", "1"),)] * count


def _fixes(symbol: str, pins: dict[str, str], problem: Problem) -> list[Fix]:
    return list(offer(page({"c": (symbol, pins)}, ""), load(), [problem], {})[0].fixes)


@pytest.mark.parametrize(
    ("symbol", "pin", "key"), [("ParseTensor", "out_type", "packed"), ("Restore", "dt", "stored")]
)
def test_the_dtype_that_a_stored_tensor_has_is_offered(symbol: str, pin: str, key: str) -> None:
    needs = say("needs.packed-dtype", dtype="float32")
    if key == "stored":
        needs = say("needs.dtype-of-stored", dtype="float32", name="w")
    problem = error("run-failed", quote("x"), "c", pin, requirement=needs, actual=Actual(dtype="float64"))
    (fix,) = _fixes(symbol, {pin: "DT_DOUBLE"}, problem)
    assert fix.changes == (WritePin("c", pin, "DT_FLOAT"),)
