"""Numbers that TensorFlow takes without a word, and gives for them what nobody expects: a warning says so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.engine.compiler.make_plan import make_plan
from app.engine.diagnostics.odd_rewrites import count_groups
from app.engine.host.engine import Engine
from app.messages import message_of
from tests.support.pages import page, run

NORM = {"x": "{{{{1f},{2f}}}}", "scale": "{1f}", "offset": "{0f}"}
QUANTIZED = {
    "input": "1f",
    "scales": "1f",
    "zero_points": "0",
    "Tout": "DT_QINT8",
    "quantization_min_val": "-128",
}
XENT, EIG = "SoftmaxCrossEntropyWithLogits", "SelfAdjointEigV2"


@pytest.mark.parametrize(
    ("symbol", "pins", "output", "pin", "says"),
    [
        ("Mean", {"input": "{1,2,2}", "axis": "{0}"}, "output", "input", "so is the mean: its decimals are cut off"),
        ("Mean", {"input": "{1f,2,2}", "axis": "{0}"}, "output", None, None),
        ("Cast", {"x": "{1f,nan}", "DstT": "DT_INT32"}, "y", "x", "x holds nan at position 1, for which int32 has"),
        ("Cast", {"x": "2147483648.0", "DstT": "DT_INT32"}, "y", "x", "x holds 2.14748e+09, for which"),
        ("Cast", {"x": "{-0.5,2147483647.5,-2147483648.5}", "DstT": "DT_INT32"}, "y", None, None),
        ("Cast", {"x": "-1f", "DstT": "DT_UINT8"}, "y", "x", "x holds -1, for which uint8"),
        ("Cast", {"x": "255.9f", "DstT": "DT_UINT8"}, "y", None, None),
        ("OneHot", {"indices": "{0,3}", "depth": "3"}, "output", "indices", "holds 3 at position 1, and depth is 3"),
        ("OneHot", {"indices": "{0,-1,2}", "depth": "3"}, "output", None, None),
        ("DynamicStitch", {"indices": "0;{2,5}", "data": "1f;{2f,3}"}, "merged", "indices", "(1, 3, 4)"),
        ("DynamicStitch", {"indices": "0;{2,1}", "data": "1f;{2f,3}"}, "merged", None, None),
        ("Cholesky", {"input": "{{4f,9},{1,3}}"}, "output", "input", "differs between [0, 1] and [1, 0]"),
        ("Cholesky", {"input": "{{1f,2},{2,1}}"}, "output", "input", "is not positive definite"),
        ("Cholesky", {"input": "{{4f,1},{1,3}}"}, "output", None, None),
        (EIG, {"input": "{{1f,99},{2,1}}"}, "e", "input", "reads only its lower triangle"),
        (EIG, {"input": "{{1f,2},{2,1}}"}, "e", None, None),
        (XENT, {"features": "{{1f,2}}", "labels": "{{1f,1}}"}, "loss", "labels", "row 0 of labels has the sum 2"),
        (XENT, {"features": "{{1f,2}}", "labels": "{{0.25f,0.75}}"}, "loss", None, None),
        ("Multinomial", {"logits": "{{nan,1f}}", "num_samples": "1"}, "output", "logits", "logits holds nan"),
        ("Multinomial", {"logits": "{{-inf,1f}}", "num_samples": "1"}, "output", None, None),
        ("ClipByValue", {"t": "{1f,5f}", "clip_value_min": "2f", "clip_value_max": "2f"}, "output", None, None),
        (
            "CropAndResize",
            {"image": "{{{{1f}}}}", "boxes": "{{-1f,0f,2f,1f}}", "box_ind": "{0}", "crop_size": "{1,1}"},
            "crops", None, None,
        ),
        (
            "SparseSoftmax",
            {"sp_indices": "{{0,1},{1,0},{1,0}}", "sp_values": "{1f,2f,3f}", "sp_shape": "{2,2}"},
            "output", None, None,
        ),
        ("UpperBound", {"sorted_inputs": "{{1f,2f,2f},{0f,1f,1f}}", "values": "{{2f},{1f}}"}, "output", None, None),
        ("InplaceUpdate", {"x": "{{1f},{2f}}", "i": "{-1}", "v": "{{9f}}"}, "y", None, None),
        ("ResizeBilinearGrad", {"grads": "{{{{1f}}}}", "original_image": "{{{{1f},{2f}}}}"}, "output", None, None),
        ("UniformQuantize", {**QUANTIZED, "quantization_max_val": "127", "zero_points": "-128"}, "output", None, None),
        ("UniformQuantize", {**QUANTIZED, "quantization_max_val": "128"}, "output", "quantization_max_val", "qint8"),
        ("FusedBatchNorm", {**NORM, "mean": "{}", "variance": "{}"}, "y", None, None),
        ("FusedBatchNorm", {**NORM, "mean": "{1f}", "variance": "{1f}", "attrs": "is_training_=0;"}, "y", None, None),
        ("FusedBatchNorm", {**NORM, "mean": "{}", "variance": "{1f}"}, "y", "variance", "variance is not used while"),
        ("DrawBoundingBoxes", {"images": "{{{{1f}}}}", "boxes": "{{{0f,0f,1f,1f}}}"}, "output", None, None),
        ("RegexReplace", {"input": "{ab}", "pattern": "(a)(b)", "rewrite": '"\\\\2\\\\\\\\0"'}, "output", None, None),
    ],
)  # fmt: skip
def test_numbers_that_mean_nothing_come_with_a_warning(
    engine: Engine, symbol: str, pins: dict[str, str], output: str, pin: str | None, says: str | None
) -> None:
    more: dict[str, Any] = {"OneHot": {"on_value": "1f", "off_value": "0f"}}.get(symbol, {})
    made = page({"op": (symbol, {**pins, **more}), "s": "ClientSession"}, f"op.{output} -> s.fetch_outputs")
    checked = make_plan(made, Path()).problems
    result = run(engine, made, steps=2)
    found = [*checked, *result.problems]
    assert result.ok
    assert [(p.severity, p.code, p.block, p.pin) for p in found] == (
        [] if pin is None else [("warning", "odd-data", "op", pin)]
    )
    assert says is None or says in message_of(found[0])


def test_a_branch_that_is_not_taken_is_not_looked_at(engine: Engine) -> None:
    """The look has no value there, and nothing waits for it."""
    blocks = {
        "x": ("Const", {"val": "{nan}"}),
        "if": ("Switch", {"pred": "false"}),
        "c": ("Cast", {"DstT": "DT_INT32"}),
        "s": "ClientSession",
    }
    made = page(blocks, "x.output -> if.data\nif.output_true -> c.x\nc.y -> s.fetch_outputs")
    assert [p.code for p in run(engine, made).problems] == ["dead-branch"]


@pytest.mark.parametrize(
    ("pattern", "groups"),
    [
        ("a(b)(?:c)(?P<n>d)", 2),
        (r"\((a)[(]", 1),
        (r"[^](](x)", 1),
        (r"[[:alpha:](]+\Q(\E(?i)(y)", 1),
        ("(?<n>a)((b))", 3),
    ],
)
def test_groups_of_a_pattern_are_those_that_a_replacement_may_name(pattern: str, groups: int) -> None:
    assert count_groups(pattern) == groups


@pytest.mark.parametrize(
    ("power", "said"), [("0.9f", []), ("0f", []), ("1f", ["beta1_power"]), ("-0.1f", ["beta1_power"])]
)
def test_a_power_of_adam_is_below_1(engine: Engine, power: str, said: list[str]) -> None:
    numbers = {"beta2_power": "0.999f", "lr": "0.1f", "beta1": "0.9f", "beta2": "0.999f", "epsilon": "1e-8f"}
    variables = {name: ("Variable", {"initvalues": "{0f}"}) for name in ("w", "m", "v")}
    adam = ("ApplyAdam", {**numbers, "grad": "{1f}"})
    blocks = {**variables, "p": ("Variable", {"initvalues": power}), "a": adam, "s": "ClientSession"}
    wires = "w.ref -> a.var\nm.ref -> a.m\nv.ref -> a.v\np.ref -> a.beta1_power\na.out -> s.fetch_outputs"
    assert [problem.pin for problem in run(engine, page(blocks, wires)).problems] == said
