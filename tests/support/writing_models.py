"""Models whose branches and loops change Variables and tables, and what TensorFlow makes of them, called directly."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import tensorflow as tf

Array = np.ndarray[Any, Any]
Spec = tf.TensorSpec


class Averaging(tf.Module):
    """A moving average that a branch takes on while one trains."""

    feeds: ClassVar[dict[str, Array]] = {"x": np.array([3, 4], np.float32), "training": np.array(True)}

    def __init__(self) -> None:
        """Make the Variables."""
        super().__init__()
        self.mean = tf.Variable([1.0, 2.0])
        self.steps = tf.Variable(0)

    @tf.function(autograph=False, input_signature=[Spec([2], tf.float32, "x"), Spec([], tf.bool, "training")])
    def step(self, x: tf.Tensor, training: tf.Tensor) -> dict[str, tf.Tensor]:
        """Take x on where one trains; return x without the average."""

        def taken_on() -> tf.Tensor:
            self.steps.assign_add(1)
            self.mean.assign(self.mean * 0.9 + x * 0.1)
            return tf.reduce_sum(self.mean)

        before = tf.reduce_sum(self.mean)
        total = tf.cond(training, taken_on, lambda: tf.constant(0.0))
        return {
            "before": before,
            "total": total,
            "out": x - self.mean,
            "steps": self.steps.read_value(),
        }


class Counting(tf.Module):
    """A loop that counts its rounds, and adds to a sum that each round reads again."""

    feeds: ClassVar[dict[str, Array]] = {"x": np.array([3, 4], np.float32), "n": np.array(3, np.int32)}

    def __init__(self) -> None:
        """Make the Variables."""
        super().__init__()
        self.count = tf.Variable(2)
        self.total = tf.Variable([0.25, 0.5])
        self.weights = tf.Variable([1.5, 2.5])

    @tf.function(autograph=False, input_signature=[Spec([2], tf.float32, "x"), Spec([], tf.int32, "n")])
    def step(self, x: tf.Tensor, n: tf.Tensor) -> dict[str, tf.Tensor]:
        """Do n rounds."""
        before = self.total * 1.0

        def round_of(i: tf.Tensor, y: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            self.count.assign_add(2)
            self.total.assign_add(y * self.weights)
            return i + 1, y * 0.5 + self.total

        _, y = tf.while_loop(lambda i, _: i < n, round_of, (tf.constant(0), x))
        return {
            "y": y,
            "count": self.count.read_value(),
            "total": self.total.read_value(),
            "before": before,
        }


class Nested(tf.Module):
    """A branch within a loop, whose test reads what the branch writes, and one of several branches behind it."""

    feeds: ClassVar[dict[str, Array]] = {"x": np.array(2.5, np.float32), "n": np.array(4, np.int32)}

    def __init__(self) -> None:
        """Make the Variables."""
        super().__init__()
        self.up = tf.Variable(1.0)
        self.down = tf.Variable(8.0)

    @tf.function(autograph=False, input_signature=[Spec([], tf.float32, "x"), Spec([], tf.int32, "n")])
    def step(self, x: tf.Tensor, n: tf.Tensor) -> dict[str, tf.Tensor]:
        """Do up to n rounds."""

        def round_of(i: tf.Tensor, y: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            up, down = lambda: self.up.assign_add(y) * 1.0, lambda: self.down.assign_sub(1.0) - y
            return i + 1, tf.cond(y > 3.0, up, down)

        i, y = tf.while_loop(lambda i, _: (i < n) & (self.down > 0.0), round_of, (tf.constant(0), x))
        either = {
            0: lambda: self.up.assign(y) * 1.0,
            1: lambda: self.down.assign(y + 5.0) * 1.0,
            2: lambda: y,
        }
        chosen = tf.switch_case(i % 3, either)
        return {"y": y, "chosen": chosen, "up": self.up.read_value(), "down": self.down.read_value()}


class ReadFirst(tf.Module):
    """Variables that are read before their only writer, which takes nothing from them."""

    feeds: ClassVar[dict[str, Array]] = {"x": np.array(7, np.float32)}

    def __init__(self) -> None:
        """Make the Variables."""
        super().__init__()
        self.added, self.set, self.both = tf.Variable(1.0), tf.Variable(5.0), tf.Variable(2.0)

    @tf.function(autograph=False, input_signature=[Spec([], tf.float32, "x")])
    def step(self, x: tf.Tensor) -> dict[str, tf.Tensor]:
        """Return what they held before, and of one what it holds then."""
        added, held, before = self.added * 2.0, self.set * 3.0, self.both * 5.0
        self.added.assign_add(1.0)
        self.set.assign(x)
        self.both.assign(x * 2.0)
        return {"added": added, "set": held, "before": before, "after": self.both * 5.0}


class Words(tf.Module):
    """A branch that gives a new word the next number, by a table and a Variable."""

    feeds: ClassVar[dict[str, Array]] = {"word": np.array(b"a", object)}

    def __init__(self) -> None:
        """Make the table."""
        super().__init__()
        self.table = tf.lookup.experimental.MutableHashTable(tf.string, tf.int64, -1)
        self.next = tf.Variable(10, dtype=tf.int64)

    @tf.function(autograph=False, input_signature=[Spec([], tf.string, "word")])
    def step(self, word: tf.Tensor) -> dict[str, tf.Tensor]:
        """Return the number of a word."""
        known = self.table.lookup(word)

        def new() -> tf.Tensor:
            self.table.insert(word, self.next)
            return self.next.assign_add(1) - 1

        return {"number": tf.cond(known < 0, new, lambda: known), "next": self.next.read_value()}


class Training(tf.Module):
    """A step of training by Keras's Adam, with normalisation and a rate that falls, in a loop of two rounds."""

    feeds: ClassVar[dict[str, Array]] = {
        "x": np.linspace(-1, 1, 15, dtype=np.float32).reshape(5, 3),
        "t": np.ones((5, 1), np.float32),
    }

    def __init__(self) -> None:
        """Make the network."""
        import keras

        super().__init__()
        keras.utils.set_random_seed(1)
        layers = [keras.Input((3,)), keras.layers.Dense(4, activation="relu")]
        self.network = keras.Sequential([*layers, keras.layers.BatchNormalization(), keras.layers.Dense(1)])
        self.optimizer = keras.optimizers.Adam(keras.optimizers.schedules.ExponentialDecay(0.1, 2, 0.5))
        self.optimizer.build(self.network.trainable_variables)
        self.state = [one.value for one in (*self.network.variables, *self.optimizer.variables)]

    @tf.function(
        autograph=False, input_signature=[Spec([5, 3], tf.float32, "x"), Spec([5, 1], tf.float32, "t")]
    )
    def step(self, x: tf.Tensor, t: tf.Tensor) -> dict[str, tf.Tensor]:
        """Train two rounds; return the losses."""

        def round_of(i: tf.Tensor, losses: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            with tf.GradientTape() as tape:
                loss = tf.reduce_mean((self.network(x, training=True) - t) ** 2)
            gradients = tape.gradient(loss, self.network.trainable_variables)
            self.optimizer.apply_gradients(zip(gradients, self.network.trainable_variables, strict=True))
            return i + 1, tf.tensor_scatter_nd_update(losses, [[i]], [loss])

        _, losses = tf.while_loop(lambda i, _: i < 2, round_of, (tf.constant(0), tf.zeros([2])))
        return {"losses": losses}


class Stepping(Training):
    """The same step, once."""

    @tf.function(
        autograph=False, input_signature=[Spec([5, 3], tf.float32, "x"), Spec([5, 1], tf.float32, "t")]
    )
    def step(self, x: tf.Tensor, t: tf.Tensor) -> dict[str, tf.Tensor]:
        """Train; return the loss."""
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((self.network(x, training=True) - t) ** 2)
        gradients = tape.gradient(loss, self.network.trainable_variables)
        self.optimizer.apply_gradients(zip(gradients, self.network.trainable_variables, strict=True))
        return {"loss": loss}


MODELS = (Averaging, Counting, Nested, ReadFirst, Words, Training, Stepping)


def called(folder: Path, feeds: Mapping[str, Array], times: int) -> list[dict[str, Array]]:
    """Load a model and call its signature, without TensorFlow's own changes of graphs; returns what each call gives."""
    options = tf.config.optimizer.get_experimental_options()
    tf.config.optimizer.set_experimental_options({"disable_meta_optimizer": True})
    try:
        signature = tf.saved_model.load(str(folder)).signatures["serving_default"]
        given = {name: tf.constant(array) for name, array in feeds.items()}
        return [{name: value.numpy() for name, value in signature(**given).items()} for _ in range(times)]
    finally:
        tf.config.optimizer.set_experimental_options({"disable_meta_optimizer": False, **options})


def save(made: tf.Module, folder: Path) -> None:
    """Save a model with its step as a signature."""
    function = made.step.get_concrete_function()
    tf.saved_model.save(made, str(folder), signatures={"serving_default": function})
