"""Ops that TensorFlow takes no more in new graphs run on a page as they do in the graphs that hold them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from app.messages import report_lines
from blocks.catalog import load
from blocks.op_facts.successors import SUCCESSORS
from tests.engine.exchange.test_models_against_tensorflow import check_signature
from tests.support.made_models import numbers
from tests.support.model_runs import converted, run_graph, run_page

v1 = tf.compat.v1
_PRODUCER = 6  # a version of graphs that holds all of them
_FLOAT = 1  # the number of DT_FLOAT


@pytest.mark.parametrize("old", list(SUCCESSORS))
def test_a_successor_takes_what_the_old_op_takes(old: str) -> None:
    """As many inputs and outputs under the same names, but that TensorArrays give their flow as well."""
    catalog = load()
    before, after = catalog.op(old), catalog.op(SUCCESSORS[old])
    assert before is not None
    assert after is not None
    assert [arg.name for arg in before.inputs] == [arg.name for arg in after.inputs]
    given = [arg.name for arg in after.outputs]
    assert [arg.name for arg in before.outputs] == given[: len(before.outputs)]
    symbol = catalog.get(f"raw.{old}") or catalog.get(old)
    assert symbol is not None
    assert symbol.unavailable


def _graph(ops: list[tuple[str, list[str], dict[str, Any]]], **constants: Any) -> Any:
    """Return a graph of old ops, each called by its kind, behind an input x of [2, 2, 3] and constants."""
    with tf.Graph().as_default() as graph:
        v1.placeholder(tf.float32, [2, 2, 3], "x")
        for name, value in constants.items():
            tf.constant(value, name=name)
        definition = graph.as_graph_def()
    for op, inputs, attrs in ops:
        node = definition.node.add(name=op, op=op, input=inputs)
        for key, value in attrs.items():
            kind = {bool: "b", int: "i", float: "f", bytes: "s"}[type(value)]
            setattr(node.attr[key], "type" if key in ("T", "dtype") else kind, value)
    definition.versions.producer = _PRODUCER
    return definition


_T = {"T": _FLOAT}
GRAPHS = {
    "TopK": _graph([("TopK", ["x"], {"k": 2, **_T})]),
    "BatchMatrixDiag": _graph([("BatchMatrixDiag", ["x"], _T)]),
    "BatchMatrixBandPart": _graph([("BatchMatrixBandPart", ["x", "no", "no"], _T)], no=np.int64(0)),
    "BatchNormWithGlobalNormalization": _graph(
        [
            (
                "BatchNormWithGlobalNormalization",
                ["grown", "mean", "variance", "beta", "gamma"],
                {"variance_epsilon": 0.001, "scale_after_normalization": True, **_T},
            ),
            ("AddV2", ["BatchNormWithGlobalNormalization", "x"], _T),
        ],
        grown=numbers(1, 2, 2, 3), mean=numbers(3), variance=abs(numbers(3, seed=2)), beta=numbers(3, seed=3),
        gamma=numbers(3, seed=4),
    ),
    "TensorArray": _graph(
        [
            ("TensorArray", ["two"], {"dtype": _FLOAT}),
            ("TensorArrayWrite", ["TensorArray", "zero", "x", "flow"], _T),
            ("TensorArrayRead", ["TensorArray", "zero", "TensorArrayWrite"], {"dtype": _FLOAT}),
        ],
        two=np.int32(2), zero=np.int32(0), flow=np.float32(0),
    ),
    "TensorArrayPack": _graph(
        [
            ("TensorArray", ["two"], {"dtype": _FLOAT}),
            ("TensorArrayUnpack", ["TensorArray", "x", "flow"], _T),
            ("TensorArrayPack", ["TensorArray", "TensorArrayUnpack"], {"dtype": _FLOAT}),
        ],
        two=np.int32(2), flow=np.float32(0),
    ),
    "QuantizeAndDequantize": _graph(
        [("QuantizeAndDequantize", ["x"], {"num_bits": 5, "signed_input": True, "range_given": False, **_T})]
    ),
    "BatchSelfAdjointEig": _graph(
        [
            ("BatchMatMul", ["x", "x"], {"adj_x": True, "adj_y": False, **_T}),
            ("BatchSelfAdjointEig", ["BatchMatMul"], _T),
        ]
    ),
    "Conv3DBackpropInput": _graph(
        [
            ("Reshape", ["x", "five"], _T),
            ("Conv3DBackpropInput", ["zeros", "filter", "Reshape"], {"padding": b"VALID", **_T}),
        ],
        five=np.array([1, 2, 2, 3, 1], np.int32), zeros=np.zeros((1, 3, 3, 4, 2), np.float32),
        filter=numbers(2, 2, 2, 2, 1, seed=6),
    ),
    "Conv3DBackpropFilter": _graph(
        [
            ("Reshape", ["x", "five"], _T),
            ("Conv3DBackpropFilter", ["data", "zeros", "Reshape"], {"padding": b"VALID", **_T}),
        ],
        five=np.array([1, 2, 2, 3, 1], np.int32), data=numbers(1, 3, 3, 4, 2, seed=6),
        zeros=np.zeros((2, 2, 2, 2, 1), np.float32),
    ),
}  # fmt: skip
for _name in ("Conv3DBackpropInput", "Conv3DBackpropFilter"):
    GRAPHS[_name].node[-1].attr["strides"].list.i.extend([1] * 5)


@pytest.mark.parametrize("name", list(GRAPHS))
def test_an_old_op_gives_the_same_numbers(name: str, tmp_path: Path) -> None:
    """The report says what stands in its place."""
    (tmp_path / "old.pb").write_bytes(GRAPHS[name].SerializeToString())
    made = converted(tmp_path / "old.pb", tmp_path)
    x = numbers(2, 2, 3, seed=9)
    ((shown, found),) = run_page(made, tmp_path, {"x": x}, "old").items()
    if name == "TopK":  # of which TensorFlow itself has lost the kernel
        expected = -np.sort(-x, axis=-1)[..., :2]
    else:
        (expected,) = run_graph(tmp_path / "old.pb", {"x:0": x}, [f"{shown}:0"])
    if name.startswith("Conv3D"):  # whose successors have kernels of their own
        np.testing.assert_allclose(found, expected, rtol=1e-5)
    else:
        assert found.tobytes() == expected.tobytes()
    assert f"{name}, which TensorFlow takes no more, by " in "\n".join(report_lines(made.pages[0].report))


def test_an_old_reader_reads_from_an_old_queue(tmp_path: Path) -> None:
    """Both were references, and are handles today."""
    (tmp_path / "lines.txt").write_text("first\nsecond\n")
    with tf.Graph().as_default() as graph:
        tf.constant("lines.txt", name="file")
        definition = graph.as_graph_def()
    definition.node.add(name="queue", op="FIFOQueue").attr["component_types"].list.type.append(7)
    put = definition.node.add(name="put", op="QueueEnqueue", input=["queue", "file"])
    put.attr["Tcomponents"].list.type.append(7)
    definition.node.add(name="reader", op="TextLineReader")
    definition.node.add(name="read", op="ReaderRead", input=["reader", "queue"])
    definition.versions.producer = _PRODUCER
    (tmp_path / "old.pb").write_bytes(definition.SerializeToString())
    made = converted(tmp_path / "old.pb", tmp_path)
    ((_, key),) = run_page(made, tmp_path, {}, "old", 2).items()
    assert key.tolist() == b"lines.txt:2"


class Narrow(tf.Module):
    """Numbers of a dtype that no file of arrays holds."""

    def __init__(self) -> None:
        """Make the Variable."""
        super().__init__()
        self.kernel = tf.Variable(tf.cast(numbers(30, 20), tf.bfloat16))

    @tf.function(input_signature=[tf.TensorSpec([None, 30], tf.float32, "x")])
    def __call__(self, x: tf.Tensor) -> dict[str, tf.Tensor]:
        """Return a product and a sum."""
        many = tf.constant(numbers(200), tf.bfloat16)
        made = tf.cast(x, tf.bfloat16) @ self.kernel + tf.constant(numbers(20), tf.bfloat16)
        return {"y": tf.cast(made, tf.float32), "sum": tf.cast(tf.reduce_sum(many), tf.float32)}


def test_many_numbers_of_a_narrow_dtype(tmp_path: Path) -> None:
    """They lie beside the page as a wider one, and are cast on it."""
    tf.saved_model.save(Narrow(), str(tmp_path / "model"))
    (tmp_path / "project").mkdir()
    check_signature(tmp_path / "model", tmp_path / "project", {"x": numbers(2, 30)})
