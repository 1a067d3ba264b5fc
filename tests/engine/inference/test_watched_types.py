"""The pin of a condition is judged by its type, before a run: its index, its dtype."""

from __future__ import annotations

import pytest

from app.document.model.conditions import parse_condition
from app.engine.compiler.plan import Until, Watched
from app.engine.inference.watched_types import condition_problems
from app.messages.texts import actual_text, hint_text, requirement_text
from blocks.tensor_spec import TensorSpec


@pytest.mark.parametrize(
    ("text", "spec", "needs", "got", "hint"),
    [
        ("c.y[5] > 1", TensorSpec("float32", (2,)), "indices from 0 to below [2]", "[5]", "c.y[0]"),
        ("c.y > 1", TensorSpec("float32", (2, None)), "dimension of [2, ?]", "no index", "c.y[0][0]"),
        ("c.y[0][0] > 1", TensorSpec("float32", (2,)), "dimension of [2]", "[0][0]", "c.y[0]"),
        ("c.y > 1", TensorSpec("string", ()), "a real number", "string", ""),
        ("c.y > 1", TensorSpec("resource", ()), "a real number", "a handle", ""),
    ],
)
def test_a_pin_without_a_single_number_is_named(
    text: str, spec: TensorSpec, needs: str, got: str, hint: str
) -> None:
    (found,) = condition_problems(_until(text), {"c.y": spec})
    assert (found.code, found.block, found.pin) == ("bad-watch", "c", "y")
    assert needs in (requirement_text(found) or "")
    assert actual_text(found) == got
    assert hint in (hint_text(found) or "")


@pytest.mark.parametrize(
    ("text", "spec"),
    [
        ("c.y > 1", TensorSpec("float32", ())),
        ("c.y > 1", TensorSpec("float32", (1, None))),
        ("c.y[4] > 1", TensorSpec("int64", (None,))),
        ("c.y[4] > 1", TensorSpec("int64", None)),
        ("c.y[1] > 1", TensorSpec("int64", (2,))),
    ],
)
def test_what_may_be_a_number_is_no_fault(text: str, spec: TensorSpec) -> None:
    assert condition_problems(_until(text), {"c.y": spec}) == []
    assert condition_problems(_until(text), {}) == []
    assert condition_problems(None, {"c.y": spec}) == []


def _until(text: str) -> Until:
    condition = parse_condition(text)
    element = condition.element
    return Until(Watched(str(element), f"{element.place}.{element.pin}", element.index), condition)
