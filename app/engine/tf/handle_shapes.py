"""The shapes of what handles stand for, as TensorFlow infers them: Variables, sparse matrices, lists of tensors."""

from __future__ import annotations

from collections.abc import Sequence

import tensorflow as tf
from tensorflow.core.framework import tensor_shape_pb2
from tensorflow.python.ops.handle_data_util import get_resource_handle_data, set_handle_data

from blocks.tensor_spec import Shape


def is_handle(tensor: tf.Tensor) -> bool:
    """Return whether a tensor stands for something else."""
    return tensor.dtype in (tf.resource, tf.variant)


def held_shape(tensor: tf.Tensor) -> Shape | None:
    """Return the shape of what a handle stands for; None where it is not one shape, or not known."""
    held = get_resource_handle_data(tensor)
    if not held.is_set or len(held.shape_and_type) != 1 or held.shape_and_type[0].shape.unknown_rank:
        return None
    return tuple(None if d.size < 0 else d.size for d in held.shape_and_type[0].shape.dim)


def hold_like(handle: tf.Tensor, model: tf.Tensor, shape: Sequence[int | None] | None) -> None:
    """Let a handle stand for what another one stands for, but of this shape; nothing where that is not known."""
    held = get_resource_handle_data(model)
    if not held.is_set or len(held.shape_and_type) != 1:
        return
    sizes = (
        []
        if shape is None
        else [tensor_shape_pb2.TensorShapeProto.Dim(size=-1 if n is None else n) for n in shape]
    )
    held.shape_and_type[0].shape.CopyFrom(
        tensor_shape_pb2.TensorShapeProto(dim=sizes, unknown_rank=shape is None)
    )
    set_handle_data(handle, held)
