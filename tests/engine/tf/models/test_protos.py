"""Messages of TensorFlow as plain data: the same of the same file, whenever it is read."""

from __future__ import annotations

from tensorflow.core.framework import function_pb2

from app.engine.tf.models.protos import Functions


def test_what_a_function_runs_is_in_the_same_order_at_each_reading() -> None:
    message = function_pb2.FunctionDef()
    message.signature.name = "f"
    names = [f"save_{number:02}" for number in range(40)]
    for name in reversed(names):
        message.control_ret[name] = f"node_{name}"
    read = Functions([message])["f"]
    assert read.controls == [f"node_{name}" for name in names]
