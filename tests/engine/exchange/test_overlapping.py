"""Loops of TensorFlow 1 whose rounds draw: a page draws in their order, however many may overlap in the file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import tensorflow as tf

from tests.support.model_runs import converted, run_page

v1 = tf.compat.v1
_SEED, _ROUNDS = 7, 20


def _loop(file: Path) -> None:
    """Write a graph whose rounds draw after work that takes the first ones longest."""
    with tf.Graph().as_default() as graph, v1.Session():
        v1.disable_control_flow_v2()
        try:
            start = v1.placeholder_with_default(np.zeros(3, np.float32), [3], "x")

            def body(i: tf.Tensor, x: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
                work = tf.reduce_sum(tf.fill([(20 - i) * 40_000], 0), keepdims=True)
                noise = tf.raw_ops.RandomUniform(shape=work + 3, dtype=tf.float32, seed=_SEED, seed2=_SEED)
                return i + 1, x * 2.0 + noise

            more = v1.while_loop(lambda i, _: i < _ROUNDS, body, [0, start], parallel_iterations=32)
            tf.identity(more[1], "y")
        finally:
            v1.enable_control_flow_v2()
        file.write_bytes(graph.as_graph_def().SerializeToString())


def test_the_rounds_draw_in_their_order(tmp_path: Path) -> None:
    _loop(tmp_path / "loop.pb")
    made = converted(tmp_path / "loop.pb", tmp_path)
    [page] = [one.page for one in made.pages]
    assert not any("parallel" in str(block.pins) for block in page.blocks.values())
    with tf.Graph().as_default(), v1.Session() as session:
        noise = tf.raw_ops.RandomUniform(shape=[3], dtype=tf.float32, seed=_SEED, seed2=_SEED)
        expected = np.zeros(3, np.float32)
        for _ in range(_ROUNDS):
            expected = expected * np.float32(2) + session.run(noise)
    for _ in range(4):
        shown = run_page(made, tmp_path, {}, page.name)
        assert shown["y"].tolist() == expected.tolist()
