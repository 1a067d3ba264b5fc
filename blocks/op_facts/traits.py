"""What the op registry does not say of ops: which may wait, which write through references, which make up loops."""

from __future__ import annotations

from blocks.symbol import Op

# Ops that may wait for ever within a step: for an element, for room, for a gradient.
WAITING = frozenset(
    {
        "QueueDequeue", "QueueDequeueV2", "QueueDequeueMany", "QueueDequeueManyV2",
        "QueueDequeueUpTo", "QueueDequeueUpToV2", "QueueEnqueue", "QueueEnqueueV2",
        "QueueEnqueueMany", "QueueEnqueueManyV2", "ReaderRead", "ReaderReadV2", "ReaderReadUpTo",
        "ReaderReadUpToV2", "BarrierTakeMany", "Stage", "Unstage", "StagePeek", "MapStage", "MapUnstage",
        "MapUnstageNoKey", "MapPeek", "OrderedMapStage", "OrderedMapUnstage", "OrderedMapUnstageNoKey",
        "OrderedMapPeek", "AccumulatorTakeGradient", "SparseAccumulatorTakeGradient",
        "ResourceAccumulatorTakeGradient", "RecordInput", "Recv", "_HostRecv",
    }
)  # fmt: skip

# Ops with a reference input that only look at it or pass it on; every other one writes.
PASSING_REF = frozenset(
    {"RefIdentity", "RefSwitch", "RefMerge", "RefSelect", "RefEnter", "RefExit", "RefNextIteration"}
)
LOOKING_AT_REF = frozenset({"IsVariableInitialized"})

# Ops that TensorFlow calls stateful, as they must not be left out, and that change nothing.
CHECKING = frozenset({"Assert", "CheckNumerics", "CheckNumericsV2"})

SWITCHES = frozenset({"Switch", "RefSwitch", "_SwitchN"})
BACK_EDGES = frozenset({"NextIteration", "RefNextIteration"})
FRAMES = frozenset({"Enter", "RefEnter"})
MERGES = frozenset({"Merge", "RefMerge"})
EXITS = frozenset({"Exit", "RefExit"})
VARIABLES = frozenset({"VariableV2", "Variable"})
TEMPORARY = "TemporaryVariable"  # a Variable of one step: what it holds before it is written is not defined
DESTROYING = "DestroyTemporaryVariable"  # ends it; who reads it afterwards reads freed memory
MAKES_REF = VARIABLES | {TEMPORARY}
PLACEHOLDERS = frozenset({"Placeholder", "PlaceholderV2"})

# Queues that hold what is put in as it is; a PriorityQueue adds the priority.
PLAIN_QUEUES = frozenset(
    {
        "FIFOQueue", "FIFOQueueV2", "PaddingFIFOQueue", "PaddingFIFOQueueV2", "RandomShuffleQueue",
        "RandomShuffleQueueV2",
    }
)  # fmt: skip
QUEUES = PLAIN_QUEUES | {"PriorityQueue", "PriorityQueueV2"}

# Ops on the handle of a queue, reader, table, ... that neither change nor wait for what it holds.
LOOKING_AT_HANDLE = frozenset(
    {
        "BarrierClose", "BarrierIncompleteSize", "BarrierReadySize", "LookupTableSize", "LookupTableSizeV2",
        "QueueClose", "QueueCloseV2", "QueueIsClosed", "QueueIsClosedV2", "QueueSize", "QueueSizeV2",
        "ReaderNumRecordsProduced", "ReaderNumRecordsProducedV2", "ReaderNumWorkUnitsCompleted",
        "ReaderNumWorkUnitsCompletedV2",
        "ReaderSerializeState", "ReaderSerializeStateV2", "StackClose", "StackCloseV2", "TensorArrayClose",
        "TensorArrayCloseV3", "TensorArraySize", "TensorArraySizeV3",
    }
)  # fmt: skip

# Ops that TensorFlow calls stateful and that change nothing when they run once more: a Variable's own op, copies, and
# the Python functions by which a run marks its blocks.
RUNS_AGAIN_UNCHANGED = VARIABLES | CHECKING | {"DeepCopy", "EagerPyFunc", "PyFunc", "PyFuncStateless"}

# Words in the names of the stateful ops whose state lives in the session alone, beside the Variables.
_IN_SESSION = (
    "Queue", "Reader", "Barrier", "Accumulator", "Stage", "Table", "Iterator", "RecordInput", "VarHandle", "Mutex",
    "Random", "Sampl", "Multinomial", "Normal", "Uniform", "Rng", "SessionHandle",
)  # fmt: skip

# Handles of these dtypes cannot be shown; reference handles are string tensors named so.
HANDLE_DTYPES = frozenset({"DT_RESOURCE", "DT_VARIANT"})

# Inputs that are vectors of names: one bare text is taken as the only name, as the original takes it.
VECTORS_OF_NAMES = frozenset({"tensor_names", "shape_and_slices", "shapes_and_slices", "checkpoint_prefixes"})

# Ops that TensorFlow calls stateful and of which a flow of data or the graph's own gradients say the order in loops.
_IN_OWN_ORDER = ("TensorArray", "Stack")


def acts(op: Op) -> bool:
    """Return whether it matters in which order an op runs when it runs again: it draws numbers, or it writes."""
    if op.name in PASSING_REF | LOOKING_AT_REF | VARIABLES | CHECKING or op.name.startswith(_IN_OWN_ORDER):
        return False
    return op.stateful or any(arg.is_ref for arg in op.inputs)


def has_session_state(op: Op) -> bool:
    """Return whether a new session loses what an op has stored or drawn, and no Variable holds it."""
    return op.stateful and any(word in op.name for word in _IN_SESSION)
