"""What is watched inside of loops and branches: one value for each round, and a run that gives the same bits."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from app.document.model.diagram import Page, RunSettings
from app.engine.analysis.touches import touches_of
from app.engine.compiler.errors import FetchError
from app.engine.host.engine import Engine
from app.engine.host.events import Event, Rows
from app.engine.values.results import TensorValue
from app.messages import sentence_text
from tests.support.function_pages import named, planned, run_of


def counting(name: str, limit: int) -> Page:
    """Return a condition that holds while i is below a limit."""
    blocks = {**dict.fromkeys(("i", "x"), "Argument"), "l": ("Less", {"y": str(limit)}), "y": "Result"}
    return named(name, blocks, "i.output -> l.x \n l.z -> y.input")


def round_of(name: str, blocks: dict[str, Any], wires: str) -> Page:
    """Return a body that counts i up and changes x."""
    parts = {**dict.fromkeys(("i", "x"), "Argument"), "next": ("AddV2", {"y": "1"}), **blocks}
    ends = dict.fromkeys(("i2", "x2"), "Result")
    return named(name, {**parts, **ends}, f"i.output -> next.x \n next.z -> i2.input \n {wires}")


def changing(name: str, block: str, symbol: str, y: str) -> Page:
    """Return a page that changes x by one block."""
    blocks = {"x": "Argument", block: (symbol, {"y": y}), "y": "Result"}
    return named(name, blocks, f"x.output -> {block}.x \n {block}.z -> y.input")


BELOW = counting("below five", 5)
TWICE = round_of("double it", {"m": ("Mul", {"y": "2f"})}, "x.output -> m.x \n m.z -> x2.input")


def looped(body: str = "double it", x: str = "3f", symbol: str = "While", **more: Any) -> Page:
    blocks = {
        "i": ("Const", {"val": "0"}),
        "x": ("Const", {"val": x}),
        "loop": (symbol, {"cond": "below five", "body": body}),
        "session": "ClientSession",
    }
    wires = "i.output -> loop.input \n x.output -> loop.input \n loop.output[1] -> session.fetch_outputs"
    return named("main", blocks, wires, **more)


def rounds(engine: Engine, watch: str, *pages: Page, steps: int = 1) -> list[Any]:
    """Return what the steps of a run give for an output inside of a loop."""
    cells: list[Any] = []

    def on_event(event: Event) -> None:
        if isinstance(event, Rows):
            cells.extend(row[0] for row in event.rows)

    result = run_of(engine, *pages, watch=(watch,), steps=steps, on_event=on_event)
    assert result.ok, result.problems
    return cells


@pytest.mark.parametrize("symbol", ["While", "StatelessWhile"])
def test_a_step_gives_a_value_for_each_round(engine: Engine, symbol: str) -> None:
    page = looped(symbol=symbol)
    assert rounds(engine, "loop/m.z", page, BELOW, TWICE, steps=2) == [(6.0, 12.0, 24.0, 48.0, 96.0)] * 2
    assert rounds(engine, "loop/i.output", page, BELOW, TWICE) == [(0, 1, 2, 3, 4)]  # the body's
    assert rounds(engine, "loop/l.z", page, BELOW, TWICE) == [(True,) * 5 + (False,)]


def test_an_element_of_each_round_is_named_by_its_index(engine: Engine) -> None:
    assert rounds(engine, "loop/m.z[1]", looped(x="{3f,1f}"), BELOW, TWICE) == [(2.0, 4.0, 8.0, 16.0, 32.0)]


def test_fetched_the_rounds_are_the_first_dimension(engine: Engine) -> None:
    result = run_of(engine, looped(x="{3f,1f}"), BELOW, TWICE, fetch=("loop/m.z",))
    found = result.results["loop/m.z"]
    assert isinstance(found, TensorValue)
    assert found.array.tolist() == [[6, 2], [12, 4], [24, 8], [48, 16], [96, 32]]


def test_a_loop_without_rounds_gives_none(engine: Engine) -> None:
    result = run_of(engine, looped(), counting("below five", 0), TWICE, fetch=("loop/m.z",))
    found = result.results["loop/m.z"]
    assert isinstance(found, TensorValue)
    assert (found.dtype, found.array.shape) == ("float32", (0,))


def test_for_is_watched_too(engine: Engine) -> None:
    body = named(
        "add i",
        {
            "i": "Argument",
            "x": "Argument",
            "c": ("Cast", {"DstT": "DT_FLOAT"}),
            "a": "AddV2",
            "y": "Result",
        },
        "i.output -> c.x \n c.y -> a.x \n x.output -> a.y \n a.z -> y.input",
    )
    blocks = {
        "x": ("Const", {"val": "0.5f"}),
        "for": ("For", {"start": "1", "limit": "8", "delta": "2", "body": "add i"}),
        "session": "ClientSession",
    }
    main = named("main", blocks, "x.output -> for.input \n for.output -> session.fetch_outputs")
    assert rounds(engine, "for/a.z", main, body) == [(1.5, 4.5, 9.5, 16.5)]


def test_a_branch_within_a_loop_within_a_loop(engine: Engine) -> None:
    """Round i of the outer loop begins five inner rounds; a branch there doubles or halves by turns."""
    halves, doubles = changing("half", "m", "Mul", "0.5f"), changing("twofold", "d", "Mul", "2f")
    turns = round_of(
        "by turns",
        {
            "odd": ("Mod", {"y": "2"}),
            "is": ("Equal", {"y": "1"}),
            "if": ("If", {"then_branch": "half", "else_branch": "twofold"}),
        },
        """i.output -> odd.x \n odd.z -> is.x \n is.z -> if.cond
        x.output -> if.input \n if.output[0] -> x2.input""",
    )
    outer = round_of(
        "outer",
        {"zero": ("Const", {"val": "0"}), "inner": ("While", {"cond": "below five", "body": "by turns"})},
        "zero.output -> inner.input \n x.output -> inner.input \n inner.output[1] -> x2.input",
    )
    blocks = {
        "i": ("Const", {"val": "0"}),
        "x": ("Const", {"val": "1f"}),
        "loop": ("While", {"cond": "twice", "body": "outer"}),
        "session": "ClientSession",
    }
    wires = "i.output -> loop.input \n x.output -> loop.input \n loop.output[1] -> session.fetch_outputs"
    pages = named("main", blocks, wires), BELOW, counting("twice", 2), outer, turns, halves, doubles
    assert rounds(engine, "loop/inner/if/d.z", *pages) == [(2.0, 2.0, 2.0, 4.0, 4.0, 4.0)]
    assert rounds(engine, "loop/inner/if/m.z", *pages) == [(1.0, 1.0, 2.0, 2.0)]
    assert rounds(engine, "loop/inner/i.output", *pages) == [(0, 1, 2, 3, 4) * 2]


def test_a_watched_loop_gives_the_same_bits_and_gradients(engine: Engine) -> None:
    blocks = {
        "i": ("Const", {"val": "0"}),
        "x": ("Const", {"val": "0.3f"}),
        "loop": ("While", {"cond": "below five", "body": "bend"}),
        "grad": "AddSymbolicGradients",
        "session": "ClientSession",
    }
    wires = """i.output -> loop.input \n x.output -> loop.input
        loop.output[1] -> grad.outputs \n x.output -> grad.inputs
        grad.grad_outputs -> session.fetch_outputs \n loop.output[1] -> session.fetch_outputs"""
    bend = round_of(
        "bend",
        {"s": "Sin", "m": ("Mul", {"y": "1.7f"})},
        "x.output -> s.x \n s.y -> m.x \n m.z -> x2.input",
    )
    main = named("main", blocks, wires)
    plain = run_of(engine, main, BELOW, bend)
    watched = run_of(engine, main, BELOW, bend, watch=("loop/s.y",))
    assert watched.ok, str(watched.problems)
    for key, value in plain.results.items():
        assert repr(watched.results[key]) == repr(value)
    x, factor, seen = np.float32(0.3), np.float32(1.7), []
    for _ in range(5):
        seen.append(np.sin(x))
        x = seen[-1] * factor
    found = watched.results["loop/s.y"]
    assert isinstance(found, TensorValue)
    np.testing.assert_allclose(found.array, seen, rtol=1e-6)


def test_a_loop_that_is_not_watched_has_nothing_in_it() -> None:
    plan = planned(looped(), BELOW, TWICE)
    assert not any(node.op == "PyFunc" for node in plan.all_nodes)


def test_watching_needs_no_leave_to_run_python() -> None:
    plan = planned(looped(), BELOW, TWICE, watch=("loop/m.z",))
    assert sum(node.op == "PyFunc" for node in plan.all_nodes) == 3
    assert not touches_of(plan)


def test_a_condition_looks_at_the_last_round(engine: Engine) -> None:
    main = replace(looped(), run=RunSettings(until="loop/m.z > 90"))
    result = run_of(engine, main, BELOW, TWICE, steps=3)
    assert result.ok
    assert result.steps == 1


@pytest.mark.parametrize(("watch", "part"), [("loop/no.z", "no such block"), ("loop/m.w", "no such output")])
def test_what_is_not_there_is_refused(watch: str, part: str) -> None:
    with pytest.raises(FetchError) as refused:
        planned(looped(), BELOW, TWICE, watch=(watch,))
    assert part in sentence_text(refused.value.sentence)


def test_inside_of_a_dataset_nothing_is_watched() -> None:
    blocks = {
        "range": ("RangeDataset", {"start": "0", "stop": "3", "step": "1"}),
        "map": ("MapDataset", {"f": "one more"}),
        "session": "ClientSession",
    }
    more = changing("one more", "a", "AddV2", "1")
    main = named("main", blocks, "range.handle -> map.input_dataset \n map.handle -> session.run_outputs")
    with pytest.raises(FetchError) as refused:
        planned(main, more, fetch=("map/a.z",))
    assert "map (MapDataset) cannot be watched" in sentence_text(refused.value.sentence)
