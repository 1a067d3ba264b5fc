"""Which arguments of ops are indices: into another argument's sizes, or of its dimensions."""

from __future__ import annotations

_SCATTERS = (
    "Update", "Add", "Sub", "Mul", "Div", "Max", "Min", "NdUpdate", "NdAdd", "NdSub", "NdMax", "NdMin",
)  # fmt: skip

# Arguments that count dimensions of another one: (op, argument) -> (the other, how many more they may count to).
AXES: dict[tuple[str, str], tuple[str, int]] = {
    ("GatherV2", "axis"): ("params", 0),
    ("ConcatV2", "axis"): ("values", 0),
    ("Concat", "concat_dim"): ("values", 0),
    ("Split", "split_dim"): ("value", 0),
    ("SplitV", "split_dim"): ("value", 0),
    ("ExpandDims", "dim"): ("input", 1),
    ("ArgMax", "dimension"): ("input", 0),
    ("ArgMin", "dimension"): ("input", 0),
    ("ReverseV2", "axis"): ("tensor", 0),
    ("Cumsum", "axis"): ("x", 0),
    ("Cumprod", "axis"): ("x", 0),
    ("CumulativeLogsumexp", "axis"): ("x", 0),
    ("ReduceJoin", "reduction_indices"): ("inputs", 0),
    ("UniqueV2", "axis"): ("x", 0),
    ("UniqueWithCountsV2", "axis"): ("x", 0),
    ("Roll", "axis"): ("input", 0),
    **{
        (op, "reduction_indices"): ("input", 0)
        for op in ("Sum", "Mean", "Prod", "Max", "Min", "All", "Any", "EuclideanNorm")
    },
}

# Attrs that name dimensions of an argument: op -> (attr, the argument, how many more it may count to, whether from the
# end as well).
AXIS_ATTRS: dict[str, tuple[tuple[str, str, int, bool], ...]] = {
    "Pack": (("axis", "values", 1, True),),
    "Unpack": (("axis", "value", 0, True),),
    "Squeeze": (("squeeze_dims", "input", 0, True),),
    "QuantizeV2": (("axis", "input", 0, False),),
    "Dequantize": (("axis", "input", 0, False),),
    **{f"QuantizeAndDequantizeV{n}": (("axis", "input", 0, False),) for n in ("2", "3", "4", "4Grad")},
    "ReverseSequence": (("seq_dim", "input", 0, False), ("batch_dim", "input", 0, False)),
}

# op -> the argument that holds indices, and the one whose rows they count, where its rows are the limit.
INDICES: dict[str, tuple[str, str | None]] = {
    "Gather": ("indices", "params"),
    "GatherV2": ("indices", "params"),
    "ResourceGather": ("indices", None),
    "GatherNd": ("indices", "params"),
    "ScatterNd": ("indices", None),
    "SparseToDense": ("sparse_indices", None),
    "UnsortedSegmentSum": ("segment_ids", None),
    "UnsortedSegmentMax": ("segment_ids", None),
    "DynamicPartition": ("partitions", None),
    "DynamicStitch": ("indices", None),
    "InTopK": ("targets", "predictions"),
    "SparseSoftmaxCrossEntropyWithLogits": ("labels", "features"),
    "CropAndResize": ("box_ind", "image"),
    "CropAndResizeGradImage": ("box_ind", None),
    "CropAndResizeGradBoxes": ("box_ind", "image"),
    "SparseSegmentSum": ("indices", "data"),
    "SparseSegmentMean": ("indices", "data"),
    "SparseSegmentSqrtN": ("indices", "data"),
    "UnsortedSegmentMin": ("segment_ids", None),
    "UnsortedSegmentProd": ("segment_ids", None),
    "ParallelDynamicStitch": ("indices", None),
    "InTopKV2": ("targets", "predictions"),
    "ResourceGatherNd": ("indices", None),
    "RaggedGather": ("indices", None),
    **{f"TensorScatter{kind}": ("indices", None) for kind in ("Update", "Add", "Sub", "Max", "Min")},
    **{f"ResourceScatter{kind}": ("indices", None) for kind in _SCATTERS},
    **{
        f"SparseApply{kind}": ("indices", "var")
        for kind in (
            "Adadelta",
            "Adagrad",
            "AdagradDA",
            "AdagradV2",
            "CenteredRMSProp",
            "Ftrl",
            "FtrlV2",
            "Momentum",
            "ProximalAdagrad",
            "ProximalGradientDescent",
            "RMSProp",
        )
    },
    **{f"Scatter{kind}": ("indices", "ref") for kind in _SCATTERS},
}

# Ops that change places of the other argument, of which each row of indices is one: a number for each dimension.
POINTS = frozenset(f"Scatter{kind}" for kind in _SCATTERS if kind.startswith("Nd"))

# Ops whose indices count the columns of the other argument, not its rows.
COUNTS_COLUMNS = frozenset({"InTopK", "InTopKV2", "SparseSoftmaxCrossEntropyWithLogits"})

# op -> the argument that names each dimension, or each place, once
PERMUTATIONS: dict[str, str] = {"InvertPermutation": "x", "Transpose": "perm", "ConjugateTranspose": "perm"}
