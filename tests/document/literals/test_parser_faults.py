"""Faulty literals: the message names the place, the hint what would be right; nothing else is raised."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.document.literals.parser import parse_literal, parse_literal_list
from app.document.literals.types import LiteralError
from app.document.model.sentence import say
from blocks.dtypes import DTYPES
from tests.support.words import at, holds, is_like, raises_saying


def fault(text, dtype=None):
    with pytest.raises(LiteralError) as caught:
        parse_literal(text, dtype)
    return caught.value


@pytest.mark.parametrize(
    ("text", "dtype", "sentence"),
    [
        ("{{1,2},{3}}", None, at(9, say("literal.ragged"))),
        ("{{1},{2,3}}", None, at(9, say("literal.ragged"))),
        ("{1,{2}}", None, at(3, say("literal.ragged"))),
        ("{{1},2}", None, at(5, say("literal.ragged"))),
        ("{{1},{{2}}}", None, at(6, say("literal.ragged"))),
        ("{{},{1}}", None, at(6, say("literal.ragged"))),
        ("{{1,2},{3,4}", None, at(0, say("literal.unclosed-brace"))),
        ("{1,{2", None, at(3, say("literal.ragged"))),
        ("{1}}", None, at(3, say("literal.brace-too-many"))),
        ("}", None, at(0, say("literal.brace-too-many"))),
        ("{1,,2}", None, at(3, say("literal.empty-element"))),
        ("{1, ,2}", None, at(4, say("literal.empty-element"))),
        ("{,1}", None, at(1, say("literal.empty-element"))),
        ("{1,2,}", None, at(5, say("literal.empty-element"))),
        ("1;;2", None, at(2, say("literal.empty-element"))),
        (";", None, at(0, say("literal.empty-element"))),
        (",,", None, at(0, say("literal.empty-element"))),
        ("{{1},,{2}}", None, at(5, say("literal.empty-element"))),
        ("{1}{2}", None, at(3, say("literal.several-tensors"))),
        ("{1},{2}", None, at(4, say("literal.several-tensors"))),
        ("{{1}{2}}", None, at(4, say("literal.no-separator"))),
        ("{1}2", None, at(3, say("literal.several-tensors"))),
        ("1,{2}", None, at(2, say("literal.several-tensors"))),
        ("", None, at(0, say("literal.empty"))),
        ("   ", None, at(0, say("literal.empty"))),
        ("", "DT_STRING", at(0, say("literal.empty"))),
        ("{1,x}", None, at(3, say("literal.unreadable", text="x"))),
        ("{1 2}", None, at(1, say("literal.unreadable", text="1 2"))),
        ("{{1,2},{3, 4.4.4}}", None, at(11, say("literal.unreadable", text="4.4.4"))),
        ("1_000", None, at(0, say("literal.unreadable", text="1_000"))),
        ("١", None, at(0, say("literal.unreadable", text="١"))),  # a digit, but no ASCII one
        ("0x10", None, at(0, say("literal.unreadable", text="0x10"))),
        ("tRUE", "DT_BOOL", at(0, say("literal.unreadable", text="tRUE"))),
        ("{true,2}", None, at(6, say("literal.unreadable", text="2"))),
        ("1+2", "DT_COMPLEX64", at(0, say("literal.unreadable", text="1+2"))),
        ("1j", "DT_FLOAT", at(0, say("literal.unreadable", text="1j"))),
        ("1.5", "DT_INT32", at(0, say("literal.not-whole", text="1.5"))),
        (
            "1.0000000000000000000000001",
            "DT_INT32",
            at(0, say("literal.not-whole", text="1.0000000000000000000000001")),
        ),
        (
            "1e-99999999999999999999",
            "DT_INT32",
            at(0, say("literal.not-whole", text="1e-99999999999999999999")),
        ),
        ("{1,300}", "DT_UINT8", at(3, say("literal.out-of-range", text="300", dtype="DT_UINT8"))),
        ("-1", "DT_UINT64", at(0, say("literal.out-of-range", text="-1", dtype="DT_UINT64"))),
        (
            "1e99999999999999999999",
            "DT_INT32",
            at(0, say("literal.out-of-range", text="1e99999999999999999999", dtype="DT_INT32")),
        ),
        (
            "9223372036854775808",
            None,
            at(0, say("literal.out-of-range", text="9223372036854775808", dtype="DT_INT64")),
        ),
        ("1e400", None, at(0, say("literal.out-of-range", text="1e400", dtype="DT_DOUBLE"))),
        ("{0,-1e39}", "DT_FLOAT", at(3, say("literal.out-of-range", text="-1e39", dtype="DT_FLOAT"))),
        ("1e400j", None, at(0, say("literal.out-of-range", text="1e400j", dtype="DT_COMPLEX128"))),
        ("65520", "DT_HALF", at(0, say("literal.out-of-range", text="65520", dtype="DT_HALF"))),
        ("inf", "DT_FLOAT8_E4M3FN", at(0, say("literal.out-of-range", text="inf", dtype="DT_FLOAT8_E4M3FN"))),
        ("nan", "DT_INT32", at(0, say("literal.unreadable", text="nan"))),
        ('{"a","b}', None, at(5, say("literal.unclosed-quote"))),
        ('"a" b', None, at(4, say("literal.no-separator"))),
        ('{a,"b"c}', "DT_STRING", at(6, say("literal.no-separator"))),
        ("a{b", "DT_STRING", at(1, say("literal.several-tensors"))),
        ("{a,,b}", "DT_STRING", at(3, say("literal.empty-element"))),
        ("1", "DT_RESOURCE", say("literal.handle", dtype="DT_RESOURCE")),
        ("1", "DT_VARIANT", say("literal.handle", dtype="DT_VARIANT")),
        ("1", "DT_NONSENSE", say("literal.no-dtype", word="DT_NONSENSE")),
        ("{" * 10_000, None, at(254, say("literal.too-deep", most=254))),
    ],
)
def test_the_message_names_the_place(text, dtype, sentence):
    found = fault(text, dtype)
    assert is_like(found.sentence, sentence)
    assert found.hint


def test_254_dimensions_are_allowed():
    assert parse_literal("{" * 254 + "7" + "}" * 254).shape == (1,) * 254


def test_hints_say_what_would_be_right():
    assert holds(fault("hello").hint, say("hint.quote-word", word="hello"))
    assert holds(fault("300", "DT_UINT8").hint, say("hint.holds", low=0, high=255))
    assert holds(fault("{{1,2},{3}}").hint, say("hint.row-lengths", count=1, first=2))
    assert holds(fault("{1},{2}").hint, say("hint.braces-around"))
    assert holds(fault("[1,2]").hint, say("hint.braces-for-brackets"))
    assert holds(fault("{1/3, 2/3}").hint, say("hint.quotient"))


def test_a_hint_names_no_dtype_that_neither_pin_nor_text_says():
    """`1/3` suggests no dtype; the whole numbers that such a text counts as by itself would be bad advice."""
    assert holds(fault("{1/3, 2/3}").hint, say("hint.number-or-text"))
    assert holds(fault("{1/3, 2.5f}").hint, say("hint.takes", dtype="DT_FLOAT"))
    assert holds(fault("{1/3}", "DT_INT32").hint, say("hint.takes", dtype="DT_INT32"))


def test_a_long_text_is_not_repeated_in_full():
    assert len(str(fault("x" * 100_000))) < 100


def test_a_long_run_of_digits_is_refused_at_once():
    assert holds(fault("9" * 200_000, "DT_INT64").sentence, say("literal.out-of-range"))
    assert holds(fault("9" * 200_000 + "x").sentence, say("literal.unreadable"))


def test_positions_of_a_list_count_in_the_whole_text():
    with pytest.raises(LiteralError) as caught:
        parse_literal_list("{1,2}; {3,x}")
    assert caught.value.position == 10
    assert holds(caught.value.sentence, say("literal.at", position=10))


@pytest.mark.parametrize("text", [",1", "1,,2"])
def test_an_empty_part_of_a_list_is_a_fault(text):
    with raises_saying(LiteralError, say("literal.empty-element")):
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


def test_a_whole_number_that_no_signed_dtype_holds_says_what_the_widest_holds():
    found = fault("18446744073709551615")
    assert holds(found.reason, say("literal.out-of-range", text="18446744073709551615", dtype="DT_INT64"))
    assert holds(found.hint, say("hint.holds", low=-(2**63), high=2**63 - 1))
