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
        ("LoadAndRemapMatrix", "row_remapping"), ("LoadAndRemapMatrix", "col_remapping"),
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
        *((f"{kind}AccumulatorApplyGradient", "local_step") for kind in ("", "Resource", "Sparse")),
        *((f"{kind}AccumulatorSetGlobalStep", "new_global_step") for kind in ("", "Resource")),
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
    ("Unbatch", "batch_index"): 2,
    ("Unbatch", "id"): 0,
    ("UnbatchGrad", "batch_index"): 2,
    ("UnbatchGrad", "id"): 0,
    ("AvgPoolGrad", "grad"): 4,
    ("AvgPool3DGrad", "grad"): 5,
    **{
        (f"{op}BackpropFilter", name): 4
        for op in ("Conv2D", "DepthwiseConv2dNative")
        for name in ("input", "out_backprop")
    },
    ("ParseExample", "sparse_keys"): 0,
    ("ParseExample", "dense_keys"): 0,
}

# Inputs that must be vectors of so many numbers.
FATAL_LENGTHS: dict[tuple[str, str], int] = {
    ("AvgPoolGrad", "orig_input_shape"): 4,
    ("AvgPool3DGrad", "orig_input_shape"): 5,
}

# Inputs that must have as many dimensions as another one: (op, argument) -> the other.
SAME_RANKS: dict[tuple[str, str], str] = {
    (f"{kind}SparseApply{method}", "grad"): "var"
    for kind in ("", "Resource")
    for method in (
        "Adadelta", "Adagrad", "AdagradDA", "AdagradV2", "CenteredRMSProp", "Ftrl", "FtrlV2", "KerasMomentum",
        "Momentum", "ProximalAdagrad", "ProximalGradientDescent", "RMSProp",
    )
    if (kind, method) != ("", "KerasMomentum")
}  # fmt: skip

# Inputs of which another value ends the process, or lets the op read foreign memory.
_ELEMENTS = 10_000_000  # of a list: memory is taken for all at once
LARGEST_BATCH = 100_000_000  # elements for which a dataset takes memory at once, and rows of a sparse tensor
_HELD = Requirement(values=InRange(high=LARGEST_BATCH))
_BUFFER = Requirement(values=InRange(high=2**30))  # bytes
_SIZES = Requirement(values=InRange(0))
_LENGTHS = Requirement(values=InRange(1))
_THREADS = Requirement(values=InRange(0, 256))
FATAL_VALUES: dict[tuple[str, str], Requirement] = {
    ("CropAndResizeGradBoxes", "boxes"): Requirement(values=Finite()),
    ("CropAndResizeGradImage", "boxes"): Requirement(values=Finite()),
    ("NearestNeighbors", "k"): _SIZES,
    ("ExperimentalPrivateThreadPoolDataset", "num_threads"): _THREADS,
    ("PrivateThreadPoolDataset", "num_threads"): _THREADS,
    ("RandomPoissonV2", "rate"): Requirement(values=InRange(high=1e18)),  # it draws for ever
    ("StatefulRandomBinomial", "counts"): Requirement(values=InRange(high=1e18)),
    ("StatelessRandomBinomial", "counts"): Requirement(values=InRange(high=1e18)),
    ("SparseToDense", "output_shape"): Requirement(values=InRange(0, 2**48)),
    ("ScatterDiv", "updates"): Requirement(values=NotZero()),  # of whole numbers
    ("AdjustHue", "delta"): Requirement(values=InRange(-1000, 1000)),  # it turns by one at a time
    **{
        (f"{way}{rank}", "fft_length"): _LENGTHS
        for way in ("RFFT", "IRFFT")
        for rank in ("", "2D", "3D", "ND")
    },
    ("Fill", "dims"): Requirement(values=InRange(high=2**48)),  # its bytes are counted in 64 bits
    ("TensorArraySplitV3", "lengths"): _SIZES,
    ("StagePeek", "index"): _SIZES,  # waits for ever
    **{
        (f"Fractional{kind}PoolGrad", f"{way}_pooling_sequence"): _SIZES
        for kind in ("Avg", "Max")
        for way in ("row", "col")
    },
    **{
        (f"{kind}{op}", argument): _HELD
        for kind in ("", "Experimental")
        for op, argument in (
            ("DenseToSparseBatchDataset", "batch_size"),
            ("SlidingWindowDataset", "window_size"),
        )
    },
    **{(f"PaddedBatchDataset{version}", "batch_size"): _HELD for version in ("", "V2")},
    **{(f"ShuffleDataset{version}", "buffer_size"): _HELD for version in ("", "V2", "V3")},
    **{(f"ShuffleAndRepeatDataset{version}", "buffer_size"): _HELD for version in ("", "V2")},
    ("ParallelBatchDataset", "num_parallel_calls"): _HELD,
    ("RaggedFillEmptyRows", "nrows"): _HELD,
    ("SparseTensorDenseMatMul", "a_shape"): Requirement(
        values=InRange(0, 2**40)
    ),  # its product is not sparse
    **{
        (op, "buffer_size"): _BUFFER
        for op in (
            "FixedLengthRecordDataset",
            "FixedLengthRecordDatasetV2",
            "TFRecordDataset",
            "TFRecordDatasetV2",
            "TextLineDataset",
        )
    },
    ("BarrierTakeMany", "num_elements"): _SIZES,
    ("MapStage", "indices"): _SIZES,
    ("OrderedMapStage", "indices"): _SIZES,
    ("TensorListSetItem", "index"): Requirement(values=InRange(0, _ELEMENTS)),
    ("TensorListConcatV2", "leading_dims"): Requirement(values=InRange(0, _ELEMENTS)),
    ("TensorListScatterIntoExistingList", "indices"): Requirement(values=InRange(0, _ELEMENTS)),
    **{
        pair: Requirement(values=InRange(high=_ELEMENTS))
        for pair in (
            ("TensorArrayV3", "size"),
            ("TensorArrayWriteV3", "index"),
            ("TensorArrayScatterV3", "indices"),
            ("TensorListReserve", "num_elements"),
            ("TensorListResize", "size"),
            ("TensorListScatter", "indices"),
            ("TensorListScatterV2", "indices"),
            ("TensorListScatterV2", "num_elements"),
        )
    },
    ("Conv2DBackpropInput", "input_sizes"): _SIZES,
    ("Conv2DBackpropFilter", "filter_sizes"): _SIZES,
    ("Conv3DBackpropInputV2", "input_sizes"): _SIZES,
    ("Conv3DBackpropFilterV2", "filter_sizes"): _SIZES,
    ("DepthwiseConv2dNativeBackpropInput", "input_sizes"): _SIZES,
    ("DepthwiseConv2dNativeBackpropFilter", "filter_sizes"): _SIZES,
}

# Ops whose kernels do not look at the ranks of their inputs, or not at their sizes, as the shape function has looked at
# them: where it cannot know them before the op runs, it must be asked then.
TRUSTED_SIZES = frozenset(
    {
        "Conv2DBackpropInput", "Conv2DBackpropFilter", "Conv3DBackpropInputV2", "Conv3DBackpropFilterV2",
        "DepthwiseConv2dNativeBackpropInput", "DepthwiseConv2dNativeBackpropFilter", "ScatterNd",
        *(f"TensorScatter{kind}" for kind in ("Add", "Max", "Min", "Sub", "Update")),
    }
)  # fmt: skip
_AFTER_BIAS = ("", "AndRelu", "AndRequantize", "AndReluAndRequantize")
TRUSTED_SHAPES = TRUSTED_SIZES | {
    "Conv", "Conv2D", "Conv3D", "DepthwiseConv2dNative", "MaxPool", "MaxPool3D", "MaxPool3DGrad",
    "CombinedNonMaxSuppression",
    "RaggedGather", "RaggedTensorToVariantGradient",
    "ApplyAddSign", "ResourceApplyAddSign", "ResourceApplyPowerSign",
    # the ranges of quantized numbers are to be scalars, or vectors
    "Dequantize", "FakeQuantWithMinMaxVars", "FakeQuantWithMinMaxVarsGradient", "FakeQuantWithMinMaxVarsPerChannel",
    "FakeQuantWithMinMaxVarsPerChannelGradient", "QuantizeAndDequantizeV2", "QuantizeAndDequantizeV3",
    "QuantizeAndDequantizeV4", "QuantizeAndDequantizeV4Grad", "QuantizeDownAndShrinkRange", "QuantizeV2",
    "QuantizedAdd", "QuantizedAvgPool", "QuantizedBatchNormWithGlobalNormalization", "QuantizedBiasAdd",
    "QuantizedConcat", "QuantizedInstanceNorm", "QuantizedMaxPool", "QuantizedRelu", "QuantizedRelu6",
    "QuantizedReshape", "QuantizedResizeBilinear", "Requantize", "RequantizePerChannel",
    *(f"QuantizedConv2D{kind}" for kind in ("", "PerChannel", "AndRelu", "AndRequantize", "AndReluAndRequantize")),
    *(f"Quantized{op}{kind}" for op in ("Conv2DWithBias", "MatMulWithBias") for kind in _AFTER_BIAS),
    *(f"QuantizedConv2DWithBias{kind}" for kind in ("SumAndRelu", "SumAndReluAndRequantize")),
    *(f"QuantizedDepthwiseConv2D{kind}" for kind in ("", "WithBias", "WithBiasAndRelu")),
    "QuantizedConv2DWithBiasSignedSumAndReluAndRequantize", "QuantizedDepthwiseConv2DWithBiasAndReluAndRequantize",
    "QuantizedMatMul", "QuantizedMatMulWithBiasAndDequantize",
}  # fmt: skip

# Ops whose shape functions end the process where they know some of the inputs only, as they never do of a whole page
# without computed shapes: no trial may leave inputs out. The value is the attr without which they do not.
FRAGILE: dict[str, str | None] = {"GatherV2": "batch_dims", "FakeQuantWithMinMaxVarsPerChannelGradient": None}

# Divisions of whole numbers that do not look for the least one divided by -1, which ends the process: dividend and
# divisor, then what says which of their elements meet: rows of the dividend, or a sparse dividend's indices and shape.
DIVISIONS: dict[str, tuple[str, ...]] = {
    "ScatterDiv": ("ref", "updates", "indices"),
    "ResourceScatterDiv": ("resource", "updates", "indices"),
    "SparseDenseCwiseDiv": ("sp_values", "dense", "sp_indices", "sp_shape"),
}

# Inputs that are places in each picture of another input, counted through the batch where the attr is true.
PLACES: dict[str, tuple[str, str, str]] = {
    "MaxPoolGradWithArgmax": ("argmax", "input", "include_batch_in_index"),
}

# Inputs whose rows are an id, a begin and an end, which part the rows of another input.
PARTS: dict[str, tuple[str, str]] = {"Unbatch": ("batch_index", "batched_tensor")}

# Ops that take the first element out of a stage: of a place that it has not they give no key, which ends the process.
STAGED: dict[str, str] = {f"{kind}UnstageNoKey": "indices" for kind in ("Map", "OrderedMap")}

# Ops that take chosen components out of a stage, and write beyond their outputs where more are chosen than they give.
CHOOSING = tuple(
    f"{kind}{way}" for kind in ("Map", "OrderedMap") for way in ("Unstage", "UnstageNoKey", "Peek")
)

# Inputs that are matrices to be invertible: of others the op searches for ever.
INVERTED: dict[str, str] = {"MatrixLogarithm": "input"}

# Ops that write rows into the variable of a resource, and read on behind updates whose rows are shorter.
SCATTERING = frozenset(
    f"ResourceScatter{way}" for way in ("Add", "Div", "Max", "Min", "Mul", "Sub", "Update")
)

# Tables whose places are all filled with a text: (the argument, the attr that counts the places), and how many bytes
# that may take.
FILLED: dict[str, tuple[str, str]] = {
    f"{kind}MutableDenseHashTable{version}": ("empty_key", "initial_num_buckets")
    for kind, version in (("", ""), ("", "V2"), ("Anonymous", ""))
}
LARGEST_FILLING = 1 << 29

# Ops that read two numbers of their counter, however many it has.
COUNTED = (
    "StatelessRandomGammaV3", "StatelessRandomNormalV2", "StatelessRandomUniformFullIntV2",
    "StatelessRandomUniformIntV2", "StatelessRandomUniformV2", "StatelessShuffle", "StatelessTruncatedNormalV2",
)  # fmt: skip

# Ops that read as many time steps of their sequence as an input says, whether it has them or not.
STEPPING = ("BlockLSTM", "BlockLSTMV2", "BlockLSTMGrad", "BlockLSTMGradV2")

# Ops that spread a gradient over windows: they read a number for each window, whether it is there or not.
SPREADING = ("AvgPoolGrad", "AvgPool3DGrad")

# Ops that count with labels of classes which their scores have not.
LABELLED: dict[str, tuple[str, str]] = {"CTCLoss": ("labels_values", "inputs")}

# Inputs that are the shape of a sparse tensor of which each row takes memory, whether anything stands there or not.
ROWS: dict[str, str] = {"SparseFillEmptyRows": "dense_shape", "AddManySparseToTensorsMap": "sparse_shape"}

# Datasets that take memory for a whole batch at once where they leave out what does not fill one.
BATCHED: dict[str, tuple[str, str]] = {"BatchDatasetV2": ("batch_size", "drop_remainder")}

# Inputs that are to go together, as no kernel sees to it: of which arguments the values count, and of which the shapes.
RELATED: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    **dict.fromkeys(sorted(SCATTERING), ((), ("resource", "indices", "updates"))),
    "ResourceGather": ((), ("resource", "indices")),
    "BatchMatMulV2": ((), ("x", "y")),  # of some shapes oneDNN writes beyond its memory
    "MatrixDiagV2": (("k",), ("diagonal",)),
    "MatrixDiagV3": (("k",), ("diagonal",)),
    "RaggedTensorToTensor": (("row_partition_tensors",), ("values",)),
    "RaggedTensorToVariantGradient": (("row_splits", "dense_values_shape"), ()),
    **dict.fromkeys(COUNTED, ((), ("counter",))),
    "QueueEnqueueMany": ((), ("components",)),
    "QueueEnqueueManyV2": ((), ("components",)),
    "BarrierInsertMany": ((), ("keys", "values")),
    **dict.fromkeys(("LookupTableImport", "LookupTableImportV2"), ((), ("keys",))),
    **dict.fromkeys(CHOOSING, ((), ("indices",))),
    **dict.fromkeys(STEPPING, (("seq_len_max",), ("x",))),
    **dict.fromkeys(SPREADING, (("orig_input_shape",), ("grad",))),
    **{op: ((argument,), ()) for op, (argument, _) in FILLED.items()},
    **{op: ((labels,), (scores,)) for op, (labels, scores) in LABELLED.items()},
    **{op: ((shape,), ()) for op, shape in ROWS.items()},
    **{op: (pair, ()) for op, pair in BATCHED.items()},
}

# The ops of which an input may have to be looked at before they run.
GUARDED = (
    frozenset(op for op, _ in (*FATAL_RANKS, *SAME_RANKS, *FATAL_VALUES))
    | TRUSTED_SHAPES
    | DIVISIONS.keys()
    | PLACES.keys()
    | PARTS.keys()
    | INVERTED.keys()
    | STAGED.keys()
    | RELATED.keys()
)

# Attrs of which a number of 0 or less ends the process in the gradient kernels.
FATAL_UNLESS_POSITIVE = POSITIVE_ATTRS - {"ksizes"}
LARGEST_STRIDE = 2**30  # a larger one and the size of an input together are no int32, which ends the process
MOST_OUTPUTS = 100_000  # of one list: TensorFlow takes hours to make more

# Other attrs of which another number ends it, or lets it make tables for minutes.
_RANGE = Requirement(values=InRange(1, 100_000_000))
_LETTERS = Requirement(values=InRange(-1, 100_000))  # of each element
FATAL_ATTRS: dict[tuple[str, str], Requirement] = {
    **{(f"{kind}UnigramCandidateSampler", "range_max"): _RANGE for kind in ("ThreadUnsafe", "Learned")},
    ("BarrierInsertMany", "component_index"): _SIZES,
    ("GatherV2", "batch_dims"): Requirement(values=InRange(-8, 8)),
    **{
        (f"{kind}SampleDistortedBoundingBox{version}", "max_attempts"): Requirement(
            values=InRange(high=1_000_000)
        )
        for kind, version in (("", ""), ("", "V2"), ("Stateless", ""))
    },
    ("RandomIndexShuffle", "rounds"): Requirement(values=InRange(1, 10_000)),
    ("AsString", "width"): _LETTERS,
    ("AsString", "precision"): _LETTERS,
    ("AudioSpectrogram", "window_size"): Requirement(values=InRange(2, 2**24)),
    ("Mfcc", "lower_frequency_limit"): Requirement(values=Finite()),
    ("Mfcc", "upper_frequency_limit"): Requirement(values=Finite()),
    ("Conv", "batch_dims"): _SIZES,
    ("Batch", "num_batch_threads"): Requirement(values=InRange(1, 256)),
    ("ThreadPoolHandle", "num_threads"): Requirement(values=InRange(1, 256)),
    ("ExperimentalThreadPoolHandle", "num_threads"): Requirement(values=InRange(1, 256)),
}

# List of types of inputs -> the type attr that each of them must be: the kernel reads them all as that.
READ_AS_TYPE: dict[str, tuple[str, str]] = {"RaggedCross": ("ragged_splits_types", "out_row_splits_type")}

READ_AS_INT32 = frozenset({"padding_list"})  # lists of numbers

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
