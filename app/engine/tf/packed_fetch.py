"""Fetches thousands of small outputs as a few packed tensors, and splits these outside: the same values, sooner.

What TensorFlow does to prepare a call grows with the square of its fetches: 50,000 of them take it half a minute.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf
from tensorflow.core.framework import graph_pb2, types_pb2

from app.engine.compiler.collector import without_collector
from app.engine.compiler.plan import Plan
from app.engine.compiler.plan_walk import node_of
from app.engine.tf.graph_builder import import_into
from app.engine.tf.graph_import import PRODUCER

_NAME = ".packed"  # no block's id begins with a dot
_MANY = 2000  # tensors; fewer are fetched as they are
_SMALL = 2048  # bytes; to copy more takes longer than to fetch the tensor by itself
_STRING = 64  # bytes that a text counts: its length is not known
_UNPACKABLE = frozenset({"int4", "uint4"})  # TensorFlow joins no tensors of these

_Array = np.ndarray[Any, Any]


class _Part(NamedTuple):
    """A tensor of a pack: its elements from ``start`` on, where tensors of several shapes are joined in one vector."""

    ref: str
    shape: tuple[int, ...]
    start: int = 0

    @property
    def size(self) -> int:
        return math.prod(self.shape)


class Packing:
    """How a set of tensors is fetched: a call fetches ``tensors``, and ``split`` has the value of each.

    Few tensors are fetched as they are. Of many, the small ones are joined inside the graph: those of one dtype and
    shape stacked, and where many are left, those of one dtype as one vector. Tensors that are large, of unknown shape,
    or of a node ``apart`` stay.
    """

    def __init__(self, graph: tf.Graph, refs: Sequence[str], apart: Collection[str] | None = ()) -> None:
        """Add to the graph what joins the tensors; ``apart`` names nodes whose tensors stay as they are (None: all)."""
        self._alone = list(refs)
        self._stacks: list[list[str]] = []
        self._vectors: list[list[_Part]] = []
        joined: list[str] = []
        if len(refs) >= _MANY and apart is not None:
            joined = self._join(graph, apart)
        self.tensors = [*self._alone, *joined]

    @without_collector()
    def _join(self, graph: tf.Graph, apart: Collection[str]) -> list[str]:
        """Sort the tensors into stacks, vectors and those that stay; return the tensors that join them."""
        groups: dict[tuple[tf.DType, tuple[int, ...]], dict[str, tf.Tensor]] = {}
        alone: list[str] = []
        for ref in self._alone:
            tensor = graph.get_tensor_by_name(ref)
            shape = None if node_of(ref) in apart else _small_shape(tensor)
            if shape is None:
                alone.append(ref)
            else:
                groups.setdefault((tensor.dtype, shape), {})[ref] = tensor
        rest: dict[tf.DType, list[_Part]] = {}
        stacked: list[dict[str, tf.Tensor]] = []
        for (dtype, shape), tensors in groups.items():
            if len(tensors) > 1:
                stacked.append(tensors)
            else:
                rest.setdefault(dtype, []).extend(_Part(ref, shape) for ref in tensors)
        if sum(map(len, rest.values())) < _MANY:
            alone += [part.ref for parts in rest.values() for part in parts]
        else:
            self._vectors = [_placed(parts) for parts in rest.values()]
        self._alone, self._stacks = alone, [list(tensors) for tensors in stacked]
        with graph.as_default(), tf.device("/cpu:0"), tf.name_scope(f"{_NAME}/"):
            stacks = [tf.raw_ops.Pack(values=[*tensors.values()]).name for tensors in stacked]
            return stacks + [_add_vector(graph, parts) for parts in self._vectors]

    def split(self, values: Sequence[Any]) -> dict[str, Any]:
        """Return the value of each tensor, from those of ``tensors``; what was joined are views of it."""
        found = dict(zip(self._alone, values, strict=False))
        at = len(self._alone)
        for refs in self._stacks:
            found.update(zip(refs, values[at], strict=True))
            at += 1
        for parts in self._vectors:
            vector = values[at]
            for part in parts:
                piece = vector[part.start : part.start + part.size].reshape(part.shape)
                found[part.ref] = piece if part.shape else piece[()]
            at += 1
        return found

    @property
    def plain(self) -> bool:
        """Return whether every tensor is fetched as it is."""
        return not self._stacks and not self._vectors


def unpackable(plan: Plan, fed: Mapping[str, _Array], graph: tf.Graph) -> frozenset[str] | None:
    """Return the nodes whose tensors are not to be packed; None where the shapes that are known may be wrong.

    The nodes of a loop have their values in its rounds. Shapes may be wrong where an Assign may change that of its
    Variable, or where ``fed`` has values of other shapes than their tensors.
    """
    if any(node.attrs.get("validate_shape") is False for node in plan.nodes):
        return None
    if not all(graph.get_tensor_by_name(ref).shape.is_compatible_with(a.shape) for ref, a in fed.items()):
        return None
    return frozenset(plan.looped)


def _small_shape(tensor: tf.Tensor) -> tuple[int, ...] | None:
    """Return the shape of a tensor that is to be packed, else None."""
    dtype = tensor.dtype
    if dtype._is_ref_dtype or dtype.name in _UNPACKABLE:
        return None
    try:
        shape = tensor.shape
    except ValueError:  # one that nothing can have
        return None
    if not shape.is_fully_defined():
        return None
    sizes = tuple(shape.as_list())
    width = _STRING if dtype == tf.string else dtype.size
    return sizes if math.prod(sizes) * width <= _SMALL else None


def _placed(parts: Iterable[_Part]) -> list[_Part]:
    placed: list[_Part] = []
    start = 0
    for part in parts:
        placed.append(part._replace(start=start))
        start += part.size
    return placed


def _add_vector(graph: tf.Graph, parts: list[_Part]) -> str:
    """Add what joins tensors of several shapes to one vector; return its name."""
    dtype = graph.get_tensor_by_name(parts[0].ref).dtype.as_datatype_enum
    name = graph.unique_name("vector")
    nodes = graph_pb2.GraphDef(versions=PRODUCER)
    minus_one = tf.make_tensor_proto([-1], tf.int32)
    flat = nodes.node.add(name=f"{name}/shape", op="Const")
    flat.attr["dtype"].type = types_pb2.DT_INT32
    flat.attr["value"].tensor.CopyFrom(minus_one)
    for i, part in enumerate(parts):
        node = nodes.node.add(name=f"{name}/{i}", op="Reshape", input=[part.ref, f"{name}/shape"])
        node.attr["T"].type = dtype
    import_into(graph, nodes)
    flats = [graph.get_tensor_by_name(f"{name}/{i}:0") for i in range(len(parts))]
    return tf.raw_ops.ConcatV2(values=flats, axis=0).name
