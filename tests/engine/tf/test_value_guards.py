"""A value that would end the process is caught at its pin before the op runs; what does not need it has its results."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from app.document.model.sentence import say
from app.engine.compiler.make_plan import make_plan
from app.engine.host.interface import RunRequest
from app.messages import actual_text, message_of, requirement_text
from blocks.requirement import Finite, RankOf, Requirement
from tests.support.pages import page, plain, run, values
from tests.support.words import holds

PIXELS = [i * i % 17 for i in range(50)]
PICTURE = {
    "grads": ("Fill", {"dims": "{2,3,3,2}", "value": "1.0f"}),
    "image0": ("Reshape", {"tensor": f"{{{','.join(map(str, PIXELS))}}}", "shape": "{1,5,5,2}"}),
    "image": ("Cast", {"DstT": "DT_UINT16"}),
}
WIRES = "grads.output -> g.grads\nimage0.output -> image.x\nimage.y -> g.image"
GRAD_BOXES = ("CropAndResizeGradBoxes", {"box_ind": "{0,0}"})
BAD = "{{0f,1f,1f,1f},{0f,0f,nan,1f}}"
GOOD = "{{0.1f,0.2f,0.7f,0.9f},{0.3f,0.1f,0.8f,0.5f}}"


def grad_boxes(**more: object):
    """Return a page whose CropAndResizeGradBoxes takes boxes from ``more``: a text, or a block named b."""
    text = more.pop("text", None)
    wire = more.pop("wire", "")
    symbol, pins = GRAD_BOXES
    pins = pins if text is None else {**pins, "boxes": text}
    return page({**PICTURE, **more, "g": (symbol, pins)}, f"{WIRES}\n{wire}")


def test_typed_nan_is_found_before_the_run(engine):
    plan = make_plan(grad_boxes(text=BAD), Path("."))
    (problem,) = plan.problems
    assert (problem.code, problem.block, problem.pin) == ("bad-value", "g", "boxes")
    assert holds(
        problem.sentence,
        say(
            "value.refused-at",
            pin="boxes",
            value="nan",
            index=(1, 2),
            op="CropAndResizeGradBoxes",
            needs=Requirement(values=Finite()),
        ),
    )
    assert (requirement_text(problem), actual_text(problem)) == ("finite numbers", "nan at [1, 2]")


def test_run_with_a_typed_nan_shows_all_that_does_not_need_it(engine):
    made = grad_boxes(text=BAD)
    plan = make_plan(made, Path("."))
    result = engine.run(plan, ".", RunRequest(steps=1))
    assert [(p.code, p.block, p.pin) for p in result.problems] == [("bad-value", "g", "boxes")]
    assert plain(result.results["image.y"]) == np.reshape(PIXELS, (1, 5, 5, 2)).tolist()
    assert plain(result.results["g.output"]) == "failed"


@pytest.mark.parametrize(
    ("block", "place", "value"),
    [
        (
            ("RealDiv", {"x": "{{0f,1f,1f,1f},{1f,1f,1f,1f}}", "y": "{{0f,1f,1f,1f},{1f,1f,1f,1f}}"}),
            "[0, 0]",
            "nan",
        ),
        (("Exp", {"x": "{{0f,1f,1f,1f},{1f,1f,1f,1000f}}"}), "[1, 3]", "inf"),
    ],
    ids=["nan", "inf"],
)
def test_computed_value_is_named_with_its_place_and_its_source(engine, block, place, value):
    out = {"RealDiv": "z", "Exp": "y"}[block[0]]
    result = run(engine, grad_boxes(b=block, wire=f"b.{out} -> g.boxes"))
    (problem,) = result.problems
    assert (problem.block, problem.pin) == ("g", "boxes")
    assert message_of(problem).startswith(f"boxes from b.{out} holds {value} at {place};")
    assert plain(result.results[f"b.{out}"]) != "failed"


def test_value_of_a_variable_is_guarded_as_the_block_sees_it(engine):
    variable = (
        "Variable",
        {"initvalues": "{{0f,1f,1f,1f},{1f,inf,1f,1f}}", "dtype": "DT_FLOAT", "shape": "{2,4}"},
    )
    made = grad_boxes(b=variable, wire="b.ref -> g.boxes")
    (problem,) = run(engine, made).problems
    assert message_of(problem).startswith("boxes from b.ref holds inf at [1, 1];")


def test_guarded_op_gives_the_same_bits_as_with_a_typed_value(engine):
    typed = values(run(engine, grad_boxes(text=GOOD)))
    wired = values(run(engine, grad_boxes(b=("Identity", {"input": GOOD}), wire="b.output -> g.boxes")))
    assert wired["g.output"] == typed["g.output"]
    assert typed["g.output"][1][1] != 0


def test_guard_in_a_branch_that_is_not_taken_says_nothing(engine):
    made = page(
        {
            **PICTURE,
            "switch": ("Switch", {"data": BAD, "pred": "false"}),
            "g": GRAD_BOXES,
        },
        f"{WIRES}\nswitch.output_true -> g.boxes",
    )
    result = run(engine, made)
    assert not [p for p in result.problems if p.severity == "error"]
    assert plain(result.results["g.output"]) == "dead"


def test_nothing_stands_before_an_op_whose_values_are_typed_or_that_survives_any():
    from app.engine.tf.graph_builder import build_graph
    from app.engine.tf.input_guards import InputGuards

    plan = make_plan(grad_boxes(text=GOOD), Path("."))
    graph = build_graph(plan, Path("."))
    count = len(graph.get_operations())
    assert InputGuards(graph, plan).plan is plan
    assert len(graph.get_operations()) == count == len(plan.nodes)


@pytest.mark.parametrize("op", ["RFFT", "IRFFT", "RFFT2D", "IRFFT2D"])
@pytest.mark.parametrize("is_typed", [True, False], ids=["typed", "computed"])
def test_transform_of_length_0_is_named_and_the_rest_is_shown(engine, op, is_typed):
    rank = 2 if op.endswith("2D") else 1
    value = "{{1f,2f},{3f,4f}}" if op.startswith("R") else "{{1+0j,2+0j},{3+0j,4+0j}}"
    length = f"{{{','.join(['4'] * (rank - 1) + ['0'])}}}"
    blocks = {
        "x": ("Cast", {"x": value, "DstT": "DT_FLOAT" if op.startswith("R") else "DT_COMPLEX64"}),
        "n": ("Maximum", {"x": length, "y": length}),
        "t": (op, {"fft_length": length} if is_typed else {}),
    }
    made = page(blocks, "x.y -> t.input" + ("" if is_typed else "\nn.z -> t.fft_length"))
    result = run(engine, made)
    assert [(p.code, p.block, p.pin) for p in result.problems] == [("bad-value", "t", "fft_length")]
    assert (
        requirement_text(result.problems[0]),
        holds(result.problems[0].sentence, say("value.refused-at", value="0", index=(rank - 1,))),
    ) == (
        "1 or more",
        True,
    )
    assert plain(result.results["x.y"]) != "failed"


def test_transform_of_a_computed_length_gives_what_numpy_does(engine):
    blocks = {"n": ("Maximum", {"x": "{3}", "y": "{4}"}), "t": ("RFFT", {"input": "{1f,2f,3f,4f}"})}
    shown = values(run(engine, page(blocks, "n.z -> t.fft_length"), fetch=["t.output"]))
    assert np.allclose(shown["t.output"], np.fft.rfft([1, 2, 3, 4]))


@pytest.mark.parametrize("stride", [2**31 - 1, 2**31, 2**40])
def test_stride_that_kernels_cannot_read_is_refused_before_the_run(stride):
    filters = {
        "input": "{{{{1f}}}}",
        "filter": "{{{{1f}}}}",
        "strides": f"{{1,{stride},1,1}}",
        "padding": "SAME",
    }
    (problem,) = make_plan(page({"c": ("Conv2D", filters)}), Path(".")).problems
    assert (problem.code, problem.pin, requirement_text(problem)) == (
        "bad-stride",
        "strides",
        "1 to 1073741824",
    )


def test_wrong_rank_is_named_where_it_is_known_only_when_the_op_runs(engine):
    made = page(
        {
            "text": ("SerializeTensor", {"tensor": "{0.5f,0.5f}"}),
            "lr": ("ParseTensor", {"out_type": "DT_FLOAT"}),  # of a shape that nobody knows before
            "v": ("Variable", {"initvalues": "{1f,2f}"}),
            "m": ("Variable", {"initvalues": "{0f,0f}"}),
            "apply": (
                "ApplyPowerSign",
                {"logbase": "1f", "sign_decay": "1f", "beta": "0.5f", "grad": "{1f,1f}"},
            ),
        },
        """
        text.serialized -> lr.serialized
        v.ref -> apply.var
        m.ref -> apply.m
        lr.output -> apply.lr
        """,
    )
    plan = make_plan(made, Path("."))
    assert not plan.stops, [message_of(p) for p in plan.problems]
    result = engine.run(plan, ".", RunRequest(steps=1))
    (problem,) = result.problems
    assert (problem.block, problem.pin, requirement_text(problem)) == ("apply", "lr", "a scalar")
    assert holds(
        problem.sentence,
        say(
            "pin.wrong-rank",
            pin=say("input.from", input="lr", source="lr.output"),
            shape=(2,),
            op="ApplyPowerSign",
            needs=Requirement(shape=RankOf(ranks=(0,))),
        ),
    )


@pytest.mark.parametrize("symbol", ["QueueDequeueMany", "QueueDequeueUpTo"])
def test_vector_that_ends_the_process_while_the_page_is_built_is_named(engine, symbol):
    types = {"component_types": "{DT_FLOAT}"}
    blocks = {"q": ("FIFOQueue", types), "n": ("Add", {"x": "{1,1}", "y": "{1,1}"})}
    typed = page({**blocks, "take": (symbol, {**types, "n": "{1,1}"})}, "q.handle -> take.handle")
    assert [(p.code, p.block, p.pin) for p in make_plan(typed, Path(".")).problems] == [
        ("not-scalar", "take", "n")
    ]
    computed = page({**blocks, "take": (symbol, types)}, "q.handle -> take.handle\nn.z -> take.n")
    (problem,) = engine.infer(make_plan(computed, Path("."), everything=True), ".").problems
    assert (problem.code, problem.block, problem.pin) == ("bad-shape", "take", "n")
    assert message_of(problem) == f"n from n.z has shape [2], {symbol}V2 needs a scalar"


def test_training_op_of_another_dtype_than_its_variable_is_refused_before_the_run():
    made = page(
        {
            "v": ("VarHandleOp", {"dtype": "DT_FLOAT", "shape": "[2]"}),
            "d": ("Const", {"val": "{1.0,2.0}"}),
            "apply": ("ResourceApplyGradientDescent", {"alpha": "0.5"}),
        },
        "v.resource -> apply.var\nd.output -> apply.delta",
    )
    plan = make_plan(made, Path("."))
    assert plan.stops
    (problem,) = plan.problems
    assert (problem.code, problem.block, problem.pin, problem.related) == (
        "dtype-conflict", "apply", "var", ("v.resource",),
    )  # fmt: skip
    assert (requirement_text(problem), actual_text(problem)) == ("float64", "float32")


def scatter_div(dtype: str, updates: str):
    """Return a page that divides elements of a Variable by computed numbers."""
    return page(
        {
            "v": ("Variable", {"initvalues": "{8,9}", "dtype": dtype, "shape": "{2}"}),
            "u": ("Cast", {"x": updates, "DstT": dtype}),
            "div": ("ScatterDiv", {"indices": "{0,1}"}),
        },
        "v.ref -> div.ref\nu.y -> div.updates",
    )


def test_whole_numbers_of_a_variable_are_not_divided_by_0(engine):
    (problem,) = run(engine, scatter_div("DT_INT32", "{2,0}")).problems
    assert (problem.code, problem.block, problem.pin, requirement_text(problem)) == (
        "bad-value", "div", "updates", "numbers other than 0",
    )  # fmt: skip
    assert message_of(problem).startswith("updates from u.y holds 0 at position 1;")


def test_floats_of_a_variable_are_divided_by_0_without_a_guard(engine):
    shown = values(run(engine, scatter_div("DT_FLOAT", "{2,0}"), fetch=["div.output_ref"]))
    assert shown["div.output_ref"] == [4.0, float("inf")]


@pytest.mark.parametrize("symbol", ["ThreadUnsafeUnigramCandidateSampler", "LearnedUnigramCandidateSampler"])
def test_number_in_attrs_that_ends_the_process_is_refused_before_the_run(symbol):
    counts = {"num_true": "1", "num_sampled": "2", "unique": "false", "range_max": "2147483648"}
    made = page({"s": (symbol, {"true_classes": "{{1}}", **counts})})
    found = [p for p in make_plan(made, Path(".")).problems if p.severity == "error"]
    assert [(p.code, p.block, requirement_text(p)) for p in found] == [
        ("bad-attr-value", "s", "1 to 100000000")
    ]
