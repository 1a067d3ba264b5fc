"""The values of a model's Variables: which entry of its checkpoint each one takes, by its own restore op, unrun."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import tensorflow as tf

from app.document.model.sentence import say
from app.engine.exchange.calls import FlatGraph, FlatNode, Ref, flatten
from app.engine.exchange.graph import Array, GraphFault, ModelGraph, Tensor
from app.engine.tf.error_messages import own_words
from app.engine.tf.models.protos import dtype_name, plain_array
from blocks.catalog import Catalog

_ASSIGNS = ("AssignVariableOp", "Assign")
_RESTORES = ("RestoreV2", "Restore", "RestoreSlice")
_MOST_BYTES = 4 << 30  # of one Variable
_MOST_SHARDS = 1000  # of one checkpoint


class StoredValues(Mapping[str, Tensor]):
    """The values by the Variable's node, read when they are asked for."""

    def __init__(self, checkpoint: str, entries: Mapping[str, tuple[str, str]]) -> None:
        """``entries``: name in the checkpoint and slice, by node. Raises GraphFault for a damaged checkpoint."""
        self._reader = _attempt(lambda: tf.compat.v1.train.NewCheckpointReader(checkpoint))
        self._shapes = self._reader.get_variable_to_shape_map()
        self._dtypes = self._reader.get_variable_to_dtype_map()
        self._entries = {node: entry for node, entry in entries.items() if entry[0] in self._shapes}
        self._read: dict[str, Tensor] = {}
        self._stored = _stored_bytes(checkpoint)

    def __getitem__(self, node: str) -> Tensor:
        """Return a value, the same at every time; raises KeyError, and GraphFault where it does not read."""
        if node not in self._read:
            self._read[node] = self._value(node)
        return self._read[node]

    def _value(self, node: str) -> Tensor:
        name, part = self._entries[node]
        dtype, shape = self._dtypes[name], self._shapes[name]
        claimed = math.prod(shape) * max(dtype.size, 1)
        if claimed > _MOST_BYTES:
            raise GraphFault(say("model.large-constant", node=node, shape=tuple(shape)))
        if self._stored is not None and claimed > self._stored:
            raise GraphFault(say("model.claims", node=node, size=claimed >> 20, there=self._stored))
        array = _attempt(lambda: self._reader.get_tensor(name))
        if dtype == tf.string:
            array = np.asarray(array, object)
        return Tensor(dtype_name(dtype.as_datatype_enum), plain_array(_sliced(np.asarray(array), part)))

    def __contains__(self, node: object) -> bool:
        """Return whether there is a value."""
        return node in self._entries

    def __iter__(self) -> Iterator[str]:
        """Give the Variables' nodes."""
        return iter(self._entries)

    def __len__(self) -> int:
        """Return how many values there are."""
        return len(self._entries)


def _stored_bytes(checkpoint: str) -> int | None:
    """Return how many bytes of values the files of a checkpoint hold; None for the old form, which may pack them.

    The names are tried, as the walls let the worker open the model's files but not list their folder.
    """
    if os.path.isfile(checkpoint):
        return None
    for count in range(1, _MOST_SHARDS + 1):
        shards = [f"{checkpoint}.data-{i:05d}-of-{count:05d}" for i in range(count)]
        if os.path.exists(shards[0]):
            return sum(os.path.getsize(shard) for shard in shards if os.path.exists(shard))
    return 0


def restored(graph: ModelGraph, catalog: Catalog, restore_op: str) -> dict[str, tuple[str, str]]:
    """Return by Variable's node which entry of a checkpoint the restore op gives it, and which part of that."""
    node = graph.nodes.get(restore_op.partition(":")[0])
    if node is None:
        return {}
    gives = bool(node.attrs.get("Tout"))
    flat = flatten(graph, catalog, [f"{node.name}:0"] if gives else [], {"restore": [node.name]})
    found = {}
    for assign in flat.nodes.values():
        if assign.op in _ASSIGNS and len(assign.inputs) > 1:
            source, number = _origin(flat, assign.inputs[1])
            entry = _entry(flat, source, number) if source.op in _RESTORES else None
            if entry is not None:
                found[_origin(flat, assign.inputs[0])[0].name] = entry
    return found


def _origin(flat: FlatGraph, ref: Ref) -> tuple[FlatNode, int]:
    for _ in range(len(flat.nodes)):
        node = flat.nodes[ref.node]
        if node.op != "Identity" or not node.inputs:
            break
        ref = node.inputs[0]
    return flat.nodes[ref.node], ref.number


def _entry(flat: FlatGraph, restore: FlatNode, number: int) -> tuple[str, str] | None:
    texts = []
    for place in (1, 2):
        if place >= len(restore.inputs):
            texts.append("")
            continue
        value = flat.nodes[restore.inputs[place].node].attrs.get("value")
        if not isinstance(value, Tensor) or number >= value.array.size:
            return None
        texts.append(bytes(value.array.reshape(-1)[number]).decode("utf-8", "replace"))
    return texts[0], texts[1]


def _sliced(array: Array, part: str) -> Array:
    """Return a part of an array, as ``10 3 0,5:-`` says: the whole shape, then begin and length by dimension."""
    if not part:
        return array
    ranges = part.split()[-1].split(":")
    try:
        cuts = [
            slice(None) if r == "-" else slice(int(r.split(",")[0]), sum(map(int, r.split(","))))
            for r in ranges
        ]
        return array[tuple(cuts)]
    except (ValueError, IndexError):
        raise GraphFault(say("model.bad-checkpoint", why=part)) from None


def _attempt(action: Any) -> Any:
    try:
        return action()
    except (tf.errors.OpError, ValueError, RuntimeError, TypeError) as fault:
        words = own_words(fault.message if isinstance(fault, tf.errors.OpError) else str(fault))
        raise GraphFault(say("model.bad-checkpoint", why=words)) from None
