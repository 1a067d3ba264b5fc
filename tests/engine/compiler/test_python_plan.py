"""A Python block in the plan: one node with the declared types, and the texts of the files that the worker runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.engine.compiler.make_plan import make_plan
from app.engine.compiler.plan import Plan
from app.messages import message_of
from tests.support.pages import page

OPS = """
import helper
def scale(x: "float32 [?, 2]", factor: float = 2.0, *, name: str = "n") -> "float32 [?, 2]": ...
def both(x: "int32") -> {"low": "int32 []", "high": "float64"}: ...
def show(x: "int32") -> None: ...
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "ops.py").write_text(OPS)
    (tmp_path / "helper.py").write_text("")
    return tmp_path


def planned(folder: Path, blocks: dict, wires: str = "", **options: bool) -> Plan:
    return make_plan(page(blocks, wires), folder, **options)


def test_one_node_with_the_types_that_are_declared(folder: Path) -> None:
    plan = planned(folder, {"b": ("python:ops.py:scale", {"x": "{{1,2}}"})})
    assert plan.problems == ()
    (node,) = [n for n in plan.nodes if n.op == "PyFunc"]
    assert node.name == "b"
    assert (node.attrs["Tin"], node.attrs["Tout"]) == (["DT_FLOAT", "DT_DOUBLE", "DT_STRING"], ["DT_FLOAT"])
    assert plan.outputs["b.output"].dtypes == ("DT_FLOAT",)
    assert [s.file for s in plan.python_sources] == ["ops.py", "helper.py"]
    assert plan.python_sources[0].text.decode() == OPS


def test_no_text_of_a_file_goes_along_for_types(folder: Path) -> None:
    plan = planned(folder, {"b": ("python:ops.py:scale", {"x": "{{1,2}}"})}, everything=True)
    assert (len(plan.python_calls), plan.python_sources) == (1, ())


def test_several_results_are_outputs_in_their_order(folder: Path) -> None:
    plan = planned(folder, {"b": ("python:ops.py:both", {"x": "1"})})
    assert {key: (f.refs, f.dtypes) for key, f in plan.outputs.items()} == {
        "b.low": (("b:0",), ("DT_INT32",)),
        "b.high": (("b:1",), ("DT_DOUBLE",)),
    }


def test_a_function_without_results_runs_as_an_operation(folder: Path) -> None:
    plan = planned(
        folder,
        {"b": ("python:ops.py:show", {"x": "1"}), "s": "ClientSession"},
        "b.operation -> s.run_outputs",
    )
    assert plan.problems == ()
    assert plan.sessions[0].targets == ("b",)


@pytest.mark.parametrize("dtype", ["DT_FLOAT", "DT_DOUBLE", "DT_HALF"])
def test_a_plain_number_takes_any_float(folder: Path, dtype: str) -> None:
    blocks = {
        "f": ("Const_ex", {"dtype": dtype, "val": "0.5"}),
        "b": ("python:ops.py:scale", {"x": "{{1,2}}"}),
    }
    plan = planned(folder, blocks, "f.output -> b.factor")
    assert plan.problems == ()
    assert next(n for n in plan.nodes if n.name == "b").attrs["Tin"][1] == dtype


def test_another_dtype_is_refused_at_the_pin(folder: Path) -> None:
    blocks = {"f": ("Const", {"val": "{{1,2}}"}), "b": "python:ops.py:scale"}
    (problem,) = planned(folder, blocks, "f.output -> b.x").problems
    assert (problem.code, problem.block, problem.pin) == ("dtype-conflict", "b", "x")


def test_a_text_of_another_shape_is_refused_at_the_pin(folder: Path) -> None:
    (problem,) = planned(folder, {"b": ("python:ops.py:scale", {"x": "{1,2}"})}).problems
    assert (problem.code, problem.block, problem.pin) == ("bad-shape", "b", "x")
    assert message_of(problem) == "x is declared float32 [?, 2], it is given [2]"


def test_a_block_that_is_none_stops_the_page(folder: Path) -> None:
    plan = planned(folder, {"b": "python:ops.py:gone", "n": "Neg"}, "b.output -> n.x")
    assert plan.stops
    assert [(p.code, p.block) for p in plan.problems] == [("bad-python", "b")]
