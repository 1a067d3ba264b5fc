"""What inputs require, which blocks are blocked, and that no file is opened to learn a type."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import pytest

from app.engine.compiler.make_plan import make_plan
from app.engine.host.engine import Engine
from app.engine.inference.blocked_blocks import blocked_blocks
from app.engine.inference.input_types import required_types
from tests.support.pages import page

MATRIX = "{{1.0f,2.0f,3.0f},{4.0f,5.0f,6.0f}}"


def _required(engine: Engine, blocks: dict[str, Any], wires: str = "") -> dict[str, str]:
    return {key: str(t) for key, t in engine.infer(page(blocks, wires), ".").required.items()}


def test_unwired_factor_needs_the_dtype_and_the_rows_that_the_other_one_asks_for(engine: Engine) -> None:
    blocks = {"m": ("Const", {"val": MATRIX}), "product": "MatMul"}
    assert _required(engine, blocks, "m.output -> product.a")["product.b"] == "float32 [3, ?]"
    turned = {**blocks, "product": ("MatMul", {"b": "{{1.0f,2.0f}}", "attrs": "transpose_b_ = true;"})}
    assert _required(engine, turned, "m.output -> product.a")["product.b"] == "float32 [?, 3]"


def test_text_of_a_pin_does_not_say_what_the_pin_itself_requires(engine: Engine) -> None:
    required = _required(engine, {"sum": ("Add", {"x": "1.0", "y": "2.0"})})
    assert "sum.x" not in required


@pytest.mark.parametrize(
    ("symbol", "data", "pin", "required"),
    [
        ("Transpose", "x", "perm", " [2]"),
        ("Tile", "input", "multiples", " [2]"),
        ("Pad", "input", "paddings", " [2, 2]"),
        ("Reshape", "tensor", "shape", " [?]"),
        ("BiasAdd", "value", "bias", "float32 [3]"),
    ],
)
def test_shapes_that_an_op_is_strict_about(
    engine: Engine, symbol: str, data: str, pin: str, required: str
) -> None:
    blocks = {"m": ("Const", {"val": MATRIX}), "op": symbol}
    found = _required(engine, blocks, f"m.output -> op.{data}")[f"op.{pin}"]
    assert found == required


def test_boxes_and_their_pictures_belong_together(engine: Engine) -> None:
    blocks = {"boxes": ("Const", {"val": "{{0.0f,0.0f,1.0f,1.0f}}"}), "crop": "CropAndResize"}
    required = _required(engine, blocks, "boxes.output -> crop.boxes")
    assert required["crop.box_ind"] == "int32 [1]"
    assert required["crop.boxes"] == "float32 [?, 4]"
    assert required["crop.crop_size"] == "int32 [2]"


def test_weights_are_counted_down_by_what_has_their_shape(engine: Engine) -> None:
    blocks = {"w": ("Variable", {"initvalues": MATRIX}), "down": "ApplyGradientDescent"}
    required = _required(engine, blocks, "w.ref -> down.var")
    assert (required["down.alpha"], required["down.delta"]) == ("float32 []", "float32 [2, 3]")


def test_fed_value_has_its_placeholders_type(engine: Engine) -> None:
    blocks = {"p": ("Placeholder", {"dtype": "DT_FLOAT", "attrs": "shape_ = {2};"}), "feed": "FeedType"}
    assert _required(engine, blocks, "p.output -> feed.input")["feed.initializer"] == "float32 [2]"


def test_blocks_behind_faults_are_blocked_by_the_nearest_one(engine: Engine) -> None:
    blocks = {
        "bad": ("MatMul", {"a": "{{1.0f,2.0f}}", "b": "{{1.0f,2.0f}}"}),
        "after": "Sigmoid",
        "open": ("Add", {"x": "1.0f"}),
        "late": "Add",
        "good": ("Add", {"x": "1.0f", "y": "2.0f"}),
        "s": "ClientSession",
    }
    wires = """
        bad.product -> after.x
        open.z -> late.x
        after.y -> late.y
        late.z -> s.fetch_outputs
        good.z -> s.fetch_outputs
        """
    inferred = engine.infer(page(blocks, wires), ".")
    assert inferred.blocked == {"after": "bad", "late": "open", "s": "open"}
    assert [p.block for p in inferred.problems] == ["bad"]
    assert inferred.types.keys() == {"good.z"}


def test_page_without_faults_blocks_nothing() -> None:
    made = page(
        {"good": ("Add", {"x": "1.0f", "y": "2.0f"}), "s": "ClientSession"}, "good.z -> s.fetch_outputs"
    )
    plan = make_plan(made, Path("."), everything=True)
    assert blocked_blocks(made, plan.problems, plan.unbuilt, (), ("good.z",)) == {}
    assert required_types(made, plan, {}) == {}


def test_plan_and_dtypes_come_with_the_types_of_a_page(engine: Engine) -> None:
    made = page({"sum": ("Add", {"x": "1.0f", "y": "2.0f"})})
    inferred = engine.infer(made, ".")
    plan = make_plan(made, Path("."))
    assert inferred.plan_problems == list(plan.problems)
    assert inferred.dtypes == plan.types == {"sum.z": "DT_FLOAT"}


# --- files ------------------------------------------------------------------------------------------------------


@pytest.mark.skipif(sys.platform == "win32", reason="a pipe with a name")
@pytest.mark.parametrize(
    ("read", "wires"),
    [
        (("ReadFile", {"filename": "pipe"}), "read.contents -> numbers.bytes\n numbers.output -> fill.dims"),
        (("MatchingFiles", {"pattern": "pipe"}), "read.filenames -> size.input\n size.output -> fill.dims"),
    ],
)
def test_a_file_is_not_opened_even_where_a_shape_depends_on_it(
    engine: Engine, tmp_path: Path, read: Any, wires: str
) -> None:
    """Whoever opened the pipe would wait for a writer for ever."""
    os.mkfifo(tmp_path / "pipe")
    blocks = {
        "read": read,
        "numbers": ("DecodeRaw", {"out_type": "DT_INT32"}),
        "size": "Shape",
        "fill": ("Fill", {"value": "1.0f"}),
    }
    inferred = engine.infer(page(blocks, wires), tmp_path, timeout=20)
    assert inferred.problems == []
    assert inferred.types["fill.output"].dtype == "float32"
