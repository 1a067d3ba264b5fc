"""Branches of TensorFlow 1 that write reference Variables: a page gives what a session gives, step by step."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from app.engine.tf.page_session import session_config
from tests.support.model_runs import converted, run_page

v1 = tf.compat.v1
_STEPS = 3
Made = dict[str, Any]


def _behind(before: Any, make: Callable[[], Any]) -> Any:
    """Return what is made behind something else."""
    with tf.control_dependencies([before]):
        return make()


def _read_in_the_branch(v: Any, odd: Any) -> Made:
    return {
        "y": v1.cond(
            odd, lambda: _behind(v1.assign_add(v, [3.0, 3.0]), lambda: tf.identity(v)), lambda: v * 2.0
        )
    }


def _nothing_in_the_other_branch(v: Any, odd: Any) -> Made:
    done = v1.cond(odd, lambda: tf.group(v1.assign(v, v * 1.5)), tf.no_op)
    return {"y": _behind(done, lambda: v + 0.0)}


def _both_branches_write(v: Any, odd: Any) -> Made:
    given = v1.cond(odd, lambda: v1.assign_add(v, [1.0, 1.0]), lambda: v1.assign_sub(v, [0.5, 0.5]))
    return {"y": given * 1.0, "v": _behind(given, lambda: v + 0.0)}


def _the_other_branch_gives_the_variable(v: Any, odd: Any) -> Made:
    return {"y": v1.cond(odd, lambda: v1.assign_add(v, [1.0, 1.0]), lambda: v) + 1.0}


def _a_branch_in_a_branch(v: Any, odd: Any) -> Made:
    def inner() -> Any:
        return v1.cond(
            tf.reduce_sum(v) > 4.0,
            lambda: v1.assign(v, v * 0.5) * 1.0,
            lambda: v1.assign_add(v, [2.0, 1.0]) * 1.0,
        )

    given = v1.cond(odd, inner, lambda: v * 3.0)
    return {"y": given, "v": _behind(given, lambda: v + 0.0)}


def _a_writer_before_and_one_behind(v: Any, odd: Any) -> Made:
    first = v1.assign_add(v, [1.0, 0.0])
    given = _behind(first, lambda: v1.cond(odd, lambda: v1.assign_add(v, [4.0, 4.0]) * 1.0, lambda: v * 1.0))
    last = _behind(given, lambda: v1.assign(v, v * 2.0) * 1.0)
    return {"y": given, "w": last}


def _one_branch_after_the_other(v: Any, odd: Any) -> Made:
    one = v1.cond(odd, lambda: v1.assign_add(v, [4.0, 4.0]) * 1.0, lambda: v * 1.0)
    two = _behind(one, lambda: v1.cond(odd, lambda: v * 1.0, lambda: v1.assign_sub(v, [1.0, 2.0]) * 1.0))
    return {"one": one, "two": two, "v": _behind(two, lambda: v + 0.0)}


def _read_before(v: Any, odd: Any) -> Made:
    before = v * 1.0
    given = _behind(
        before, lambda: v1.cond(odd, lambda: v1.assign_add(v, [1.0, 1.0]) * 1.0, lambda: v * 10.0)
    )
    return {"before": before, "y": given}


def _an_optimizer(v: Any, odd: Any) -> Made:
    optimizer = v1.train.MomentumOptimizer(0.1, 0.9)
    gradients = optimizer.compute_gradients(tf.reduce_sum(tf.square(v - 1.0)), [v])
    done = v1.cond(odd, lambda: optimizer.apply_gradients(gradients), tf.no_op)
    return {"y": _behind(done, lambda: v + 0.0)}


def _a_part_of_it(v: Any, odd: Any) -> Made:
    given = v1.cond(odd, lambda: v1.scatter_update(v, [0], [7.0]) * 1.0, lambda: v * 1.0)
    return {"y": given, "v": _behind(given, lambda: v + 0.0)}


CASES = [
    _read_in_the_branch, _nothing_in_the_other_branch, _both_branches_write, _the_other_branch_gives_the_variable,
    _a_branch_in_a_branch, _a_writer_before_and_one_behind, _one_branch_after_the_other, _read_before, _an_optimizer,
    _a_part_of_it,
]  # fmt: skip


def _by_tensorflow(make: Callable[[Any, Any], Made], prefix: Path) -> list[dict[str, Any]]:
    """Write a graph with a checkpoint; return what its session gives in each step. A branch is taken in odd steps."""
    with tf.Graph().as_default():
        v1.disable_control_flow_v2()
        try:
            v = v1.get_variable("v", initializer=np.float32([1, 2]), use_resource=False)
            n = v1.get_variable("n", initializer=np.float32(0), use_resource=False)
            made = make(v, tf.math.floormod(n, 2.0) > 0.5)
        finally:
            v1.enable_control_flow_v2()
        shown = {name: tf.identity(tensor, f"out_{name}") for name, tensor in made.items()}
        shown["n"] = _behind(tf.group(*made.values()), lambda: tf.identity(v1.assign_add(n, 1.0), "out_n"))
        with v1.Session(config=session_config()) as session:
            session.run(v1.global_variables_initializer())
            v1.train.Saver().save(session, str(prefix))
            return [session.run(shown) for _ in range(_STEPS)]


@pytest.mark.parametrize("make", CASES, ids=lambda made: made.__name__.strip("_"))
def test_a_page_gives_what_the_graph_gives(make: Callable[[Any, Any], Made], tmp_path: Path) -> None:
    expected = _by_tensorflow(make, tmp_path / "m")
    made = converted(tmp_path / "m.meta", tmp_path)
    [page] = [one.page for one in made.pages]
    for step, values in enumerate(expected, 1):
        shown = run_page(made, tmp_path, {}, page.name, steps=step)
        for name, value in values.items():
            assert shown[f"out_{name}"].tolist() == value.tolist(), (step, name)
