"""Attrs that an op takes for some dtypes only, or not beside each other, are at fault before the run."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.engine.compiler.make_plan import make_plan
from app.messages import actual_text, message_of, requirement_text
from tests.support.pages import page

DTYPES = "float16, bfloat16, float32, float64, complex64, complex128, string"
FOR = f"it is for {DTYPES}"


def found(
    attrs: str, text: str, wired: bool = False
) -> list[tuple[str, str | None, str | None, str, str | None]]:
    """Return the errors of an AsString with these attrs and this input: code, pin, what is required, words, what is there."""
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
    ("attrs", "text", "needs", "words", "actual"),
    [
        ("precision_ = 3", "{1,2}", f"-1, or {DTYPES} at input", f"precision_ is 3, and input is int32: {FOR}", "3 for int32"),
        ("precision_ = 0", "true", f"-1, or {DTYPES} at input", f"precision_ is 0, and input is bool: {FOR}", "0 for bool"),
        ("scientific_ = true", "7", f"false, or {DTYPES} at input", f"scientific_ is true, and input is int32: {FOR}", "true for int32"),
        ("shortest_ = true", "7", f"false, or {DTYPES} at input", f"shortest_ is true, and input is int32: {FOR}", "true for int32"),
        ("scientific_ = true; shortest_ = true", "1.5f", "one of scientific_ and shortest_ at most",
         "scientific_ and shortest_ are both true, and one of them may be", "both"),
        ("fill_ = x", "7", '"", " ", 0, +, -, #', "fill_ does not take 'x'; it takes \"\", \" \", 0, +, -, #", "x"),
        ("fill_ = 00", "7", '"", " ", 0, +, -, #', "fill_ does not take '00'; it takes \"\", \" \", 0, +, -, #", "00"),
    ],
)  # fmt: skip
def test_formats_that_are_not_for_the_input(
    attrs: str, text: str, needs: str, words: str, actual: str, wired: bool
) -> None:
    assert found(attrs, text, wired) == [("bad-attr-value", "attrs", needs, words, actual)]


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
