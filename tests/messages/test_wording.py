"""How the fields of templates are filled in: lists, plurals, shapes, requirements and what is there instead."""

from __future__ import annotations

import pytest

from app.document.model.sentence import quote
from app.messages.en import TEMPLATES
from app.messages.wording import Language
from blocks.requirement import (
    Actual,
    EachOnce,
    Finite,
    IndicesBelow,
    InRange,
    RankOf,
    Requirement,
    ShapeOf,
    SizesFrom,
    SizesMaking,
)

ENGLISH = Language(TEMPLATES)


def filled(template: str, **params: object) -> str:
    return Language({**TEMPLATES, "tested": template}).say("tested", **params)


@pytest.mark.parametrize(
    ("form", "names", "text"),
    [
        ("", ("a", "b", "c"), "a, b, c"),
        (":or", ("a", "b", "c"), "a or b or c"),
        (":and", ("a", "b"), "a and b"),
        (":either", ("int32",), "int32"),
        (":either", ("int32", "int64"), "int32 or int64"),
        (":either", ("a", "b", "c"), "a, b or c"),
        (":either", ("a", "b", "c", "d", "e"), "a, b, c, d, …"),
        (":few", ("a", "b", "c", "d", "e"), "a, b, c, d, e"),
        (":few", ("a", "b", "c", "d", "e", "f", "g"), "a, b, c, d, e and 2 more"),
    ],
)
def test_lists(form: str, names: tuple[str, ...], text: str) -> None:
    assert filled(f"{{names{form}}}", names=names) == text


@pytest.mark.parametrize(("count", "text"), [(0, "0 steps"), (1, "1 step"), (2, "2 steps")])
def test_the_word_goes_with_the_number(count: int, text: str) -> None:
    assert filled("{count} {count|step|steps}", count=count) == text


@pytest.mark.parametrize(
    ("form", "shape", "text"),
    [
        ("shape", (2, None), "[2, ?]"),
        ("shape", (), "a scalar"),
        ("shape", None, "an unknown shape"),
        ("sizes", (), "[]"),
        ("sizes", None, "?"),
    ],
)
def test_shapes(form: str, shape: tuple[int | None, ...] | None, text: str) -> None:
    assert filled(f"{{shape:{form}}}", shape=shape) == text


def test_nothing_fills_in_nothing_and_quotes_are_pythons() -> None:
    assert filled("{a}{b!r}", a=None, b="it's") == '"it\'s"'


@pytest.mark.parametrize(
    ("needs", "text"),
    [
        (Requirement(dtypes=("int32", "int64")), "int32, int64"),
        (Requirement(dtypes=("int32", "float32"), in_order=True), "(int32, float32)"),
        (Requirement(dtypes=("float32",), shape=ShapeOf((None, 4))), "float32 [?, 4]"),
        (Requirement(shape=ShapeOf(())), "a scalar"),
        (Requirement(shape=ShapeOf((None, None))), "rank 2"),
        (Requirement(shape=ShapeOf(("num_boxes", 4))), "[num_boxes, 4] (rank 2)"),
        (Requirement(shape=ShapeOf(("*", "#x", "..."))), "[any, rank of x, ...]"),
        (Requirement(shape=ShapeOf((2, 3), broadcast=True)), "[2, 3], or 1 in place of a size"),
        (Requirement(shape=RankOf((0,))), "a scalar"),
        (Requirement(shape=RankOf((1,))), "a vector"),
        (Requirement(shape=RankOf((1,), example="{1,2}")), "a vector, such as {1,2}"),
        (Requirement(shape=RankOf((4, 5))), "rank 4 or 5"),
        (Requirement(shape=RankOf((2,), "least")), "rank 2 or more"),
        (Requirement(shape=RankOf((3,), "most")), "rank 3 or less"),
        (Requirement(shape=RankOf((2,), like=(3, None))), "rank 2, as [3, ?] has"),
        (Requirement(values=InRange(-2, 1)), "-2 to 1"),
        (Requirement(values=InRange(0, 3, open=True)), "0 to below 3"),
        (Requirement(values=InRange(0)), "0 or more"),
        (Requirement(values=InRange(0, open=True)), "above 0"),
        (Requirement(values=InRange(None, 5, open=True)), "less than 5"),
        (Requirement(values=InRange(2, 2)), "2"),
        (Requirement(values=Finite()), "finite numbers"),
        (Requirement(values=EachOnce(3)), "each of 0 to 2 once"),
        (Requirement(values=SizesMaking(1, ())), "sizes that make 1 element, as a scalar has"),
        (Requirement(values=SizesMaking(6, (2, 3))), "sizes that make 6 elements, as [2, 3] has"),
        (Requirement(values=IndicesBelow((3, 4))), "indices from 0 to below [3, 4]"),
        (
            Requirement(values=IndicesBelow((3, 4), "input")),
            "indices from 0 to below [3, 4], the sizes of input",
        ),
        (Requirement(values=SizesFrom(0, one_open=True)), "-1 once, else sizes of 0 or more"),
        (Requirement(count=InRange(2, 2)), "2 elements"),
        (Requirement(count=InRange(1)), ">= 1"),
        (Requirement(count=InRange(0, open=True)), "> 0"),
        (Requirement(count=InRange(None, 9)), "<= 9"),
        (Requirement(names=("SAME", "VALID")), "SAME, VALID"),
        (Requirement(kind="list(tensor)"), "list(tensor): tensors with commas between"),
        (Requirement(form="block"), "a block of the page"),
    ],
)
def test_requirements(needs: Requirement, text: str) -> None:
    assert ENGLISH.requirement(needs) == text


@pytest.mark.parametrize(
    ("there", "text"),
    [
        (Actual(dtype="float32"), "float32"),
        (Actual(dtype="float32", shape=(2,)), "float32 [2]"),
        (Actual(dtypes=("int32", "bool")), "(int32, bool)"),
        (Actual(shape=()), "a scalar"),
        (Actual(value="{1,2}"), "{1,2}"),
        (Actual(value="{1,2}", shape=(2,)), "{1,2}, shape [2]"),
        (Actual(value="5", shape=()), "5, a scalar"),
        (Actual(value="5", index=(2,)), "5 at position 2"),
        (Actual(value="5", index=(1, 2)), "5 at [1, 2]"),
        (Actual(value="5", index=()), "5"),
        (Actual(count=0), "0"),
        (Actual(name="SAMO"), "SAMO"),
        (Actual(kind="feed"), "feed"),
    ],
)
def test_what_is_there(there: Actual, text: str) -> None:
    assert ENGLISH.actual(there) == text


def test_a_name_neither_steers_a_terminal_nor_makes_a_line_of_its_own() -> None:
    said = filled("there is no op {op}", op="a\x1b[31m\nerror: all is lost\u202e\ud800")
    assert said == "there is no op a\\x1b[31m\\nerror: all is lost\\u202e\\ud800"
    assert filled("{names:or}", names=("a\x07", "b")) == "a\\x07 or b"


def test_words_of_tensorflow_have_their_lines() -> None:
    assert ENGLISH.text(quote("one\n\ttwo \x1b[1mthree")) == "one\n\ttwo \\x1b[1mthree"
