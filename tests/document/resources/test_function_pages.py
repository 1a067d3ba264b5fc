"""Pages that stand as blocks: their pins, their help, and why a page is none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app.document.checks.page import check_page
from app.document.model.diagram import Note, Page
from app.document.model.problems import Problem
from app.document.resources.function_pages import FunctionPages
from app.document.resources.own_blocks import OwnBlocks
from app.document.storage.reader import loads
from app.messages import message_of, problem_json
from blocks.symbol import Symbol
from tests.support.damaging_files import doubling
from tests.support.function_pages import named, twice


def own_of(*pages: Page) -> OwnBlocks:
    return OwnBlocks(pages=FunctionPages.of(pages))


def symbol_of(*pages: Page) -> Symbol:
    """Return the symbol of the first page."""
    symbol = own_of(*pages).catalog().get(f"page:{pages[0].name}")
    assert symbol is not None
    return symbol


def checked(page: Page, *others: Page) -> list[Problem]:
    own = own_of(page, *others)
    return check_page(page, own.catalog(), own=own)


def only(page: Page, *others: Page) -> tuple[str, str | None, str | None, str, str]:
    (problem,) = checked(page, *others)
    hint = problem_json(problem)["hint"]
    return problem.code, problem.block, problem.pin, message_of(problem), str(hint)


def test_a_page_has_the_pins_that_its_arguments_and_results_name_in_the_order_of_the_file() -> None:
    blocks = {"b": "Argument", "out": "Result", "a": "Argument", "more": "Result", "add": "Add"}
    symbol = symbol_of(named("f", blocks, "a.output -> add.x\nb.output -> add.y\nadd.z -> out.input"))
    assert [p.name for p in symbol.inputs] == ["scope", "b", "a"]
    assert [p.name for p in symbol.outputs] == ["out", "more"]


def test_a_pin_is_required_unless_its_argument_has_a_default() -> None:
    symbol = symbol_of(named("f", {"x": "Argument", "rate": ("Argument", {"default": "0.1"}), "y": "Result"}))
    assert [(p.name, p.required, p.default) for p in symbol.inputs[1:]] == [
        ("x", True, None),
        ("rate", False, "0.1"),
    ]


@pytest.mark.parametrize(
    ("pins", "dtype"),
    [({"dtype": "DT_INT64"}, "DT_INT64"), ({"dtype": "float"}, "DT_FLOAT"), ({}, "DT_STRING")],
)
def test_a_pin_has_the_dtype_of_its_argument_or_the_one_that_it_reaches(
    pins: dict[str, str], dtype: str
) -> None:
    blocks = {"x": ("Argument", pins), "read": "ReadFile", "y": "Result"}
    symbol = symbol_of(named("f", blocks, "x.output -> read.filename\nread.contents -> y.input"))
    assert symbol.inputs[1].dtype == dtype


def test_a_dtype_is_found_through_pages_within() -> None:
    inner = named("in", {"file": "Argument", "read": "ReadFile"}, "file.output -> read.filename")
    outer = named("out", {"x": "Argument", "use": "page:in"}, "x.output -> use.file")
    assert symbol_of(outer, inner).inputs[1].dtype == "DT_STRING"


def test_an_output_is_of_the_kind_of_what_its_result_takes() -> None:
    blocks = {
        "x": "Argument",
        "split": ("Split", {"axis": "0", "num_split": "2"}),
        "all": "Result",
        "one": "Result",
    }
    wires = "x.output -> split.value\nsplit.output -> all.input\nsplit.output[1] -> one.input"
    inner = named(
        "in", {**blocks, "group": "NoOp", "done": "Result"}, wires + "\ngroup.operation -> done.input"
    )
    outer = named("out", {"use": "page:in", "r": "Result"}, "use.all -> r.input")
    assert [p.kind for p in symbol_of(inner).outputs] == ["list(tensor)", "tensor", "operation"]
    assert [p.kind for p in symbol_of(outer, inner).outputs] == ["list(tensor)"]


def test_the_notes_of_a_page_are_its_help() -> None:
    page = twice()
    page.notes = {
        "n": Note(id="n", text="Gives x + x.\n"),
        "f": Note(id="f", kind="frame", text="title"),
        "m": Note(id="m", text="Any dtype."),
    }
    catalog = own_of(page).catalog()
    assert catalog.help("page:twice") == "Gives x + x.\n\nAny dtype."
    assert "page:twice" in catalog.search("twice")


def test_a_use_that_is_wired_as_its_pins_require_has_no_problem() -> None:
    page = named("main", {"c": ("Const", {"val": "1.0f"}), "use": "page:twice"}, "c.output -> use.x")
    assert checked(page, twice()) == []
    assert checked(twice()) == []


@pytest.mark.parametrize(
    ("wires", "code", "pin"),
    [
        ("", "unwired-input", "x"),
        ("c.output -> use.z", "unknown-pin", "z"),
        ("c.output -> use.x\nuse.x -> d.x", "unknown-pin", "x"),
    ],
)
def test_the_pins_of_a_use_are_checked(wires: str, code: str, pin: str) -> None:
    blocks = {"c": ("Const", {"val": "1.0f"}), "use": "page:twice", "d": ("Sqrt", {"x": "1.0"})}
    found = [(p.code, p.block, p.pin) for p in checked(named("main", blocks, wires), twice())]
    assert (code, "use", pin) in found


def test_a_missing_page_leaves_a_placeholder_and_names_the_nearest_one() -> None:
    page = named("main", {"use": ("page:twise", {"x": "3"})})
    assert only(page, twice()) == (
        "missing-page", "use", None, "there is no page 'twise'", "did you mean twice?",
    )  # fmt: skip
    assert page.blocks["use"].pins == {"x": "3"}


def test_a_page_with_a_session_cannot_be_used() -> None:
    other = named("other", {"x": "Argument", "s": "ClientSession"})
    code, block, _, words, _ = only(named("main", {"use": "page:other"}), other)
    assert (code, block) == ("page-has-session", "use")
    assert "'other' holds a session (s)" in words


def test_a_page_without_arguments_and_results_cannot_be_used() -> None:
    code, block, *_ = only(
        named("main", {"use": "page:plain"}), named("plain", {"c": ("Const", {"val": "1"})})
    )
    assert (code, block) == ("page-without-pins", "use")


def ring(*names: str) -> list[Page]:
    """Return pages of which each uses the next one, and the last one the first."""
    following = dict(zip(names, (*names[1:], names[0]), strict=True))
    return [named(n, {"x": "Argument", "use": (f"page:{following[n]}", {"x": "1"})}) for n in names]


@pytest.mark.parametrize("names", [("a",), ("a", "b"), ("a", "b", "c", "d")])
def test_a_page_that_uses_itself_is_refused_by_name(names: tuple[str, ...]) -> None:
    pages = ring(*names)
    path = " -> ".join((*names[1:], names[0], *names[1:2])) if len(names) > 1 else "a -> a"
    code, block, _, words, _ = only(*pages)
    assert (code, block) == ("page-cycle", "use")
    assert words == f"the page {path.split(' -> ')[0]!r} uses itself: {path}"


def test_a_page_that_uses_one_on_a_cycle_is_unfit_too() -> None:
    main: dict[str, Any] = {"use": ("page:a", {"x": "1"})}
    code, block, *_ = only(named("main", main), *ring("a", "b"))
    assert (code, block) == ("page-cycle", "use")


def test_pages_in_a_diamond_are_no_cycle() -> None:
    top = named("top", {"x": "Argument", "l": ("page:left", {"x": "1"}), "r": ("page:right", {"x": "1"})})
    left, right = (named(n, {"x": "Argument", "u": ("page:twice", {"x": "1"})}) for n in ("left", "right"))
    assert checked(top, left, right, twice()) == []


def test_ten_thousand_pages_in_a_chain_are_no_matter_of_depth() -> None:
    pages = [named(f"p{i}", {"x": "Argument", "u": (f"page:p{i + 1}", {"x": "1"})}) for i in range(10_000)]
    pages.append(named("p10000", {"x": "Argument", "y": "Result"}, "x.output -> y.input"))
    own = own_of(*pages)
    assert not own.pages.unfit
    assert len(own.pages.reached_from(pages[9_990]).pages) == 10


@pytest.mark.parametrize("reserved", ["scope", "attrs"])
def test_a_name_that_each_block_may_have_is_no_pin(reserved: str) -> None:
    page = named("f", {reserved: "Argument", "x": "Argument"})
    assert [p.name for p in symbol_of(page).inputs] == ["scope", "x"]
    code, block, _, words, _ = only(page)
    assert (code, block) == ("bad-id", reserved)
    assert repr(reserved) in words


def test_the_text_of_a_pin_is_read_as_its_argument_says() -> None:
    inner = named("f", {"n": ("Argument", {"dtype": "DT_INT32"})})
    code, block, pin, *_ = only(named("main", {"use": ("page:f", {"n": "many"})}), inner)
    assert (code, block, pin) == ("bad-literal", "use", "n")


def test_a_function_text_that_names_no_page_is_reported_at_the_pin() -> None:
    page = named("main", {"map": ("MapDataset", {"f": '"twise"'})})
    found = [(p.code, p.pin, message_of(p)) for p in checked(page, twice())]
    assert ("missing-page", "f", "there is no page 'twise'") in found


@pytest.mark.parametrize(("depth", "width"), [(40, 2), (3, 100)])
def test_pages_that_would_grow_without_bound_are_no_blocks(depth: int, width: int) -> None:
    """Twice on each other, forty deep, is 2^40 blocks."""
    pages = loads(json.dumps(doubling(depth, width))).project.pages
    own = OwnBlocks.on([pages[0]], Path(), pages)
    (first, *_) = {block.symbol for block in pages[0].blocks.values()}
    unfit = own.unfit(first)
    assert unfit is not None
    assert unfit.code == "page-too-large"
    assert first not in own.pages.pages
