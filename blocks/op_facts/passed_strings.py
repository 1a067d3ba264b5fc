"""Ops that hand strings on, so that a file's name can be followed from where it is typed to where it is used."""

from __future__ import annotations

# op -> the argument whose strings come out as they went in, or with a number behind them (ShardedFilename)
PASSING: dict[str, str] = {
    "ConcatV2": "values", "EnsureShape": "input", "ExpandDims": "input", "Fill": "value", "GatherV2": "params",
    "Identity": "input", "IdentityN": "input", "Merge": "inputs", "Pack": "values", "PlaceholderWithDefault": "input",
    "RandomShuffle": "value", "RefSwitch": "data", "Reshape": "tensor", "ReverseV2": "tensor",
    "ShardedFilename": "basename", "Slice": "input", "Snapshot": "input", "Squeeze": "input", "StopGradient": "input",
    "StridedSlice": "input", "StringStrip": "input", "Switch": "data", "Tile": "input", "Unpack": "value",
}  # fmt: skip

# What goes into a queue comes out of it again: ops that put in by "components", ops that take out by its handle.
ENQUEUES = frozenset({"QueueEnqueue", "QueueEnqueueV2", "QueueEnqueueMany", "QueueEnqueueManyV2"})
DEQUEUES = frozenset(
    {
        "QueueDequeue", "QueueDequeueV2", "QueueDequeueMany", "QueueDequeueManyV2", "QueueDequeueUpTo",
        "QueueDequeueUpToV2", "Unstage", "MapUnstage",
    }
)  # fmt: skip

# op -> the argument of which it makes one name by joining
JOINING: dict[str, str] = {"Identity": "input", "ShardedFilename": "basename", "StringJoin": "inputs"}
