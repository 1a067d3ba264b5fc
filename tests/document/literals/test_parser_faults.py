"""Faulty literals: the message names the place, the hint what would be right; nothing else is raised."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.document.literals.parser import parse_literal, parse_literal_list
from app.document.literals.types import LiteralError
from app.messages import error_text, sentence_text
from blocks.dtypes import DTYPES
from tests.support.words import raises_saying


def fault(text, dtype=None):
    with pytest.raises(LiteralError) as caught:
        parse_literal(text, dtype)
    return caught.value


@pytest.mark.parametrize(
    ("text", "dtype", "message"),
    [
        ("{{1,2},{3}}", None, "ragged at position 9"),
        ("{{1},{2,3}}", None, "ragged at position 9"),
        ("{1,{2}}", None, "ragged at position 3"),
        ("{{1},2}", None, "ragged at position 5"),
        ("{{1},{{2}}}", None, "ragged at position 6"),
        ("{{},{1}}", None, "ragged at position 6"),
        ("{{1,2},{3,4}", None, "unclosed brace at position 0"),
        ("{1,{2", None, "ragged at position 3"),
        ("{1}}", None, "a closing brace too many at position 3"),
        ("}", None, "a closing brace too many at position 0"),
        ("{1,,2}", None, "empty element at position 3"),
        ("{1, ,2}", None, "empty element at position 4"),
        ("{,1}", None, "empty element at position 1"),
        ("{1,2,}", None, "empty element at position 5"),
        ("1;;2", None, "empty element at position 2"),
        (";", None, "empty element at position 0"),
        (",,", None, "empty element at position 0"),
        ("{{1},,{2}}", None, "empty element at position 5"),
        ("{1}{2}", None, "more than one tensor at position 3"),
        ("{1},{2}", None, "more than one tensor at position 4"),
        ("{{1}{2}}", None, "a separator is missing at position 4"),
        ("{1}2", None, "more than one tensor at position 3"),
        ("1,{2}", None, "more than one tensor at position 2"),
        ("", None, "empty text at position 0"),
        ("   ", None, "empty text at position 0"),
        ("", "DT_STRING", "empty text at position 0"),
        ("{1,x}", None, "'x' cannot be read at position 3"),
        ("{1 2}", None, "'1 2' cannot be read at position 1"),
        ("{{1,2},{3, 4.4.4}}", None, "'4.4.4' cannot be read at position 11"),
        ("1_000", None, "'1_000' cannot be read at position 0"),
        ("١", None, "'١' cannot be read at position 0"),  # a digit, but no ASCII one
        ("0x10", None, "'0x10' cannot be read at position 0"),
        ("tRUE", "DT_BOOL", "'tRUE' cannot be read at position 0"),
        ("{true,2}", None, "'2' cannot be read at position 6"),
        ("1+2", "DT_COMPLEX64", "'1+2' cannot be read at position 0"),
        ("1j", "DT_FLOAT", "'1j' cannot be read at position 0"),
        ("1.5", "DT_INT32", "'1.5' is no whole number at position 0"),
        (
            "1.0000000000000000000000001",
            "DT_INT32",
            "'1.0000000000000000000000001' is no whole number at position 0",
        ),
        ("1e-99999999999999999999", "DT_INT32", "'1e-99999999999999999999' is no whole number at position 0"),
        ("{1,300}", "DT_UINT8", "'300' does not fit DT_UINT8 at position 3"),
        ("-1", "DT_UINT64", "'-1' does not fit DT_UINT64 at position 0"),
        (
            "1e99999999999999999999",
            "DT_INT32",
            "'1e99999999999999999999' does not fit DT_INT32 at position 0",
        ),
        ("9223372036854775808", None, "'9223372036854775808' does not fit DT_INT64 at position 0"),
        ("1e400", None, "'1e400' does not fit DT_DOUBLE at position 0"),
        ("{0,-1e39}", "DT_FLOAT", "'-1e39' does not fit DT_FLOAT at position 3"),
        ("1e400j", None, "'1e400j' does not fit DT_COMPLEX128 at position 0"),
        ("65520", "DT_HALF", "'65520' does not fit DT_HALF at position 0"),
        ("inf", "DT_FLOAT8_E4M3FN", "'inf' does not fit DT_FLOAT8_E4M3FN at position 0"),
        ("nan", "DT_INT32", "'nan' cannot be read at position 0"),
        ('{"a","b}', None, "unclosed quote at position 5"),
        ('"a" b', None, "a separator is missing at position 4"),
        ('{a,"b"c}', "DT_STRING", "a separator is missing at position 6"),
        ("a{b", "DT_STRING", "more than one tensor at position 1"),
        ("{a,,b}", "DT_STRING", "empty element at position 3"),
        ("1", "DT_RESOURCE", "a DT_RESOURCE cannot be typed"),
        ("1", "DT_VARIANT", "a DT_VARIANT cannot be typed"),
        ("1", "DT_NONSENSE", "DT_NONSENSE is no dtype"),
        ("{" * 10_000, None, "more than 254 dimensions at position 254"),
    ],
)
def test_the_message_names_the_place(text, dtype, message):
    found = fault(text, dtype)
    assert error_text(found) == message
    assert found.hint


def test_254_dimensions_are_allowed():
    assert parse_literal("{" * 254 + "7" + "}" * 254).shape == (1,) * 254


def test_hints_say_what_would_be_right():
    assert sentence_text(fault("hello").hint) == 'a text needs quotes: "hello"'
    assert sentence_text(fault("300", "DT_UINT8").hint) == "it holds 0 to 255"
    assert sentence_text(fault("{{1,2},{3}}").hint) == "this row has 1 where the first one has 2"
    assert sentence_text(fault("{1},{2}").hint) == "put braces around the whole: {{1,2},{3,4}}"
    assert "write { and } for brackets" in sentence_text(fault("[1,2]").hint)


def test_a_long_text_is_not_repeated_in_full():
    assert len(error_text(fault("x" * 100_000))) < 100


def test_a_long_run_of_digits_is_refused_at_once():
    assert "does not fit" in error_text(fault("9" * 200_000, "DT_INT64"))
    assert "cannot be read" in error_text(fault("9" * 200_000 + "x"))


def test_positions_of_a_list_count_in_the_whole_text():
    with pytest.raises(LiteralError) as caught:
        parse_literal_list("{1,2}; {3,x}")
    assert caught.value.position == 10
    assert error_text(caught.value).endswith("at position 10")


@pytest.mark.parametrize("text", [",1", "1,,2"])
def test_an_empty_part_of_a_list_is_a_fault(text):
    with raises_saying(LiteralError, "empty element"):
        parse_literal_list(text)


_JUNK = st.text(st.sampled_from('{}[],;"\\ \n\tefjnaIinftrue0123456789.+-_xä'), max_size=40) | st.text(
    max_size=40
)
_DTYPES = st.sampled_from([None, *DTYPES, "DT_FLOAT_REF", "nonsense"])


def outcome(read, *arguments, **options):
    """Return what was read, or the fault."""
    try:
        return read(*arguments, **options)
    except LiteralError as fault:
        return fault


def within(fault, text):
    return fault.position is None or 0 <= fault.position <= len(text)


@given(_JUNK, _DTYPES)
def test_junk_raises_nothing_but_a_literal_error(text, dtype):
    found = outcome(parse_literal, text, dtype)
    if isinstance(found, LiteralError):
        assert within(found, text)
    else:
        assert len(found.values) == math.prod(found.shape)


@given(_JUNK, _DTYPES, st.booleans())
def test_junk_in_a_list_raises_nothing_but_a_literal_error(text, dtype, one_dtype):
    found = outcome(parse_literal_list, text, dtype, one_dtype=one_dtype)
    if isinstance(found, LiteralError):
        assert within(found, text)
    else:
        assert all(t.dtype in DTYPES for t in found)
