"""The attrs text: reading it for a symbol, and changing one key of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.document.literals.attrs import parse_attrs, read_attrs, remove_attr, set_attr
from app.document.model.sentence import say
from blocks.requirement import Actual, Requirement
from blocks.symbol import Attr, Symbol
from tests.support.words import holds

POOL = Symbol(
    name="Pool",
    category="nn",
    title=("Pool",),
    op="Pool",
    attrs=(
        Attr(name="strides_", kind="list(int)", attr="strides"),
        Attr(name="padding_", kind="string", attr="padding", allowed=("SAME", "VALID")),
        Attr(name="T_", kind="type", attr="T", allowed=("DT_FLOAT", "DT_HALF")),
        Attr(name="flag_", kind="bool", attr="flag", aliases=("flga_",)),
        Attr(name="old_", kind="int"),  # a key of the original that the op does not have
        Attr(name="name_", kind="string", attr="name"),
        Attr(name="shapes_", kind="list(shape)", attr="shapes"),
        Attr(name="format_", kind="string", attr="format", allowed=("NDHWC", "NCDHW")),
    ),
)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("strides_ = {1,2,2,1}; padding_ = SAME;", {"strides": [1, 2, 2, 1], "padding": "SAME"}),
        ("strides_=1,2,2,1", {"strides": [1, 2, 2, 1]}),
        ("strides_ = {1;2};", {"strides": [1, 2]}),
        ('padding_ = "SAME"', {"padding": "SAME"}),
        ("\n\tpadding_\t=\tSAME ;\n T_ = DT_HALF\n", {"padding": "SAME", "T": "DT_HALF"}),
        ("padding = VALID; T=float", {"padding": "VALID", "T": "DT_FLOAT"}),
        ("flga_ = true;", {"flag": True}),
        ("flag_ = ; name_ = ;", {}),
        ('name_ = "a;b=c";', {"name": "a;b=c"}),
        ('name_ = "";', {"name": ""}),
        ("name_ = a=b;", {"name": "a=b"}),
        ('name_ = it"s; flag_ = 1', {"name": 'it"s', "flag": True}),
        ("shapes_ = {{1;2};{3}}; flag_ = 0;", {"shapes": [(1, 2), (3,)], "flag": False}),
        ("", {}),
        (" ;; ", {}),
    ],
)
def test_values_by_the_name_of_the_op_s_attr(text, values):
    assert read_attrs(text, POOL) == (values, [])


def test_a_special_block_has_no_op_and_its_keys_name_themselves():
    special = Symbol(name="S", category="core", title=("S",), attrs=(Attr(name="shape_", kind="shape"),))
    assert read_attrs("shape_ = [2][3]", special) == ({"shape": (2, 3)}, [])


def written(problem):
    """What each fix writes."""
    return [fix.changes[0].text for fix in problem.fixes]


def only_problem(text):
    values, problems = read_attrs(text, POOL, "pool")
    (problem,) = problems
    assert (problem.block, problem.pin) == ("pool", "attrs")
    return values, problem


def test_an_unknown_key_names_the_nearest():
    values, problem = only_problem("stride_ = 1; flag_ = true;")
    assert values == {"flag": True}
    assert (problem.code, problem.severity) == ("bad-attr-name", "error")
    assert problem.actual == Actual(name="stride_")
    assert written(problem)[0] == "strides_ = 1; flag_ = true;"
    assert holds(problem.hint, say("hint.did-you-mean", names=("strides_",)))
    assert problem.requirement.names[:2] == ("strides_", "padding_")


def test_a_value_that_is_not_allowed_lists_the_allowed_ones():
    values, problem = only_problem("padding_ = same;")
    assert values == {}
    assert (problem.code, problem.severity) == ("bad-attr-value", "error")
    assert (problem.requirement, problem.actual) == (
        Requirement(names=("SAME", "VALID")),
        Actual(name="same"),
    )
    assert written(problem) == ["padding_ = SAME;"]
    assert holds(problem.sentence, say("attr.not-allowed", position=11))


def test_a_dtype_that_is_not_allowed():
    _, problem = only_problem("T_ = DT_INT32;")
    assert problem.code == "bad-attr-value"
    assert problem.requirement == Requirement(names=("DT_FLOAT", "DT_HALF"))


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("flag_ = maybe;", 8),
        ("flag_=1;  strides_ = {1,x};", 24),
        ("strides_ = {1,2; flag_ = 1", 11),  # an unclosed brace does not swallow the next key
        ('name_ = "abc; flag_ = 1', 8),
    ],
)
def test_an_unreadable_value_names_its_place_in_the_whole_text(text, place):
    _, problem = only_problem(text)
    assert problem.code == "bad-attr-value"
    assert holds(problem.sentence, say("literal.at", position=place))


def test_the_first_of_two_equal_keys_counts():
    values, problem = only_problem("flag_ = 1; flag = 0;")
    assert values == {"flag": True}
    assert (problem.code, problem.severity) == ("bad-attr-name", "warning")


def test_a_key_without_a_value_sign():
    _, problem = only_problem("flag_")
    assert problem.code == "bad-attr-name"
    assert holds(problem.hint, say("hint.write-attr", name="flag_"))


def test_a_key_that_tensorflow_does_not_have_is_reported_but_stops_nothing():
    values, problem = only_problem("old_ = 3;")
    assert values == {}
    assert problem.severity == "info"


def test_the_layout_names_of_old_3d_blocks_are_understood():
    values, problem = only_problem("format_ = NHWC;")
    assert values == {"format": "NDHWC"}
    assert problem.severity == "warning"
    assert written(problem) == ["format_ = NDHWC;"]


def test_items_know_where_they_stand():
    first, second = parse_attrs("a_ = 1;  b_ = {x;y}")
    assert (first.name, first.value, first.position, first.value_position) == ("a_", "1", 0, 5)
    assert (second.name, second.value, second.position, second.value_position) == ("b_", "{x;y}", 9, 14)


@pytest.mark.parametrize(
    ("text", "name", "value", "expected"),
    [
        ("", "b_", "true", "b_ = true;"),
        ("a_ = 1; b_ = 2;", "b_", "3", "a_ = 1; b_ = 3;"),
        ("a_ = 1; b_ = 2;", "b", "3", "a_ = 1; b_ = 3;"),
        ("a_=1 ;\tb_=2", "a_", "3", "a_=3 ;\tb_=2"),
        ("a_=1", "b_", "3", "a_=1; b_ = 3;"),
        ("a_ = 1;\nb_ = 2;\n", "c_", "3", "a_ = 1;\nb_ = 2;\nc_ = 3;"),
        ("a_ = ;", "a_", "1", "a_ = 1;"),
        ("a_", "a_", "1", "a_ = 1"),
        ("a_ = 1; b_ = 2;", "a_", "", "b_ = 2;"),
        ("a_ = 1;", "b_", "x;y", 'a_ = 1; b_ = "x;y";'),
        ("a_ = 1; a_ = 2;", "a_", "3", "a_ = 3; a_ = 2;"),  # the first one counts
    ],
)
def test_setting_one_key_leaves_the_rest_as_typed(text, name, value, expected):
    assert set_attr(text, name, value) == expected


def test_removing_a_key_removes_its_doubles_too():
    assert remove_attr("a_ = 1; b_ = 2; a_ = 3", "a_") == "b_ = 2;"
    assert remove_attr("b_ = 2;", "a_") == "b_ = 2;"


_VALUE = st.text(st.sampled_from('abc ={};,"\\12'), min_size=1, max_size=12).filter(str.strip)
_ITEMS = st.lists(st.tuples(st.sampled_from("abcd"), _VALUE), max_size=4)


@given(_ITEMS, st.sampled_from("abcd"), _VALUE)
def test_a_set_key_is_found_again_and_the_others_stay(items, key, value):
    text = ""
    for name, typed in items:
        text = set_attr(text, name + "_", typed)
    before = {i.name: i.value for i in parse_attrs(text)}
    after = {i.name: i.value for i in parse_attrs(set_attr(text, key + "_", value))}
    assert after.pop(key + "_", None) is not None
    before.pop(key + "_", None)
    assert after == before


@given(st.text(st.sampled_from('ab_=;{}[]",1 \n'), max_size=30) | st.text())
def test_junk_is_never_more_than_a_problem(text):
    values, problems = read_attrs(text, POOL)
    assert all(p.code in ("bad-attr-name", "bad-attr-value") for p in problems)
    assert values == {} or text.strip()
    remove_attr(text, "a_")
    set_attr(text, "a_", "1")


TABLE = Symbol(
    name="Table",
    category="io_ops",
    title=("Table",),
    op="DecodeCSV",
    attrs=(
        Attr(name="field_delim_", kind="string", attr="field_delim"),
        Attr(name="separator_", kind="string", attr="separator"),
        Attr(name="na_value_", kind="string", attr="na_value"),
    ),
)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ('field_delim_ = ";";', {"field_delim": ";"}),
        ('field_delim_ = "\\t";', {"field_delim": "\t"}),
        ("field_delim_ = \\t;", {"field_delim": "\t"}),
        ('separator_ = "\\n"; na_value_ = "\\t";', {"separator": "\n", "na_value": "\\t"}),
        ("field_delim_ = ; na_value_ = ;", {}),
    ],
)
def test_a_delimiter_may_be_a_semicolon_in_quotes_or_a_character_that_no_one_sees(text, values):
    assert read_attrs(text, TABLE) == (values, [])


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("field_delim_ = ;;", 'field_delim_ = ";";'),
        ("field_delim_ = ; ; na_value_ = x;", 'field_delim_ = ";"; na_value_ = x;'),
        ("separator_ = ;;", 'separator_ = ";";'),
        ("field_delim_ = tab;", 'field_delim_ = "\\t";'),
        ("field_delim_ = ab;", None),
        ('field_delim_ = "";', None),
    ],
)
def test_a_delimiter_that_is_none_is_an_error_with_a_fix_that_reads(text, mended):
    values, (problem,) = read_attrs(text, TABLE, "csv")
    assert (problem.severity, problem.code, problem.pin) == ("error", "bad-attr-value", "attrs")
    assert holds(problem.hint, say("hint.delimiters"))
    assert not values.keys() & {"field_delim", "separator"}
    assert [fix.changes[0].text for fix in problem.fixes] == ([mended] if mended else [])
    if mended:
        assert read_attrs(mended, TABLE)[1] == []


@pytest.mark.parametrize(
    ("text", "mended"), [("na_value_ = x;;", "na_value_ = x;"), ("; na_value_ = x;", "na_value_ = x;")]
)
def test_an_empty_pair_is_a_warning_and_its_fix_takes_it_out(text, mended):
    _, (problem,) = read_attrs(text, TABLE)
    assert (problem.severity, problem.code) == ("warning", "bad-attr-value")
    assert [fix.changes[0].text for fix in problem.fixes] == [mended]
