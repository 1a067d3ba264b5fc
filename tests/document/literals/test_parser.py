"""Literals: what the grammar means, dtype by dtype."""

import math

import pytest

from app.document.literals.parser import guess_dtype, parse_literal, parse_literal_list
from app.document.literals.types import Literal
from app.document.model.sentence import say
from tests.support.words import raises_saying


def read(text, dtype=None):
    literal = parse_literal(text, dtype)
    return literal.dtype, literal.shape, list(literal.values)


# The table of the design, section "Literals", and the grammar's own examples.
@pytest.mark.parametrize(
    ("text", "dtype", "expected"),
    [
        ("{{1.0f,2.0f},{3,4}}", None, ("DT_FLOAT", (2, 2), [1.0, 2.0, 3.0, 4.0])),
        ("5", None, ("DT_INT32", (), [5])),
        ("{5}", None, ("DT_INT32", (1,), [5])),
        ("1;2;3", None, ("DT_INT32", (3,), [1, 2, 3])),
        ("1,2,3", None, ("DT_INT32", (3,), [1, 2, 3])),
        ("{true,false}", None, ("DT_BOOL", (2,), [True, False])),
        ('"a, b"', None, ("DT_STRING", (), [b"a, b"])),
        ("{a, b}", "DT_STRING", ("DT_STRING", (2,), [b"a", b"b"])),
        ("C:\\\\data\\\\1.png", "DT_STRING", ("DT_STRING", (), [b"C:\\data\\1.png"])),
        ("3000000000", None, ("DT_INT64", (), [3000000000])),
        ("1e3", None, ("DT_DOUBLE", (), [1000.0])),
        ("0.5", None, ("DT_DOUBLE", (), [0.5])),
        ("{}", None, ("DT_INT32", (0,), [])),
        ("{{},{}}", "DT_FLOAT", ("DT_FLOAT", (2, 0), [])),
        ("{{{1,2},{3,4},{5,6}}}", None, ("DT_INT32", (1, 3, 2), [1, 2, 3, 4, 5, 6])),
        ("1+2j", None, ("DT_COMPLEX128", (), [1 + 2j])),
        ("{1+2j,3-4j}", None, ("DT_COMPLEX128", (2,), [1 + 2j, 3 - 4j])),
        ("2j", None, ("DT_COMPLEX128", (), [2j])),
        ("1e-3+2j", None, ("DT_COMPLEX128", (), [0.001 + 2j])),
        ("{TRUE,FALSE,True,False}", None, ("DT_BOOL", (4,), [True, False, True, False])),
        ("-inf", None, ("DT_DOUBLE", (), [-math.inf])),
    ],
)
def test_a_text_means_what_the_design_says(text, dtype, expected):
    assert read(text, dtype) == expected


@pytest.mark.parametrize(
    ("text", "dtype"),
    [
        ('{"a",1}', "DT_STRING"),
        ("{1j,true}", "DT_COMPLEX128"),
        ("true", "DT_BOOL"),
        ("false", "DT_BOOL"),  # holds an f, yet is no FLOAT
        ("1f", "DT_FLOAT"),
        ("{1,2.5f}", "DT_FLOAT"),
        ("{1.5,2f}", "DT_FLOAT"),
        ("nan", "DT_DOUBLE"),
        ("inf", "DT_DOUBLE"),  # holds an f, yet has no suffix
        ("{1,inf}", "DT_DOUBLE"),
        ("{1.0f,inf}", "DT_FLOAT"),
        ("1E5", "DT_DOUBLE"),
        ("1.", "DT_DOUBLE"),
        ("-7", "DT_INT32"),
    ],
)
def test_the_dtype_follows_from_the_text(text, dtype):
    assert guess_dtype(text) == dtype


@pytest.mark.parametrize(
    ("text", "dtype"),
    [
        ("2147483647", "DT_INT32"),
        ("-2147483648", "DT_INT32"),
        ("2147483648", "DT_INT64"),
        ("{1,-2147483649}", "DT_INT64"),
        ("9223372036854775807", "DT_INT64"),
    ],
)
def test_whole_numbers_are_int32_unless_one_does_not_fit(text, dtype):
    assert parse_literal(text).dtype == dtype


@pytest.mark.parametrize(
    ("dtype", "low", "high"),
    [
        ("DT_INT4", -8, 7),
        ("DT_UINT4", 0, 15),
        ("DT_INT8", -128, 127),
        ("DT_UINT8", 0, 255),
        ("DT_INT16", -32768, 32767),
        ("DT_UINT16", 0, 65535),
        ("DT_INT32", -(2**31), 2**31 - 1),
        ("DT_UINT32", 0, 2**32 - 1),
        ("DT_INT64", -9223372036854775808, 9223372036854775807),
        ("DT_UINT64", 0, 18446744073709551615),
        ("DT_QINT8", -128, 127),
        ("DT_QUINT8", 0, 255),
        ("DT_QINT16", -32768, 32767),
        ("DT_QUINT16", 0, 65535),
        ("DT_QINT32", -(2**31), 2**31 - 1),
    ],
)
def test_integers_are_exact_to_the_edges_of_their_dtype(dtype, low, high):
    assert parse_literal(f"{{{low},{high}}}", dtype).values == (low, high)
    # the slow way round, with a point, keeps all digits too
    assert parse_literal(f"{{{low}.0,{high}.000}}", dtype).values == (low, high)
    for outside in (low - 1, high + 1):
        with raises_saying(ValueError, say("literal.out-of-range")):
            parse_literal(str(outside), dtype)


@pytest.mark.parametrize(
    ("text", "dtype", "values"),
    [
        ("{1.000000,2.000000}", "DT_INT32", [1, 2]),  # the original dropped the type of such texts
        ("3.0", "DT_INT64", [3]),
        ("1e3", "DT_INT32", [1000]),
        ("12.50e1", "DT_INT32", [125]),
        ("1f", "DT_INT32", [1]),
        ("{true,FALSE}", "DT_INT8", [1, 0]),
        ("{true,false}", "DT_FLOAT", [1.0, 0.0]),
        ("{1,0,1.0,true}", "DT_BOOL", [True, False, True, True]),
        ("{1,2f,nan}", "DT_COMPLEX64", [1, 2, math.nan]),
        ("- 1", "DT_INT32", [-1]),
        ('{"1.5","2"}', "DT_FLOAT", [1.5, 2.0]),  # pages of the original hold some numbers as texts
        ("{.5,5.,+1}", "DT_DOUBLE", [0.5, 5.0, 1.0]),
        ("{NaN,Inf,-INFINITY}", "DT_DOUBLE", [math.nan, math.inf, -math.inf]),
        ("{nanf,-inff}", "DT_FLOAT", [math.nan, -math.inf]),
        ("0e999999999999999999999", "DT_INT32", [0]),
    ],
)
def test_numbers_may_be_written_in_several_ways(text, dtype, values):
    assert [repr(v) for v in parse_literal(text, dtype).values] == [
        repr(type(parse_literal(text, dtype).values[0])(v)) for v in values
    ]


def test_floats_are_rounded_to_their_dtype():
    # from the formats: 2^-4 * (1 + 5033165/2^23), 2^-4 * (1 + 614/2^10), 2^-4 * (1 + 77/2^7), ...
    assert parse_literal("0.1", "DT_DOUBLE").values == (0.1,)
    assert parse_literal("0.1", "DT_FLOAT").values == (13421773 / 2**27,)
    assert parse_literal("0.1", "DT_HALF").values == (1638 / 2**14,)
    assert parse_literal("0.1", "DT_BFLOAT16").values == (205 / 2**11,)
    assert parse_literal("0.1", "DT_FLOAT8_E5M2").values == (0.09375,)
    assert parse_literal("0.1", "DT_FLOAT8_E4M3FN").values == (0.1015625,)
    assert parse_literal("0.1+0.1j", "DT_COMPLEX64").values == (complex(13421773 / 2**27, 13421773 / 2**27),)


@pytest.mark.parametrize(
    ("dtype", "largest"),
    [
        ("DT_FLOAT", 3.4028234663852886e38),
        ("DT_HALF", 65504.0),
        ("DT_BFLOAT16", 3.3895313892515355e38),
        ("DT_FLOAT8_E5M2", 57344.0),
        ("DT_FLOAT8_E4M3FN", 448.0),
        ("DT_DOUBLE", 1.7976931348623157e308),
    ],
)
def test_a_float_beyond_the_largest_is_refused_not_made_infinite(dtype, largest):
    assert parse_literal(repr(-largest), dtype).values == (-largest,)
    with raises_saying(ValueError, say("literal.out-of-range")):
        parse_literal(f"{{0,{largest:.3f}9e1}}" if dtype != "DT_DOUBLE" else "1e400", dtype)


def test_floats_smaller_than_any_become_zero_and_keep_their_sign():
    (zero,) = parse_literal("-1e-400").values
    assert zero == 0
    assert math.copysign(1, zero) == -1


@pytest.mark.parametrize(
    ("text", "values"),
    [
        (r'"say \"hi\" \\ \n"', [b'say "hi" \\ \\n']),  # only \" and \\ are escapes
        ('{"a","",  "{b}; c"}', [b"a", b"", b"{b}; c"]),
        ('"a";"b"', [b"a", b"b"]),
        ('"line\nbreak"', [b"line\nbreak"]),
        ('"größe"', ["größe".encode()]),
        ('"\udcff"', [b"\xff"]),  # a byte of the command line that is no UTF-8
    ],
)
def test_quoted_strings(text, values):
    assert list(parse_literal(text).values) == values


@pytest.mark.parametrize(
    ("text", "shape", "values"),
    [
        ("hello world", (), [b"hello world"]),
        ("  trimmed  ", (), [b"trimmed"]),
        ("a;b", (2,), [b"a", b"b"]),
        ("a, b", (2,), [b"a", b"b"]),
        ("{a;b,c}", (2,), [b"a;b", b"c"]),
        ("{{a,b},{c, d e}}", (2, 2), [b"a", b"b", b"c", b"d e"]),
        ('say "hi"', (), [b'say "hi"']),
        ('{a,"b,c"}', (2,), [b"a", b"b,c"]),
        ("1.5", (), [b"1.5"]),
        ("[UNK]", (), [b"[UNK]"]),
        ("C:\\data\\1.png", (), [b"C:\\data\\1.png"]),
    ],
)
def test_bare_strings_on_a_string_pin(text, shape, values):
    literal = parse_literal(text, "DT_STRING")
    assert (literal.shape, list(literal.values)) == (shape, values)


@pytest.mark.parametrize("text", ["1;2;3;", "1,2,3,", " 1 ; 2 ; 3 ", "{1;2;3}", "{1,2,3};", "{1,\n2,\t3}\n"])
def test_a_last_separator_and_blanks_change_nothing(text):
    assert parse_literal(text) == Literal("DT_INT32", (3,), (1, 2, 3))


def test_one_value_and_a_separator_is_a_vector():
    assert parse_literal("1;").shape == (1,)


def test_a_reference_dtype_reads_as_its_base():
    assert parse_literal("1", "DT_FLOAT_REF") == Literal("DT_FLOAT", (), (1.0,))


def test_large_texts_keep_every_value():
    count = 100_000
    flat = parse_literal(";".join(map(str, range(count))))
    assert flat.shape == (count,)
    assert flat.values[::9999] == tuple(range(0, count, 9999))
    rows = parse_literal("{" + ",".join("{0.5f,1}" for _ in range(count)) + "}")
    assert (rows.dtype, rows.shape) == ("DT_FLOAT", (count, 2))
    assert rows.values == (0.5, 1.0) * count


class TestLists:
    def test_two_braces_are_two_tensors(self):
        assert parse_literal_list("{1,2},{3,4}") == [
            Literal("DT_INT32", (2,), (1, 2)),
            Literal("DT_INT32", (2,), (3, 4)),
        ]

    @pytest.mark.parametrize("text", ["1,2;3", "1;2;3;", " 1, 2, 3 "])
    def test_numbers_without_braces_are_scalars(self, text):
        assert [t.shape for t in parse_literal_list(text)] == [(), (), ()]

    def test_one_dtype_is_guessed_from_the_whole_text(self):
        assert [t.dtype for t in parse_literal_list("1,2.5")] == ["DT_DOUBLE", "DT_DOUBLE"]
        assert [t.dtype for t in parse_literal_list("{1},{3000000000}")] == ["DT_INT64", "DT_INT64"]

    def test_or_from_each_part(self):
        literals = parse_literal_list('1,2.5,"a;b"', one_dtype=False)
        assert [t.dtype for t in literals] == ["DT_INT32", "DT_DOUBLE", "DT_STRING"]

    def test_each_part_may_have_a_dtype_of_its_own(self):
        literals = parse_literal_list("1,a", ["DT_FLOAT", "DT_STRING"])
        assert literals == [Literal("DT_FLOAT", (), (1.0,)), Literal("DT_STRING", (), (b"a",))]

    def test_the_number_of_dtypes_must_match(self):
        with raises_saying(ValueError, say("literal.tensor-count", count=1, needed=2)):
            parse_literal_list("1", ["DT_FLOAT", "DT_FLOAT"])

    def test_separators_in_quotes_and_braces_do_not_split(self):
        literals = parse_literal_list('{"a,b","c;d"};"e,f"')
        assert [t.values for t in literals] == [(b"a,b", b"c;d"), (b"e,f",)]

    def test_a_blank_text_is_an_empty_list(self):
        assert parse_literal_list("  ") == []


@pytest.mark.parametrize(
    ("text", "dtype", "values"), [('{"2","4"}', "DT_INT64", (2, 4)), ('"1.5"', "DT_FLOAT", (1.5,))]
)
def test_quoted_number_is_a_number_where_the_dtype_is_numeric(text, dtype, values):
    assert parse_literal(text, dtype).values == values
