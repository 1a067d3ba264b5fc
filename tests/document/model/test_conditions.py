"""Conditions on a pin: what reads, what is refused and in which words, when they hold."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ml_dtypes import bfloat16

from app.document.checks.page import check_page
from app.document.model.address import Address
from app.document.model.conditions import Condition, parse_condition, parse_element
from app.document.model.diagram import Block, Page, RunSettings
from app.document.model.sentence import Sentence, say
from blocks.catalog import load
from tests.support.words import holds, raises_saying


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("cost.output < 0.01", Condition(Address("cost", "output"), "<", 0.01)),
        ("cost.output<1e-3", Condition(Address("cost", "output"), "<", 0.001)),
        (" w.ref[0][12] >= -2 ", Condition(Address("w", "ref", (0, 12)), ">=", -2)),
        ("a-b_1.y != .5", Condition(Address("a-b_1", "y"), "!=", 0.5)),
        ("flag.z == true", Condition(Address("flag", "z"), "==", 1)),
        ("a.y == -inf", Condition(Address("a", "y"), "==", float("-inf"))),
    ],
)
def test_reads_pin_comparison_and_number(text: str, expected: Condition) -> None:
    assert parse_condition(text) == expected
    assert parse_condition(str(expected)) == expected


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", say("condition.compares-nothing")),
        ("cost.output", say("condition.compares-nothing")),
        ("cost.output = 1", say("condition.no-comparison", sign="=")),
        ("cost.output <> 1", say("condition.no-comparison", sign="<>")),
        ("0 < cost.output < 1", say("condition.compares-twice")),
        ("cost < 1", say("pin.unreadable", text="cost")),
        ("cost.output[-1] < 1", say("pin.unreadable")),
        ("cost.output[x] < 1", say("pin.unreadable")),
        ("0.01 > cost.output", say("condition.no-number", text="cost.output")),
        ("cost.output < other.output", say("condition.no-number", text="other.output")),
        ("cost.output < __import__('os')", say("condition.no-number")),
        ("cost.output < 1_000", say("condition.no-number")),
        ("cost.output < 1 and a.y > 2", say("condition.compares-twice")),
        ("cost.output < nan", say("condition.no-number")),
    ],
)
def test_refuses_in_words_that_help(text: str, sentence: Sentence) -> None:
    with raises_saying(ValueError, sentence):
        parse_condition(text)


@given(st.text(max_size=40))
def test_any_text_reads_or_is_refused(text: str) -> None:
    """Nothing but ValueError comes out, and what reads is read again from its own spelling."""
    try:
        condition = parse_condition(text)
    except ValueError:
        return
    assert parse_condition(str(condition)) == condition


@pytest.mark.parametrize(
    ("value", "condition", "expected"),
    [
        (np.float32(0.1), "a.y == 0.1", True),
        (np.float32(0.1), "a.y <= 0.1", True),
        (np.float32(0.1), "a.y < 0.1", False),
        (np.float64(0.1), "a.y == 0.1", True),
        (np.float16(0.1), "a.y == 0.1", True),
        (bfloat16(0.1), "a.y == 0.1", True),
        (bfloat16(0.1), "a.y < 0.1", False),
        (np.float32("nan"), "a.y < 1", False),
        (np.float32("nan"), "a.y >= 1", False),
        (np.float32("nan"), "a.y != 1", True),
        (np.int64(2**53 + 1), "a.y == 9007199254740992", False),
        (np.int64(2**53 + 1), "a.y == 9007199254740993", True),
        (np.int32(3), "a.y < 3.5", True),
        (np.uint8(200), "a.y > -1", True),
        (np.bool_(True), "a.y == true", True),
    ],
)
def test_holds_in_the_dtype_of_the_tensor(value: object, condition: str, expected: bool) -> None:
    assert parse_condition(condition).holds(value) is expected


def test_an_element_spells_as_it_reads() -> None:
    assert str(parse_element("w.ref[3][0]")) == "w.ref[3][0]"
    assert parse_element("w.ref").index == ()


@pytest.mark.parametrize(
    ("until", "code", "sentence"),
    [
        ("a.output <", "bad-condition", say("condition.no-number")),
        ("b.output < 1", "unknown-block", say("condition.no-block", block="b")),
        ("a.nothing < 1", "unknown-pin", say("condition.no-output", symbol="Const")),
    ],
)
def test_the_check_of_a_page_finds_a_bad_condition(until: str, code: str, sentence: Sentence) -> None:
    page = Page(name="p", run=RunSettings(until=until))
    page.blocks["a"] = Block(id="a", symbol="Const", pins={"val": "1.0f"})
    (problem,) = check_page(page, load())
    assert (problem.severity, problem.code) == ("error", code)
    assert holds(problem.sentence, sentence)


def test_a_good_condition_is_no_problem() -> None:
    page = Page(name="p", run=RunSettings(until="a.output < 1"))
    page.blocks["a"] = Block(id="a", symbol="Const", pins={"val": "1.0f"})
    assert check_page(page, load()) == []


@pytest.mark.parametrize(
    ("settings", "code", "sentence"),
    [
        ({"steps": 0}, "bad-attr-value", say("setting.steps", steps=0)),
        ({"pace": -0.1}, "bad-attr-value", say("setting.pace", seconds=-0.1)),
        ({"keep_every": 0}, "bad-attr-value", say("setting.hand-over", seconds=0)),
        ({"guard": ("a",)}, "bad-watch", say("pin.unreadable", text="a")),
        ({"guard": ("b.output",)}, "unknown-block", say("guard.no-block", block="b")),
        ({"guard": ("a.output", "a.val")}, "unknown-pin", say("guard.no-output", symbol="Const", name="val")),
    ],
)
def test_the_check_of_a_page_finds_bad_run_settings(
    settings: dict[str, Any], code: str, sentence: Sentence
) -> None:
    page = Page(name="p", run=RunSettings(**settings))
    page.blocks["a"] = Block(id="a", symbol="Const", pins={"val": "1.0f"})
    (problem,) = check_page(page, load())
    assert (problem.severity, problem.code) == ("error", code)
    assert holds(problem.sentence, sentence)


def test_good_run_settings_are_no_problem() -> None:
    run = RunSettings(steps=None, pace=0.1, guard=("a.output",), keep_every=1)
    page = Page(name="p", run=run)
    page.blocks["a"] = Block(id="a", symbol="Const", pins={"val": "1.0f"})
    assert check_page(page, load()) == []
