"""Where the windows of a pooling stand is where TensorFlow's stand."""

from __future__ import annotations

import pytest
import tensorflow as tf

from blocks.op_facts.window_sizes import places_of_windows


@pytest.mark.parametrize("padding", ["SAME", "VALID"])
@pytest.mark.parametrize(
    ("size", "window", "step"), [(5, 2, 2), (5, 3, 1), (6, 2, 3), (4, 4, 4), (5, 1, 3), (2, 2, 1)]
)
def test_places_of_windows(padding: str, size: int, window: int, step: int) -> None:
    shape, windows, steps = [1, size, size, 2], [1, window, window, 1], [1, step, step, 1]
    pooled = tf.nn.avg_pool(tf.ones(shape), windows, steps, padding)
    assert places_of_windows(shape, windows, steps, padding) == tuple(pooled.shape)
