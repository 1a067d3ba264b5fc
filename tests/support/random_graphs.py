"""Random graphs of TensorFlow 1, frozen or with a checkpoint, and modules with several signatures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf

from app.engine.tf.page_session import session_config
from tests.support.model_runs import run_graph

v1 = tf.compat.v1
Array = np.ndarray[Any, Any]
Draw = np.random.Generator
Feeds = dict[str, Array]


class Case(NamedTuple):
    """A graph's file, its page, what its Placeholders are fed with, and what TensorFlow gives for tensors by name."""

    file: Path
    page: str
    feeds: Feeds
    expected: Callable[[list[str]], list[Array]]


_ONE: list[Callable[[Any], Any]] = [
    tf.nn.relu,
    tf.tanh,
    tf.sigmoid,
    tf.nn.softmax,
    tf.square,
    tf.abs,
    tf.nn.elu,
    tf.sin,
    tf.nn.softplus,
    lambda x: tf.transpose(tf.reshape(tf.transpose(x), [2, 6])[:, ::2]) @ tf.ones([2, 4]),
    lambda x: tf.cast(tf.cast(x * 10.0, tf.int32) % 7, tf.float32),
    lambda x: tf.clip_by_value(x, -0.5, 0.5),
    lambda x: tf.reverse(x, [1]),
    lambda x: tf.cumsum(x, 1),
    lambda x: tf.concat([x[:, 2:], x[:, :2]], 1),
    lambda x: tf.gather(x, [2, 0, 1]),
    lambda x: tf.where(x > 0.0, x, -x),
    lambda x: tf.stack(tf.unstack(x, axis=1), 1),
    lambda x: tf.nn.top_k(x, 4).values,
    lambda x: tf.one_hot(tf.argmax(x, 1), 4),
    lambda x: x - tf.reduce_mean(x, 1, keepdims=True),
    lambda x: tf.pad(x, [[0, 0], [1, 0]])[:, :4],
    lambda x: tf.tile(x[:1], [3, 1]),
    lambda x: tf.concat(tf.split(x, 2, 1)[::-1], 1),
    lambda x: tf.einsum("ij,kj->ik", x, x) @ x,
]
_TWO: list[Callable[[Any, Any], Any]] = [
    tf.add,
    tf.subtract,
    tf.multiply,
    tf.maximum,
    tf.minimum,
    tf.atan2,
    tf.math.squared_difference,
    lambda x, y: tf.add_n([x, y, x]),
    lambda x, y: tf.where(x < y, x, y),
    lambda x, y: tf.matmul(x, y, transpose_b=True) @ x,
]


def _step(draw: Draw, pool: list[Any]) -> Any:
    """Return what a random op makes of some of the tensors, all of shape [3, 4]."""
    kind, x = int(draw.integers(4)), pool[int(draw.integers(len(pool)))]
    if kind == 0:
        return _TWO[int(draw.integers(len(_TWO)))](x, pool[int(draw.integers(len(pool)))])
    if kind == 1:
        kernel = tf.constant(draw.uniform(-1, 1, (4, 4)), tf.float32, name="kernel")
        return tf.nn.bias_add(tf.matmul(x, kernel), tf.constant(draw.uniform(-1, 1, 4), tf.float32))
    return _ONE[int(draw.integers(len(_ONE)))](x)


def _numbers(draw: Draw, *shape: int) -> Array:
    return draw.uniform(-1, 1, shape).astype(np.float32)


def frozen(draw: Draw, folder: Path) -> Case:
    """Write a random graph of ops within name scopes."""
    with tf.Graph().as_default() as graph:
        pool = [v1.placeholder(tf.float32, [None, 4], "x"), v1.placeholder(tf.float32, [3, 4], "y")]
        for layer in range(int(draw.integers(3, 40))):
            with tf.name_scope(f"part{layer // 8}/layer_{layer}"):
                for _ in range(int(draw.integers(1, 5))):
                    made = _step(draw, pool[-6:])
                    pool.append(tf.ensure_shape(made, [3, 4]) if draw.integers(2) else made)
        tf.identity(pool[-1], "z")
        (folder / "net.pb").write_bytes(graph.as_graph_def().SerializeToString())
    feeds = {"x": _numbers(draw, 3, 4), "y": _numbers(draw, 3, 4)}
    return _graph_case(folder / "net.pb", feeds)


def branches(draw: Draw, folder: Path) -> Case:
    """Write a random graph with branches and loops in the form of TensorFlow 1."""
    v1.disable_control_flow_v2()
    try:
        with tf.Graph().as_default() as graph:
            pool = [v1.placeholder(tf.float32, [3, 4], "x"), v1.placeholder(tf.float32, [3, 4], "y")]
            for number in range(int(draw.integers(1, 5))):
                with tf.name_scope(f"layer_{number}"):
                    pool.append(_old_flow(draw, pool))
            tf.identity(pool[-1], "z")
            (folder / "net.pb").write_bytes(graph.as_graph_def().SerializeToString())
    finally:
        v1.enable_control_flow_v2()
    return _graph_case(folder / "net.pb", {"x": _numbers(draw, 3, 4), "y": _numbers(draw, 3, 4)})


def _old_flow(draw: Draw, pool: list[Any]) -> Any:
    x, kind = pool[-1], int(draw.integers(3))
    if kind == 0:
        return v1.cond(tf.reduce_sum(x) > 0.0, lambda: _step(draw, pool), lambda: _step(draw, pool))
    if kind == 1:
        rounds = int(draw.integers(1, 5))
        return v1.while_loop(lambda n, _: n < rounds, lambda n, t: (n + 1, tf.tanh(_step(draw, [t, x]))), [0, x],
                             shape_invariants=[tf.TensorShape([]), tf.TensorShape([None, None])])[1]  # fmt: skip
    return tf.map_fn(lambda row: row * 2.0 + tf.reduce_mean(x), x)


def _graph_case(file: Path, feeds: Feeds) -> Case:
    fed = {f"{name}:0": array for name, array in feeds.items()}
    return Case(file, "net", feeds, lambda names: run_graph(file, fed, [f"{name}:0" for name in names]))


def checkpoint(draw: Draw, folder: Path) -> Case:
    """Write a meta graph of dense layers with a checkpoint, in resource or reference form."""
    prefix = str(folder / "net")
    feeds = {"x": _numbers(draw, 3, 4)}
    with tf.Graph().as_default(), v1.Session(config=session_config()) as session:
        x = v1.placeholder(tf.float32, [None, 4], "x")
        is_resource = bool(draw.integers(2))
        for layer in range(int(draw.integers(1, 5))):
            with v1.variable_scope(f"dense_{layer}", use_resource=is_resource):
                w = v1.get_variable("w", initializer=tf.constant(_numbers(draw, 4, 4)))
                mean = v1.get_variable("mean", shape=[4], initializer=v1.zeros_initializer(), trainable=False)
                x = tf.nn.relu(tf.matmul(x, w) - mean)
        tf.identity(x, "z")
        session.run(v1.global_variables_initializer())
        for variable in v1.global_variables():
            variable.load(_numbers(draw, *variable.shape), session)
        v1.train.Saver().save(session, prefix)

    def expected(names: list[str]) -> list[Array]:
        with tf.Graph().as_default(), v1.Session(config=session_config()) as session:
            v1.train.import_meta_graph(f"{prefix}.meta").restore(session, prefix)
            return session.run([f"{name}:0" for name in names], {"x:0": feeds["x"]})  # type: ignore[no-any-return]

    return Case(Path(f"{prefix}.meta"), "net", feeds, expected)


GRAPHS: dict[str, Callable[[Draw, Path], Case]] = {
    "frozen": frozen,
    "branches": branches,
    "checkpoint": checkpoint,
}


class _Module(tf.Module):
    """Functions that share Variables and a table."""

    def __init__(self, draw: Draw) -> None:
        super().__init__()
        self.draw = draw
        self.w = tf.Variable(_numbers(draw, 4, 4))
        self.seen = tf.Variable(0, dtype=tf.int64)
        keys = tf.constant(["red", "green", "blue"])
        start = tf.lookup.KeyValueTensorInitializer(keys, tf.constant([4, 5, 6], tf.int64))
        self.table = tf.lookup.StaticHashTable(start, -1)
        self.rounds = int(draw.integers(1, 6))

    @tf.function(input_signature=[tf.TensorSpec([3, 4], tf.float32, "x")])
    def layers(self, x: Any) -> Any:
        """Return what some ops make of x, in a function of its own."""
        pool = [x, tf.matmul(x, self.w)]
        for _ in range(int(self.draw.integers(2, 9))):
            pool.append(_step(self.draw, pool))
        return {"z": pool[-1], "first": pool[1]}

    @tf.function(input_signature=[tf.TensorSpec([3, 4], tf.float32, "x"), tf.TensorSpec([], tf.int32, "n")])
    def loops(self, x: Any, n: Any) -> Any:
        """Return what a loop with a branch in it makes of x."""
        for i in tf.range(n):
            x = tf.tanh(tf.matmul(x, self.w)) if i % 2 == 0 else x + self.layers(x)["z"]
            x = tf.ensure_shape(x, [3, 4])
        return {"z": x, "mapped": tf.map_fn(lambda row: row * tf.reduce_sum(row), x)}

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, "names")])
    def names(self, names: Any) -> Any:
        """Return the numbers of names, by the table."""
        found = self.table.lookup(tf.strings.lower(names))
        return {"numbers": found, "sorted": tf.sort(found), "size": tf.size(names)}

    @tf.function(input_signature=[tf.TensorSpec([2], tf.float32, "x")])
    def count(self, x: Any) -> Any:
        """Count the calls, and return the count with x."""
        self.seen.assign_add(1)
        choices = [lambda: x, lambda: x * 2.0, lambda: -x]
        chosen = tf.switch_case(tf.cast(self.seen % 3, tf.int32), choices)
        return {"count": self.seen.read_value(), "chosen": chosen}


def module(draw: Draw, folder: Path) -> dict[str, Feeds]:
    """Save a module with some of its signatures; return what each is to be fed with."""
    made = _Module(draw)
    x = _numbers(draw, 3, 4)
    feeds: dict[str, Feeds] = {
        "layers": {"x": x},
        "loops": {"x": x, "n": np.array(made.rounds, np.int32)},
        "names": {"names": np.array(["RED", "green", "none"], object)},
        "count": {"x": _numbers(draw, 2)},
    }
    chosen = [name for name in feeds if draw.integers(4)] or ["layers"]
    tf.saved_model.save(made, str(folder), signatures={name: getattr(made, name) for name in chosen})
    return {name: feeds[name] for name in chosen}


MODULES: dict[str, Callable[[Draw, Path], dict[str, Feeds]]] = {"module": module}
