"""Inputs that do not go together, so that their op would read foreign memory, leave its block out of the step."""

from __future__ import annotations

import numpy as np
import pytest

from app.messages import actual_text, requirement_text
from tests.engine.tf.test_input_guards import COUNTER, COUNTER_WIRES, of_any_shape
from tests.support.blind_mistakes.row import filled
from tests.support.pages import page, plain, run, values

RAGGED = {"shape": "{-1,-1}", "default_value": "0f"}
QUEUE = ("FIFOQueue", {"component_types": "DT_FLOAT"})


def refused(engine, blocks, wires):
    """Return the one problem of a page beside which a counter counts on."""
    result = run(engine, page({**blocks, **COUNTER}, f"{wires}\n{COUNTER_WIRES}"))
    (problem,) = result.problems
    assert plain(result.results["add.output_ref"]) == 1.0
    return problem


@pytest.mark.parametrize(
    ("parts", "types", "needs", "actual"),
    [
        ("{0,1,5000000}", '"ROW_SPLITS"', "2, the number of values, as its last number", "{0,1,5000000}"),
        ("2,{0,1,1,1,1}", '"FIRST_DIM_SIZE","VALUE_ROWIDS"', "[2]", "[5]"),
    ],
)
def test_rows_of_more_values_than_there_are(engine, parts, types, needs, actual):
    pins = {**RAGGED, "values": "{1f,2f}", "row_partition_tensors": parts, "row_partition_types": types}
    problem = refused(engine, {"r": ("RaggedTensorToTensor", pins)}, "")
    assert (problem.block, problem.pin) == ("r", "row_partition_tensors")
    assert (requirement_text(problem), actual_text(problem)) == (needs, actual)


def test_two_numbers_of_rows_where_there_is_to_be_one(engine):
    made, wires = of_any_shape("n", "{2,3}", "DT_INT32")
    ids, more = of_any_shape("i", "{0,1}", "DT_INT32")
    pins = {**RAGGED, "values": "{1f,2f}", "row_partition_types": '"FIRST_DIM_SIZE","VALUE_ROWIDS"'}
    blocks = {**made, **ids, "r": ("RaggedTensorToTensor", pins)}
    into = "n.output -> r.row_partition_tensors\ni.output -> r.row_partition_tensors"
    problem = refused(engine, blocks, f"{wires}{more}{into}")
    assert problem.pin == "row_partition_tensors"
    assert (requirement_text(problem), actual_text(problem)) == ("a scalar", "{2,3}")


def test_rows_of_the_values_that_there_are(engine):
    pins = {
        **RAGGED,
        "values": "{1f,2f,3f}",
        "row_partition_tensors": "{0,1,3}",
        "row_partition_types": '"ROW_SPLITS"',
    }
    assert values(run(engine, page({"r": ("RaggedTensorToTensor", pins)}, "")))["r.result"] == [
        [1.0, 0.0],
        [2.0, 3.0],
    ]


def test_a_counter_of_one_number(engine):
    pins = {"shape": "{2}", "key": "{1}", "counter": "{1}", "alg": "1"}
    problem = refused(engine, {"r": ("StatelessRandomUniformV2", pins)}, "")
    assert (problem.block, problem.pin) == ("r", "counter")
    assert (requirement_text(problem), actual_text(problem)) == ("a vector of at least 2 numbers", "[1]")


def test_a_scalar_where_each_row_is_an_element_of_the_queue(engine):
    made, wires = of_any_shape("x", "1f")
    blocks = {**made, "q": QUEUE, "e": "QueueEnqueueMany"}
    problem = refused(engine, blocks, f"{wires}q.handle -> e.handle\nx.output -> e.components")
    assert (problem.block, problem.pin) == ("e", "components")
    assert (requirement_text(problem), actual_text(problem)) == ("rank 1 or more", "a scalar")


def test_more_keys_of_a_barrier_than_values(engine):
    made, wires = of_any_shape("x", "{4,5}", "DT_INT32")
    blocks = {
        **made,
        "b": ("Barrier", {"component_types": "DT_INT32", "attrs": "shapes_ = {{}};"}),
        "i": ("BarrierInsertMany", {"keys": '{"a","b","c"}', "component_index": "0"}),
    }
    problem = refused(engine, blocks, f"{wires}b.handle -> i.handle\nx.output -> i.values")
    assert (problem.block, problem.pin) == ("i", "values")
    assert (requirement_text(problem), actual_text(problem)) == ("[3]", "[2]")


@pytest.mark.parametrize("op", ["MapPeek", "OrderedMapPeek", "MapUnstage", "OrderedMapUnstage"])
def test_more_places_of_a_stage_than_outputs(engine, op):
    made, wires = of_any_shape("i", "{0,1}", "DT_INT32")
    stage = f"{op.removesuffix('Peek').removesuffix('Unstage')}Stage"
    pins = {"key": "7", "attrs": "shared_name_ = m;"}
    blocks = {
        **made,
        "a": (stage, {**pins, "indices": "{0,1}", "values": "1f,2f", "dtypes": "DT_FLOAT,DT_FLOAT"}),
        "c": (op, {**pins, "dtypes": "DT_FLOAT"}),
        "s1": "ClientSession",
        "s2": "ClientSession",
    }
    wires += "a.operation -> s1.run_outputs\ni.output -> c.indices\n"
    output = "size[0]" if op == "OrderedMapPeek" else "values[0]"
    (problem,) = run(engine, page(blocks, f"{wires}c.{output} -> s2.fetch_outputs")).problems
    assert (problem.block, problem.pin) == ("c", "indices")
    assert requirement_text(problem) == "1 place, one for each of dtypes"


@pytest.mark.parametrize("steps", ["-1", "3"])
def test_time_steps_that_a_sequence_has_not(engine, steps):
    made, wires = of_any_shape("n", steps, "DT_INT32")
    ones = "{1f,1f,1f,1f}"
    pins = {
        "x": "{{{1f}},{{2f}}}",
        "cs_prev": "{{0f}}",
        "h_prev": "{{0f}}",
        "w": f"{{{ones},{ones}}}",
        "b": ones,
    }
    pins |= dict.fromkeys(("wci", "wcf", "wco"), "{0f}")
    blocks = {**made, "long": ("Cast", {"DstT": "DT_INT64"}), "c": ("BlockLSTM", pins)}
    problem = refused(engine, blocks, f"{wires}n.output -> long.x\nlong.y -> c.seq_len_max")
    assert (problem.block, problem.pin) == ("c", "seq_len_max")
    assert (requirement_text(problem), actual_text(problem)) == ("0 to 2", steps)


def test_one_key_where_a_table_takes_rows_of_them(engine):
    made, wires = of_any_shape("k", "1", "DT_INT32")
    table = {"empty_key": "-1", "deleted_key": "-2", "value_dtype": "DT_FLOAT"}
    blocks = {
        **made,
        "t": ("MutableDenseHashTableV2", table),
        "c": ("LookupTableImportV2", {"values": "{1f}"}),
    }
    problem = refused(engine, blocks, f"{wires}t.table_handle -> c.table_handle\nk.output -> c.keys")
    assert (problem.block, problem.pin) == ("c", "keys")
    assert requirement_text(problem) == "rank 1 or more"


def test_several_steps_of_one_gradient(engine):
    made, wires = of_any_shape("n", "{1,2}", "DT_INT32")
    blocks = {
        **made,
        "long": ("Cast", {"DstT": "DT_INT64"}),
        "a": ("ConditionalAccumulator", {"dtype": "DT_FLOAT", "shape": "{2}"}),
        "c": ("AccumulatorApplyGradient", {"gradient": "{1f,2f}"}),
    }
    wires += "n.output -> long.x\nlong.y -> c.local_step\na.handle -> c.handle"
    problem = refused(engine, blocks, wires)
    assert (problem.block, problem.pin, requirement_text(problem)) == ("c", "local_step", "a scalar")


def test_updates_with_shorter_rows_than_the_variable(engine):
    made, wires = of_any_shape("u", "{{3f}}")
    blocks = {
        **made,
        "w": ("VarHandleOp", {"dtype": "DT_FLOAT", "shape": "[2,2]"}),
        "start": ("AssignVariableOp", {"value": "{{1f,2f},{3f,4f}}"}),
        "add": ("ResourceScatterAdd", {"indices": "{0}"}),
        "s1": "ClientSession",
        "s2": "ClientSession",
    }
    wires += """
        w.resource -> start.resource
        w.resource -> add.resource
        u.output -> add.updates
        start.operation -> s1.run_outputs
        add.operation -> s2.run_outputs
    """
    (problem,) = run(engine, page(blocks, wires)).problems
    assert (problem.block, problem.pin) == ("add", "updates")
    assert (requirement_text(problem), actual_text(problem)) == ("[1, 2]", "[1, 1]")


def test_indices_of_more_batches_than_the_variable_has(engine):
    made, wires = of_any_shape("i", "{{0},{1},{0}}", "DT_INT32")
    blocks = {
        **made,
        "w": ("VarHandleOp", {"dtype": "DT_FLOAT", "shape": "[2,2]"}),
        "start": ("AssignVariableOp", {"value": "{{1f,2f},{3f,4f}}"}),
        "g": ("ResourceGather", {"dtype": "DT_FLOAT", "attrs": "batch_dims_ = 1;"}),
        "s1": "ClientSession",
        "s2": "ClientSession",
    }
    wires += """
        w.resource -> start.resource
        w.resource -> g.resource
        i.output -> g.indices
        start.operation -> s1.run_outputs
        g.output -> s2.fetch_outputs
    """
    (problem,) = run(engine, page(blocks, wires)).problems
    assert (problem.block, problem.pin, actual_text(problem)) == ("g", "indices", "[3, 1]")


def test_a_text_with_which_a_table_would_fill_the_memory(engine):
    blocks = {
        "k": ("Const", {"val": '"' + "a" * 6000 + '"'}),
        "t": ("MutableDenseHashTableV2", {"deleted_key": '"d"', "value_dtype": "DT_FLOAT"}),
        "n": "LookupTableSizeV2",
    }
    problem = refused(engine, blocks, "k.output -> t.empty_key\nt.table_handle -> n.table_handle")
    assert (problem.block, problem.pin) == ("t", "empty_key")
    assert (requirement_text(problem), actual_text(problem)) == (
        "a text of at most 4096 bytes, as the whole table is filled with it",
        "6000 bytes",
    )


@pytest.mark.parametrize(("dtype", "is_refused"), [("DT_INT64", True), ("DT_INT32", False)])
def test_a_size_whose_bytes_cannot_be_counted(engine, dtype, is_refused):
    size = "9223372036854775807" if is_refused else "3"
    sizes = ("Variable", {"initvalues": f"{{{size}}}", "dtype": dtype, "shape": "{1}"})
    blocks, wires = {"n": sizes, "f": ("Fill", {"value": "1f"})}, f"n.ref -> f.dims\n{COUNTER_WIRES}"
    result = run(engine, page({**blocks, **COUNTER}, wires))
    assert [(p.block, p.pin) for p in result.problems] == ([("f", "dims")] if is_refused else [])
    assert plain(result.results["add.output_ref"]) == 1.0


@pytest.mark.parametrize(
    ("x", "y", "adjoint", "is_refused"),
    [
        ((13, 1, 3, 4), (4, 16), False, True),
        ((13, 1, 3, 4), (1, 1, 4, 16), False, True),
        ((13, 1, 4, 3), (4, 16), True, True),
        ((13, 1, 1, 4), (4, 16), False, False),
        ((13, 2, 3, 4), (4, 16), False, False),
        ((13, 1, 3, 4), (7, 4, 16), False, False),
        ((13, 3, 4), (4, 16), False, False),
    ],
)
def test_a_matrix_for_a_whole_batch_of_which_one_size_is_1(engine, x, y, adjoint, is_refused):
    """TensorFlow 2.21 writes beyond its memory there; where it does not, the product is NumPy's."""
    made, wires = of_any_shape("a", filled(*x))
    blocks = {**made, "p": ("BatchMatMulV2", {"y": filled(*y), "attrs": f"adj_x_={str(adjoint).lower()};"})}
    result = run(engine, page(blocks, f"{wires}a.output -> p.x"))
    assert [(p.block, p.pin) for p in result.problems] == ([("p", "x")] if is_refused else [])
    if not is_refused:
        product = np.full(x, 0.5, np.float32) @ np.full(y, 0.5, np.float32)
        assert plain(result.results["p.output"]) == product.tolist()
