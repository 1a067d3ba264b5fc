"""What rounds of loops draw and write comes round by round, also where their data lets them overtake each other."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
from msgspec.structs import replace

from app.document.model.diagram import Page
from app.document.model.seeds import second_seed
from app.engine.compiler.make_plan import make_plan
from app.engine.host.engine import Engine
from blocks.op_facts.traits import FRAMES
from tests.support.drawn_loops import NEWTON
from tests.support.function_pages import run_of
from tests.support.overtaking_rounds import BELOW, COUNTING, DRAWN, ROUND, SUMMING, counting, looping
from tests.support.pages import plain, run, values

v1 = tf.compat.v1
_ROUNDS, _SEED, _TIMES = 20, 7, 4


def drawn(address: str) -> list[float]:
    """Return what a block of an address adds up to: twice what there is and three new numbers, round by round."""
    with tf.Graph().as_default(), v1.Session() as session:
        noise = tf.raw_ops.RandomUniform(shape=[3], dtype=tf.float32, seed=_SEED, seed2=second_seed(address))
        found = np.zeros(3, np.float32)
        for _ in range(_ROUNDS):
            found = found * np.float32(2) + session.run(noise)
    return found.tolist()


def test_a_drawn_loop_draws_round_by_round(engine: Engine) -> None:
    for _ in range(_TIMES):
        result = run(engine, DRAWN, fetch=["drawn.output"])
        assert plain(result.results["drawn.output"]) == drawn("noise")


def test_what_the_last_round_writes_stays(engine: Engine) -> None:
    for _ in range(_TIMES):
        result = run(engine, DRAWN, fetch=["drawn.output"], variables=True)
        assert plain(result.variables["last"]) == [22]


@pytest.mark.parametrize("attrs", ["", "parallel_iterations_ = 32;"])
def test_a_loop_over_a_page_draws_round_by_round(engine: Engine, attrs: str) -> None:
    for _ in range(_TIMES):
        assert values(run_of(engine, looping(attrs), BELOW, ROUND))["loop.output"][1] == drawn("loop/noise")


def test_a_condition_writes_before_the_round_that_it_lets_begin(engine: Engine) -> None:
    """It is asked 21 times; the rounds read 1, 2, ... 20."""
    found = values(run_of(engine, counting(), COUNTING, SUMMING))["loop.output"]
    assert found == [20, [sum(range(21))], [21]]


def test_the_blocks_of_a_drawn_loop_say_how_many_rounds_overlap(tmp_path: Path) -> None:
    """Only where they say nothing is it one, and only in loops that draw or write."""
    assert _overlapping(DRAWN, tmp_path) == {"ex": 1, "ei": 1, "ref": 1}
    said = replace(DRAWN.blocks["ei"], pins={**DRAWN.blocks["ei"].pins, "attrs": "parallel_iterations_ = 4;"})
    edited = replace(DRAWN, blocks={**DRAWN.blocks, "ei": said})
    assert _overlapping(edited, tmp_path) == {"ex": 1, "ei": 4, "ref": 1}
    assert _overlapping(NEWTON, tmp_path) == {"ex": None, "ei": None, "ea": None}


def _overlapping(made: Page, folder: Path) -> dict[str, int | None]:
    """Return by Enter how many rounds may overlap."""
    exits = [block.id for block in made.blocks.values() if block.symbol == "Exit"]
    plan = make_plan(made, folder, fetch=[f"{name}.output" for name in exits])
    return {n.name: n.attrs.get("parallel_iterations") for n in plan.nodes if n.op in FRAMES}
