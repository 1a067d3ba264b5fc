"""Which tridiagonal systems leave 0 to divide by, beside what TensorFlow makes of them."""

import numpy as np
import pytest
import tensorflow as tf

from app.engine.compiler.plan import PlanNode
from app.engine.diagnostics.odd_looks import LOOKS


def look(diagonals, **attrs):
    node = PlanNode("c", "TridiagonalSolve", "c", [], attrs)
    return LOOKS["TridiagonalSolve"].judge(node, [diagonals], {0: "diagonals"})


@pytest.mark.parametrize("exchanges", [True, False])
def test_systems_are_odd_whose_result_is_not_finite(exchanges):
    draw = np.random.default_rng(5)
    odd = 0
    for _ in range(200):
        diagonals = draw.integers(-2, 3, (3, draw.integers(1, 6))).astype("float32")
        right = np.ones((diagonals.shape[1], 1), "float32")
        try:
            solved = tf.raw_ops.TridiagonalSolve(
                diagonals=diagonals, rhs=right, partial_pivoting=exchanges
            ).numpy()
        except tf.errors.InvalidArgumentError:
            solved = np.array([np.nan])
        found = look(diagonals, partial_pivoting=exchanges)
        assert (found is None) == np.isfinite(solved).all(), diagonals
        odd += found is not None
    assert 20 < odd < 180


def test_one_of_several_systems_is_named_by_its_place():
    right = np.array([[0, 0, 0], [1, 1, 1], [0, 0, 0]], "float32")
    found = look(np.stack([right, right * 0, right]))
    assert dict(dict(found.sentence.params)["where"].params) == {"index": (1,)}


def test_large_systems_are_left_alone():
    assert look(np.zeros((3, 200_000), "float32")) is None  # as a matrix it would take 160 GB
