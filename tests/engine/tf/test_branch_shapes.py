"""Pages of one block that give unlike shapes, and faults in pages that are called: said at the pin before a run."""

from __future__ import annotations

from typing import Any

import pytest

from app.document.model.diagram import Page
from app.document.model.problems import Problem
from app.document.resources.function_pages import FunctionPages
from app.engine.host.engine import Engine
from app.messages import message_of
from blocks.requirement import Actual, of_dtypes
from tests.support.function_pages import named, planned, run_of


def one_output(name: str, blocks: dict[str, Any], wires: str, *arguments: str) -> Page:
    return named(name, {**dict.fromkeys(arguments, "Argument"), **blocks, "y": "Result"}, wires)


SAME = one_output("same", {"n": "Neg"}, "x.output -> n.x \n n.y -> y.input", "x")
FLAT = one_output(
    "flat", {"r": ("Reshape", {"shape": "{-1}"})}, "x.output -> r.tensor \n r.output -> y.input", "x"
)
FIRST = one_output(
    "first rows",
    {"s": ("Slice", {"begin": "{0,0}", "size": "{1,2}"})},
    "x.output -> s.input \n s.output -> y.input",
    "x",
)


def branching(symbol: str, pins: dict[str, str], behind: str, **more: Any) -> Page:
    blocks = {
        "x": ("Const", {"val": "{{1f,2f},{3f,4f}}"}),
        "choose": (symbol, pins),
        "session": "ClientSession",
        **more,
    }
    return named("main", blocks, f"x.output -> choose.input \n {behind}")


def problems_of(engine: Engine, *pages: Page) -> list[Problem]:
    return engine.infer(pages[0], ".", functions=FunctionPages.of(pages)).problems


IF = {"cond": "true", "then_branch": "same", "else_branch": "flat"}
CASE = {"branch_index": "0", "branches": "same, first rows, flat"}
SHOWN = "choose.output -> session.fetch_outputs"
MULTIPLIED = "choose.output[0] -> m.a \n x.output -> m.b \n m.product -> session.fetch_outputs"


@pytest.mark.parametrize("symbol", ["If", "StatelessIf"])
def test_branches_of_unlike_shapes_are_remarked_at_the_pin(engine: Engine, symbol: str) -> None:
    (found,) = problems_of(engine, branching(symbol, IF, SHOWN), SAME, FLAT)
    assert (found.severity, found.code, found.block, found.pin) == (
        "info",
        "bad-shape",
        "choose",
        "else_branch",
    )
    assert found.related == ("page:flat",)
    assert message_of(found) == (
        "page 'flat' gives float32 [4] at y, and page 'same' float32 [2, 2]: "
        "what the block gives has the shape of the page that is taken"
    )


@pytest.mark.parametrize("symbol", ["If", "StatelessIf"])
def test_a_branch_that_does_not_suit_what_is_behind_is_a_warning_at_its_pin(
    engine: Engine, symbol: str
) -> None:
    page = branching(symbol, IF, MULTIPLIED, m="MatMul")
    (found,) = problems_of(engine, page, SAME, FLAT)
    assert (found.severity, found.block, found.pin) == ("warning", "choose", "else_branch")
    assert found.related[0] == "page:flat"
    assert found.related[1].startswith("m")
    assert run_of(engine, page, SAME, FLAT).ok  # the branch that suits is taken


@pytest.mark.parametrize("symbol", ["Case", "StatelessCase"])
def test_so_it_is_with_several_branches(engine: Engine, symbol: str) -> None:
    found = problems_of(engine, branching(symbol, CASE, MULTIPLIED, m="MatMul"), SAME, FIRST, FLAT)
    assert [(p.severity, p.pin, p.related[0]) for p in found] == [("warning", "branches", "page:flat")]


def test_a_shape_that_a_branch_never_has_is_remarked(engine: Engine) -> None:
    pins = {**IF, "else_branch": "same", "attrs": "output_shapes_ = {{4}};"}
    found = problems_of(engine, branching("If", pins, SHOWN), SAME)
    assert [(p.severity, p.pin) for p in found] == [("info", "then_branch"), ("info", "else_branch")]
    assert message_of(found[0]) == "page 'same' gives float32 [2, 2] at y, and output_shapes says float32 [4]"


def test_branches_of_one_shape_are_no_problem(engine: Engine) -> None:
    assert not problems_of(engine, branching("If", {**IF, "else_branch": "same"}, SHOWN), SAME)


BELOW = one_output("below", {"l": ("Less", {"y": "3"})}, "i.output -> l.x \n l.z -> y.input", "i", "x")


def body(name: str, blocks: dict[str, Any], wires: str) -> Page:
    """Return a loop's body that counts its rounds and changes x."""
    parts = {**dict.fromkeys(("i", "x"), "Argument"), "next": ("AddV2", {"y": "1"}), **blocks}
    return named(
        name,
        {**parts, "i2": "Result", "x2": "Result"},
        f"i.output -> next.x \n next.z -> i2.input \n {wires}",
    )


def looped(name: str) -> Page:
    blocks = {
        "i": ("Const", {"val": "0"}),
        "x": ("Const", {"val": "{{1f,2f},{3f,4f}}"}),
        "loop": ("While", {"cond": "below", "body": name}),
        "session": "ClientSession",
    }
    wires = "i.output -> loop.input \n x.output -> loop.input \n loop.output[1] -> session.fetch_outputs"
    return named("main", blocks, wires)


def test_a_loop_whose_shape_changes_is_remarked_at_its_body(engine: Engine) -> None:
    flat = body(
        "flatten", {"r": ("Reshape", {"shape": "{-1}"})}, "x.output -> r.tensor \n r.output -> x2.input"
    )
    (found,) = problems_of(engine, looped("flatten"), BELOW, flat)
    assert (found.severity, found.block, found.pin) == ("info", "loop", "body")
    assert message_of(found) == (
        "page 'flatten' gets float32 [2, 2] and gives float32 [4] at x2: the shape changes from round to round"
    )


def test_what_the_second_round_does_not_take_is_said_at_the_inner_block(engine: Engine) -> None:
    blocks = {"m": "MatMul", "r": ("Reshape", {"shape": "{-1}"})}
    wires = "x.output -> m.a \n x.output -> m.b \n m.product -> r.tensor \n r.output -> x2.input"
    found = problems_of(engine, looped("squash"), BELOW, body("squash", blocks, wires))
    assert {(p.severity, p.block) for p in found} == {("warning", "loop/m"), ("info", "loop")}
    assert found[0].related[-1] == "page:squash"


def test_what_a_page_does_not_take_is_said_at_its_inner_block(engine: Engine) -> None:
    wrong = one_output(
        "wrong", {"m": ("MatMul", {"b": "{{1f,2f}}"})}, "x.output -> m.a \n m.product -> y.input", "x"
    )
    page = branching("If", {**IF, "else_branch": "wrong"}, SHOWN)
    (found,) = problems_of(engine, page, SAME, wrong)
    print(message_of(found))
    assert (found.severity, found.block, found.related[-1]) == ("warning", "choose/m", "page:wrong")
    assert "choose.else" not in message_of(found)


def test_a_page_of_another_dtype_takes_what_its_argument_says() -> None:
    """What is said to be taken is what the page takes, and what it gets is what the wire brings."""
    blocks = {"x": ("Argument", {"dtype": "DT_INT32"}), "y": "Result"}
    numbers = named("numbers", blocks, "x.output -> y.input")
    main = branching("If", {"cond": "true", "then_branch": "numbers", "else_branch": "numbers"}, SHOWN)
    problem = planned(main, numbers).problems[0]
    assert message_of(problem) == "page 'numbers' takes int32 at x, and gets float32"
    assert (problem.requirement, problem.actual) == (of_dtypes("int32"), Actual(dtype="float32"))


def test_rows_of_unlike_number_are_an_error_before_the_run(engine: Engine) -> None:
    blocks = {
        "x": ("Const", {"val": "{{1f,2f},{3f,4f},{5f,6f}}"}),
        "rows": ("TensorSliceDataset", {}),
        "y": ("Const", {"val": "{0,1}"}),
        "iterator": "IteratorV2",
        "make": "MakeIterator",
        "session": "ClientSession",
    }
    wires = "x.output -> rows.components \n y.output -> rows.components \n rows.handle -> make.dataset \n "
    wires += "iterator.handle -> make.iterator \n make.operation -> session.run_outputs"
    found = next(p for p in problems_of(engine, named("main", blocks, wires)) if p.block == "rows")
    assert (found.severity, found.code, found.pin) == ("error", "bad-shape", "components")
    assert found.actual == Actual(shape=(2,))
    assert message_of(found) == "components[1] wants 3 in dimension 0, gets [2]; components[0] is [3, 2]"


@pytest.mark.parametrize("symbol", ["FilterDataset", "TakeWhileDataset"])
def test_a_predicate_of_several_truth_values_is_an_error_at_its_pin(engine: Engine, symbol: str) -> None:
    above = one_output("above", {"g": ("Greater", {"y": "0f"})}, "x.output -> g.x \n g.z -> y.input", "x")
    blocks = {
        "rows": ("TensorSliceDataset", {"components": "{{1f,2f},{3f,4f}}"}),
        "keep": (symbol, {"predicate": "above"}),
        "first": ("DatasetToSingleElement", {}),
        "session": "ClientSession",
    }
    wires = "rows.handle -> keep.input_dataset \n keep.handle -> first.dataset \n "
    wires += "first.components -> session.fetch_outputs"
    found = next(p for p in problems_of(engine, named("main", blocks, wires), above) if p.block == "keep")
    assert (found.severity, found.code, found.pin) == ("error", "bad-shape", "predicate")
    assert found.actual == Actual(dtype="bool", shape=(2,))
    assert found.related == ("page:above",)
