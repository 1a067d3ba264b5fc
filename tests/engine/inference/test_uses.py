"""Types within pages that stand as blocks, and what the pins of these require."""

from __future__ import annotations

from pathlib import Path

from app.document.model.diagram import Page
from app.document.resources.function_pages import FunctionPages
from app.engine.host.engine import Engine
from app.engine.inference.result import Inference
from app.messages import message_of
from tests.support.function_pages import named, twice

CONST = ("Const", {"val": "{{1.0f,2.0f}}"})


def typed(engine: Engine, main: Page, *others: Page) -> Inference:
    """Return the types of a page as the editor asks for them."""
    functions = FunctionPages.of([main, *others])
    return engine.infer(main, Path("."), functions=functions, is_copy=True)


def test_inner_pins_have_their_types_under_their_addresses(engine: Engine) -> None:
    outer = named(
        "outer", {"x": "Argument", "in": "page:twice", "y": "Result"}, "x.output -> in.x\nin.y -> y.input"
    )
    found = typed(engine, named("main", {"c": CONST, "u": "page:outer"}, "c.output -> u.x"), outer, twice())
    assert found.problems == []
    assert {key: str(spec) for key, spec in found.types.items()} == dict.fromkeys(
        ("c.output", "u/x.output", "u/in/x.output", "u/in/sum.z", "u/in.y", "u.y"), "float32 [1, 2]"
    )


def test_the_types_follow_an_edit_of_the_page_that_is_used(engine: Engine) -> None:
    main = named("main", {"c": CONST, "u": "page:f"}, "c.output -> u.x")
    for symbol, spec in (("Shape", "int32 [2]"), ("Rank", "int32 []")):
        blocks = {"x": "Argument", "s": symbol, "y": "Result"}
        inner = named("f", blocks, "x.output -> s.input\ns.output -> y.input")
        assert str(typed(engine, main, inner).types["u.y"]) == spec


def test_a_page_by_itself_has_the_types_that_its_arguments_declare(engine: Engine) -> None:
    blocks = {"x": ("Argument", {"dtype": "DT_FLOAT", "shape": "[?][2]"}), "n": "Neg", "y": "Result"}
    found = typed(engine, named("f", blocks, "x.output -> n.x\nn.y -> y.input"))
    assert (str(found.types["n.y"]), found.problems, found.plan_problems) == ("float32 [?, 2]", [], [])


def test_a_shape_that_the_argument_does_not_take_is_a_problem_at_the_pin(engine: Engine) -> None:
    inner = named("f", {"x": ("Argument", {"shape": "[?][3]"}), "y": "Result"}, "x.output -> y.input")
    (problem,) = typed(engine, named("main", {"c": CONST, "u": "page:f"}, "c.output -> u.x"), inner).problems
    assert (problem.code, problem.block, problem.pin) == ("bad-shape", "u", "x")
    assert message_of(problem) == "x takes [?, 3], it is given [1, 2]"


def test_a_pin_requires_what_its_argument_reaches(engine: Engine) -> None:
    inner = named("f", {"a": "Argument", "m": ("MatMul", {"b": "{{1.0f},{2.0f}}"}), "y": "Result"},
                  "a.output -> m.a\nm.product -> y.input")  # fmt: skip
    outer = named("g", {"v": "Argument", "u": "page:f", "y": "Result"}, "v.output -> u.a\nu.y -> y.input")
    required = typed(
        engine, named("main", {"c": CONST, "o": "page:g"}, "c.output -> o.v"), outer, inner
    ).required
    assert required["o.v"] == required["o/u.a"] == required["o/u/m.a"]


def test_tensorflow_refuses_a_block_within_a_use_at_its_address(engine: Engine) -> None:
    inner = named("f", {"a": "Argument", "m": ("MatMul", {"b": "{{1.0f,2.0f}}"}), "y": "Result"},
                  "a.output -> m.a\nm.product -> y.input")  # fmt: skip
    found = typed(
        engine, named("main", {"c": CONST, "u": "page:f", "n": "Neg"}, "c.output -> u.a\nu.y -> n.x"), inner
    )
    assert [(p.code, p.block) for p in found.problems] == [("bad-shape", "u/m")]
    assert found.blocked["n"] == "u/m"
