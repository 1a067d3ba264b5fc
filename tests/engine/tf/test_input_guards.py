"""An input that would end the process leaves its block out of the step; all else of the step is done and shown."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace

from app.document.model.sentence import say
from app.engine.compiler.make_plan import make_plan
from app.engine.host.interface import RunRequest
from app.messages import actual_text, message_of, requirement_text
from tests.support.pages import page, plain, run, values
from tests.support.words import holds

GRADS = {
    "grads": ("Fill", {"dims": "{1,3,3,2}", "value": "1.0f"}),
    "image0": ("Fill", {"dims": "{1,5,5,2}", "value": "7"}),
    "image": ("Cast", {"DstT": "DT_UINT16"}),
    "g": ("CropAndResizeGradBoxes", {"box_ind": "{0}"}),
}
GRADS_WIRES = "grads.output -> g.grads\nimage0.output -> image.x\nimage.y -> g.image\n"
COUNTER = {
    "v": ("Variable", {"initvalues": "0f", "dtype": "DT_FLOAT", "shape": "{}"}),
    "add": ("AssignAdd", {"value": "1f"}),
}
COUNTER_WIRES = "v.ref -> add.ref\n"
# Boxes of sqrt(3 - count): NaN from the fourth step on.
BOXES = {
    "left": ("Sub", {"x": "3f"}),
    "root": "Sqrt",
    "boxes": ("Fill", {"dims": "{1,4}"}),
}
BOXES_WIRES = "add.output_ref -> left.y\nleft.z -> root.x\nroot.y -> boxes.value\nboxes.output -> g.boxes\n"


def of_any_shape(name: str, text: str, dtype: str = "DT_FLOAT"):
    """Return blocks that give a typed tensor whose shape nobody knows before, and their wire."""
    blocks = {f"{name}0": ("SerializeTensor", {"tensor": text}), name: ("ParseTensor", {"out_type": dtype})}
    return blocks, f"{name}0.serialized -> {name}.serialized\n"


def test_the_rest_of_a_step_is_done_and_shown_on_a_page_with_state(engine):
    made = page({**GRADS, **COUNTER, **BOXES}, GRADS_WIRES + COUNTER_WIRES + BOXES_WIRES)
    whole = run(engine, made, steps=3)
    assert whole.ok
    assert plain(whole.results["add.output_ref"]) == 3.0
    result = run(engine, made, steps=5)
    (problem,) = result.problems
    assert (problem.code, problem.block, problem.pin, result.steps) == ("bad-value", "g", "boxes", 3)
    assert message_of(problem).startswith("boxes from boxes.output holds nan at [0, 0];")
    assert plain(result.results["g.output"]) == "failed"
    assert plain(result.results["add.output_ref"]) == 4.0  # of the step that was refused
    assert plain(result.results["left.z"]) == -1.0
    assert np.isnan(plain(result.results["boxes.output"])).all()
    assert np.isnan(plain(result.inputs["g.boxes"])).all()


def test_what_needs_the_refused_block_writes_nothing(engine):
    blocks = {
        **GRADS, **COUNTER, **BOXES,
        "w": ("Variable", {"initvalues": "{{1f,2f,3f,4f}}", "dtype": "DT_FLOAT", "shape": "{1,4}"}),
        "set": "Assign",
        "u": ("Variable", {"initvalues": "5f", "dtype": "DT_FLOAT", "shape": "{}"}),
        "more": ("AssignAdd", {"value": "1f"}),
    }  # fmt: skip
    wires = "w.ref -> set.ref\ng.output -> set.value\nu.ref -> more.ref\n"
    made = page(blocks, GRADS_WIRES + COUNTER_WIRES + BOXES_WIRES + wires)
    result = run(engine, made, steps=4)
    assert [(p.block, p.pin) for p in result.problems] == [("g", "boxes")]
    assert [plain(result.results[k]) for k in ("set.output_ref", "w.ref")] == ["failed", "failed"]
    assert [plain(result.results[k]) for k in ("more.output_ref", "u.ref")] == [9.0, 9.0]


def test_a_typed_value_leaves_out_its_block_alone_on_a_page_with_state(engine):
    made = page(
        {
            **GRADS,
            **COUNTER,
            "g": ("CropAndResizeGradBoxes", {"box_ind": "{0}", "boxes": "{{0f,nan,1f,1f}}"}),
        },
        GRADS_WIRES + COUNTER_WIRES,
    )
    result = run(engine, made)
    assert [(p.code, p.block, p.pin) for p in result.problems] == [("bad-value", "g", "boxes")]
    assert [plain(result.results[k]) for k in ("add.output_ref", "g.output")] == [1.0, "failed"]


CONV = {"filter": "{{{{1f}}}}", "strides": "{1,1,1,1}", "padding": "SAME"}
CONV3D = {"filter": "{{{{{1f}}}}}", "strides": "{1,1,1,1,1}", "padding": "SAME"}
PICTURES, VOLUMES = "[batch, height, width, depth] (rank 4)", "[batch, planes, height, width, depth] (rank 5)"
POOL3D = {"ksize": "{1,1,1,1,1}", "strides": "{1,1,1,1,1}", "padding": "SAME"}


@pytest.mark.parametrize(
    ("op", "pins", "pin", "shape", "needs"),
    [
        ("Conv2D", CONV, "input", "{{{1f}}}", PICTURES),
        ("Conv3D", CONV3D, "input", "{{{{1f}}}}", VOLUMES),
        ("MaxPool3D", POOL3D, "input", "{{{{1f}}}}", VOLUMES),
        ("DepthwiseConv2dNative", CONV, "input", "{1f}", PICTURES),
    ],
)
def test_a_shape_that_comes_in_the_run_is_judged_before_the_op_runs(engine, op, pins, pin, shape, needs):
    blocks, wires = of_any_shape("x", shape)
    made = page({**blocks, **COUNTER, "c": (op, pins)}, f"{wires}x.output -> c.{pin}\n{COUNTER_WIRES}")
    result = run(engine, made)
    (problem,) = result.problems
    assert (problem.code, problem.block, problem.pin) == ("run-failed", "c", pin)
    assert requirement_text(problem) == needs
    assert plain(result.results["c.output"]) == "failed"
    assert plain(result.results["add.output_ref"]) == 1.0


def test_a_good_shape_gives_what_it_gives_where_it_is_known_before(engine):
    blocks, wires = of_any_shape("x", "{{{{2f},{3f}}}}")
    made = page({**blocks, "c": ("Conv2D", CONV)}, f"{wires}x.output -> c.input")
    assert values(run(engine, made, steps=2))["c.output"] == [[[[2.0], [3.0]]]]


def divided(dtype: str, start: str, updates: str):
    """Return a page that divides elements 0 and 1 of a Variable, and counts its steps."""
    blocks = {
        "w": ("Variable", {"initvalues": start, "dtype": dtype, "shape": "{2}"}),
        "u": ("Cast", {"x": updates, "DstT": dtype}),
        "div": ("ScatterDiv", {"indices": "{0,1}"}),
    }
    return page({**blocks, **COUNTER}, "w.ref -> div.ref\nu.y -> div.updates\n" + COUNTER_WIRES)


@pytest.mark.parametrize(("dtype", "least"), [("DT_INT32", -(2**31)), ("DT_INT64", -(2**63))])
def test_the_least_whole_number_is_not_divided_by_minus_1(engine, dtype, least):
    result = run(engine, divided(dtype, f"{{6,{least}}}", "{-1,-1}"))
    (problem,) = result.problems
    assert (problem.code, problem.block, problem.pin) == ("bad-value", "div", "updates")
    assert requirement_text(problem) == f"no -1 where ref from w.ref holds {least}"
    assert plain(result.results["add.output_ref"]) == 1.0


def test_other_numbers_are_divided_by_minus_1(engine):
    made = divided("DT_INT32", f"{{6,{-(2**31)}}}", "{-1,2}")
    assert values(run(engine, made))["div.output_ref"] == [-6, -(2**30)]


def test_a_hue_that_would_be_turned_for_ever_is_refused(engine):
    picture = {
        "p": ("Cast", {"x": "{{{1,2,3}}}", "DstT": "DT_FLOAT"}),
        "d": ("Mul", {"x": "1e15f", "y": "1e15f"}),
    }
    made = page({**picture, "hue": "AdjustHue"}, "p.y -> hue.images\nd.z -> hue.delta")
    result = run(engine, made)
    (problem,) = result.problems
    assert (problem.block, problem.pin, requirement_text(problem)) == ("hue", "delta", "-1000 to 1000")
    assert plain(result.results["p.y"]) == [[[1.0, 2.0, 3.0]]]


def test_a_value_that_comes_in_a_loop_ends_the_step_before_the_op_runs(engine):
    """Counts i up from 0 to 9 and takes the transform of length 3 - i."""
    blocks = {
        "enter": ("Enter", {"data": "0", "frame_name": "count"}),
        "merge": "Merge",
        "less": ("Less", {"y": "9"}),
        "cond": "LoopCond",
        "switch": "Switch",
        "left": ("Sub", {"x": "3"}),
        "length": ("Reshape", {"shape": "{1}"}),
        "t": ("RFFT", {"input": "{1f,2f,3f}"}),
        "plus": ("Add", {"y": "1"}),
        "next": "NextIteration",
        "exit": "Exit",
    }
    wires = """
        enter.output -> merge.inputs
        next.output -> merge.inputs
        merge.output -> less.x
        less.z -> cond.input
        merge.output -> switch.data
        cond.output -> switch.pred
        switch.output_true -> left.y
        left.z -> length.tensor
        length.output -> t.fft_length
        switch.output_true -> plus.x
        plus.z -> next.data
        switch.output_false -> exit.data
    """
    (problem,) = run(engine, page(blocks, wires)).problems
    assert (problem.code, problem.block, problem.pin) == ("bad-value", "t", "fft_length")
    assert holds(problem.sentence, say("value.refused-at", value="0", index=(0,), op="RFFT"))


def test_a_gradient_through_a_refused_block_is_left_out_with_it(engine):
    blocks, wires = of_any_shape("x", "{{{1f}}}")
    made = page(
        {
            **blocks,
            **COUNTER,
            "f": ("Variable", {"initvalues": "{{{{2f}}}}", "dtype": "DT_FLOAT", "shape": "{1,1,1,1}"}),
            "c": ("Conv2D", {k: v for k, v in CONV.items() if k != "filter"}),
            "grad": "AddSymbolicGradients",
        },
        f"{wires}{COUNTER_WIRES}x.output -> c.input\nf.ref -> c.filter\nc.output -> grad.outputs\nf.ref -> grad.inputs",
    )
    result = run(engine, made)
    assert [(p.block, p.pin) for p in result.problems] == [("c", "input")]
    assert plain(result.results["add.output_ref"]) == 1.0
    assert plain(result.results["grad.grad_outputs"]) in ("failed", ["failed"])


def test_a_condition_and_a_watched_pin_see_the_steps_before_the_refused_one(engine):
    made = page({**GRADS, **COUNTER, **BOXES}, GRADS_WIRES + COUNTER_WIRES + BOXES_WIRES)
    made.run = replace(made.run, until="add.output_ref >= 3")
    plan = make_plan(made, Path("."))
    result = engine.run(plan, ".", RunRequest(until=plan.until, steps=50))
    assert result.ok
    assert (result.steps, plain(result.results["add.output_ref"])) == (3, 3.0)


def test_sparse_training_with_a_gradient_of_another_rank_than_the_variable(engine):
    made = page(
        {
            **COUNTER,
            "w": ("Variable", {"initvalues": "{{1f,2f},{3f,4f}}", "dtype": "DT_FLOAT", "shape": "{2,2}"}),
            "acc": ("Variable", {"initvalues": "{{1f,1f},{1f,1f}}", "dtype": "DT_FLOAT", "shape": "{2,2}"}),
            **(blocks := of_any_shape("grad", "{1f}"))[0],
            "apply": ("SparseApplyMomentum", {"lr": "0.5f", "indices": "{1}", "momentum": "0.5f"}),
        },
        COUNTER_WIRES + blocks[1] + "w.ref -> apply.var\nacc.ref -> apply.accum\ngrad.output -> apply.grad",
    )
    result = run(engine, made)
    (problem,) = result.problems
    assert (problem.code, problem.block, problem.pin) == ("run-failed", "apply", "grad")
    assert requirement_text(problem) == "rank 2, as [2, 2] has"
    assert plain(result.results["add.output_ref"]) == 1.0


def resource_page(grad: str):
    """Return a page that trains a row of a [2,2] resource variable, in a session after the one that starts it."""
    return page(
        {
            "w": ("VarHandleOp", {"dtype": "DT_FLOAT", "shape": "[2,2]"}),
            "start": ("AssignVariableOp", {"value": "{{1f,2f},{3f,4f}}"}),
            "apply": (
                "ResourceSparseApplyProximalGradientDescent",
                {"alpha": "0.5f", "l1": "0f", "l2": "0f", "grad": grad, "indices": "{0}"},
            ),
            "read": ("ReadVariableOp", {"dtype": "DT_FLOAT"}),
            "s1": "ClientSession",
            "s2": "ClientSession",
            "s3": "ClientSession",
        },
        """
        w.resource -> start.resource
        w.resource -> apply.var
        w.resource -> read.resource
        start.operation -> s1.run_outputs
        apply.operation -> s2.run_outputs
        read.value -> s3.fetch_outputs
        """,
    )


def test_a_variable_of_a_resource_counts_with_its_own_shape(engine):
    (problem,) = run(engine, resource_page("1f")).problems
    assert (problem.block, problem.pin, requirement_text(problem)) == (
        "apply",
        "grad",
        "rank 2, as [2, 2] has",
    )
    assert values(run(engine, resource_page("{{2f,2f}}")))["read.value"] == [[0.0, 1.0], [3.0, 4.0]]


def test_places_that_the_pictures_do_not_have(engine):
    blocks = {
        "i": ("Cast", {"x": "{{{{1},{2}},{{3},{4}}}}", "DstT": "DT_FLOAT"}),
        "a": ("Cast", {"x": "{{{{0},{1}},{{2},{-4}}}}", "DstT": "DT_INT64"}),
        "g": ("MaxPoolGradWithArgmax", {"ksize": "{1,1,1,1}", "strides": "{1,1,1,1}", "padding": "SAME"}),
    }
    wires = "i.y -> g.input\ni.y -> g.grad\na.y -> g.argmax"
    result = run(engine, page(blocks, wires))
    (problem,) = result.problems
    assert (problem.code, problem.block, problem.pin) == ("bad-value", "g", "argmax")
    assert (requirement_text(problem), actual_text(problem)) == ("0 to 3", "-4 at [0, 1, 1, 0]")
    assert plain(result.results["i.y"]) == [[[[1.0], [2.0]], [[3.0], [4.0]]]]


@pytest.mark.parametrize("text", ["{{0+0j,0+0j},{0+0j,0+0j}}", "{{1e-40+0j,1e-40+0j},{1e-40+0j,1e-40+0j}}"])
def test_the_logarithm_of_a_matrix_that_cannot_be_inverted(engine, text):
    blocks = {"m": ("Cast", {"x": text, "DstT": "DT_COMPLEX64"}), "log": "MatrixLogarithm"}
    result = run(engine, page(blocks, "m.y -> log.input"))
    (problem,) = result.problems
    assert (problem.block, problem.pin, requirement_text(problem)) == (
        "log",
        "input",
        "a matrix that can be inverted",
    )
    assert plain(result.results["m.y"]) != "failed"


@pytest.mark.parametrize(
    ("symbol", "pins", "pin"),
    [
        ("Split", {"axis": "0", "value": "{1f,2f}", "num_split": "10000000"}, "num_split"),
        ("AsString", {"input": "{1f}", "attrs": "width_ = 2147483647;"}, "attrs"),
        ("AsString", {"input": "{1f}", "attrs": "precision_ = 2147483647;"}, "attrs"),
    ],
)
def test_a_number_that_would_take_all_memory_or_time_is_refused_before_the_run(symbol, pins, pin):
    problems = make_plan(page({"b": (symbol, pins)}), Path(".")).problems
    found = [(p.code, p.block, p.pin) for p in problems if p.severity == "error"]
    assert found == [("bad-count" if symbol == "Split" else "bad-attr-value", "b", pin)]


def test_parts_of_a_batch_that_end_before_they_begin(engine):
    blocks = {
        "b": ("Cast", {"x": "{{1,2},{3,4}}", "DstT": "DT_FLOAT"}),
        "i": ("Cast", {"x": "{{0,0,1},{1,2,1}}", "DstT": "DT_INT64"}),
        "u": ("Unbatch", {"id": "0", "timeout_micros": "1000"}),
    }
    result = run(engine, page(blocks, "b.y -> u.batched_tensor\ni.y -> u.batch_index"))
    (problem,) = result.problems
    assert (problem.code, problem.block, problem.pin) == ("bad-value", "u", "batch_index")
    assert requirement_text(problem).endswith("part the 2 rows of batched_tensor from b.y")
    assert plain(result.results["b.y"]) == [[1.0, 2.0], [3.0, 4.0]]


def test_parts_of_a_batch_with_an_id_twice(engine):
    blocks = {
        "b": ("Cast", {"x": "{1,2}", "DstT": "DT_FLOAT"}),
        "i": ("Cast", {"x": "{{0,0,1},{0,1,2}}", "DstT": "DT_INT64"}),
        "u": ("Unbatch", {"id": "100", "timeout_micros": "1000"}),
    }
    result = run(engine, page(blocks, "b.y -> u.batched_tensor\ni.y -> u.batch_index"))
    (problem,) = result.problems
    assert (problem.code, problem.block, problem.pin) == ("bad-value", "u", "batch_index")
    assert requirement_text(problem).endswith("each with an id of its own")


def test_a_tensor_array_is_not_split_into_negative_lengths(engine):
    blocks = {
        "array": ("TensorArray", {"size": "2", "dtype": "DT_INT32"}),
        "lengths": ("Cast", {"x": "{3,-1}", "DstT": "DT_INT64"}),
        "split": ("TensorArraySplit", {"value": "{7,8}"}),
    }
    wires = (
        "array.handle -> split.handle\narray.flow -> split.flow_in\nlengths.y -> split.lengths\n"
        + COUNTER_WIRES
    )
    result = run(engine, page({**blocks, **COUNTER}, wires))
    assert [(p.code, p.block, p.pin) for p in result.problems] == [("bad-value", "split", "lengths")]
    assert plain(result.results["add.output_ref"]) == 1.0
