"""What the op registry does not say of datasets and iterators: what their elements are, which ops take one."""

from __future__ import annotations

from blocks.symbol import Op

# Ops that take an element from an iterator, and fail where none is left: that ends the run.
TAKING_DATA = frozenset({"IteratorGetNext", "IteratorGetNextSync"})

# Ops that begin an iterator anew.
BEGINNING_DATA = frozenset({"MakeIterator"})

# Iterators whose elements are those of the dataset with which they are begun.
ITERATORS = frozenset({"Iterator", "IteratorV2"})

# Attrs that say what the elements of a dataset, or the outputs of a function, are: their dtypes and their shapes.
ELEMENT_TYPES = frozenset({"output_types", "Toutput_types"})
ELEMENT_SHAPES = frozenset({"output_shapes"})

_OF_INPUT_DATASET = """
    AssertCardinalityDataset AssertNextDataset AssertPrevDataset AutoShardDataset BytesProducedStatsDataset CacheDataset
    CacheDatasetV2 ExperimentalAssertNextDataset ExperimentalAutoShardDataset ExperimentalBytesProducedStatsDataset
    ExperimentalIgnoreErrorsDataset ExperimentalLatencyStatsDataset ExperimentalMaxIntraOpParallelismDataset
    ExperimentalNonSerializableDataset ExperimentalPrivateThreadPoolDataset ExperimentalSetStatsAggregatorDataset
    ExperimentalSleepDataset ExperimentalTakeWhileDataset ExperimentalThreadPoolDataset ExperimentalUniqueDataset
    FilterByLastComponentDataset FilterDataset FinalizeDataset GlobalShuffleDataset IgnoreErrorsDataset
    LatencyStatsDataset MaxIntraOpParallelismDataset ModelDataset NonSerializableDataset OptimizeDataset
    OptimizeDatasetV2 OptionsDataset ParallelFilterDataset PrefetchDataset PrivateThreadPoolDataset RepeatDataset
    RewriteDataset SamplingDataset SaveDatasetV2 SetStatsAggregatorDataset ShardDataset ShuffleAndRepeatDataset
    ShuffleAndRepeatDatasetV2 ShuffleDataset ShuffleDatasetV2 ShuffleDatasetV3 SkipDataset SleepDataset SnapshotDataset
    SnapshotDatasetV2 TakeDataset TakeWhileDataset ThreadPoolDataset UniqueDataset
"""

# Ops whose elements, or outputs, are those of the dataset or iterator that they take; with the argument.
PASSING: dict[str, str] = {
    **dict.fromkeys(_OF_INPUT_DATASET.split(), "input_dataset"),
    "ChooseFastestDataset": "input_datasets",
    "ConcatenateDataset": "input_dataset",
    "DatasetToSingleElement": "dataset",
    "DirectedInterleaveDataset": "data_input_datasets",
    "ExperimentalChooseFastestDataset": "input_datasets",
    "ExperimentalDirectedInterleaveDataset": "data_input_datasets",
    "GetElementAtIndex": "dataset",
    "IteratorGetNext": "iterator",
    "IteratorGetNextAsOptional": "iterator",
    "IteratorGetNextSync": "iterator",
    "OptionalGetValue": "optional",
}

# Ops that read elements which were stored; with the argument that says where.
STORED: dict[str, str] = {"LoadDataset": "path"}

# Ops that put several elements together in a first dimension; with the argument that says how many, and the one by
# which a smaller rest is left out ("": never).
BATCHING: dict[str, tuple[str, str]] = {
    "BatchDataset": ("batch_size", ""),
    "BatchDatasetV2": ("batch_size", "drop_remainder"),
    "ParallelBatchDataset": ("batch_size", "drop_remainder"),
    "MapAndBatchDataset": ("batch_size", "drop_remainder"),
    "ExperimentalMapAndBatchDataset": ("batch_size", "drop_remainder"),
    "SlidingWindowDataset": ("window_size", ""),
    "ExperimentalSlidingWindowDataset": ("window_size", ""),
}

# Ops that put elements together as one sparse tensor, packed in a variant.
SPARSE_BATCHING = frozenset({"DenseToSparseBatchDataset", "ExperimentalDenseToSparseBatchDataset"})

# Ops whose elements have the dtype that their attrs choose: what follows of them is only usual.
CHOOSING = frozenset({"RangeDataset"})

# Ops that put elements of different shapes together: their rank is known, their sizes are those of the padding.
PADDING = frozenset({"PaddedBatchDataset", "PaddedBatchDatasetV2"})
PADDED_TYPES = "Toutput_types"  # their attr of the dtypes with which they pad

# Ops that change the first dimension of the elements, or take it away.
REBATCHING = frozenset({"RebatchDataset", "RebatchDatasetV2", "ExperimentalRebatchDataset"})
UNBATCHING = frozenset({"UnbatchDataset", "ExperimentalUnbatchDataset"})

# Ops whose elements are made of tensors: whole, or of their slices along the first dimension.
OF_TENSORS = frozenset({"TensorDataset", "OptionalFromValue"})
OF_SLICES = frozenset({"TensorSliceDataset"})

# Ops whose elements are one scalar of this dtype.
SCALARS: dict[str, str] = {
    "ExperimentalMatchingFilesDataset": "DT_STRING",
    "ExperimentalRandomDataset": "DT_INT64",
    "FixedLengthRecordDataset": "DT_STRING",
    "FixedLengthRecordDatasetV2": "DT_STRING",
    "MatchingFilesDataset": "DT_STRING",
    "RandomDataset": "DT_INT64",
    "RandomDatasetV2": "DT_INT64",
    "RangeDataset": "DT_INT64",
    "TFRecordDataset": "DT_STRING",
    "TFRecordDatasetV2": "DT_STRING",
    "TextLineDataset": "DT_STRING",
}

# Ops whose elements are scalars, one for each tensor of this argument, with its dtype.
COLUMNS: dict[str, str] = {
    "CSVDataset": "record_defaults",
    "CSVDatasetV2": "record_defaults",
    "ExperimentalCSVDataset": "record_defaults",
}

# Ops whose elements join those of all datasets that they take, and ops whose elements are datasets.
JOINING: dict[str, str] = {"ZipDataset": "input_datasets"}
WINDOWS = frozenset({"WindowDataset"})


def elements_follow(op: Op) -> bool:
    """Return whether the elements of an op follow from what it takes, so that their types may be left out."""
    name = op.name
    return (
        any(name in facts for facts in (PASSING, BATCHING, SCALARS, COLUMNS, JOINING))
        or name in PADDING | REBATCHING | UNBATCHING | OF_TENSORS | OF_SLICES | WINDOWS | ITERATORS
    )
