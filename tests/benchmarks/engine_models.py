"""Models that become pages, against TensorFlow that takes up the same files."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import tensorflow as tf

from app.engine.compiler.collector import without_collector
from app.engine.exchange.conversion import convert
from app.engine.host.engine import Engine
from app.engine.host.models import open_model
from app.engine.tf.models.read import read_graph
from blocks.catalog import load
from tests.benchmarks.bench import Comparison, Row, side_by_side

_LAYERS, _LARGE = 70, 3_800  # 1,000 and 35,000 nodes


class Net(tf.Module):
    """Dense layers with a norm and a shortcut each."""

    def __init__(self) -> None:
        """Make the Variables."""
        super().__init__()
        rng = np.random.default_rng(1)
        self.kernels = [tf.Variable(rng.standard_normal((16, 16)), dtype=tf.float32) for _ in range(_LAYERS)]

    @tf.function(input_signature=[tf.TensorSpec([None, 16], tf.float32, "x")])
    def __call__(self, x: tf.Tensor) -> tf.Tensor:
        """Return what all layers make of x."""
        for number, kernel in enumerate(self.kernels):
            with tf.name_scope(f"layer{number}"):
                x = _layer(x, kernel)
        return x


def _layer(x: tf.Tensor, kernel: tf.Tensor) -> tf.Tensor:
    made = tf.matmul(x, kernel)
    return tf.tanh(made - tf.reduce_mean(made, axis=1, keepdims=True)) * 0.5 + x


def convert_1000() -> Comparison:
    """Turn a SavedModel into pages, in a process that has TensorFlow; ``tf.saved_model.load`` takes it up."""
    with tempfile.TemporaryDirectory() as folder:
        tf.saved_model.save(Net(), folder)

        def ours() -> None:
            with without_collector():
                convert(read_graph(Path(folder), "assets/"), load(), name="net", npz="net.npz")

        return side_by_side(ours, lambda: tf.saved_model.load(folder))


def open_35000() -> Comparison:
    """Have a warm worker turn a frozen graph into pages; TensorFlow parses and imports it."""
    with tf.Graph().as_default() as graph:
        x = tf.compat.v1.placeholder(tf.float32, [None, 16], "x")
        kernel = np.random.default_rng(2).standard_normal((16, 16)).astype(np.float32)
        for number in range(_LARGE):
            with tf.name_scope(f"model/part{number // 100}/layer{number % 100}/"):
                x = _layer(x, tf.constant(kernel, name="kernel"))
        definition = graph.as_graph_def().SerializeToString()
    with tempfile.TemporaryDirectory() as folder, Engine() as engine:
        model = Path(folder) / "net.pb"
        model.write_bytes(definition)

        def theirs() -> None:
            parsed = tf.compat.v1.GraphDef()
            parsed.ParseFromString(model.read_bytes())
            with tf.Graph().as_default():
                tf.import_graph_def(parsed, name="")

        return side_by_side(lambda: open_model(engine, model, Path(folder) / "store"), theirs, rounds=3)


ROWS = [
    Row("convert a model of 1,000 nodes", "tf.saved_model.load", 1.0, convert_1000),
    Row(
        "open a model of 35,000 nodes, up to its pages", "parsing it and tf.import_graph_def", 1.5, open_35000
    ),
]
