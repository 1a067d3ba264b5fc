"""Models of many layers, built by TensorFlow and frozen, as the comparisons open them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import tensorflow as tf

_SIZE = 16
_BLOCKS = 30  # of a stage


class _Net:
    """A chain of residual blocks, each with weights of its own, within name scopes three deep."""

    def __init__(self) -> None:
        self._random = np.random.default_rng(2)

    def weights(self, name: str) -> tf.Tensor:
        """Return constant weights that no other layer has."""
        return tf.constant(self._random.standard_normal((_SIZE, _SIZE)), tf.float32, name=name)

    def dense(self, x: tf.Tensor, name: str) -> tf.Tensor:
        """Return a layer with a bias."""
        with tf.name_scope(name):
            bias = tf.constant(self._random.standard_normal(_SIZE), tf.float32, name="bias")
            return tf.nn.bias_add(tf.matmul(x, self.weights("kernel")), bias)

    def norm(self, x: tf.Tensor) -> tf.Tensor:
        """Return x with a mean of 0 and a variance of 1."""
        with tf.name_scope("norm"):
            centred = x - tf.reduce_mean(x, axis=1, keepdims=True)
            return centred * tf.math.rsqrt(tf.reduce_mean(tf.square(centred), axis=1, keepdims=True) + 1e-5)

    def mixer(self, x: tf.Tensor) -> tf.Tensor:
        """Return attention between the values of a row, put on x."""
        with tf.name_scope("attention"):
            asked, given, said = (self.dense(x, name) for name in ("query", "key", "value"))
            with tf.name_scope("scores"):
                scores = tf.nn.softmax(tf.matmul(asked, given, transpose_b=True) * 0.25)
            return x + self.dense(tf.matmul(scores, said), "project")

    def feed_forward(self, x: tf.Tensor) -> tf.Tensor:
        """Return two dense layers, put on x."""
        with tf.name_scope("feed_forward"):
            return x + self.dense(tf.nn.gelu(self.dense(self.norm(x), "inner")), "outer")

    def gate(self, x: tf.Tensor) -> tf.Tensor:
        """Return x and something else of it, each in part."""
        with tf.name_scope("gate"):
            share = tf.sigmoid(self.dense(x, "share"))
            return share * tf.tanh(self.dense(x, "other")) + (1.0 - share) * x


def frozen_model(nodes: int) -> bytes:
    """Return the GraphDef of a model of at least so many nodes, in whole stages."""
    net = _Net()
    kinds: list[Callable[[tf.Tensor], tf.Tensor]] = [net.mixer, net.feed_forward, net.gate]
    with tf.Graph().as_default() as graph:
        x = tf.compat.v1.placeholder(tf.float32, [None, _SIZE], "x")
        stage = 0
        while len(graph.get_operations()) < nodes:
            for block in range(_BLOCKS):
                with tf.name_scope(f"model/stage{stage}/block{block}/"):
                    x = kinds[block % len(kinds)](x)
            stage += 1
        tf.identity(x, "y")
        return graph.as_graph_def().SerializeToString()
