"""What ops that call functions pass to them, what these must give back, and which outputs of the op come of it.

What a function takes and gives is said in these words, in the order of its arguments or results:

- ``input:ARG``: the tensors of the op's input ARG;
- ``element:ARG``: the tensors of an element of the dataset ARG;
- ``dataset:ARG``: a dataset with such elements; ``datasets:ARG``: a dataset of such datasets;
- ``results:ATTR``: what the op's function ATTR gives;
- ``page``: whatever the page takes;
- ``bool``, ``int32``, ``int64``, ``variant``: a scalar; ``dataset``: any dataset.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

# How a function's results become the op's outputs: as its outputs; as the elements of the dataset that it gives; as
# these but for what is a state; as the elements of a dataset that the function gives. Or they are like its arguments.
Outcome = Literal["outputs", "element", "element but state", "inner element", "arguments"]


class Takes(NamedTuple):
    """What one function of an op takes; ``gives`` is None where it may give anything."""

    takes: tuple[str, ...]
    gives: tuple[str, ...] | None = None
    begins: bool = False  # ``gives`` is only what its results begin with


class Calls(NamedTuple):
    """The functions of an op by attr, in an order in which each can be known, and what becomes of one's results."""

    functions: dict[str, Takes]
    of: str = ""  # the function whose results the op's outputs come of; "" = they come of its inputs
    outcome: Outcome = "outputs"


# Words for what is one number or one truth value.
SCALARS = frozenset({"bool", "int32", "int64"})

_ELEMENT = ("element:input_dataset", "input:other_arguments")
_BRANCH = Takes(("input:input",))
_IF = Calls(
    {"then_branch": _BRANCH, "else_branch": Takes(("input:input",), ("results:then_branch",))}, "then_branch"
)
_CASE = Calls({"branches": _BRANCH}, "branches")
_WHILE = Calls(
    {"cond": Takes(("input:input",), ("bool",)), "body": Takes(("input:input",), ("input:input",))},
)
_CALL = Calls({"f": Takes(("input:args",))}, "f")
_MAP = Calls({"f": Takes(_ELEMENT)}, "f", "element")
_FILTER = Calls({"predicate": Takes(_ELEMENT, ("bool",))})
_FLAT_MAP = Calls({"f": Takes(_ELEMENT, ("dataset",))}, "f", "inner element")
_WITH_STATE = ("input:initial_state", *_ELEMENT)
_SCAN = Calls({"f": Takes(_WITH_STATE, ("input:initial_state",), begins=True)}, "f", "element but state")
_GROUP_BY_WINDOW = Calls(
    {
        "key_func": Takes(("element:input_dataset", "input:key_func_other_arguments"), ("int64",)),
        "reduce_func": Takes(
            ("int64", "dataset:input_dataset", "input:reduce_func_other_arguments"), ("dataset",)
        ),
        "window_size_func": Takes(("int64", "input:window_size_func_other_arguments"), ("int64",)),
    },
    "reduce_func",
    "inner element",
)
_GROUP_BY_REDUCER = Calls(
    {
        "key_func": Takes(("element:input_dataset", "input:key_func_other_arguments"), ("int64",)),
        "init_func": Takes(("int64", "input:init_func_other_arguments")),
        "reduce_func": Takes(
            ("results:init_func", "element:input_dataset", "input:reduce_func_other_arguments"),
            ("results:init_func",),
        ),
        "finalize_func": Takes(("results:init_func", "input:finalize_func_other_arguments")),
    },
    "finalize_func",
    "element",
)
_SERVED = Calls({"uncompress_fn": Takes(("variant",))}, "uncompress_fn", "element")
_SAVE = Takes(("element:input_dataset", "input:shard_func_other_args"), ("int64",))

CALLS: dict[str, Calls] = {
    "BatchFunction": Calls({"f": Takes(("input:in_tensors", "input:captured_tensors"))}, "f"),
    "Case": _CASE,
    "ChooseFastestBranchDataset": Calls(
        {"branches": Takes(("dataset:input_dataset",), ("dataset",))}, "branches", "inner element"
    ),
    "DataServiceDatasetV3": _SERVED,
    "DataServiceDatasetV4": _SERVED,
    "ExperimentalGroupByReducerDataset": _GROUP_BY_REDUCER,
    "ExperimentalGroupByWindowDataset": _GROUP_BY_WINDOW,
    "ExperimentalMapAndBatchDataset": _MAP,
    "ExperimentalParallelInterleaveDataset": _FLAT_MAP,
    "ExperimentalScanDataset": _SCAN,
    "ExperimentalTakeWhileDataset": _FILTER,
    "FilterDataset": _FILTER,
    "FlatMapDataset": _FLAT_MAP,
    "For": Calls({"body": Takes(("int32", "input:input"), ("input:input",))}),
    "GeneratorDataset": Calls(
        {
            "init_func": Takes(("input:init_func_other_args",)),
            "next_func": Takes(("results:init_func", "input:next_func_other_args")),
            "finalize_func": Takes(("results:init_func", "input:finalize_func_other_args")),
        },
        "next_func",
        "element",
    ),
    "GroupByReducerDataset": _GROUP_BY_REDUCER,
    "GroupByWindowDataset": _GROUP_BY_WINDOW,
    "If": _IF,
    "IndexFlatMapDataset": Calls(
        {
            "map_func": Takes(("element:input_dataset", "input:map_func_other_args")),
            "index_map_func": Takes(("int64", "input:index_map_func_other_args")),
        },
    ),
    "InterleaveDataset": _FLAT_MAP,
    "LegacyParallelInterleaveDatasetV2": _FLAT_MAP,
    "LoadDataset": Calls(
        {"reader_func": Takes(("datasets:path", "input:reader_func_other_args"), ("dataset",))},
        "reader_func",
        "inner element",
    ),
    "MapAndBatchDataset": _MAP,
    "MapDataset": _MAP,
    "MapDefun": Calls({"f": Takes(("input:arguments", "input:captured_inputs"))}, "f"),
    "OneShotIterator": Calls(
        {"dataset_factory": Takes((), ("dataset",))}, "dataset_factory", "inner element"
    ),
    "ParallelFilterDataset": _FILTER,
    "ParallelInterleaveDataset": _FLAT_MAP,
    "ParallelInterleaveDatasetV2": _FLAT_MAP,
    "ParallelInterleaveDatasetV3": _FLAT_MAP,
    "ParallelInterleaveDatasetV4": _FLAT_MAP,
    "ParallelMapDataset": _MAP,
    "ParallelMapDatasetV2": _MAP,
    "PartitionedCall": _CALL,
    "ReduceDataset": Calls({"f": Takes(_WITH_STATE, ("input:initial_state",))}, "f"),
    "RemoteCall": _CALL,
    "SaveDataset": Calls({"shard_func": _SAVE}),
    "SaveDatasetV2": Calls({"shard_func": _SAVE}),
    "ScanDataset": _SCAN,
    "SnapshotDatasetV2": Calls(
        {
            "reader_func": Takes(("datasets:input_dataset", "input:reader_func_other_args"), ("dataset",)),
            "shard_func": _SAVE,
        }
    ),
    "StatefulPartitionedCall": _CALL,
    "StatelessCase": _CASE,
    "StatelessIf": _IF,
    "StatelessWhile": _WHILE,
    "SymbolicGradient": Calls({"f": Takes(("page",))}, "f", "arguments"),
    "TakeWhileDataset": _FILTER,
    "While": _WHILE,
}

# Ops that TensorFlow runs as part of the graph around them, not by its runtime of functions, where it is asked to:
# only so the bits are the same inside a body and outside, and Variables' gradients go through.
LOWERED = frozenset({"Case", "If", "StatelessCase", "StatelessIf", "StatelessWhile", "While"})

# Inputs that choose a function, with the dtype that they must have where the op is part of the graph around it.
CHOOSING: dict[str, tuple[str, str]] = {**dict.fromkeys(("If", "StatelessIf"), ("cond", "DT_BOOL"))}

# Ops of which one of several functions runs.
BRANCHING = frozenset({"Case", "If", "StatelessCase", "StatelessIf"})

# Ops that pass what a function has given to it again: its shapes may change on the way.
KEEPING_STATE = frozenset(
    {"ExperimentalScanDataset", "For", "ReduceDataset", "ScanDataset", "StatelessWhile", "While"}
)

# Calls that are made part of the graph around them too.
INLINED = frozenset({"PartitionedCall", "StatefulPartitionedCall"})

# Loops that have a counter and a limit of their own as their first two tensors: without them there is no gradient.
COUNTED = frozenset({"StatelessWhile", "While"})
HIDDEN = 2  # so many

# Ops whose functions may change Variables that they take by reference; those that then must not be left out.
TAKING_REFERENCES = LOWERED | INLINED
WITH_STATE = {
    "PartitionedCall": "StatefulPartitionedCall",
    "StatelessCase": "Case",
    "StatelessIf": "If",
    "StatelessWhile": "While",
}
