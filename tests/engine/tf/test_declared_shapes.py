"""The shape that an Argument declares holds in the run, too, where it is known only then."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from app.document.model.diagram import Page
from app.document.resources.own_blocks import OwnBlocks
from app.engine.compiler.make_plan import make_plan
from app.engine.host.engine import Engine
from app.engine.tf.graph_builder import build_graph
from app.engine.values.results import PageResult, TensorValue
from app.messages import message_of
from tests.support.function_pages import named, run_of


def declaring(name: str, shape: str, inner: str = "Neg") -> Page:
    blocks = {"x": ("Argument", {"shape": shape}), "n": inner, "y": "Result"}
    return named(name, blocks, "x.output -> n.x \n n.y -> y.input")


INNER = declaring("inner", "[2]")
OUTER = declaring("outer", "[?]", "page:inner")
THREE = declaring("three", "[3]")


def given(values: str, use: str) -> Page:
    """Return a page whose use gets the different ones among some values: how many there are is known in the run."""
    blocks = {"v": ("Const", {"val": values}), "u": "Unique", "use": use, "sum": ("Sum", {"axis": "0"})}
    return named("main", blocks, "v.output -> u.x \n u.y -> use.x \n use.y -> sum.input")


def refused(result: PageResult) -> list[tuple[str | None, str | None, str]]:
    assert not result.ok
    return [(p.block, p.pin, message_of(p)) for p in result.problems if p.severity == "error"]


@pytest.mark.parametrize("values", ["{1f,2f,1f}", "{1f,2f,3f,4f}"])
def test_another_shape_is_refused_at_the_pin_of_the_use(engine: Engine, values: str) -> None:
    result = run_of(engine, given(values, "page:three"), THREE)
    size = len(set(values.strip("{}").split(",")))
    assert refused(result) == [("use", "x", f"x takes [3], it is given [{size}]")]


def test_within_another_use_it_is_the_inner_one_that_is_named(engine: Engine) -> None:
    result = run_of(engine, given("{1f,2f,3f}", "page:outer"), OUTER, INNER)
    assert refused(result) == [("use/n", "x", "x takes [2], it is given [3]")]


def test_the_declared_shape_gives_the_values_of_the_page_without_it(engine: Engine) -> None:
    open_one = named(
        "three", {"x": "Argument", "n": "Neg", "y": "Result"}, "x.output -> n.x \n n.y -> y.input"
    )
    page = given("{1f,2f,1f,5f}", "page:three")
    held, free = run_of(engine, page, THREE), run_of(engine, page, open_one)
    for result in (held, free):
        value = result.results["sum.output"]
        assert isinstance(value, TensorValue)
        np.testing.assert_array_equal(value.array, np.float32(-8))


@pytest.mark.parametrize(("source", "checks"), [("Unique", 1), ("Neg", 0)])
def test_it_costs_nothing_where_the_shape_is_known_before(source: str, checks: int) -> None:
    wires = "v.output -> u.x \n u.y -> use.x"
    page = named("main", {"v": ("Const", {"val": "{1f,2f,3f}"}), "u": source, "use": "page:three"}, wires)
    plan = make_plan(page, Path(), own=OwnBlocks.on([page], Path(), [THREE]))
    graph = build_graph(plan, Path(), check_shapes=True)
    assert sum(op.type == "EnsureShape" for op in graph.get_operations()) == checks
