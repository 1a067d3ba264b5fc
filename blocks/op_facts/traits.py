"""Facts about single TensorFlow ops that the op registry does not tell: who waits, who writes, who reads files."""

from __future__ import annotations

# Ops that may wait for ever within a step: for an element, for room, for a gradient.
WAITING = frozenset(
    {
        "QueueDequeue", "QueueDequeueV2", "QueueDequeueMany", "QueueDequeueManyV2",
        "QueueDequeueUpTo", "QueueDequeueUpToV2", "QueueEnqueue", "QueueEnqueueV2",
        "QueueEnqueueMany", "QueueEnqueueManyV2", "ReaderRead", "ReaderReadV2", "ReaderReadUpTo",
        "ReaderReadUpToV2", "BarrierTakeMany", "Stage", "Unstage", "StagePeek", "MapStage", "MapUnstage",
        "MapUnstageNoKey", "MapPeek", "OrderedMapStage", "OrderedMapUnstage", "OrderedMapUnstageNoKey",
        "OrderedMapPeek", "AccumulatorTakeGradient", "SparseAccumulatorTakeGradient",
        "ResourceAccumulatorTakeGradient", "RecordInput", "Recv", "HostRecv",
    }
)  # fmt: skip

# Ops with a reference input that only look at it or pass it on; every other one writes.
PASSING_REF = frozenset(
    {"RefIdentity", "RefSwitch", "RefMerge", "RefSelect", "RefEnter", "RefExit", "RefNextIteration"}
)
LOOKING_AT_REF = frozenset({"IsVariableInitialized"})

SWITCHES = frozenset({"Switch", "RefSwitch", "_SwitchN", "SwitchN"})
BACK_EDGES = frozenset({"NextIteration", "RefNextIteration"})
FRAMES = frozenset({"Enter", "RefEnter"})
MERGES = frozenset({"Merge", "RefMerge"})
EXITS = frozenset({"Exit", "RefExit"})
VARIABLES = frozenset({"VariableV2", "Variable"})

# Ops whose outputs come from files or devices, or that write there without keeping a state: inference stands
# placeholders in for them.
READING_FILES = frozenset(
    {
        "ReadFile", "MatchingFiles", "ReaderRead", "ReaderReadV2", "ReaderReadUpTo", "ReaderReadUpToV2",
        "Restore", "RestoreV2", "RestoreSlice", "ImmutableConst", "LMDBReader", "RecordInput",
        "GenerateVocabRemapping", "CacheDataset", "SnapshotDataset", "SnapshotDatasetV2", "SnapshotChunkDataset",
        "DebugIdentity", "DebugNanCount", "DebugNumericSummary",
    }
)  # fmt: skip

# Handles of these dtypes cannot be shown; reference handles are string tensors named so.
HANDLE_DTYPES = frozenset({"DT_RESOURCE", "DT_VARIANT"})

# Inputs that end the process unless they have this rank (0 scalar, 1 vector): found by fuzzing all ops.
WANTED_RANK: dict[tuple[str, str], int] = {
    ("ReaderReadUpTo", "num_records"): 0,
    ("ReaderReadUpToV2", "num_records"): 0,
    ("FakeQuantWithMinMaxVarsPerChannel", "min"): 1,
    ("FakeQuantWithMinMaxVarsPerChannel", "max"): 1,
    ("FakeQuantWithMinMaxVarsPerChannelGradient", "min"): 1,
    ("FakeQuantWithMinMaxVarsPerChannelGradient", "max"): 1,
    ("TensorArrayV3", "size"): 0,
    ("ParseExample", "names"): 1,
    ("ParseExample", "serialized"): 1,
}

# Inputs that are vectors of names: one bare text is taken as the only name, as the original takes it.
VECTORS_OF_NAMES = frozenset({"tensor_names", "shape_and_slices", "shapes_and_slices", "checkpoint_prefixes"})

# Attrs whose numbers must be positive: a zero ends the process in the gradient kernels.
POSITIVE_ATTRS = frozenset({"strides", "ksize", "dilations", "rates", "stride", "pooling_ratio"})

# Type attrs with a default that is wrong for other dtypes of the op's input (some end the process then):
# (op, attr) -> (the attr it follows, its value for each value of that one).
_PARTS = {"DT_COMPLEX64": "DT_FLOAT", "DT_COMPLEX128": "DT_DOUBLE"}
_WHOLES = {"DT_FLOAT": "DT_COMPLEX64", "DT_DOUBLE": "DT_COMPLEX128"}
FOLLOWING_TYPES: dict[tuple[str, str], tuple[str, dict[str, str]]] = {
    ("Real", "Tout"): ("T", _PARTS),
    ("Imag", "Tout"): ("T", _PARTS),
    ("ComplexAbs", "Tout"): ("T", _PARTS),
    ("Angle", "Tout"): ("T", _PARTS),
    ("Complex", "Tout"): ("T", _WHOLES),
}
