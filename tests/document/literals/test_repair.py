"""Texts that do not read, and what they were meant to be."""

from __future__ import annotations

import pytest

from app.document.literals.parser import parse_literal
from app.document.literals.repair import repairs
from app.document.literals.values import parse_value
from app.messages import hint_text, message_of
from tests.support.fixing import checked, cure, make_page

TENSORS = [
    ("{{1,2},{3,4}", None, "{{1,2},{3,4}}"),
    ("{1,2}}", None, "{1,2}"),
    ("[[1,2],[3,4]]", None, "{{1,2},{3,4}}"),
    ("(1,2)", None, "{1,2}"),
    ("1 2 3", None, "1,2,3"),
    ("{1.5 -2.5}", "DT_FLOAT", "{1.5,-2.5}"),
    ("1.0d", None, "1.0"),
    ("7L", "DT_INT64", "7"),
    ("0x10", "DT_INT32", "16"),
    ("1_000_000", None, "1000000"),
    ("{1,2,}", "DT_INT32", "{1,2}"),
    ("{1,2},{3,4}", None, "{{1,2},{3,4}}"),
    ("hello", None, '"hello"'),
    ("a,b", None, '{"a","b"}'),
    ('"abc', None, '"abc"'),
    ("“hi”", None, '"hi"'),
    ("−1", None, "-1"),
    ("{ture,flase}", "DT_BOOL", "{true,false}"),
]


@pytest.mark.parametrize(("text", "dtype", "meant"), TENSORS)
def test_a_tensor_s_text_is_spelt_right(text, dtype, meant):
    assert repairs(text, lambda t: parse_literal(t, dtype))[0] == meant


@pytest.mark.parametrize(("text", "meant"), [("{“red”,“green”}", '{"red","green"}'), ("{1,−2}", "{1,-2}")])
def test_signs_of_a_word_processor_are_replaced_and_the_shape_stays(text, meant):
    assert repairs(text, parse_literal) == (meant,)
    (problem,) = checked(make_page({"c": ("Const", {"val": text})}))
    assert message_of(problem).startswith("val cannot be read")
    assert (
        hint_text(problem)
        == f"its quotes, dashes or commas are those of a word processor; type plain ones: {meant}"
    )


VALUES = [
    ("type", "DT_FLOT", "DT_FLOAT"),
    ("type", "flaot32", "float32"),
    ("list(type)", "{DT_FLOT,DT_INT32}", "{DT_FLOAT,DT_INT32}"),
    ("shape", "(2,3)", "{2,3}"),
    ("shape", "2x3", "2,3"),
    ("shape", "{2,3", "{2,3}"),
    ("list(int)", "{1,1,1,1", "{1,1,1,1}"),
    ("list(int)", "1 1 1 1", "1,1,1,1"),
    ("bool", "ture", "true"),
    ("bool", "yes", "true"),
    ("int", "3L", "3"),
]


@pytest.mark.parametrize(("kind", "text", "meant"), VALUES)
def test_a_value_s_text_is_spelt_right(kind, text, meant):
    assert repairs(text, lambda t: parse_value(kind, t), kind)[0] == meant


@pytest.mark.parametrize("word", ["three", "tree", "y", "off"])
def test_a_word_in_place_of_a_number_is_no_misspelt_true(word):
    assert repairs(word, lambda t: parse_literal(t, "DT_INT32"), dtype="DT_INT32") == ()


@pytest.mark.parametrize(
    ("text", "dtype"),
    [("{{1,2},{3}}", None), ("1.5", "DT_INT32"), ("300", "DT_UINT8"), ("hello", "DT_FLOAT"), ("", None)],
)
def test_what_would_change_a_value_is_no_repair(text, dtype):
    assert repairs(text, lambda t: parse_literal(t, dtype)) == ()


@pytest.mark.parametrize(
    ("symbol", "pins", "pin", "meant"),
    [
        ("Variable", {"dtype": "DT_INT32", "shape": "{}", "initvalues": "1.5"}, "dtype", "DT_FLOAT"),
        ("Const_ex", {"dtype": "DT_UINT8", "val": "300"}, "dtype", "DT_INT32"),
        ("Const_ex", {"dtype": "DT_INT32", "val": "5000000000"}, "dtype", "DT_INT64"),
        ("Const_ex", {"dtype": "DT_INT32", "val": '"a"'}, "dtype", "DT_STRING"),
        ("Placeholder", {"dtype": "DT_FLAOT"}, "dtype", "DT_FLOAT"),
        ("Const", {"val": "{1,2"}, "val", "{1,2}"),
    ],
)
def test_the_fix_of_a_text_leaves_a_sound_page(symbol, pins, pin, meant):
    page = make_page({"b": (symbol, pins)})
    fixed = cure(page, checked(page)[0])
    assert fixed.blocks["b"].pins[pin] == meant
    assert checked(fixed) == []
