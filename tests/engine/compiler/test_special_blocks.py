"""The blocks that are no plain op, run on TensorFlow."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from app.document.model.diagram import ArrayRef
from app.engine.compiler.errors import FetchError
from app.engine.compiler.make_plan import make_plan
from tests.support.pages import page, run, values


def test_const_takes_dtype_and_shape_from_its_text(engine):
    made = page(
        {"c": ("Const", {"val": "{{1.0f,2.0f},{3,4}}"}), "s": "ClientSession"}, "c.output -> s.fetch_outputs"
    )
    result = run(engine, made)
    value = result.results["c.output"]
    assert value.dtype == "float32"
    assert value.array.tolist() == [[1, 2], [3, 4]]


def test_const_ex_takes_its_dtype_pin(engine):
    made = page({"c": ("Const_ex", {"val": "{1,2}", "dtype": "DT_DOUBLE"})})
    value = run(engine, made).results["c.output"]
    assert (value.dtype, value.array.tolist()) == ("float64", [1.0, 2.0])


def test_page_without_session_fetches_what_nothing_consumes(engine):
    made = page({"a": ("Const", {"val": "2"}), "b": ("Square", {})}, "a.output -> b.x")
    assert values(run(engine, made)) == {"a.output": 2, "b.y": 4}


def test_placeholder_is_fed_with_its_own_dtype(engine):
    made = page(
        {
            "x": ("Placeholder", {"dtype": "DT_FLOAT"}),
            "init": ("Input_Initializer", {"t": "{1,2}"}),
            "feed": "FeedType",
            "y": ("Add", {"y": "10"}),
            "s": "ClientSession",
        },
        """
        x.output -> feed.input
        init.output -> feed.initializer
        feed.output -> s.inputs
        x.output -> y.x
        y.z -> s.fetch_outputs
        """,
    )
    got = values(run(engine, made))
    assert got == {"x.output": [1.0, 2.0], "y.z": [11.0, 12.0]}


def test_fed_tensor_cuts_off_what_is_before_it(engine):
    made = page(
        {
            "bad": ("ReadFile", {"filename": "nowhere.txt"}),
            "size": ("StringToNumber", {"attrs": "out_type_ = DT_INT32;"}),
            "init": ("Input_Initializer", {"t": "7"}),
            "feed": "FeedType",
            "twice": ("Add", {"y": "7"}),
            "s": "ClientSession",
        },
        """
        bad.contents -> size.string_tensor
        size.output -> feed.input
        init.output -> feed.initializer
        feed.output -> s.inputs
        size.output -> twice.x
        twice.z -> s.fetch_outputs
        """,
    )
    got = values(run(engine, made))
    assert (got["size.output"], got["twice.z"]) == (7, 14)


def test_what_is_fed_and_used_by_nothing_changes_nothing(engine):
    made = page(
        {
            "x": ("Placeholder", {"dtype": "DT_FLOAT"}),
            "init": ("Input_Initializer", {"t": "1"}),
            "feed": "FeedType",
            "c": ("Const", {"val": "2"}),
            "s": "ClientSession",
        },
        """
        x.output -> feed.input
        init.output -> feed.initializer
        feed.output -> s.inputs
        c.output -> s.fetch_outputs
        """,
    )
    assert values(run(engine, made)) == {"c.output": 2}


def test_unfed_placeholder_is_named_before_anything_runs():
    made = page({"x": ("Placeholder", {"dtype": "DT_FLOAT"}), "y": "Square"}, "x.output -> y.x")
    plan = make_plan(made, Path("."))
    assert plan.stops
    assert [(p.code, p.block) for p in plan.problems] == [("feed", "x")]


def test_input_list_keeps_wire_order_and_splices_lists(engine):
    made = page(
        {
            "a": ("Const", {"val": "1"}),
            "b": ("Const", {"val": '"text"'}),
            "split": ("Split", {"axis": "0", "value": "{5,6}", "num_split": "2"}),
            "list": "InputList",
            "s": "ClientSession",
        },
        """
        b.output -> list.outputlist
        split.output -> list.outputlist
        a.output -> list.outputlist
        list.output -> s.fetch_outputs
        """,
    )
    got = values(run(engine, made))
    assert got["list.output"] == [b"text", [5], [6], 1]
    assert got["split.output"] == [[5], [6]]


def test_element_of_a_list_can_be_wired_and_fetched(engine):
    made = page(
        {"split": ("Split", {"axis": "0", "value": "{5,6}", "num_split": "2"}), "sq": "Square"},
        "split.output[1] -> sq.x",
    )
    assert values(run(engine, made, fetch=["sq.y", "split.output[0]"])) == {
        "sq.y": [36],
        "split.output[0]": [5],
    }


def test_element_that_is_not_there_is_a_fault_of_the_wire():
    made = page(
        {"split": ("Split", {"axis": "0", "value": "{5,6}", "num_split": "2"}), "sq": "Square"},
        "split.output[2] -> sq.x",
    )
    plan = make_plan(made, ".")
    assert plan.stops
    assert [(p.code, p.block) for p in plan.problems] == [("wire-index", "sq")]


def test_list_pin_takes_texts(engine):
    made = page({"c": ("Concat", {"values": "{1,2},{3}", "axis": "0"})})
    assert values(run(engine, made))["c.output"] == [1, 2, 3]


def test_operation_and_output_lead_back_to_a_tensor(engine):
    made = page(
        {
            "u": ("Unique", {"x": "{4,4,9}"}),
            "op": "Operation",
            "out": ("Output", {"index": "1"}),
            "s": "ClientSession",
        },
        """
        u.y -> op.operation
        op.output -> out.output_op
        out.output -> s.fetch_outputs
        """,
    )
    assert values(run(engine, made))["out.output"] == [0, 0, 1]


def test_symbolic_gradients_of_several_outputs_sum_up(engine):
    made = page(
        {
            "x": ("Const", {"val": "{1.0f,2.0f}"}),
            "square": "Square",
            "cube": "Multiply",
            "grad": "AddSymbolicGradients",
            "shown": ("Add", {"y": "0.0f"}),
            "s": "ClientSession",
        },
        """
        x.output -> square.x
        square.y -> cube.x
        x.output -> cube.y
        square.y -> grad.outputs
        cube.z -> grad.outputs
        x.output -> grad.inputs
        grad.grad_outputs[0] -> shown.x
        shown.z -> s.fetch_outputs
        """,
    )
    x = np.array([1.0, 2.0])
    assert values(run(engine, made))["shown.z"] == (2 * x + 3 * x**2).tolist()


def test_training_by_symbolic_gradients_equals_numpy(engine):
    made = page(
        {
            "w": ("Variable", {"initvalues": "1.0"}),
            "error": ("Subtract", {"y": "3.0"}),
            "loss": "Square",
            "grad": "AddSymbolicGradients",
            "train": ("ApplyGradientDescent", {"alpha": "0.25"}),
            "s": "ClientSession",
        },
        """
        w.ref -> error.x
        error.z -> loss.x
        loss.y -> grad.outputs
        w.ref -> grad.inputs
        w.ref -> train.var
        grad.grad_outputs[0] -> train.delta
        train.out -> s.fetch_outputs
        """,
    )
    w = 1.0
    for _ in range(3):
        w -= 0.25 * 2 * (w - 3)
    got = values(run(engine, made, steps=3))
    assert got["train.out"] == w
    assert got["loss.y"] == (2 * (w - 3)) ** 2  # the value before the last step


def test_gradient_that_does_not_exist_names_the_block(engine):
    made = page(
        {
            "x": ("Const", {"val": "1.0f"}),
            "y": ("Const", {"val": "2.0f"}),
            "grad": "AddSymbolicGradients",
            "s": "ClientSession",
        },
        "y.output -> grad.outputs\nx.output -> grad.inputs\ngrad.grad_outputs -> s.fetch_outputs",
    )
    result = run(engine, made)
    assert [(p.code, p.block, p.pin) for p in result.problems] == [("build-failed", "grad", "inputs")]


@pytest.mark.parametrize(
    ("pins", "expected"),
    [
        ({"initvalues": "{1,2}"}, [1, 2]),
        ({"dtype": "DT_DOUBLE", "shape": "{2}"}, [0.0, 0.0]),
        ({"dtype": "DT_FLOAT", "shape": "{2,1}", "initvalues": "7"}, [[7.0], [7.0]]),
        ({"dtype": "DT_FLOAT", "shape": "[2][2]", "initvalues": "1;2;3;4"}, [[1.0, 2.0], [3.0, 4.0]]),
        ({"dtype": "DT_STRING", "shape": "{2}"}, [b"", b""]),
    ],
)
def test_variable_start_values(engine, pins, expected):
    made = page({"v": ("Variable", pins), "s": "ClientSession"}, "v.ref -> s.fetch_outputs")
    assert values(run(engine, made))["v.ref"] == expected


def test_variable_may_start_from_a_wired_random_value_and_keeps_it(engine):
    made = page(
        {
            "r": ("RandomNormal", {"shape": "{3}", "dtype": "DT_FLOAT"}),
            "v": "Variable",
            "copy": "Identity",
            "s": "ClientSession",
        },
        "r.output -> v.initvalues\nv.ref -> copy.input\ncopy.output -> s.fetch_outputs",
        seed=3,
    )
    one, three = (values(run(engine, made, steps=n))["copy.output"] for n in (1, 3))
    assert one == three
    assert len(set(one)) == 3


def test_handles_have_no_value_and_the_run_goes_on(engine):
    made = page(
        {"q": ("FIFOQueue", {"component_types": "DT_INT32"}), "size": "QueueSize", "s": "ClientSession"},
        "q.handle -> size.handle\nsize.size -> s.fetch_outputs",
    )
    assert values(run(engine, made)) == {"q.handle": "handle", "size.size": 0}


def test_fetch_of_an_unknown_pin_is_refused():
    made = page({"c": ("Const", {"val": "1"})})
    with pytest.raises(FetchError, match=r"nothing\.output"):
        make_plan(made, ".", fetch=["nothing.output"])
    with pytest.raises(FetchError, match=r"c\.value"):
        make_plan(made, ".", fetch=["c.value"])


def test_error_outside_the_session_is_reported_and_the_rest_runs(engine):
    made = page(
        {"c": ("Const", {"val": "1"}), "lost": ("Add", {"x": "{{1},{2,3}}", "y": "1"}), "s": "ClientSession"},
        "c.output -> s.fetch_outputs",
    )
    plan = make_plan(made, ".")
    assert [(p.severity, p.block, p.pin) for p in plan.problems] == [("warning", "lost", "x")]
    assert values(run(engine, made)) == {"c.output": 1}


def test_seed_gives_the_same_bits_and_each_block_its_own(engine):
    made = page(
        {
            "a": ("RandomUniform", {"shape": "{4}", "dtype": "DT_FLOAT"}),
            "b": ("RandomUniform", {"shape": "{4}", "dtype": "DT_FLOAT"}),
        }
    )
    first, second, other = (values(run(engine, made, seed=s)) for s in (1, 1, 2))
    assert first == second
    assert first["a.output"] != first["b.output"]
    assert first["a.output"] != other["a.output"]


def test_part_of_a_complex_number_has_the_dtype_of_its_parts(engine):
    """TensorFlow's default for Tout is float32; with complex128 that ends the process."""
    made = page({"c": ("Const", {"val": "3+4j"}), "size": "ComplexAbs"}, "c.output -> size.x")
    value = run(engine, made).results["size.y"]
    assert (value.dtype, value.array.tolist()) == ("float64", 5.0)


def test_slip_in_the_number_of_outputs_is_reported_and_does_not_fill_the_memory():
    made = page({"split": ("Split", {"axis": "0", "value": "{1,2}", "num_split": "1000000000"})})
    faults = [(p.code, p.block, p.pin) for p in make_plan(made, Path(".")).problems]
    assert faults == [("bad-count", "split", "num_split")]


@pytest.mark.parametrize(("name", "code"), [("junk.npz", "missing-array"), ("/dev/zero", "refused-read")])
def test_array_that_is_no_archive_is_a_problem_of_its_pin(tmp_path, name, code):
    (tmp_path / "junk.npz").write_bytes(b"junk")
    made = page({"c": ("Const", {"val": ArrayRef(npz=name, key="k")})})
    faults = {(p.code, p.block, p.pin) for p in make_plan(made, tmp_path).problems}
    assert faults == {(code, "c", "val")}


def test_seed_of_the_page_that_tensorflow_cannot_take_is_a_problem():
    made = page({"r": ("RandomUniform", {"shape": "{2}"})}, seed=2**70)
    plan = make_plan(made, Path("."))
    assert [(p.severity, p.code) for p in plan.problems] == [("error", "bad-attr-value")]
    assert plan.stops


def test_run_of_no_steps_is_a_problem_and_no_success():
    plan = make_plan(page({"c": ("Const", {"val": "1"})}, steps=-1), Path("."))
    assert [(p.severity, p.code) for p in plan.problems] == [("error", "bad-attr-value")]
    assert plan.stops


def test_one_bare_name_is_taken_where_tensorflow_takes_a_vector_of_names(engine, tmp_path):
    made = page(
        {
            "w": ("Save", {"filename": '"model"', "tensor_names": '"weights"', "data": "{1f,2f}"}),
            "r": ("Restore", {"file_pattern": '"model"', "tensor_name": '"weights"', "dt": "DT_FLOAT"}),
            "s1": "ClientSession",
            "s2": "ClientSession",
        },
        "w.operation -> s1.run_outputs\nr.tensor -> s2.fetch_outputs",
    )
    assert values(run(engine, made, tmp_path))["r.tensor"] == [1.0, 2.0]


def test_a_text_under_no_pin_of_what_feeds_a_session_does_not_stop_the_page():
    """The original's pages give a Tensor block a shape, which no pin of it takes: it is reported, and the page runs."""
    from app.document.model.diagram import Block, Page, PinRef, Wire

    blocks = {
        "value": Block(
            id="value", symbol="Tensor", pins={"shape": "{2}", "dtype": "DT_INT32", "initvalues": "{1,2}"}
        ),
        "start": Block(id="start", symbol="Input_Initializer"),
        "x": Block(id="x", symbol="Placeholder", pins={"dtype": "DT_INT32"}),
        "feed": Block(id="feed", symbol="FeedType"),
        "twice": Block(id="twice", symbol="Add"),
        "s": Block(id="s", symbol="ClientSession"),
    }
    ends = ["value.output start.t", "start.output feed.initializer", "x.output feed.input", "x.output twice.x",
            "x.output twice.y", "feed.output s.inputs", "twice.z s.fetch_outputs"]  # fmt: skip
    wires = [Wire(source=PinRef.parse(a), target=PinRef.parse(b)) for a, b in map(str.split, ends)]
    plan = make_plan(Page(name="p", blocks=blocks, wires=wires), Path("."))
    assert [(p.severity, p.code, p.block) for p in plan.problems] == [("warning", "unknown-pin", "value")]
    assert not plan.stops


@pytest.mark.parametrize(
    "wires",
    [
        "do.operation -> list.outputlist",
        "do.operation -> v.initvalues",
        "do.operation -> grad.outputs\nc.output -> grad.inputs",
    ],
)
def test_operation_where_a_tensor_belongs_is_a_problem_of_the_wire(wires):
    blocks = {
        "c": ("Const", {"val": "1.0f"}),
        "do": "NoOp",
        "list": "InputList",
        "v": "Variable",
        "grad": "AddSymbolicGradients",
    }
    plan = make_plan(page(blocks, wires), Path("."), everything=True)
    assert "wire-kind" in {p.code for p in plan.problems}
    assert all(len(fetch.refs) == len(fetch.dtypes) for fetch in plan.outputs.values())
