"""What ends the process unless it is checked before: found by fuzzing all ops of TensorFlow."""

from __future__ import annotations

from blocks.op_facts.shape_rules import required_rank
from blocks.op_facts.window_sizes import POSITIVE_ATTRS
from blocks.requirement import Finite, InRange, NotZero, Requirement

# Inputs whose rank must be as `input_shapes` says.
_RANKS = frozenset(
    {
        ("ReaderReadUpTo", "num_records"), ("ReaderReadUpToV2", "num_records"),
        ("FakeQuantWithMinMaxVarsPerChannel", "min"), ("FakeQuantWithMinMaxVarsPerChannel", "max"),
        ("FakeQuantWithMinMaxVarsPerChannelGradient", "min"), ("FakeQuantWithMinMaxVarsPerChannelGradient", "max"),
        ("TensorArrayV3", "size"), ("ParseExample", "names"), ("ParseExample", "serialized"),
        ("Conv2DBackpropInput", "input_sizes"), ("Conv2DBackpropFilter", "filter_sizes"),
    }
)  # fmt: skip
_VECTORS = frozenset(
    {
        ("AvgPoolGrad", "orig_input_shape"), ("AvgPool3DGrad", "orig_input_shape"),
        ("Conv3DBackpropInputV2", "input_sizes"), ("Conv3DBackpropFilterV2", "filter_sizes"),
        ("DepthwiseConv2dNativeBackpropInput", "input_sizes"), ("DepthwiseConv2dNativeBackpropFilter", "filter_sizes"),
    }
)  # fmt: skip
_SCALARS = frozenset(
    {
        ("QueueDequeueManyV2", "n"),
        ("QueueDequeueUpToV2", "n"),
        *(("ApplyPowerSign", name) for name in ("lr", "logbase", "sign_decay", "beta")),
        ("TensorListGetItem", "index"),
        *((f"Write{kind}Summary", "tag") for kind in ("Scalar", "Histogram", "Image", "Audio")),
        ("WriteSummary", "tag"),
        ("MultiDeviceIteratorInit", "max_buffer_size"),
        ("MultiDeviceIteratorGetNextFromShard", "shard_num"),
        ("MultiDeviceIteratorGetNextFromShard", "incarnation_id"),
    }
)
_MATRICES = frozenset(
    (op, name) for op in ("LSTMBlockCell", "LSTMBlockCellGrad") for name in ("x", "cs_prev", "h_prev", "w")
)
FATAL_RANKS: dict[tuple[str, str], int] = {
    **{pair: required_rank(*pair) for pair in sorted(_RANKS)},
    **dict.fromkeys(sorted(_VECTORS), 1),
    **dict.fromkeys(sorted(_SCALARS), 0),
    **dict.fromkeys(sorted(_MATRICES), 2),
    ("AvgPoolGrad", "grad"): 4,
    ("AvgPool3DGrad", "grad"): 5,
}

# Inputs of which another value ends the process, or lets the op read foreign memory.
_SIZES = Requirement(values=InRange(0))
_LENGTHS = Requirement(values=InRange(1))
FATAL_VALUES: dict[tuple[str, str], Requirement] = {
    ("CropAndResizeGradBoxes", "boxes"): Requirement(values=Finite()),
    ("ScatterDiv", "updates"): Requirement(values=NotZero()),  # of whole numbers
    ("AdjustHue", "delta"): Requirement(values=InRange(-1000, 1000)),  # it turns by one at a time
    **{
        (f"{way}{rank}", "fft_length"): _LENGTHS
        for way in ("RFFT", "IRFFT")
        for rank in ("", "2D", "3D", "ND")
    },
    ("TensorListScatterIntoExistingList", "indices"): _SIZES,
    ("Conv2DBackpropInput", "input_sizes"): _SIZES,
    ("Conv2DBackpropFilter", "filter_sizes"): _SIZES,
    ("Conv3DBackpropInputV2", "input_sizes"): _SIZES,
    ("Conv3DBackpropFilterV2", "filter_sizes"): _SIZES,
    ("DepthwiseConv2dNativeBackpropInput", "input_sizes"): _SIZES,
    ("DepthwiseConv2dNativeBackpropFilter", "filter_sizes"): _SIZES,
}

# Ops whose kernels do not look at their inputs' shapes, as the shape function has looked at them: where it cannot know
# them before the op runs, it must be asked then.
TRUSTED_SHAPES = frozenset(
    {
        "Conv2D", "Conv2DBackpropInput", "Conv2DBackpropFilter", "Conv3D", "Conv3DBackpropInputV2",
        "Conv3DBackpropFilterV2", "DepthwiseConv2dNative", "DepthwiseConv2dNativeBackpropInput",
        "DepthwiseConv2dNativeBackpropFilter", "MaxPool3D", "MaxPool3DGrad", "ScatterNd",
        "FakeQuantWithMinMaxVarsPerChannel", "FakeQuantWithMinMaxVarsPerChannelGradient",
    }
)  # fmt: skip

# Divisions of whole numbers that do not look for the least one divided by -1, which ends the process: dividend and
# divisor, then what says which of their elements meet: rows of the dividend, or a sparse dividend's indices and shape.
DIVISIONS: dict[str, tuple[str, ...]] = {
    "ScatterDiv": ("ref", "updates", "indices"),
    "ResourceScatterDiv": ("resource", "updates", "indices"),
    "SparseDenseCwiseDiv": ("sp_values", "dense", "sp_indices", "sp_shape"),
}

# The ops of which an input may have to be looked at before they run.
GUARDED = frozenset(op for op, _ in (*FATAL_RANKS, *FATAL_VALUES)) | TRUSTED_SHAPES | DIVISIONS.keys()

# Attrs of which a number of 0 or less ends the process in the gradient kernels.
FATAL_UNLESS_POSITIVE = POSITIVE_ATTRS - {"ksizes"}
LARGEST_STRIDE = 2**31 - 1  # that the kernels can read; a larger one ends the process

# Other attrs of which another number ends it.
_RANGE = Requirement(values=InRange(1, 2**31 - 1))
FATAL_ATTRS: dict[tuple[str, str], Requirement] = {
    (f"{kind}UnigramCandidateSampler", "range_max"): _RANGE for kind in ("ThreadUnsafe", "Learned")
}

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
