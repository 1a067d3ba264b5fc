"""Runs that share a graph give the bits of runs done one by one: numbers of the samples, and pages with state."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from msgspec.structs import replace

from app.document.model.diagram import Page, Project
from app.document.resources.grants import Bounds, Grants
from app.document.resources.ground import Ground
from app.document.storage.reader import loads
from app.engine.compiler.run_values import RunValues
from app.engine.host.engine import Engine
from app.engine.host.interface import RunRequest
from app.engine.sweeps.cases import Case
from app.engine.sweeps.preparing import Prepared, prepare
from app.engine.sweeps.swept_page import SweptPage
from app.engine.values.results import ListValue, PageResult, Value
from app.messages import message_of
from blocks.assets import asset
from tests.support import pages

_NUMBER = re.compile(r"(?<![\w.])\d+(\.\d+)?(?=f?[,}\s]|f?$)")
_STEPS = 3
_SAMPLES = (
    "crop_and_resize_grad", "digits", "gradient_descent", "layers", "linear_regression", "mandelbrot", "matrix_product",
    "measurements", "newton", "placeholder_feed", "queue_and_reader", "switch_and_merge", "symbolic_gradients", "xor",
)  # fmt: skip


def _bits(result: PageResult) -> object:
    return result.ok, result.steps, {key: _of(value) for key, value in result.results.items()}


def _of(value: Value) -> object:
    if isinstance(value, ListValue):
        return [_of(item) for item in value.items]
    array = getattr(value, "array", None)
    if array is None:
        return value
    return array.dtype.str, array.shape, array.tolist() if array.dtype == object else array.tobytes()


def _swept(page: Page, pins: list[str], folder: Path, fetch: tuple[str, ...] = ("**",)) -> SweptPage:
    return SweptPage(Project(pages=[page]), page, pins, folder, fetch=fetch)


def _prepared(swept: SweptPage, cases: list[Case]) -> Prepared:
    return prepare(swept, cases, Bounds(Ground.of(swept.folder), Grants.of(everything=True)))


def _compare(engine: Engine, swept: SweptPage, prepared: Prepared, steps: int) -> int:
    """Run each group together, and each of its runs alone; return how many runs have shared a graph."""
    request = RunRequest(steps=steps, grants=Grants.of(everything=True))
    shared = 0
    for group in prepared.groups:
        together: dict[int, PageResult] = {}
        values = [values for _, values in group.runs]
        asked = replace(request, until=group.plan.until)
        end = engine.run_many(group.plan, swept.folder, asked, values, together.__setitem__)
        for index, (case, _) in enumerate(group.runs):
            plan = swept.plan(case)
            alone = engine.run(plan, swept.folder, asked)
            if index in together:
                assert _bits(together[index]) == _bits(alone), case
                shared += 1
            else:
                assert end.how == "alone", (end, [message_of(p) for p in alone.problems])
                assert not alone.ok
                break
    return shared


def _numbers(page: Page) -> list[tuple[str, list[str]]]:
    """Return pins of a page whose texts hold a number, and texts in which the first one is another."""
    found = []
    for block in page.blocks.values():
        for pin, text in block.pins.items():
            if not isinstance(text, str) or pin in ("attrs", "shape", "dtype", "filename") or '"' in text:
                continue
            number = _NUMBER.search(text)
            if number is not None and page.blocks[block.id].symbol not in ("ClientSession", "Status"):
                texts = [
                    text[: number.start()] + other + text[number.end() :]
                    for other in ((number[0], "0.75", "0.125") if "." in number[0] else (number[0], "1", "2"))
                ]
                found.append((f"{block.id}.{pin}", texts))
    return found


@pytest.mark.parametrize("sample", _SAMPLES)
def test_numbers_of_a_sample_share_a_graph_with_the_same_bits(sample: str, engine: Engine) -> None:
    folder = asset("samples")
    project = loads((folder / f"{sample}.tblocks").read_bytes()).project
    page = project.pages[0]
    page.scope = replace(page.scope, seed=5)
    shared = 0
    for pin, texts in _numbers(page)[:2]:
        swept = SweptPage(project, page, [pin], folder, fetch=("**",))
        prepared = _prepared(swept, [Case(i, (text,)) for i, text in enumerate(texts, 1)])
        shared += _compare(engine, swept, prepared, _STEPS)
    if sample in (
        "xor",
        "linear_regression",
        "gradient_descent",
        "layers",
        "matrix_product",
        "symbolic_gradients",
    ):
        assert shared


_STATE = {
    "a random number": (
        {"r": ("RandomUniform", {"shape": "{2}"}), "x": ("Multiply", {"y": "1.5f"})},
        "r.output -> x.x",
    ),
    "an unset Variable": (
        {
            "v": ("Variable", {"dtype": "DT_FLOAT", "shape": "{}", "initvalues": ""}),
            "x": ("Assign", {"value": "1.5f"}),
            "is_set": "IsVariableInitialized",
        },
        "v.ref -> x.ref\nv.ref -> is_set.ref",
    ),
    "a Variable that starts from the number": (
        {
            "c": ("Const", {"val": "1.5f"}),
            "v": ("Variable", {"dtype": "DT_FLOAT", "shape": "{}"}),
            "x": ("AssignAdd", {"value": "1.0f"}),
        },
        "c.output -> v.initvalues\nv.ref -> x.ref",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", _STATE)
def test_no_run_leaves_anything_to_the_next_one(name: str, engine: Engine, tmp_path: Path) -> None:
    blocks, wires = _STATE[name]
    made = pages.page(blocks, wires, seed=3)
    pin = next(
        f"{block}.{pin}" for block, (_, pins) in ((b, w) for b, w in blocks.items() if not isinstance(w, str))
        for pin, text in pins.items() if text == "1.5f"
    )  # fmt: skip
    swept = _swept(made, [pin], tmp_path)
    prepared = _prepared(swept, [Case(i, (f"{i}.5f",)) for i in range(1, 5)])
    assert len(prepared.groups) == 1
    assert _compare(engine, swept, prepared, 2) == 4


def test_what_numbers_decide_before_a_run_is_each_runs_own(engine: Engine, tmp_path: Path) -> None:
    made = pages.page(
        {
            "x": ("Const", {"val": "{{1.0f,2.0f,3.0f},{4.0f,5.0f,6.0f}}"}),
            "axis": ("Const", {"val": "0"}),
            "sum": "Sum",
            "shape": ("Const", {"val": "{3,2}"}),
            "turned": "Reshape",
        },
        "x.output -> sum.input\naxis.output -> sum.axis\nx.output -> turned.tensor\nshape.output -> turned.shape",
    )
    swept = _swept(made, ["axis.val", "shape.val"], tmp_path)
    texts = [("0", "{3,2}"), ("1", "{3,2}"), ("-1", "{6,1}"), ("0", "{1,6}")]
    prepared = _prepared(swept, [Case(i, pair) for i, pair in enumerate(texts, 1)])
    assert len(prepared.groups) == 1
    assert _compare(engine, swept, prepared, 1) == 4


def test_texts_other_dtypes_and_other_shapes_share_nothing(tmp_path: Path) -> None:
    made = pages.page({"c": ("Const", {"val": "1"})})
    swept = _swept(made, ["c.val"], tmp_path)
    texts = ['"a"', '"b"', "1", "2.0", "{1}", "{1,2}"]
    prepared = _prepared(swept, [Case(i, (text,)) for i, text in enumerate(texts, 1)])
    assert not prepared.groups
    assert [case.number for case in prepared.alone] == [1, 2, 3, 4, 5, 6]


def test_the_quick_plans_of_a_sweep_are_those_made_anew(tmp_path: Path) -> None:
    folder = asset("samples")
    page = loads((folder / "xor.tblocks").read_bytes()).project.pages[0]
    pin, _ = _numbers(page)[0]
    for fetch in ((), ("**",), (f"{next(iter(page.blocks))}.output",)):
        swept = _swept(page, [pin], folder, fetch)
        for case in (
            Case(1, ("1.0f",)),
            Case(2, ("2.0f",)),
            Case(3, ("{1.0f,2.0f}",)),
            Case(4, ("3.0f",), 9),
        ):
            assert swept.next_plan(case) == swept.plan(case)


def test_a_run_that_fails_ends_the_runs_that_share_its_graph(engine: Engine, tmp_path: Path) -> None:
    made = pages.page({"c": ("Const", {"val": "{1.0f,2.0f}"}), "at": ("Const", {"val": "0"}), "x": "Gather"},
                      "c.output -> x.params\nat.output -> x.indices")  # fmt: skip
    swept = _swept(made, ["at.val"], tmp_path)
    prepared = _prepared(swept, [Case(i, (text,)) for i, text in enumerate(["0", "7", "1"], 1)])
    group, seen = prepared.groups[0], list[int]()
    end = engine.run_many(
        group.plan, tmp_path, RunRequest(), [v for _, v in group.runs], lambda i, result: seen.append(i)
    )
    assert (end.how, seen) == ("alone", [0])
    assert isinstance(group.runs[0][1], RunValues)
