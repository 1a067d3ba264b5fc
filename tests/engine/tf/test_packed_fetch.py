"""A page of thousands of outputs shows the same values, shapes and dtypes as a small page, in every case and dtype."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace

from app.engine.compiler.make_plan import make_plan
from app.engine.host.interface import RunRequest
from app.engine.values.results import ListValue, NoValue, TensorValue
from blocks.dtypes import DTYPES
from tests.support.pages import page, run

MANY = 2300  # outputs: so many are not fetched one by one


def copies(blocks: dict, wires: str, of: int):
    """Return a page of so many copies of a small one, and the names of the copies."""
    names = [f"copy{i}" for i in range(of)]
    large = {f"{name}-{block}": what for name in names for block, what in blocks.items()}
    lines = []
    for name in names:
        for line in wires.splitlines():
            source, _, target = line.partition(" -> ")
            lines.append(f"{name}-{source} -> {name}-{target}")
    return large, "\n".join(lines), names


def bits(value):
    """Return all that there is of a value."""
    if isinstance(value, ListValue):
        return tuple(bits(item) for item in value.items)
    if isinstance(value, NoValue):
        return (value.dtype, value.reason)
    assert isinstance(value, TensorValue)
    content = value.array.tolist() if value.dtype == "string" else value.array.tobytes()
    return (value.dtype, value.array.dtype, value.shape, content)


def assert_same(engine, blocks, wires="", *, steps=1):
    """Run the small page, and many copies of it in one page: each copy is to show what the small page shows."""
    alone = run(engine, page(blocks, wires, steps=steps))
    expected = {key: bits(value) for key, value in alone.results.items()}
    large, lines, names = copies(blocks, wires, MANY // len(expected) + 1)
    together = run(engine, page(large, lines, steps=steps))
    assert alone.ok
    assert together.ok
    assert len(together.results) >= MANY
    found = {key: bits(value) for key, value in together.results.items()}
    assert found == {f"{name}-{key}": value for name in names for key, value in expected.items()}
    return alone, together


CASTS = [
    name
    for name, d in DTYPES.items()
    if d.kind in ("float", "int", "uint", "bool", "complex") and not name.endswith("INT4")  # no kernel
]


@pytest.mark.parametrize("shape", ["", "{2}", "{2,3}", "{0}", "{2,0,3}"])
def test_every_dtype_in_every_shape(engine, shape):
    number = {"x": ("Fill", {"dims": shape, "value": "3f"})} if shape else {"x": ("Const", {"val": "3f"})}
    blocks = {**number, **{f"as{i}": ("Cast", {"DstT": name}) for i, name in enumerate(CASTS)}}
    assert_same(engine, blocks, "\n".join(f"x.output -> as{i}.x" for i in range(len(CASTS))))


def test_quantised_numbers_and_texts(engine):
    blocks = {
        "q": (
            "QuantizeV2",
            {"input": "{-1f,0.25f,1f}", "min_range": "-1f", "max_range": "1f", "T": "DT_QINT8"},
        ),
        "text": ("Const", {"val": '{{"", "one"}, {"a\\"b", "ü"}}'}),
        "alone": ("Const", {"val": '"word"'}),
        "none": ("StringSplit", {"input": "{a-b, c}", "delimiter": '"-"'}),  # its shapes are not known before
        "nan": ("Const", {"val": "{nan, -inf, -0.0}"}),
    }
    assert_same(engine, blocks)


def test_outputs_of_a_thousand_shapes_that_are_all_different(engine):
    blocks = {
        f"f{i}": ("Fill", {"dims": f"{{{i % 40 + 1},{i // 40 + 1}}}", "value": f"{i}"}) for i in range(MANY)
    }
    result = run(engine, page(blocks))
    assert result.ok
    for i in range(MANY):
        array = result.results[f"f{i}.output"].array
        assert array.dtype == np.int32
        assert array.shape == (i % 40 + 1, i // 40 + 1)
        assert (array == i).all()


def test_dead_branches_lists_and_handles(engine):
    blocks = {
        "choose": ("Switch", {"data": "{1f,2f}", "pred": "true"}),
        "no": "Neg",
        "yes": "Neg",
        "merge": "Merge",
        "parts": ("Split", {"axis": "0", "value": "{1,2,3,4}", "num_split": "2"}),
        "queue": ("FIFOQueue", {"component_types": "{DT_FLOAT}"}),
    }
    wires = "choose.output_false -> no.x\nchoose.output_true -> yes.x\nno.y -> merge.inputs\nyes.y -> merge.inputs"
    alone, _ = assert_same(engine, blocks, wires)
    assert {v.reason for v in alone.results.values() if isinstance(v, NoValue)} == {"dead", "handle"}


def test_failed_step_shows_all_that_needs_no_failed_block(engine):
    blocks = {
        "x": ("Const", {"val": "{1,2,3}"}),
        "bad": ("Div", {"y": "0"}),
        "behind": "Neg",
        "good": "Neg",
    }
    wires = "x.output -> bad.x\nbad.z -> behind.x\nx.output -> good.x"
    large, lines, _ = copies({"x": blocks["x"], "good": "Neg"}, "x.output -> good.x", MANY // 2)
    large.update(blocks)
    result = run(engine, page(large, f"{lines}\n{wires}"))
    assert [p.block for p in result.problems] == ["bad"]
    assert result.results["bad.z"].reason == result.results["behind.y"].reason == "failed"
    shown = [key for key, value in result.results.items() if isinstance(value, TensorValue)]
    assert len(shown) == 2 * (MANY // 2) + 2
    assert result.results["copy7-good.y"].array.tolist() == [-1, -2, -3]


def test_state_goes_on_from_step_to_step(engine):
    blocks = {
        "v": ("Variable", {"initvalues": "{1f,2f}"}),
        "add": ("AssignAdd", {"value": "{1f,10f}"}),
        "seen": "Neg",
    }
    alone, _ = assert_same(engine, blocks, "v.ref -> add.ref\nv.ref -> seen.x", steps=3)
    assert alone.results["v.ref"].array.tolist() == [4, 32]


def test_variable_whose_shape_an_assign_may_change_shows_its_own(engine):
    blocks = {
        "v": ("Variable", {"initvalues": "{1f,2f}"}),
        "set": ("Assign", {"value": "{1f,2f,3f}", "attrs": "validate_shape_ = false;"}),
    }
    alone, _ = assert_same(engine, blocks, "v.ref -> set.ref", steps=2)
    assert alone.results["set.output_ref"].shape == (3,)


@pytest.mark.parametrize("is_guarded", [False, True], ids=["condition", "guard"])
def test_condition_and_guard_end_a_run_of_many_outputs_with_those_of_its_last_step(engine, is_guarded):
    large, lines, _ = copies({"x": ("Const", {"val": "{1f,2f}"}), "n": "Neg"}, "x.output -> n.x", MANY // 2)
    large |= {
        "v": ("Variable", {"initvalues": "{-1f,-1f}"}),
        "one": ("AssignAdd", {"value": "{0.5f,0.5f}"}),
        "y": "Reciprocal" if is_guarded else "Neg",
    }
    made = page(large, f"{lines}\nv.ref -> one.ref\none.output_ref -> y.x", steps=9)
    made.run = replace(made.run, guard=is_guarded, until=None if is_guarded else "y.y[0] <= 0")
    plan = make_plan(made, Path())
    result = engine.run(plan, ".", RunRequest(steps=9, until=plan.until))
    assert result.steps == 2
    assert [p.block for p in result.problems] == (["y"] if is_guarded else [])
    assert result.results["one.output_ref"].array.tolist() == [0, 0]
    assert result.results["v.ref"].array.tolist() == [0, 0]
    assert result.results["copy9-n.y"].array.tolist() == [-1, -2]
