"""TensorFlow checkpoints, written and read in the worker: Variables under their blocks' ids."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import tensorflow as tf

from app.document.model.sentence import Sentence
from app.engine.ipc.handlers import LOAD_CHECKPOINT, SAVE_CHECKPOINT
from app.engine.ipc.packing import Buffer, pack, unpack
from app.engine.ipc.requests import CheckpointReply
from app.engine.tf.error_messages import own_words
from app.engine.tf.page_session import session_config
from app.engine.tf.run_context import Array
from app.engine.values.results import TensorValue, tensor_of
from app.engine.worker.client import Client


def save(body: bytes, client: Client) -> None:
    """Write a checkpoint (the handler SAVE_CHECKPOINT); TensorFlow renames the complete files to their place."""
    request = SAVE_CHECKPOINT.read_request(body)
    values = unpack(request.values, [np.frombuffer(part, np.uint8) for part in request.parts])
    arrays = {name: value.array for name, value in values.items() if isinstance(value, TensorValue)}
    dtypes = {
        name: tf.as_dtype(value.dtype) for name, value in values.items() if isinstance(value, TensorValue)
    }
    problem = _attempt(lambda: write_checkpoint(request.path, arrays, dtypes))
    client.reply(CheckpointReply(problem=problem))


def load(body: bytes, client: Client) -> None:
    """Read every tensor of a checkpoint (the handler LOAD_CHECKPOINT)."""
    request = LOAD_CHECKPOINT.read_request(body)
    found: dict[str, Any] = {}

    def read() -> None:
        reader = tf.compat.v1.train.NewCheckpointReader(request.path)
        found.update({name: reader.get_tensor(name) for name in sorted(reader.get_variable_to_dtype_map())})

    problem = _attempt(read)
    parts: list[Buffer] = []
    values = pack({name: tensor_of(array) for name, array in found.items()}, parts)
    client.reply(CheckpointReply(values, tuple(part.tobytes() for part in parts), problem))


def write_checkpoint(path: str, arrays: Mapping[str, Array], dtypes: Mapping[str, tf.DType]) -> None:
    """Write arrays under their names in these dtypes; ``path`` is the checkpoint's prefix. Raises OpError."""
    with tf.Graph().as_default():
        fed = {name: tf.compat.v1.placeholder(dtypes[name], array.shape) for name, array in arrays.items()}
        write = tf.raw_ops.SaveV2(
            prefix=path,
            tensor_names=list(arrays),
            shape_and_slices=[""] * len(arrays),
            tensors=list(fed.values()),
        )
        feeds = {
            fed[name]: array.astype(dtypes[name].as_numpy_dtype, copy=False) for name, array in arrays.items()
        }
        with tf.compat.v1.Session(config=session_config()) as session:
            session.run(write, feeds)


def _attempt(action: Any) -> Sentence | None:
    """Do it; return why it did not work, None where it did."""
    try:
        action()
    except (tf.errors.OpError, ValueError, RuntimeError) as fault:
        return own_words(fault.message if isinstance(fault, tf.errors.OpError) else str(fault))
    return None
