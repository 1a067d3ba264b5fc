"""The XOR net of the sample, written by hand as a function of TensorFlow 2 that returns every output."""

from __future__ import annotations

from typing import Any

import tensorflow as tf


def step_by_hand() -> Any:
    """Return a function that does one step, traced, with Variables of its own."""
    x = tf.constant([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    target = tf.constant([[0.0], [1.0], [1.0], [0.0]])
    rate = tf.constant(1.0)
    w1, b1 = tf.Variable([[0.5, -0.4], [0.6, -0.3]]), tf.Variable([[0.1, 0.2]])
    w2, b2 = tf.Variable([[0.7], [0.8]]), tf.Variable([[0.0]])

    def descend(variable: tf.Variable, gradient: tf.Tensor) -> tf.Tensor:
        tf.raw_ops.ResourceApplyGradientDescent(var=variable.handle, alpha=rate, delta=gradient)
        return variable.value()

    @tf.function
    def step() -> dict[str, tf.Tensor]:
        out = {"x.output": x, "target.output": target, "rate.output": rate}
        out["w1.ref"], out["b1.ref"] = w1.value(), b1.value()
        out["w2.ref"], out["b2.ref"] = w2.value(), b2.value()
        out["x_w1.product"] = tf.matmul(x, out["w1.ref"])
        out["hidden_in.z"] = out["x_w1.product"] + out["b1.ref"]
        hidden = out["hidden.y"] = tf.sigmoid(out["hidden_in.z"])
        out["hidden_w2.product"] = tf.matmul(hidden, out["w2.ref"])
        out["output_in.z"] = out["hidden_w2.product"] + out["b2.ref"]
        out["output.y"] = tf.sigmoid(out["output_in.z"])
        error = out["error.z"] = out["output.y"] - target
        out["square.y"] = tf.square(error)
        out["loss.output"] = tf.reduce_mean(out["square.y"])
        out["grad_b2.output"] = tf.reduce_sum(error, 0, keepdims=True)
        out["grad_w2.product"] = tf.matmul(hidden, error, transpose_a=True)
        out["back.product"] = tf.matmul(error, out["w2.ref"], transpose_b=True)
        out["one_minus.z"] = 1.0 - hidden
        out["slope.z"] = hidden * out["one_minus.z"]
        delta = out["delta.z"] = out["back.product"] * out["slope.z"]
        out["grad_w1.product"] = tf.matmul(x, delta, transpose_a=True)
        out["grad_b1.output"] = tf.reduce_sum(delta, 0, keepdims=True)
        out["train_b2.out"] = descend(b2, out["grad_b2.output"])
        out["train_w2.out"] = descend(w2, out["grad_w2.product"])
        out["train_w1.out"] = descend(w1, out["grad_w1.product"])
        out["train_b1.out"] = descend(b1, out["grad_b1.output"])
        return out

    return step.get_concrete_function()
