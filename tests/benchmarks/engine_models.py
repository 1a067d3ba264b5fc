"""Models that become pages, against TensorFlow that takes up the same files."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import tensorflow as tf

from app.engine.compiler.collector import without_collector
from app.engine.exchange.conversion import convert
from app.engine.tf.models.read import read_graph
from blocks.catalog import load
from tests.benchmarks.bench import Comparison, Row, side_by_side

_LAYERS = 70  # 1,000 nodes


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


ROWS = [Row("convert a model of 1,000 nodes", "tf.saved_model.load", 1.0, convert_1000)]
