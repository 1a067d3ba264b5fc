"""What a training signature reads of an optimizer's slots is the value that TensorFlow reads there."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from tests.support.made_models import numbers
from tests.support.model_runs import converted, run_page

_X = tf.TensorSpec([2], tf.float32, "x")


class Training(tf.Module):
    """Steps that read slots before and after they are written, and write them again."""

    def __init__(self) -> None:
        """Make a Variable with its slots."""
        super().__init__()
        self.w = tf.Variable([1.0, 2.0])
        self.m = tf.Variable([0.1, 0.2])
        self.v = tf.Variable([0.3, 0.4])

    @tf.function(autograph=False, input_signature=[_X])
    def adam(self, x: tf.Tensor) -> dict[str, tf.Tensor]:
        """Give a slot as it was and as it is."""
        before = self.m + 0.0
        tf.raw_ops.ResourceApplyAdam(
            var=self.w.handle, m=self.m.handle, v=self.v.handle, beta1_power=0.9, beta2_power=0.99,
            lr=0.1, beta1=0.9, beta2=0.99, epsilon=1e-7, grad=x,
        )  # fmt: skip
        return {"before": before, "m": self.m * 2.0, "v": self.v + 0.0, "w": self.w + 0.0}

    @tf.function(autograph=False, input_signature=[_X])
    def twice(self, x: tf.Tensor) -> dict[str, tf.Tensor]:
        """Write a slot by an optimizer and then by its own value."""
        apply = tf.raw_ops.ResourceApplyAdagradV2(
            var=self.w.handle, accum=self.v.handle, lr=0.1, epsilon=0.1, grad=x
        )
        with tf.control_dependencies([apply]):
            read = self.v.read_value()
        self.v.assign_add(read)
        return {"read": read, "v": self.v + 0.0, "w": self.w + 0.0}

    @tf.function(autograph=False, input_signature=[_X])
    def rounds(self, x: tf.Tensor) -> dict[str, tf.Tensor]:
        """Do so in the rounds of a loop."""

        def once(i: tf.Tensor, _: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            before = self.m + 0.0
            tf.raw_ops.ResourceApplyMomentum(
                var=self.w.handle, accum=self.m.handle, lr=0.1, grad=x, momentum=0.9
            )
            return i + 1, before + self.m * 10.0

        _, both = tf.while_loop(lambda i, _: i < 3, once, (0, x))
        return {"both": both, "m": self.m + 0.0, "w": self.w + 0.0}


@pytest.mark.parametrize("steps", [1, 3])
@pytest.mark.parametrize("name", ["adam", "twice", "rounds"])
def test_slots_are_read_where_the_signature_reads_them(name: str, steps: int, tmp_path: Path) -> None:
    """A slot that is read before its writer, too, or that is written again has its value after the write."""
    made = Training()
    tf.saved_model.save(made, str(tmp_path / "model"), {name: getattr(made, name)})
    x = numbers(2)
    signature = tf.saved_model.load(str(tmp_path / "model")).signatures[name]
    for _ in range(steps):
        expected = signature(x=tf.constant(x))
    (tmp_path / "project").mkdir()
    found = run_page(
        converted(tmp_path / "model", tmp_path / "project"), tmp_path / "project", {"x": x}, name, steps
    )
    assert found.keys() == expected.keys()
    for key, value in expected.items():
        np.testing.assert_allclose(found[key], value.numpy(), rtol=1e-6, err_msg=key)
