"""Models that TensorFlow itself makes, small ones of each kind that comes from outside, and what they give."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

v1 = tf.compat.v1
Array = np.ndarray[Any, Any]


def numbers(*shape: int, seed: int = 7) -> Array:
    """Return numbers to feed."""
    return np.random.default_rng(seed).standard_normal(shape).astype(np.float32)


def convolutions(folder: Path) -> None:
    """Export a network of convolutions, with normalisation and dropout, by Keras."""
    import keras

    keras.utils.set_random_seed(3)
    layers = [
        keras.Input((8, 8, 1), name="picture"), keras.layers.Conv2D(4, 3, activation="relu"),
        keras.layers.BatchNormalization(), keras.layers.MaxPooling2D(), keras.layers.Flatten(),
        keras.layers.Dropout(0.5), keras.layers.Dense(5, activation="softmax"),
    ]  # fmt: skip
    keras.Sequential(layers).export(str(folder), verbose=False)


def sequences(folder: Path) -> None:
    """Export a recurrent network by Keras."""
    import keras

    keras.utils.set_random_seed(4)
    layers = [keras.Input((6, 3), name="rows"), keras.layers.LSTM(4), keras.layers.Dense(2)]
    keras.Sequential(layers).export(str(folder), verbose=False)


class Looping(tf.Module):
    """A function with a loop and a condition, both of which take Variables from outside."""

    def __init__(self) -> None:
        """Make the Variables."""
        super().__init__()
        self.weights = tf.Variable(numbers(3, 3, seed=1), name="weights")
        self.bias = tf.Variable(numbers(3, seed=2), name="bias")

    @tf.function(  # AutoGraph, which takes Python's own loops, warns on Python 3.13
        input_signature=[tf.TensorSpec([None, 3], tf.float32, "x"), tf.TensorSpec([], tf.int32, "n")],
        autograph=False,
    )
    def __call__(self, x: tf.Tensor, n: tf.Tensor) -> dict[str, tf.Tensor]:
        """Return what n rounds make of x."""

        def round_of(i: tf.Tensor, y: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            return i + 1, tf.tanh(y @ self.weights) + tf.cast(i, tf.float32) * 0.125

        _, y = tf.while_loop(lambda i, _: i < n, round_of, (tf.constant(0), x))
        y = tf.cond(tf.reduce_sum(y) > 0.0, lambda: y + self.bias, lambda: y - self.bias)
        return {"y": y, "sum": tf.reduce_sum(y)}


def looping(folder: Path) -> None:
    """Save a function with a loop and a condition."""
    tf.saved_model.save(Looping(), str(folder))


class Counting(tf.Module):
    """A function that changes a Variable before it reads it, and another one after."""

    def __init__(self) -> None:
        """Make the Variables."""
        super().__init__()
        self.count = tf.Variable(2.0)
        self.total = tf.Variable([1.0, 2.0])

    @tf.function(input_signature=[tf.TensorSpec([2], tf.float32, "x")])
    def __call__(self, x: tf.Tensor) -> dict[str, tf.Tensor]:
        """Return the state before and after."""
        before = self.total.read_value() * 1.0
        self.count.assign_add(1.0)
        self.total.assign(self.total + x * self.count)
        return {"count": self.count.read_value(), "total": self.total.read_value(), "before": before}


def counting(folder: Path) -> None:
    """Save a function with state."""
    tf.saved_model.save(Counting(), str(folder))


class Words(tf.Module):
    """Numbers of words, by a file of words."""

    def __init__(self, file: Path) -> None:
        """Make the table."""
        super().__init__()
        self.file = tf.saved_model.Asset(str(file))
        start = tf.lookup.TextFileInitializer(
            self.file,
            tf.string,
            tf.lookup.TextFileIndex.WHOLE_LINE,
            tf.int64,
            tf.lookup.TextFileIndex.LINE_NUMBER,
        )
        self.table = tf.lookup.StaticHashTable(start, -1)

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, "texts")])
    def __call__(self, texts: tf.Tensor) -> dict[str, tf.Tensor]:
        """Return the numbers of the first words."""
        return {"ids": self.table.lookup(tf.strings.split(texts, " ").to_tensor()[:, 0])}


def words(folder: Path, beside: Path) -> None:
    """Save a function with a vocabulary."""
    file = beside / "vocabulary.txt"
    file.write_text("the\ncat\nsat\n")
    tf.saved_model.save(Words(file), str(folder))


def frozen(file: Path) -> None:
    """Write a frozen graph in the form of TensorFlow 1."""
    with tf.Graph().as_default():
        x = v1.placeholder(tf.float32, [None, 4], "x")
        with tf.name_scope("dense"):
            hidden = tf.nn.relu(
                tf.matmul(x, tf.constant(numbers(4, 20), name="kernel")) + tf.constant(numbers(20))
            )
        tf.nn.softmax(tf.matmul(hidden, tf.constant(numbers(20, 3, seed=9))), name="probabilities")
        data = v1.get_default_graph().as_graph_def().SerializeToString()
    file.write_bytes(data)


def branches(file: Path) -> None:
    """Write a graph with the branches and loops of TensorFlow 1, of which some give only constants."""
    with tf.Graph().as_default():
        v1.disable_control_flow_v2()
        x = v1.placeholder(tf.float32, [3], "x")
        is_large = tf.reduce_sum(x) > 0.0
        one = v1.cond(is_large, lambda: tf.constant(1.5), lambda: tf.constant(-2.5))
        filled = v1.cond(is_large, lambda: tf.fill([2], 7.0), lambda: x[:2] * 3.0)
        rows = tf.map_fn(lambda row: row * 2.0 + tf.fill([], 0.5), x)
        count = v1.while_loop(lambda n: n < 5, lambda n: n + 2, [tf.constant(0)])
        tf.identity(tf.concat([[one], filled, rows, [tf.cast(count, tf.float32)]], 0), name="y")
        data = v1.get_default_graph().as_graph_def().SerializeToString()
        v1.enable_control_flow_v2()
    file.write_bytes(data)


def named_loop(file: Path) -> None:
    """Write a graph with a branch and a loop of TensorFlow 1, of which the end is named."""
    with tf.Graph().as_default():
        v1.disable_control_flow_v2()
        x = v1.placeholder(tf.float32, [3], "x")
        y = v1.cond(tf.reduce_sum(x) > 0.0, lambda: x * 2.0, lambda: x - 1.0)
        _, last = v1.while_loop(lambda n, _: n < 3, lambda n, t: (n + 1, tf.tanh(t)), [tf.constant(0), y])
        tf.identity(last, name="z")
        data = v1.get_default_graph().as_graph_def().SerializeToString()
        v1.enable_control_flow_v2()
    file.write_bytes(data)


def texts(file: Path) -> None:
    """Write a graph with texts that hold any bytes."""
    with tf.Graph().as_default():
        tf.identity(tf.constant([b"a\0\0", b"\xff\xfe\0", b"plain"]), name="y")
        file.write_bytes(v1.get_default_graph().as_graph_def().SerializeToString())


def training(prefix: Path) -> list[Array]:
    """Write a meta graph with a queue and Adam, and its checkpoint; returns its losses in three further steps."""
    with tf.Graph().as_default(), v1.Session() as session:
        queue = v1.FIFOQueue(64, [tf.float32], [[4]], name="queue")
        fill = queue.enqueue_many([tf.constant(numbers(8, 4))], name="fill_queue")
        v1.train.add_queue_runner(v1.train.QueueRunner(queue, [fill]))
        w = v1.get_variable("w", initializer=tf.constant(numbers(4, 1, seed=5)), use_resource=False)
        x = queue.dequeue_many(8)
        loss = tf.reduce_mean(tf.square(tf.matmul(x, w) - 1.0), name="loss")
        train = v1.train.AdamOptimizer(0.05).minimize(loss, name="train")
        v1.add_to_collection("train_op", train)
        session.run(v1.global_variables_initializer())
        for _ in range(2):
            session.run(fill)
            session.run(train)
        v1.train.Saver().save(session, str(prefix))
        losses = []
        for _ in range(3):
            session.run(fill)
            losses.append(session.run([loss, train])[0])
    return losses
