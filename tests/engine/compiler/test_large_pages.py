"""Chains of 10,000 blocks and ladders of 1,000 diamonds build and run; cycles are refused by name."""

from __future__ import annotations

import itertools

from app.engine.compiler.make_plan import make_plan
from app.messages import message_of
from tests.support.pages import page, plain, run


def chain(length):
    blocks = {"c": ("Const", {"val": "0"})}
    blocks |= {f"a{i}": ("Add", {"y": "1"}) for i in range(length)}
    names = list(blocks)
    outs = {name: "output" if name == "c" else "z" for name in names}
    wires = "\n".join(f"{a}.{outs[a]} -> {b}.x" for a, b in itertools.pairwise(names))
    return page(blocks, wires)


def ladder(rungs):
    """Each rung doubles the number of paths: 2^rungs paths lead through it."""
    blocks, wires, below = {"c": ("Const", {"val": "1.0"})}, [], "c.output"
    for i in range(rungs):
        blocks |= {f"l{i}": "Identity", f"r{i}": "Identity", f"m{i}": "Maximum"}
        wires += [f"{below} -> l{i}.input", f"{below} -> r{i}.input"]
        wires += [f"l{i}.output -> m{i}.x", f"r{i}.output -> m{i}.y"]
        below = f"m{i}.z"
    return page(blocks, "\n".join(wires))


def test_chain_of_10_000_blocks_runs(engine):
    result = run(engine, chain(10_000), fetch=["a9999.z"])
    assert plain(result.results["a9999.z"]) == 10_000


def test_ladder_of_1_000_diamonds_runs(engine):
    result = run(engine, ladder(1_000), fetch=["m999.z"])
    assert plain(result.results["m999.z"]) == 1.0


def test_chain_in_any_file_order_gives_the_same(engine):
    made = chain(300)
    made.blocks = dict(reversed(made.blocks.items()))
    assert plain(run(engine, made, fetch=["a299.z"]).results["a299.z"]) == 300


def test_gradient_through_a_long_chain(engine):
    blocks = {"c": ("Const", {"val": "1.0"})} | {f"n{i}": "Negate" for i in range(1001)}
    names = list(blocks)
    wires = ["c.output -> n0.x", *(f"{a}.y -> {b}.x" for a, b in itertools.pairwise(names[1:]))]
    blocks |= {"grad": "AddSymbolicGradients", "s": "ClientSession"}
    wires += ["n1000.y -> grad.outputs", "c.output -> grad.inputs", "grad.grad_outputs -> s.fetch_outputs"]
    made = page(blocks, "\n".join(wires))
    assert plain(run(engine, made, fetch=["grad.grad_outputs"]).results["grad.grad_outputs"]) == [-1.0]


def test_cycle_is_refused_by_name():
    made = page({"a": "Square", "b": "Square", "c": "Square"}, "a.y -> b.x\nb.y -> c.x\nc.y -> a.x")
    plan = make_plan(made, ".")
    assert plan.stops
    [cycle] = [p for p in plan.problems if p.code == "cycle"]
    assert all(name in message_of(cycle) for name in "abc")
