"""The XOR net of the sample, written by hand for TensorFlow: the same fetches, the same order of reads and writes.

As a script it trains the net as often as the sample does and prints every output.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

import numpy as np
import tensorflow as tf

v1 = tf.compat.v1
ops = tf.raw_ops


class _Parameter:
    """A variable, and the copy that all readers of a step see: a bare read would race with the write."""

    def __init__(self, name: str, start: list[list[float]]) -> None:
        self.variable = v1.get_variable(
            name, initializer=tf.constant(start, tf.float32), use_resource=False, trainable=False
        )
        self.read = ops.DeepCopy(x=self.variable)

    def descend(self, rate: tf.Tensor, gradient: tf.Tensor) -> tf.Tensor:
        """Return the variable after one step of descent, which follows every read."""
        with tf.control_dependencies([self.read]):
            return ops.ApplyGradientDescent(var=self.variable._ref(), alpha=rate, delta=gradient)


def build() -> dict[str, tf.Tensor]:
    """Add the net to the default graph; return every output that the sample shows, by its name there."""
    x = tf.constant([[0, 0], [0, 1], [1, 0], [1, 1]], tf.float32)
    target = tf.constant([[0], [1], [1], [0]], tf.float32)
    rate = tf.constant(1.0)
    w1 = _Parameter("w1", [[0.5, -0.4], [0.6, -0.3]])
    b1 = _Parameter("b1", [[0.1, 0.2]])
    w2 = _Parameter("w2", [[0.7], [0.8]])
    b2 = _Parameter("b2", [[0.0]])
    out: dict[str, tf.Tensor] = {"x.output": x, "target.output": target, "rate.output": rate}
    for name, parameter in (("w1", w1), ("b1", b1), ("w2", w2), ("b2", b2)):
        out[f"{name}.ref"] = parameter.read
    out["x_w1.product"] = ops.MatMul(a=x, b=w1.read)
    out["hidden_in.z"] = ops.Add(x=out["x_w1.product"], y=b1.read)
    hidden = out["hidden.y"] = ops.Sigmoid(x=out["hidden_in.z"])
    out["hidden_w2.product"] = ops.MatMul(a=hidden, b=w2.read)
    out["output_in.z"] = ops.Add(x=out["hidden_w2.product"], y=b2.read)
    out["output.y"] = ops.Sigmoid(x=out["output_in.z"])
    error = out["error.z"] = ops.Sub(x=out["output.y"], y=target)
    out["square.y"] = ops.Square(x=error)
    out["loss.output"] = ops.Mean(input=out["square.y"], axis=[0, 1])
    out["grad_b2.output"] = ops.Sum(input=error, axis=[0], keep_dims=True)
    out["grad_w2.product"] = ops.MatMul(a=hidden, b=error, transpose_a=True)
    out["back.product"] = ops.MatMul(a=error, b=w2.read, transpose_b=True)
    out["one_minus.z"] = ops.Sub(x=1.0, y=hidden)
    out["slope.z"] = ops.Mul(x=hidden, y=out["one_minus.z"])
    delta = out["delta.z"] = ops.Mul(x=out["back.product"], y=out["slope.z"])
    out["grad_w1.product"] = ops.MatMul(a=x, b=delta, transpose_a=True)
    out["grad_b1.output"] = ops.Sum(input=delta, axis=[0], keep_dims=True)
    out["train_b2.out"] = b2.descend(rate, out["grad_b2.output"])
    out["train_w2.out"] = w2.descend(rate, out["grad_w2.product"])
    out["train_w1.out"] = w1.descend(rate, out["grad_w1.product"])
    out["train_b1.out"] = b1.descend(rate, out["grad_b1.output"])
    return out


def start(keys: list[str] | None = None) -> tuple[list[str], Callable[[], list[np.ndarray]]]:
    """Return the names of the fetched outputs and a call that runs one step and returns their values."""
    with tf.Graph().as_default():
        out = build()
        keys = keys or list(out)
        session = v1.Session()
        session.run(v1.global_variables_initializer())
        return keys, session.make_callable([out[key] for key in keys])


def main() -> None:
    """Train, then print the last step's outputs."""
    keys, step = start()
    values: list[np.ndarray] = []
    for _ in range(int(sys.argv[1])):
        values = step()
    for key, value in zip(keys, values, strict=True):
        print(key, value.dtype, list(value.shape))
        print(value)


if __name__ == "__main__":
    main()
