"""TensorFlow checkpoints, written and read in the worker: Variables under their blocks' ids."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import tensorflow as tf

from app.engine.host.checkpoints import Checkpoint, LoadOrder, SaveOrder
from app.engine.ipc.messages import Buffer, pack, unpack
from app.engine.tf.page_session import session_config
from app.engine.values.results import TensorValue, tensor_of

if TYPE_CHECKING:
    from app.engine.worker.client import Link


def save(body: bytes, link: Link) -> None:
    """Write a checkpoint (handler of a SaveOrder); TensorFlow renames the complete files to their place."""
    order = msgspec.msgpack.decode(body, type=SaveOrder)
    values = unpack(order.values, [np.frombuffer(part, np.uint8) for part in order.parts])
    arrays = {name: value.array for name, value in values.items() if isinstance(value, TensorValue)}
    dtypes = {
        name: tf.as_dtype(value.dtype) for name, value in values.items() if isinstance(value, TensorValue)
    }
    with tf.Graph().as_default():
        fed = {name: tf.compat.v1.placeholder(dtypes[name], arrays[name].shape) for name in arrays}
        write = tf.raw_ops.SaveV2(
            prefix=order.path,
            tensor_names=list(arrays),
            shape_and_slices=[""] * len(arrays),
            tensors=list(fed.values()),
        )
        feeds = {
            fed[name]: array.astype(dtypes[name].as_numpy_dtype, copy=False) for name, array in arrays.items()
        }
        problem = _attempt(lambda: _run(write, feeds))
    link.reply(Checkpoint(problem=problem))


def load(body: bytes, link: Link) -> None:
    """Read every tensor of a checkpoint (handler of a LoadOrder)."""
    order = msgspec.msgpack.decode(body, type=LoadOrder)
    found: dict[str, Any] = {}

    def read() -> None:
        reader = tf.compat.v1.train.NewCheckpointReader(order.path)
        found.update({name: reader.get_tensor(name) for name in sorted(reader.get_variable_to_dtype_map())})

    problem = _attempt(read)
    parts: list[Buffer] = []
    values = pack({name: tensor_of(array) for name, array in found.items()}, parts)
    link.reply(Checkpoint(values, tuple(part.tobytes() for part in parts), problem))


def _run(op: tf.Operation, feeds: dict[tf.Tensor, Any]) -> None:
    with tf.compat.v1.Session(config=session_config()) as session:
        session.run(op, feeds)


def _attempt(action: Any) -> str:
    """Do it; return in one line why it did not work, "" where it did."""
    try:
        action()
    except (tf.errors.OpError, ValueError, RuntimeError) as fault:
        text = fault.message if isinstance(fault, tf.errors.OpError) else str(fault)
        return next((line.strip() for line in text.splitlines() if line.strip()), type(fault).__name__)
    return ""
