"""The values of a model's Variables and tables: the entries of its checkpoint that its own restore op gives, unrun."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf

from app.document.model.sentence import say
from app.engine.exchange.calls import FlatGraph, FlatNode, Ref, flatten
from app.engine.exchange.graph import Array, GraphFault, ModelGraph, Tensor
from app.engine.tf.error_messages import own_words
from app.engine.tf.models.protos import dtype_name, plain_array
from blocks.catalog import Catalog

_ASSIGNS = ("AssignVariableOp", "Assign")
_IMPORTS = ("LookupTableImport", "LookupTableImportV2")
_RESTORES = ("RestoreV2", "Restore", "RestoreSlice")
_MOST_BYTES = 4 << 30  # of one Variable
_MOST_SHARDS = 1000  # of one checkpoint


Entry = tuple[str, str]  # of a checkpoint: the name, and which part is meant


class Restored(NamedTuple):
    """What a restore op gives to which node: an entry to a Variable, those of keys and values to a table."""

    variables: dict[str, Entry]
    tables: dict[str, tuple[Entry, Entry]]


class StoredValues(Mapping[str, Tensor]):
    """The values by the Variable's node, read when they are asked for."""

    def __init__(self, checkpoint: str, entries: Mapping[str, Entry]) -> None:
        """``entries`` are the Variables' by node. Raises GraphFault for a damaged checkpoint."""
        self._reader = _attempt(lambda: tf.compat.v1.train.NewCheckpointReader(checkpoint))
        self._shapes = _attempt(self._reader.get_variable_to_shape_map)
        self._dtypes = _attempt(self._reader.get_variable_to_dtype_map)
        self._entries = {node: entry for node, entry in entries.items() if entry[0] in self._shapes}
        self._read: dict[str, Tensor] = {}
        self._stored = _stored_bytes(checkpoint)

    def __getitem__(self, node: str) -> Tensor:
        """Return a value, the same at every time; raises KeyError, and GraphFault where it does not read."""
        if node not in self._read:
            self._read[node] = self.value(self._entries[node], node)
        return self._read[node]

    def value(self, entry: Entry, node: str) -> Tensor:
        """Return an entry that a node takes; raises KeyError, and GraphFault where it does not read."""
        name, part = entry
        dtype, shape = self._dtypes[name], self._shapes[name]
        claimed = math.prod(shape) * max(dtype.size, 1)
        if claimed > _MOST_BYTES:
            raise GraphFault(say("model.large-constant", node=node, shape=tuple(shape)))
        if self._stored is not None and claimed > self._stored:
            raise GraphFault(say("model.claims", node=node, size=claimed, there=self._stored))
        array = _attempt(lambda: self._reader.get_tensor(name))
        if dtype == tf.string:
            array = np.asarray(array, object)
        return Tensor(dtype_name(dtype.as_datatype_enum), plain_array(_sliced(np.asarray(array), part)))

    def holds(self, entry: Entry) -> bool:
        """Return whether the checkpoint has an entry."""
        return entry[0] in self._shapes

    def text(self, name: str) -> bytes | None:
        """Return an entry of the checkpoint that is one text, None where there is none of that name."""
        if name not in self._shapes or self._dtypes[name] != tf.string or self._shapes[name]:
            return None
        return bytes(_attempt(lambda: self._reader.get_tensor(name)))

    def node_with(self, name: str) -> str | None:
        """Return the Variable that takes a whole entry of the checkpoint."""
        return next((node for node, entry in self._entries.items() if entry == (name, "")), None)

    def add(self, node: str, name: str) -> None:
        """Let a Variable take an entry."""
        if name in self._shapes:
            self._entries[node] = (name, "")

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


def restored(graph: ModelGraph, catalog: Catalog, restore_op: str) -> Restored:
    """Return which entries of a checkpoint the restore op gives to Variables and tables."""
    found = Restored({}, {})
    node = graph.nodes.get(restore_op.partition(":")[0])
    if node is None:
        return found
    gives = bool(node.attrs.get("Tout"))
    flat = flatten(graph, catalog, [f"{node.name}:0"] if gives else [], {"restore": [node.name]})
    for writer in flat.nodes.values():
        if writer.op not in (*_ASSIGNS, *_IMPORTS):
            continue
        entries = [_restored_by(flat, ref) for ref in writer.inputs[1:]]
        target = _origin(flat, writer.inputs[0])[0].name if entries else ""
        known = [entry for entry in entries if entry is not None]
        if writer.op in _ASSIGNS and len(known) == 1:
            found.variables[target] = known[0]
        elif writer.op in _IMPORTS and len(known) == 2:
            found.tables[target] = known[0], known[1]
    return found


def _restored_by(flat: FlatGraph, ref: Ref) -> Entry | None:
    source, number = _origin(flat, ref)
    return _entry(flat, source, number) if source.op in _RESTORES else None


def _origin(flat: FlatGraph, ref: Ref) -> tuple[FlatNode, int]:
    for _ in range(len(flat.nodes)):
        node = flat.nodes[ref.node]
        if node.op != "Identity" or not node.inputs:
            break
        ref = node.inputs[0]
    return flat.nodes[ref.node], ref.number


def _entry(flat: FlatGraph, restore: FlatNode, number: int) -> Entry | None:
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
    except (tf.errors.OpError, ValueError, RuntimeError, TypeError, IndexError) as fault:
        words = own_words(fault.message if isinstance(fault, tf.errors.OpError) else str(fault))
        raise GraphFault(say("model.bad-checkpoint", why=words)) from None
