"""Attrs that an op takes for some dtypes only, or not beside each other, are at fault before the run."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.engine.compiler.make_plan import make_plan
from app.messages import actual_text, message_of, requirement_text
from tests.support.pages import page

DTYPES = "float16, bfloat16, float32, float64, complex64, complex128, string"
FILLS = '"", " ", 0, +, -, #'


def found(
    attrs: str, text: str, wired: bool = False
) -> list[tuple[str, str | None, str | None, str, str | None]]:
    """Return the errors of an AsString: code, pin, what is required, words, what is there."""
    pins = {"attrs": attrs} if wired else {"attrs": attrs, "input": text}
    blocks = {"a": ("AsString", pins), **({"c": ("Const", {"val": text})} if wired else {})}
    plan = make_plan(page(blocks, "c.output -> a.input" if wired else ""), Path())
    return [
        (p.code, p.pin, requirement_text(p), message_of(p), actual_text(p))
        for p in plan.problems
        if plan.stops
    ]


@pytest.mark.parametrize("wired", [False, True])
@pytest.mark.parametrize(
    ("name", "value", "text", "default", "dtype"),
    [
        ("precision_", "3", "{1,2}", "-1", "int32"),
        ("precision_", "0", "true", "-1", "bool"),
        ("scientific_", "true", "7", "false", "int32"),
        ("shortest_", "true", "3000000000", "false", "int64"),
    ],
)
def test_formats_that_are_not_for_the_dtype_of_the_input(
    name: str, value: str, text: str, default: str, dtype: str, wired: bool
) -> None:
    needs, words = (
        f"{default}, or {DTYPES} at input",
        f"{name} is {value}, and input is {dtype}: it is for {DTYPES}",
    )
    assert found(f"{name} = {value}", text, wired) == [
        ("bad-attr-value", "attrs", needs, words, f"{value} for {dtype}")
    ]


@pytest.mark.parametrize(
    ("attrs", "needs", "words", "actual"),
    [
        (
            "scientific_ = true; shortest_ = true",
            "one of scientific_ and shortest_ at most",
            "scientific_ and shortest_ are both true, and one of them may be",
            "both",
        ),
        ("fill_ = x", FILLS, f"fill_ does not take 'x'; it takes {FILLS}", "x"),
        ("fill_ = 00", FILLS, f"fill_ does not take '00'; it takes {FILLS}", "00"),
    ],
)
def test_formats_that_are_none(attrs: str, needs: str, words: str, actual: str) -> None:
    assert found(attrs, "1.5f") == [("bad-attr-value", "attrs", needs, words, actual)]


@pytest.mark.parametrize(
    ("attrs", "text"),
    [
        ("precision_ = -1; scientific_ = false", "{1,2}"),
        ("precision_ = 2", "1+2j"),
        ("precision_ = 2; scientific_ = true", '"abc"'),
        ('width_ = 5; fill_ = " "', "7"),
        ("width_ = 5; fill_ = 0", "true"),
        ("shortest_ = true; width_ = 3", "1.5f"),
    ],
)
def test_formats_that_tensorflow_takes(attrs: str, text: str) -> None:
    assert found(attrs, text) == []
