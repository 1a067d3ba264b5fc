"""Steps in the calling thread give the same bits as by TensorFlow's threads, and none is done so that may wait."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from app.document.formats.registry import open_project
from app.document.model.function_page import is_function_page
from app.document.resources.own_blocks import OwnBlocks
from app.engine.compiler.make_plan import make_plan
from app.engine.host.engine import Engine
from app.engine.host.interface import RunRequest
from app.engine.values.results import PageResult, TensorValue
from blocks.assets import asset
from tests.support.inline_session import INLINE_SESSION
from tests.support.pages import page, run

FOLDER = asset("samples")
SAMPLES = sorted(path.stem for path in FOLDER.glob("*.tblocks"))


@pytest.fixture(scope="module")
def inline(importable_fakes: None) -> Iterator[Engine]:
    """Return an engine that does its quick steps in the calling thread."""
    with Engine(factory=INLINE_SESSION) as engine:
        yield engine


def bits(result: PageResult) -> dict[str, Any]:
    """Return all that there is of the results and Variables."""
    found = {**result.results, **{f"variable {name}": value for name, value in result.variables.items()}}
    return {
        key: (
            value.dtype,
            value.shape,
            value.array.tobytes() if value.dtype != "string" else str(value.array),
        )
        if isinstance(value, TensorValue)
        else value
        for key, value in found.items()
        if not hasattr(value, "items")
    }


@pytest.mark.parametrize("name", SAMPLES)
def test_every_sample_gives_the_same_bits_either_way(engine: Engine, inline: Engine, name: str) -> None:
    pages = open_project(FOLDER / f"{name}.tblocks").project.pages
    for made in (one for one in pages if not is_function_page(one)):
        plan = make_plan(made, FOLDER, own=OwnBlocks.on([made], FOLDER, pages))
        request = RunRequest(steps=40, variables=True, watch=plan.watched, until=plan.until)
        usual, own = (one.run(plan, FOLDER, request) for one in (engine, inline))
        assert own.steps == usual.steps
        assert bits(own) == bits(usual)


def test_a_block_that_waits_for_another_one_of_its_step_gets_what_it_waits_for(inline: Engine) -> None:
    blocks = {
        "area": ("Stage", {"values": "{1f,2f}", "attrs": "shared_name_ = a;"}),
        "take": ("Unstage", {"dtypes": "{DT_FLOAT}", "attrs": "shared_name_ = a;"}),
        "session": "ClientSession",
    }
    wires = "take.values[0] -> session.fetch_outputs\narea.operation -> session.run_outputs"
    result = run(inline, page(blocks, wires, steps=30))
    assert result.ok
    assert result.results["take.values"].items[0].array.tolist() == [1, 2]


def test_a_chain_of_thousands_of_blocks_does_not_exhaust_the_thread(inline: Engine) -> None:
    blocks: dict[str, Any] = {"b0": ("Const", {"val": "{{0.5f,0.25f},{0.125f,0.5f}}"})}
    wires = []
    for i in range(1, 3000):
        blocks[f"b{i}"] = "MatMul"
        source = "b0.output" if i == 1 else f"b{i - 1}.product"
        wires += [f"{source} -> b{i}.a", f"b0.output -> b{i}.b"]
    result = run(inline, page(blocks, "\n".join(wires), steps=20))
    assert result.ok
    assert result.steps == 20
