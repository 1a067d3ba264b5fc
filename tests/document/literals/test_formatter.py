"""Literals written as text read back as the same tensor."""

import math
import struct

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.document.literals.formatter import format_literal, format_literal_list
from app.document.literals.parser import parse_literal, parse_literal_list
from app.document.literals.types import Literal, LiteralError
from app.document.model.sentence import say
from blocks.dtypes import DTYPES
from tests.support.words import raises_saying


@pytest.mark.parametrize(
    ("literal", "text"),
    [
        (Literal("DT_FLOAT", (2, 2), (1.0, 2.5, 1e10, -4.0)), "{{1.0f,2.5f},{10000000000.0f,-4.0f}}"),
        (Literal("DT_DOUBLE", (), (0.1,)), "0.1"),
        (Literal("DT_INT32", (3,), (1, 2, 3)), "{1,2,3}"),
        (Literal("DT_BOOL", (2,), (True, False)), "{true,false}"),
        (Literal("DT_STRING", (2,), (b"a, b", b'"\\')), '{"a, b","\\"\\\\"}'),
        (Literal("DT_COMPLEX128", (), (1 - 2j,)), "1.0-2.0j"),
        (Literal("DT_UINT64", (), (2**64 - 1,)), "18446744073709551615"),
        (Literal("DT_FLOAT", (2,), (math.inf, -math.inf)), "{inff,-inff}"),
        (Literal("DT_INT32", (2, 0), ()), "{{},{}}"),
    ],
)
def test_the_text_of_a_tensor(literal, text):
    assert format_literal(literal) == text
    assert parse_literal(text, literal.dtype) == literal


def test_float32_has_the_fewest_digits_that_give_it_back():
    (value,) = struct.unpack("<f", struct.pack("<f", 0.1))
    assert format_literal(Literal("DT_FLOAT", (), (value,))) == "0.1f"
    (value,) = struct.unpack("<f", struct.pack("<f", 16777217.0 / 3))
    assert format_literal(Literal("DT_FLOAT", (), (value,))) == "5592405.5f"
    assert format_literal(Literal("DT_FLOAT", (), (2.0**-149,))) == "1e-45f"


def test_what_no_text_can_say_is_refused():
    with raises_saying(LiteralError, say("literal.shape-without-text")):
        format_literal(Literal("DT_FLOAT", (0, 3), ()))
    with raises_saying(LiteralError, say("literal.bytes-not-utf-8")):
        format_literal(Literal("DT_STRING", (), (b"\xff",)))


def same(one, other):
    return (one.dtype, one.shape, repr(one.values)) == (other.dtype, other.shape, repr(other.values))


_SHAPES = st.lists(st.integers(1, 3), max_size=3).map(tuple)


@st.composite
def literals(draw):
    """Tensors of every dtype that a text can hold."""
    dtype = draw(st.sampled_from([t for t in DTYPES.values() if t.kind != "handle"]))
    shape = draw(_SHAPES)
    size = math.prod(shape)
    if dtype.kind == "string":
        values = st.text().map(lambda s: s.encode("utf-8", "replace"))
    elif dtype.kind == "bool":
        values = st.booleans()
    elif dtype.kind == "float":
        values = st.floats(width={64: 64, 32: 32}.get(dtype.bits, 16))
    elif dtype.kind == "complex":
        values = st.complex_numbers(width=dtype.bits, allow_infinity=True, allow_nan=True)
    elif dtype.kind in ("uint", "quint"):
        values = st.integers(0, 2**dtype.bits - 1)
    else:
        values = st.integers(-(2 ** (dtype.bits - 1)), 2 ** (dtype.bits - 1) - 1)
    return Literal(dtype.name, shape, tuple(draw(st.lists(values, min_size=size, max_size=size))))


@given(literals())
def test_text_and_back_for_every_dtype(literal):
    if literal.dtype in ("DT_BFLOAT16", "DT_FLOAT8_E5M2", "DT_FLOAT8_E4M3FN"):
        try:  # round the values to the dtype first
            literal = parse_literal(
                format_literal(Literal("DT_DOUBLE", literal.shape, literal.values)), literal.dtype
            )
        except LiteralError:
            assume(False)
    assert same(parse_literal(format_literal(literal), literal.dtype), literal)


@given(literals())
def test_a_guessed_dtype_is_guessed_again(literal):
    assume(
        literal.dtype != "DT_UINT64" or all(value < 2**63 for value in literal.values)
    )  # else none is guessed
    guessed = parse_literal(format_literal(literal)) if literal.dtype != "DT_STRING" else literal
    assert same(parse_literal(format_literal(guessed)), guessed)


@given(st.lists(literals(), max_size=3))
def test_lists_read_back_as_the_same_tensors(several):
    several = [
        t
        for t in several
        if DTYPES[t.dtype].bits not in (8, 16) or t.dtype in ("DT_INT8", "DT_HALF", "DT_BOOL")
    ]
    text = format_literal_list(several)
    again = parse_literal_list(text, [t.dtype for t in several])
    assert len(again) == len(several)
    assert all(same(a, b) for a, b in zip(again, several, strict=True))
