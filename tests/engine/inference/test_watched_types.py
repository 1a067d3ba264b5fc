"""The pin of a condition is judged by its type, before a run: its index, its dtype."""

from __future__ import annotations

import pytest

from app.document.model.conditions import parse_condition
from app.engine.compiler.plan import Monitored, Until, Watched
from app.engine.inference.watched_types import condition_problems, monitor_problems
from app.messages.texts import actual_text, hint_text, message_of, requirement_text
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


@pytest.mark.parametrize(
    ("index", "shape"), [((3,), (3,)), ((0, 0), (3,)), ((0, 4), (2, 4)), ((1,), (1, None)), ((0,), ())]
)
def test_a_part_that_a_monitor_shows_and_the_tensor_lacks_is_a_warning(
    index: tuple[int, ...], shape: tuple[int | None, ...]
) -> None:
    text = "c.y" + "".join(f"[{at}]" for at in index)
    (found,) = monitor_problems([Monitored("curve", text, "c.y", index)], {"c.y": TensorSpec("int32", shape)})
    assert (found.severity, found.block, found.pin, found.related) == ("warning", "c", "y", (text,))
    assert message_of(found).startswith(f"the monitor curve shows {text}, and c.y has the shape ")


@pytest.mark.parametrize(
    ("index", "spec"),
    [
        ((2,), TensorSpec("int32", (3,))),
        ((1,), TensorSpec("int32", (2, 4))),  # a row
        ((9,), TensorSpec("int32", (None,))),
        ((9,), TensorSpec("int32", None)),
        ((9,), None),
    ],
)
def test_a_part_that_may_be_there_is_no_fault(index: tuple[int, ...], spec: TensorSpec | None) -> None:
    types = {"c.y": spec} if spec is not None else {}
    assert monitor_problems([Monitored("curve", "c.y[9]", "c.y", index)], types) == []


def test_a_condition_that_finds_no_number_is_named() -> None:
    (found,) = condition_problems(_until("c.y < 0"), {"c.y": TensorSpec("float32", (3,))})
    assert message_of(found).startswith("the condition c.y < 0 needs one number: ")
    assert hint_text(found) == "name one, as c.y[0]"


def _until(text: str) -> Until:
    condition = parse_condition(text)
    element = condition.element
    watched = Watched(str(element), f"{element.place}.{element.pin}", element.index, condition=text)
    return Until(watched, condition)
