"""If, Case, While, For and calls with pages as their functions: the values of plain Python, gradients, same bits."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.document.model.diagram import Page
from app.document.resources.function_pages import FunctionPages
from app.document.resources.grants import Grants
from app.engine.analysis.touches import touches_of
from app.engine.host.engine import Engine
from app.engine.values.results import ListValue, PageResult, TensorValue
from tests.support.function_pages import named, planned, run_of
from tests.support.pages import plain


def one_output(name: str, blocks: dict[str, Any], wires: str, *arguments: str) -> Page:
    """Return a function page that takes ``arguments`` and gives ``y``."""
    return named(name, {**dict.fromkeys(arguments, "Argument"), **blocks, "y": "Result"}, wires)


DOUBLE = one_output("double", {"m": ("Mul", {"y": "2f"})}, "x.output -> m.x \n m.z -> y.input", "x")
NEGATIVE = one_output("negative", {"n": "Neg"}, "x.output -> n.x \n n.y -> y.input", "x")
TO_INT = one_output("to int", {"c": ("Cast", {"DstT": "DT_INT32"})}, "x.output -> c.x \n c.y -> y.input", "x")
LESS = one_output(
    "below ten", {"l": ("Less", {"y": "10"})}, "i.output -> l.x \n l.z -> y.input", "i", "x", "w"
)
GROW = named(
    "grow",
    {
        **dict.fromkeys(("i", "x", "w"), "Argument"),
        "next": ("AddV2", {"y": "1"}),
        "mul": "Mul",
        "i2": "Result",
        "x2": "Result",
        "w2": "Result",
    },
    """i.output -> next.x
    x.output -> mul.x
    w.output -> mul.y
    next.z -> i2.input
    mul.z -> x2.input
    w.output -> w2.input""",
)


def looping(symbol: str = "While", **more: Any) -> Page:
    """Return a page that multiplies a Variable by w ten times."""
    blocks = {
        "v": ("Variable", {"initvalues": "3f"}),
        "w": ("Const", {"val": "1.1f"}),
        "i": ("Const", {"val": "0"}),
        "loop": (symbol, {"cond": "below ten", "body": "grow"}),
        "session": "ClientSession",
        **more.pop("blocks", {}),
    }
    wires = """
        i.output -> loop.input
        v.ref -> loop.input
        w.output -> loop.input
        loop.output[1] -> session.fetch_outputs
    """
    return named("main", blocks, wires + more.pop("wires", ""))


def value(result: PageResult, key: str) -> Any:
    assert result.ok, result.problems
    return plain(result.results[key])


@pytest.mark.parametrize("symbol", ["If", "StatelessIf"])
@pytest.mark.parametrize(("x", "expected"), [(3.0, 6.0), (-3.0, 3.0)])
def test_if_takes_one_of_two_pages(engine: Engine, symbol: str, x: float, expected: float) -> None:
    blocks = {
        "x": ("Const", {"val": f"{x}f"}),
        "is": ("Greater", {"y": "0f"}),
        "if": (symbol, {"then_branch": "double", "else_branch": "negative"}),
        "session": "ClientSession",
    }
    wires = """x.output -> is.x
        is.z -> if.cond
        x.output -> if.input
        if.output -> session.fetch_outputs"""
    result = run_of(engine, named("main", blocks, wires), DOUBLE, NEGATIVE)
    assert value(result, "if.output") == [expected]


@pytest.mark.parametrize("symbol", ["Case", "StatelessCase"])
@pytest.mark.parametrize(("branch", "expected"), [(0, 6.0), (1, -3.0), (7, -3.0)])
def test_case_takes_one_of_several(engine: Engine, symbol: str, branch: int, expected: float) -> None:
    blocks = {
        "x": ("Const", {"val": "3f"}),
        "case": (symbol, {"branch_index": str(branch), "branches": "double, negative"}),
        "session": "ClientSession",
    }
    main = named("main", blocks, "x.output -> case.input \n case.output -> session.fetch_outputs")
    assert value(run_of(engine, main, DOUBLE, NEGATIVE), "case.output") == [expected]


@pytest.mark.parametrize("symbol", ["While", "StatelessWhile"])
def test_while_gives_what_the_rounds_give(engine: Engine, symbol: str) -> None:
    expected = np.float32(3)
    for _ in range(10):
        expected = expected * np.float32(1.1)
    found = value(run_of(engine, looping(symbol), LESS, GROW), "loop.output")
    assert found[0] == 10
    assert np.float32(found[1]) == expected
    assert np.float32(found[2]) == np.float32(1.1)


@pytest.mark.parametrize("symbol", ["While", "StatelessWhile"])
def test_gradients_go_through_a_loop(engine: Engine, symbol: str) -> None:
    """y = v w^10: dy/dv = w^10, dy/dw = 10 v w^9."""
    main = looping(
        symbol,
        blocks={"grad": "AddSymbolicGradients"},
        wires="""loop.output[1] -> grad.outputs
            v.ref -> grad.inputs
            w.output -> grad.inputs
            grad.grad_outputs -> session.fetch_outputs""",
    )
    found = value(run_of(engine, main, LESS, GROW), "grad.grad_outputs")
    np.testing.assert_allclose(found, [1.1**10, 10 * 3 * 1.1**9], rtol=1e-5)


@pytest.mark.parametrize(("x", "expected"), [(3.0, 2.0), (-3.0, -1.0)])
def test_gradients_go_through_if(engine: Engine, x: float, expected: float) -> None:
    blocks = {
        "x": ("Variable", {"initvalues": f"{x}f"}),
        "is": ("Greater", {"y": "0f"}),
        "if": ("If", {"then_branch": "double", "else_branch": "negative"}),
        "grad": "AddSymbolicGradients",
        "session": "ClientSession",
    }
    wires = """x.ref -> is.x
        is.z -> if.cond
        x.ref -> if.input
        if.output[0] -> grad.outputs
        x.ref -> grad.inputs
        grad.grad_outputs -> session.fetch_outputs"""
    result = run_of(engine, named("main", blocks, wires), DOUBLE, NEGATIVE)
    assert value(result, "grad.grad_outputs") == [expected]


def test_for_counts_by_itself(engine: Engine) -> None:
    body = named(
        "add counter",
        {
            "i": "Argument",
            "s": "Argument",
            "f": ("Cast", {"DstT": "DT_FLOAT"}),
            "add": "AddV2",
            "y": "Result",
        },
        "i.output -> f.x \n f.y -> add.x \n s.output -> add.y \n add.z -> y.input",
    )
    blocks = {
        "s": ("Const", {"val": "0.5f"}),
        "for": ("For", {"start": "2", "limit": "9", "delta": "3", "body": "add counter"}),
        "session": "ClientSession",
    }
    main = named("main", blocks, "s.output -> for.input \n for.output -> session.fetch_outputs")
    assert value(run_of(engine, main, body), "for.output") == [0.5 + 2 + 5 + 8]


@pytest.mark.parametrize("symbol", ["PartitionedCall", "StatefulPartitionedCall"])
def test_a_call_is_the_page(engine: Engine, symbol: str) -> None:
    blocks = {
        "x": ("Const", {"val": "{1f,2f}"}),
        "call": (symbol, {"f": "double"}),
        "session": "ClientSession",
    }
    main = named("main", blocks, "x.output -> call.args \n call.output -> session.fetch_outputs")
    assert value(run_of(engine, main, DOUBLE), "call.output") == [[2, 4]]


def test_a_symbolic_gradient_is_that_of_the_page(engine: Engine) -> None:
    inner = {"x": ("Argument", {"dtype": "DT_FLOAT"}), "s": "Square", "y": "Result"}
    square = named("square", inner, "x.output -> s.x \n s.y -> y.input")
    blocks = {
        "x": ("Const", {"val": "3f"}),
        "dy": ("Const", {"val": "1f"}),
        "g": ("SymbolicGradient", {"f": "square"}),
        "session": "ClientSession",
    }
    main = named(
        "main", blocks, "x.output -> g.input \n dy.output -> g.input \n g.output -> session.fetch_outputs"
    )
    assert value(run_of(engine, main, square), "g.output") == [6]


@pytest.mark.parametrize(
    ("pages", "pins", "code", "pin"),
    [
        ([DOUBLE], {"then_branch": "double", "else_branch": "nothing"}, "missing-page", "else_branch"),
        (
            [DOUBLE, TO_INT],
            {"then_branch": "double", "else_branch": "to int"},
            "dtype-conflict",
            "else_branch",
        ),
        ([DOUBLE, LESS], {"then_branch": "double", "else_branch": "below ten"}, "bad-count", "else_branch"),
        (
            [
                DOUBLE,
                named(
                    "ints", {"x": ("Argument", {"dtype": "DT_INT32"}), "y": "Result"}, "x.output -> y.input"
                ),
            ],
            {"then_branch": "ints", "else_branch": "double"},
            "dtype-conflict",
            "then_branch",
        ),
    ],
)
def test_a_page_that_does_not_fit_is_a_problem_at_its_pin(
    pages: list[Page], pins: dict[str, str], code: str, pin: str
) -> None:
    blocks = {
        "x": ("Const", {"val": "3f"}),
        "is": ("Greater", {"y": "0f"}),
        "if": ("If", pins),
        "session": "ClientSession",
    }
    wires = """x.output -> is.x
        is.z -> if.cond
        x.output -> if.input
        if.output -> session.fetch_outputs"""
    plan = planned(named("main", blocks, wires), *pages)
    assert plan.stops
    assert [(p.code, p.block, p.pin) for p in plan.problems] == [(code, "if", pin)]


def test_a_variable_in_a_body_is_refused_at_its_address() -> None:
    body = one_output(
        "with variable",
        {"v": ("Variable", {"initvalues": "1f"}), "a": "AddV2"},
        "x.output -> a.x \n v.ref -> a.y \n a.z -> y.input",
        "x",
    )
    blocks = {
        "x": ("Const", {"val": "3f"}),
        "call": ("PartitionedCall", {"f": "with variable"}),
        "session": "ClientSession",
    }
    main = named("main", blocks, "x.output -> call.args \n call.output -> session.fetch_outputs")
    plan = planned(main, body)
    assert plan.stops
    assert [(p.code, p.block, p.related) for p in plan.problems] == [
        ("not-in-function", "call/v", ("page:with variable",))
    ]


CHECKED = one_output(
    "checked",
    {"log": "Log", "chk": ("CheckNumerics", {"message": "here"})},
    "x.output -> log.x \n log.y -> chk.tensor \n chk.output -> y.input",
    "x",
)


@pytest.mark.parametrize("symbol", ["PartitionedCall", "StatefulPartitionedCall"])
def test_a_fault_in_a_body_names_the_inner_block(engine: Engine, symbol: str) -> None:
    blocks = {"x": ("Const", {"val": "-3f"}), "call": (symbol, {"f": "checked"}), "session": "ClientSession"}
    main = named("main", blocks, "x.output -> call.args \n call.output -> session.fetch_outputs")
    result = run_of(engine, main, CHECKED)
    assert not result.ok
    assert [(p.code, p.block, p.related) for p in result.problems] == [
        ("run-failed", "call/chk", ("page:checked",))
    ]


def test_a_fault_in_a_loop_within_a_branch_names_the_inner_block(engine: Engine) -> None:
    """Three pages deep: If -> While -> CheckNumerics."""
    body = named(
        "round",
        {
            **dict.fromkeys(("i", "x"), "Argument"),
            "next": ("AddV2", {"y": "1"}),
            "call": ("PartitionedCall", {"f": "checked"}),
            "i2": "Result",
            "x2": "Result",
        },
        """i.output -> next.x
        next.z -> i2.input
        x.output -> call.args
        call.output[0] -> x2.input""",
    )
    cond = one_output("twice", {"l": ("Less", {"y": "2"})}, "i.output -> l.x \n l.z -> y.input", "i", "x")
    branch = one_output(
        "branch",
        {"i": ("Const", {"val": "0"}), "w": ("While", {"cond": "twice", "body": "round"})},
        "i.output -> w.input \n x.output -> w.input \n w.output[1] -> y.input",
        "x",
    )
    blocks = {
        "x": ("Const", {"val": "-3f"}),
        "if": ("If", {"cond": "true", "then_branch": "branch", "else_branch": "double"}),
        "session": "ClientSession",
    }
    main = named("main", blocks, "x.output -> if.input \n if.output -> session.fetch_outputs")
    result = run_of(engine, main, branch, cond, body, CHECKED, DOUBLE)
    assert [(p.code, p.block, p.related) for p in result.problems] == [
        ("run-failed", "if/w/call/chk", ("page:checked",))
    ]


BUSY = one_output(
    "busy",
    {
        "m": ("MatMul", {}),
        "t": "Tanh",
        "e": "Exp",
        "r": "Reciprocal",
        "s": ("Mean", {"axis": "{0}"}),
    },
    """x.output -> m.a
    x.output -> m.b
    m.product -> t.x
    t.y -> e.x
    e.y -> r.x
    r.y -> s.input
    s.output -> y.input""",
    "x",
)


@pytest.mark.parametrize(
    "symbol", ["If", "StatelessIf", "PartitionedCall", "StatefulPartitionedCall", "While"]
)
def test_a_body_gives_the_same_bits_as_the_page(engine: Engine, symbol: str) -> None:
    """A page that is called, and the same blocks drawn on the page itself (as a use of it is)."""
    pins = {
        "If": {"cond": "true", "then_branch": "busy", "else_branch": "busy"},
        "While": {"cond": "once", "body": "one round"},
    }.get(symbol.removeprefix("Stateless"), {"f": "busy"})
    pin = "args" if "Call" in symbol else "input"
    blocks: dict[str, Any] = {
        "seed": ("RandomNormal", {"shape": "{17,17}", "dtype": "DT_FLOAT", "attrs": "seed_ = 3;seed2_ = 4;"}),
        "zero": ("Const", {"val": "0"}),
        "result": ("Const", {"val": "{0f}"}),
        "call": (symbol, pins),
        "use": "page:busy",
        "session": "ClientSession",
    }
    more = ""
    if symbol == "While":
        more = "zero.output -> call.input \n seed.output -> call.input \n seed.output -> use.x"
    else:
        more = f"seed.output -> call.{pin} \n seed.output -> use.x"
    index = 1 if symbol == "While" else 0
    wires = f"{more} \n call.output[{index}] -> session.fetch_outputs \n use.y -> session.fetch_outputs"
    once = one_output("once", {"l": ("Less", {"y": "1"})}, "i.output -> l.x \n l.z -> y.input", "i", "x")
    round_ = named(
        "one round",
        {
            **dict.fromkeys(("i", "x"), "Argument"),
            "n": ("AddV2", {"y": "1"}),
            "b": "page:busy",
            **dict.fromkeys(("i2", "x2"), "Result"),
        },
        "i.output -> n.x \n n.z -> i2.input \n x.output -> b.x \n b.y -> x2.input",
    )
    result = run_of(engine, named("main", blocks, wires), BUSY, once, round_)
    assert result.ok, result.problems
    called = result.results["call.output"]
    assert isinstance(called, ListValue)
    inside, outside = called.items[index], result.results["use.y"]
    assert isinstance(inside, TensorValue)
    assert isinstance(outside, TensorValue)
    assert inside.array.tobytes() == outside.array.tobytes()


def test_what_a_loop_lengthens_has_no_known_size(engine: Engine) -> None:
    cond = one_output(
        "three", {"l": ("Less", {"y": "3"})}, "i.output -> l.x \n l.z -> y.input", "i", "x", "c"
    )
    body = named(
        "longer",
        {
            **dict.fromkeys(("i", "x", "c"), "Argument"),
            "next": ("AddV2", {"y": "1"}),
            "both": ("Concat", {"axis": "0"}),
            "i2": "Result",
            "x2": "Result",
            "c2": "Result",
        },
        """i.output -> next.x
        next.z -> i2.input
        x.output -> both.values
        c.output -> both.values
        both.output -> x2.input
        c.output -> c2.input""",
    )
    blocks = {
        "i": ("Const", {"val": "0"}),
        "x": ("Const", {"val": "{{1f,2f}}"}),
        "loop": ("While", {"cond": "three", "body": "longer"}),
        "session": "ClientSession",
    }
    wires = """i.output -> loop.input
        x.output -> loop.input
        x.output -> loop.input
        loop.output -> session.fetch_outputs"""
    main = named("main", blocks, wires)
    found = value(run_of(engine, main, cond, body), "loop.output")
    assert found[1] == [[1, 2]] * 4
    types = engine.infer(main, ".", functions=FunctionPages.of([main, cond, body])).types
    assert [str(types[f"loop.output[{i}]"]) for i in range(3)] == [
        "int32 []",
        "float32 [?, 2]",
        "float32 [1, 2]",
    ]


def test_what_a_branch_gives_has_the_shape_that_all_have(engine: Engine) -> None:
    blocks = {
        "x": ("Const", {"val": "{{1f,2f}}"}),
        "if": ("If", {"cond": "true", "then_branch": "double", "else_branch": "negative"}),
        "session": "ClientSession",
    }
    main = named("main", blocks, "x.output -> if.input \n if.output -> session.fetch_outputs")
    types = engine.infer(main, ".", functions=FunctionPages.of([main, DOUBLE, NEGATIVE])).types
    assert str(types["if.output[0]"]) == "float32 [1, 2]"


def test_two_calls_of_a_page_draw_their_own_numbers_the_same_in_each_run(engine: Engine) -> None:
    noise = one_output(
        "noise", {"r": ("RandomUniform", {"shape": "{3}", "dtype": "DT_FLOAT"})}, "r.output -> y.input"
    )
    blocks = {
        "a": ("StatefulPartitionedCall", {"f": "noise"}),
        "b": ("StatefulPartitionedCall", {"f": "noise"}),
        "session": "ClientSession",
    }
    wires = "a.output -> session.fetch_outputs \n b.output -> session.fetch_outputs"
    runs = [run_of(engine, named("main", blocks, wires), noise, seed=5) for _ in range(2)]
    first, second = ([value(result, f"{call}.output") for call in "ab"] for result in runs)
    assert first == second
    assert first[0] != first[1]


def test_a_python_block_in_a_body_is_called_in_every_round(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "twice.py").write_text('def twice(x: "float32 []") -> "float32 []":\n    return x + x\n')
    body = named(
        "doubled",
        {
            **dict.fromkeys(("i", "x"), "Argument"),
            "next": ("AddV2", {"y": "1"}),
            "py": "python:twice.py:twice",
            **dict.fromkeys(("i2", "x2"), "Result"),
        },
        "i.output -> next.x \n next.z -> i2.input \n x.output -> py.x \n py.output -> x2.input",
    )
    cond = one_output("five", {"l": ("Less", {"y": "5"})}, "i.output -> l.x \n l.z -> y.input", "i", "x")
    blocks = {
        "i": ("Const", {"val": "0"}),
        "x": ("Const", {"val": "1.5f"}),
        "loop": ("While", {"cond": "five", "body": "doubled"}),
        "session": "ClientSession",
    }
    wires = "i.output -> loop.input \n x.output -> loop.input \n loop.output[1] -> session.fetch_outputs"
    main = named("main", blocks, wires)
    plan = planned(main, cond, body, folder=tmp_path)
    assert [(t.block, t.capability) for t in touches_of(plan)] == [("loop/py", "python")]
    result = run_of(engine, main, cond, body, folder=tmp_path, grants=Grants(python=True))
    assert value(result, "loop.output")[1] == 1.5 * 32


@pytest.mark.parametrize("symbol", ["PartitionedCall", "If", "MapDefun"])
def test_what_would_end_the_process_in_a_body_is_refused_there(engine: Engine, symbol: str) -> None:
    """A hue is turned by one at a time: of a turn of 1e30 there is no end."""
    body = named(
        "turned",
        {"x": "Argument", "by": "Argument", "hue": "AdjustHue", "y": "Result"},
        "x.output -> hue.images \n by.output -> hue.delta \n hue.output -> y.input",
    )
    pins: dict[str, Any] = {"f": "turned"}
    if symbol == "If":
        pins = {"cond": "true", "then_branch": "turned", "else_branch": "turned"}
    pin = {"PartitionedCall": "args", "If": "input", "MapDefun": "arguments"}[symbol]
    picture = "{{{{0.2f,0.4f,0.6f}}}}" if symbol == "MapDefun" else "{{{0.2f,0.4f,0.6f}}}"
    for turn, ok in (("0f", True), ("1e30f", False)):
        blocks = {
            "x": ("Const", {"val": picture}),
            "by": ("Const", {"val": f"{{{turn}}}" if symbol == "MapDefun" else turn}),
            "call": (symbol, pins),
            "session": "ClientSession",
        }
        wires = f"x.output -> call.{pin} \n by.output -> call.{pin} \n call.output -> session.fetch_outputs"
        result = run_of(engine, named("main", blocks, wires), body)
        if ok:
            np.testing.assert_allclose(np.ravel(value(result, "call.output")), [0.2, 0.4, 0.6], rtol=1e-6)
            continue
        assert [(p.code, p.block, p.pin, p.related) for p in result.problems] == [
            ("bad-value", "call/hue", "delta", ("page:turned",))
        ]
