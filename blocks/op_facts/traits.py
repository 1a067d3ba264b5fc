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

# Inputs that are vectors of names: one bare text is taken as the only name, as the original takes it.
VECTORS_OF_NAMES = frozenset({"tensor_names", "shape_and_slices", "shapes_and_slices", "checkpoint_prefixes"})
