"""TensorArrays and sparse tensors that fail in a run: the pin to wire, the block to use, no functions of Python."""

from __future__ import annotations

import pytest

from app.messages import hint_text, message_of
from tests.support.pages import page, run

ARRAY = {
    "array": ("TensorArray", {"size": "2", "dtype": "DT_FLOAT"}),
    "write": ("TensorArrayWrite", {"index": "0", "value": "{1.0f,2.0f}"}),
    "s": "ClientSession",
}
WRITTEN = "array.handle -> write.handle\narray.flow -> write.flow_in\n"


def fault(engine, blocks, wires):
    """The one error of a page: its pin, its words, its hint."""
    (problem,) = [p for p in run(engine, page(blocks, wires)).problems if p.severity == "error"]
    return f"{problem.block}.{problem.pin}", message_of(problem), hint_text(problem) or ""


def test_an_element_that_is_read_past_the_block_that_writes_it_is_blamed_on_the_flow(engine):
    blocks = {
        **ARRAY,
        "many": ("Fill", {"dims": "{1500,1500}", "value": "1.0f"}),
        "late": "MatMul",  # so the read, which does not wait for it, comes first
        "write": ("TensorArrayWrite", {"index": "0"}),
        "read": ("TensorArrayRead", {"index": "0", "dtype": "DT_FLOAT"}),
    }
    wires = (
        WRITTEN
        + """
        many.output -> late.a
        many.output -> late.b
        late.product -> write.value
        array.handle -> read.handle
        array.flow -> read.flow_in
        write.flow_out -> s.fetch_outputs
        read.value -> s.fetch_outputs
    """
    )
    assert fault(engine, blocks, wires) == (
        "read.flow_in",
        "nothing before array.flow has written element 0 of the TensorArray",
        "wire flow_out of the TensorArrayWrite that writes it to flow_in",
    )


def test_an_element_of_several_that_nothing_writes_is_named(engine):
    blocks = {**ARRAY, "all": ("TensorArrayGather", {"indices": "{0,1}", "dtype": "DT_FLOAT"})}
    wires = (
        WRITTEN + "array.handle -> all.handle\nwrite.flow_out -> all.flow_in\nall.value -> s.fetch_outputs"
    )
    pin, message, _ = fault(engine, blocks, wires)
    assert (pin, message) == (
        "all.indices",
        "indices asks for element 1 of the TensorArray, which nothing has written",
    )


def test_an_element_that_a_block_aside_writes_is_blamed_on_the_flow(engine):
    blocks = {
        **ARRAY,
        "many": ("Fill", {"dims": "{1500,1500}", "value": "1.0f"}),
        "late": "MatMul",  # so the read, which does not wait for it, comes first
        "aside": ("TensorArrayWrite", {"index": "1"}),
        "all": ("TensorArrayGather", {"indices": "{0,1}", "dtype": "DT_FLOAT"}),
    }
    wires = (
        WRITTEN
        + """
        array.handle -> all.handle
        write.flow_out -> all.flow_in
        many.output -> late.a
        many.output -> late.b
        late.product -> aside.value
        array.handle -> aside.handle
        write.flow_out -> aside.flow_in
        aside.flow_out -> s.fetch_outputs
        all.value -> s.fetch_outputs
        """
    )
    assert fault(engine, blocks, wires)[0] == "all.flow_in"


def test_a_second_write_is_blamed_on_its_index(engine):
    blocks = {**ARRAY, "again": ("TensorArrayWrite", {"index": "0", "value": "{3.0f,4.0f}"})}
    wires = (
        WRITTEN
        + "array.handle -> again.handle\nwrite.flow_out -> again.flow_in\nagain.flow_out -> s.fetch_outputs"
    )
    assert fault(engine, blocks, wires)[:2] == (
        "again.index",
        "element 0 of the TensorArray is written a second time",
    )


@pytest.mark.parametrize(
    ("second", "words", "hint"),
    [
        ("{0,0}", "row 1 of sparse_indices is [0,0], which comes before the row above it", "SparseReorder"),
        ("{0,1}", "row 1 of sparse_indices is [0,1], a place that is there already", ""),
    ],
)
def test_places_of_a_sparse_tensor_in_disorder_name_the_block_to_use(engine, second, words, hint):
    pins = {
        "sparse_indices": f"{{{{0,1}},{second}}}",
        "output_shape": "{2,3}",
        "sparse_values": "{1.0f,2.0f}",
        "default_value": "0.0f",
    }
    blocks = {"dense": ("SparseToDense", pins), "s": "ClientSession"}
    pin, message, suggested = fault(engine, blocks, "dense.dense -> s.fetch_outputs")
    assert (pin, message) == ("dense.sparse_indices", words)
    assert hint in suggested
    assert "tf." not in message + suggested
