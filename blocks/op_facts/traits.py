"""What the op registry does not say of ops: which may wait, which write through references, which make up loops."""

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

# Handles of these dtypes cannot be shown; reference handles are string tensors named so.
HANDLE_DTYPES = frozenset({"DT_RESOURCE", "DT_VARIANT"})

# Inputs that are vectors of names: one bare text is taken as the only name, as the original takes it.
VECTORS_OF_NAMES = frozenset({"tensor_names", "shape_and_slices", "shapes_and_slices", "checkpoint_prefixes"})
