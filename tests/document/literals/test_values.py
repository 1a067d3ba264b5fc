"""Texts of value pins: shapes, types, numbers, strings and their lists."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.document.literals.types import Literal, LiteralError
from app.document.literals.values import (
    format_value,
    parse_dtype,
    parse_dtype_list,
    parse_shape,
    parse_shape_list,
    parse_value,
)
from app.document.model.sentence import say
from blocks.catalog import load
from blocks.dtypes import DTYPES
from tests.support.words import at, holds, is_like


@pytest.mark.parametrize(
    "text", ["{2,3}", "[2][3]", "[2,3]", "2;3", "2,3", " { 2 , 3 } ", "2;3;", "{2.000000,3}"]
)
def test_one_shape_has_many_spellings(text):
    assert parse_shape(text) == (2, 3)


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("7", (7,)),
        ("{5}", (5,)),
        ("{}", ()),
        ("[]", ()),
        ("-1", (-1,)),
        ("{?,2}", (-1, 2)),
        ("[-1][28]", (-1, 28)),
        ("{0}", (0,)),
        ("?", None),
        ("unknown", None),
        ("{9223372036854775807}", (2**63 - 1,)),
    ],
)
def test_sizes_may_be_unknown_and_a_shape_too(text, shape):
    assert parse_shape(text) == shape


@pytest.mark.parametrize(
    ("text", "shapes"),
    [
        ("{2,2},{3}", [(2, 2), (3,)]),
        ("{{2,2},{3}}", [(2, 2), (3,)]),
        ("[2][2];[3]", [(2, 2), (3,)]),
        ("[[2,2],[3]]", [(2, 2), (3,)]),
        ("{2,3}", [(2, 3)]),
        ("[2][3]", [(2, 3)]),
        ("7", [(7,)]),
        ("{}", []),
        ("", []),
        ("{{}}", [()]),
        ("{},{}", [(), ()]),
        ("{2},?", [(2,), None]),
    ],
)
def test_lists_of_shapes(text, shapes):
    assert parse_shape_list(text) == shapes


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("DT_FLOAT", "DT_FLOAT"),
        (" DT_INT32 ", "DT_INT32"),
        ("DT_STRING_REF", "DT_STRING"),
        ("float32", "DT_FLOAT"),
        ("float", "DT_FLOAT"),
        ("double", "DT_DOUBLE"),  # the original read this one as FLOAT
        ("tf.int64", "DT_INT64"),
        ("bool", "DT_BOOL"),
        ("half", "DT_HALF"),
        ("uint8", "DT_UINT8"),
    ],
)
def test_dtypes(text, name):
    assert parse_dtype(text) == name


@pytest.mark.parametrize(
    "text", ["DT_FLOAT,DT_INT32", "{DT_FLOAT;DT_INT32}", "[float32, int32]", "DT_FLOAT;DT_INT32;"]
)
def test_lists_of_dtypes(text):
    assert parse_dtype_list(text) == ["DT_FLOAT", "DT_INT32"]


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("int", "5", 5),
        ("int", "5.000000", 5),
        ("int", " 5 ", 5),
        ("int", "-9223372036854775808", -(2**63)),
        ("list(int)", "{1,1,1,1}", [1, 1, 1, 1]),
        ("list(int)", "[1,2]", [1, 2]),
        ("list(int)", "1,2", [1, 2]),
        ("list(int)", "1;2", [1, 2]),
        ("list(int)", "{}", []),
        ("list(int)", "", []),
        ("float", "0.5f", 0.5),
        ("float", "1e-3", 0.001),
        ("list(float)", "{1,0.5}", [1.0, 0.5]),
        ("bool", "true", True),
        ("bool", "TRUE", True),
        ("bool", "1", True),
        ("bool", "0", False),
        ("bool", "False", False),
        ("string", "bilinear", "bilinear"),
        ("string", '"bilinear"', "bilinear"),
        ("string", " a, {b} ", "a, {b}"),
        ("string", '"a \\"b\\""', 'a "b"'),
        ("string", "", ""),
        ("string", "C:\\\\data", "C:\\data"),
        ("list(string)", '{a, "b,c"}', ["a", "b,c"]),
        ("list(string)", "a;b", ["a", "b"]),
        ("list(string)", "{}", []),
        ("list(type)", "{}", []),
        ("func", "my_function", "my_function"),
    ],
)
def test_values_by_kind(kind, text, value):
    found = parse_value(kind, text)
    assert found == value
    assert type(found) is type(value)


def test_tensor_kinds_read_literals():
    assert parse_value("tensor", "{1,2}", "DT_FLOAT") == Literal("DT_FLOAT", (2,), (1.0, 2.0))
    assert parse_value("list(tensor)", "1,{2}") == [
        Literal("DT_INT32", (), (1,)),
        Literal("DT_INT32", (1,), (2,)),
    ]
    assert parse_value("client_tensor", "true") == Literal("DT_BOOL", (), (True,))


@pytest.mark.parametrize(
    ("kind", "text", "sentence"),
    [
        ("int", "5 apples", at(0, say("literal.unreadable", text="5 apples"))),
        ("int", " x", at(1, say("literal.unreadable", text="x"))),
        ("int", "5.5", at(0, say("literal.not-whole", text="5.5"))),
        (
            "int",
            "9223372036854775808",
            at(0, say("literal.out-of-range", text="9223372036854775808", dtype="DT_INT64")),
        ),
        ("int", "", at(0, say("literal.empty"))),
        ("list(int)", "{1,x}", at(3, say("literal.unreadable", text="x"))),
        ("list(int)", "1,,2", at(2, say("literal.empty-element"))),
        ("list(int)", "{1,2", at(0, say("literal.unclosed-bracket"))),
        ("float", "fast", at(0, say("literal.unreadable", text="fast"))),
        ("bool", "maybe", at(0, say("literal.unreadable", text="maybe"))),
        ("type", "DT_FLOT", at(0, say("literal.no-dtype-word", word="DT_FLOT"))),
        (
            "list(type)",
            "DT_FLOAT, DT_X",
            at(10, say("literal.no-dtype-word", word="DT_X")),
        ),
        ("shape", "{2,x}", at(3, say("literal.unreadable", text="x"))),
        ("shape", "{2,-2}", at(3, say("literal.no-size", word="-2"))),
        ("shape", "{2,,3}", at(3, say("literal.empty-element"))),
        ("shape", "{2,3", at(0, say("literal.unclosed-bracket"))),
        ("shape", "2,3}", at(3, say("literal.bracket-too-many"))),
        ("shape", "{{2,3}}", at(1, say("literal.brace-in-shape"))),
        ("shape", "", at(0, say("literal.empty"))),
        ("list(shape)", "{2},{x}", at(5, say("literal.unreadable", text="x"))),
        (
            "list(shape)",
            "{{2},{x}}",
            at(6, say("literal.unreadable", text="x")),
        ),
        ("string", '"a', at(0, say("literal.unclosed-quote"))),
        ("string", '"a" b', at(4, say("literal.text-after-quote"))),
        ("list(string)", '{"a" b}', at(5, say("literal.no-separator"))),
        ("operation", "x", say("literal.takes-no-text")),
        ("tensor", "{{1,2},{3}}", at(9, say("literal.ragged"))),
    ],
)
def test_faults_name_their_place_and_the_remedy(kind, text, sentence):
    with pytest.raises(LiteralError) as caught:
        parse_value(kind, text)
    assert is_like(caught.value.sentence, sentence)
    assert caught.value.hint


def test_a_misspelt_dtype_gets_the_nearest_name():
    with pytest.raises(LiteralError) as caught:
        parse_dtype("DT_FLOT")
    assert holds(caught.value.hint, say("hint.did-you-mean", names=("DT_FLOAT",)))


_SHAPE = st.none() | st.lists(st.integers(-1, 2**63 - 1), max_size=4).map(tuple)
_TYPE = st.sampled_from(sorted(DTYPES))
_VALUES = {
    "shape": _SHAPE,
    "list(shape)": st.lists(_SHAPE, max_size=4),
    "type": _TYPE,
    "list(type)": st.lists(_TYPE, max_size=4),
    "int": st.integers(-(2**63), 2**63 - 1),
    "list(int)": st.lists(st.integers(-(2**63), 2**63 - 1)),
    "float": st.floats(allow_nan=False),
    "list(float)": st.lists(st.floats(allow_nan=False)),
    "bool": st.booleans(),
    "string": st.text(),
    "list(string)": st.lists(st.text()),
}


@given(st.sampled_from(sorted(_VALUES)).flatmap(lambda kind: st.tuples(st.just(kind), _VALUES[kind])))
def test_a_written_value_reads_back(pair):
    kind, value = pair
    assert parse_value(kind, format_value(kind, value)) == value


def outcome(kind, text):
    """Return the fault, or None where the text reads."""
    try:
        parse_value(kind, text)
    except LiteralError as fault:
        return fault
    return None


@given(
    st.sampled_from(sorted(_VALUES)), st.text(st.sampled_from('{}[],;"\\ -1?xDT_'), max_size=25) | st.text()
)
def test_junk_raises_nothing_but_a_literal_error(kind, text):
    fault = outcome(kind, text)
    assert fault is None or fault.position is None or 0 <= fault.position <= len(text)


def test_every_default_text_of_the_catalog_reads():
    catalog = load()
    faults = [
        f"{symbol.name}.{pin.name}: {outcome(pin.kind, pin.default)}"
        for symbol in map(catalog.get, catalog.names())
        if symbol is not None
        for pin in symbol.inputs
        if pin.default and pin.kind not in ("scope", "attrs") and outcome(pin.kind, pin.default)
    ]
    assert faults == []


@pytest.mark.parametrize(("kind", "text"), [("shape", "2x3"), ("shape", "{2,a}"), ("list(shape)", "[2][b]")])
def test_a_size_that_does_not_read_says_what_a_shape_looks_like(kind, text):
    with pytest.raises(LiteralError) as caught:
        parse_value(kind, text)
    assert caught.value.hint == say("hint.shape-forms")
