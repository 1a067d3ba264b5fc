"""Pins that take the names of pages as functions: what is said of empty ones, and which pages are offered."""

from __future__ import annotations

from typing import Any

import pytest

from app.document.model.diagram import Page
from app.document.model.fix import WritePin
from app.document.model.problems import Problem
from app.messages import hint_text, message_of, requirement_text
from tests.support.function_pages import named, planned, twice

EMPTY = "{} is empty: it takes the name of a page, which is run as a function"
A_PAGE = "the name of a page with Argument or Result blocks, and without a session"


def small() -> Page:
    """Return a page that says whether x is below 10."""
    blocks = {"x": "Argument", "less": ("Less", {"y": "10.0f"}), "y": "Result"}
    return named("small", blocks, "x.output -> less.x\nless.z -> y.input")


def summed() -> Page:
    """Return a page of two Arguments."""
    blocks = {"a": "Argument", "b": "Argument", "sum": "Add", "y": "Result"}
    return named("summed", blocks, "a.output -> sum.x\nb.output -> sum.y\nsum.z -> y.input")


def of_pin(
    symbol: str, pins: dict[str, str], pin: str, *pages: Page, wires: str = "", **more: Any
) -> Problem:
    """Return the problem at a pin of one block."""
    main = named("main", {"c": (symbol, pins), **more}, wires)
    (found,) = [p for p in planned(main, *pages).problems if (p.block, p.pin) == ("c", pin)]
    return found


@pytest.mark.parametrize("text", [None, "", " ", '""'])
@pytest.mark.parametrize(
    ("symbol", "pins", "pin", "fitting"),
    [
        ("If", {"cond": "true", "input": "1.0f", "then_branch": "twice"}, "else_branch", "twice, small"),
        ("If", {"cond": "true", "input": "1.0f,2.0f", "else_branch": "summed"}, "then_branch", "summed"),
        ("While", {"input": "1.0f", "body": "twice"}, "cond", "twice, small"),
        ("PartitionedCall", {"args": "1.0f,2.0f"}, "f", "summed"),
        ("MapDataset", {}, "f", "twice, small, summed"),
    ],
)
def test_an_empty_pin_says_that_it_takes_a_page_and_which_pages_fit(
    symbol: str, pins: dict[str, str], pin: str, fitting: str, text: str | None
) -> None:
    typed = pins if text is None else {**pins, pin: text}
    problem = of_pin(symbol, typed, pin, twice(), small(), summed())
    assert (problem.code, message_of(problem)) == ("unwired-input", EMPTY.format(pin))
    assert requirement_text(problem) == fitting
    assert hint_text(problem) == f"use {fitting.replace(', ', ' or ')}"
    assert problem.fixes[0].by_hand
    assert problem.fixes[0].changes == (WritePin("c", pin, fitting.split(", ")[0]),)


def test_a_list_of_pages_says_so() -> None:
    problem = of_pin("Case", {"branch_index": "0", "input": "1.0f"}, "branches", twice(), summed())
    assert "it takes names of pages, which are run as functions, with commas between" in message_of(problem)
    assert requirement_text(problem) == "twice"


def test_wires_count_and_a_wired_list_leaves_open_how_many_there_are() -> None:
    one = of_pin("PartitionedCall", {}, "f", twice(), summed(), wires="k.output -> c.args\nk.output -> c.args",
                 k=("Const", {"val": "1.0f"}))  # fmt: skip
    assert requirement_text(one) == "summed"
    many = of_pin("PartitionedCall", {}, "f", twice(), summed(), wires="k.output -> c.args",
                  k=("Unpack", {"value": "{1.0f,2.0f}", "num": "2"}))  # fmt: skip
    assert requirement_text(many) == "twice, summed"


@pytest.mark.parametrize("pages", [(), (summed(),)])
def test_where_no_page_fits_one_is_to_be_added(pages: tuple[Page, ...]) -> None:
    pins = {"cond": "true", "input": "1.0f", "else_branch": "twice"}
    problem = of_pin("If", pins, "then_branch", *pages)
    assert (message_of(problem), requirement_text(problem)) == (EMPTY.format("then_branch"), A_PAGE)
    assert hint_text(problem).startswith("add a page with an Argument for each value that it takes")
    assert problem.fixes == ()


def test_a_page_that_uses_this_one_is_not_offered() -> None:
    inner = named("inner", {"x": "Argument", "c": ("If", {"cond": "true"}), "y": "Result"},
                  "x.output -> c.input\nc.output[0] -> y.input")  # fmt: skip
    user = named(
        "user", {"x": "Argument", "u": "page:inner", "y": "Result"}, "x.output -> u.x\nu.y -> y.input"
    )
    (problem,) = [p for p in planned(inner, user, twice()).problems if p.pin == "then_branch"]
    assert requirement_text(problem) == "twice"


@pytest.mark.parametrize(
    ("symbol", "pins", "pin", "fixed"),
    [
        ("If", {"cond": "true", "input": "1.0f", "else_branch": "small", "then_branch": "smal"},
         "then_branch", "small"),
        ("Case", {"branch_index": "0", "input": "1.0f", "branches": "small,twise"}, "branches", '{"small","twice"}'),
    ],
)  # fmt: skip
def test_a_misspelt_page_is_spelt_right_by_a_fix(
    symbol: str, pins: dict[str, str], pin: str, fixed: str
) -> None:
    problem = of_pin(symbol, pins, pin, twice(), small())
    assert problem.code == "missing-page"
    assert [fix.changes for fix in problem.fixes] == [(WritePin("c", pin, fixed),)]


def test_a_name_like_no_other_is_answered_with_the_pages_that_fit() -> None:
    pins = {"cond": "true", "input": "1.0f", "else_branch": "twice", "then_branch": "zzz"}
    problem = of_pin("If", pins, "then_branch", twice(), summed())
    assert (problem.code, hint_text(problem)) == ("missing-page", "use twice")
