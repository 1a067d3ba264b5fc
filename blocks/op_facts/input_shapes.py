"""The shapes that ops require of their inputs: one text for each argument, in one small grammar.

Sizes stand with spaces between. A number is that size; a name stands for the same size wherever the op's texts use
it; ``...`` stands for any further sizes, ``#x`` for the number of x's dimensions. ``scalar`` and ``vector`` say just
that; ``*shape`` is a whole shape that several arguments share. After ``|`` an attr may ask for another form:
``attr: sizes`` where it is true, ``attr=VALUE: sizes`` where it has this value.

TensorFlow refuses every other shape, at the latest when the op runs, but where ``~`` says that it is only the usual
one: ``~name`` a size that need not be so, as where channels fall into groups, and ``~`` alone a text that need not
hold at all. These serve the words of faults only. `blocks.op_facts.shape_rules` evaluates the texts.
"""

from __future__ import annotations


def _training(tensors: str, numbers: str) -> dict[str, str]:
    """Return the texts of a training op: its tensors have one shape."""
    return {**dict.fromkeys(tensors.split(), "*shape"), **dict.fromkeys(numbers.split(), "scalar")}


_PICTURES = "batch height width channels"
_CHANNELS_LAST = "batch height width depth"
_NHWC = f"{_CHANNELS_LAST} | data_format=NCHW: batch depth height width"
_PACKED = f"{_NHWC} | data_format=NCHW_VECT_C: batch depth height width 4"
_NDHWC = "batch planes height width depth | data_format=NCDHW: batch depth planes height width"
_FILTER = "filter_height filter_width ~depth channels"
_OUT = "batch out_height out_width channels | data_format=NCHW: batch channels out_height out_width"
_MATMUL = {"a": "m k | transpose_a: k m", "b": "k n | transpose_b: n k"}
_BATCH_MATMUL = {"x": "... m k | adj_x: ... k m", "y": "... k n | adj_y: ... n k"}
_SPARSE_MATMUL = {
    "a": "... m k | transpose_a: ... k m | adjoint_a: ... k m",
    "b": "... k n | transpose_b: ... n k | adjoint_b: ... n k",
}
_RESIZE = {"images": _PICTURES, "size": "2"}
_SAME = {"ref": "*shape", "value": "*shape"}
_ASSIGN = {"ref": "~ *shape", "value": "~ *shape"}  # validate_shape may be false
_SQUARE = {"input": "... n n"}
_DEPTHWISE = "filter_height filter_width depth multiplier"
_CROP_BOXES = {"boxes": "num_boxes 4", "box_ind": "num_boxes"}
_SEGMENTS = {"data": "rows ...", "segment_ids": "rows"}
_SPARSE_SEGMENTS = {"indices": "count", "segment_ids": "count"}
_SOLVE = {"matrix": "... m m", "rhs": "... m solutions"}
_CONTENTS = {"contents": "scalar"}
_PAD = {"paddings": "#input 2"}
_CUM = {"axis": "scalar"}
_SEEDED = {"shape": "vector", "seed": "2"}
_STATELESS = tuple(
    f"StatelessRandom{kind}"
    for kind in ("Normal", "Uniform", "UniformFullInt", "UniformInt", "Poisson", "GammaV2", "Binomial")
)
_REDUCTIONS = tuple(f"SparseReduce{kind}" for kind in ("Sum", "Max", "SumSparse", "MaxSparse"))
_SORTED = {"sorted_inputs": "~ rows columns", "values": "~ rows count"}
_CELL = {"x": "~ batch inputs", "cs_prev": "~ batch cells", "h_prev": "~ batch cells"}
_PEEPHOLES = {"wci": "~ cells", "wcf": "~ cells", "wco": "~ cells"}


def _sparse(*prefixes: str, **others: str) -> dict[str, str]:
    """Return the texts of sparse tensors, each of which is three arguments."""
    found = dict(others)
    for prefix in prefixes:
        found |= {
            f"{prefix}indices": f"~ {prefix}count {prefix}dimensions",
            f"{prefix}values": f"~ {prefix}count",
            f"{prefix}shape": f"~ {prefix}dimensions",
        }
    return found


INPUT_SHAPES: dict[str, dict[str, str]] = {
    # products
    "MatMul": _MATMUL,
    "SparseMatMul": _MATMUL,
    "BatchMatMul": _BATCH_MATMUL,
    "BatchMatMulV2": {"x": "~... m k | adj_x: ~... k m", "y": "~... k n | adj_y: ~... n k"},
    "SparseMatrixMatMul": _SPARSE_MATMUL,
    "SparseMatrixSparseMatMul": _SPARSE_MATMUL,
    "QuantizedMatMul": _MATMUL,
    "Cross": {"a": "... 3", "b": "... 3"},
    "SparseTensorDenseMatMul": {
        "a_indices": "~count ~2", "a_values": "count", "a_shape": "2", "b": "k n | adjoint_b: n k",
    },
    # matrices
    "MatrixInverse": _SQUARE,
    "MatrixDeterminant": _SQUARE,
    "Cholesky": _SQUARE,
    "SelfAdjointEig": _SQUARE,
    "SelfAdjointEigV2": _SQUARE,
    "Qr": {"input": "... m n"},
    "Svd": {"input": "... m n"},
    "MatrixSolve": _SOLVE,
    "MatrixTriangularSolve": {"matrix": "~... m m", "rhs": "~... m solutions"},
    "MatrixSolveLs": {"matrix": "... m n", "rhs": "... m solutions", "l2_regularizer": "scalar"},
    "MatrixBandPart": {"input": "... m n", "num_lower": "scalar", "num_upper": "scalar"},
    "MatrixLogarithm": _SQUARE,
    "MatrixSquareRoot": _SQUARE,
    "LogMatrixDeterminant": _SQUARE,
    "Lu": _SQUARE,
    "Eig": _SQUARE,
    "CholeskyGrad": {"l": "~ *shape", "grad": "~ *shape"},
    "TridiagonalSolve": {"diagonals": "... 3 m", "rhs": "... m solutions"},
    "BandedTriangularSolve": {"matrix": "~... bands m", "rhs": "~... m solutions"},
    "LowerBound": _SORTED,
    "UpperBound": _SORTED,
    "NearestNeighbors": {"points": "~ count depth", "centers": "~ centers depth", "k": "~ scalar"},
    "KmeansPlusPlusInitialization": {
        "points": "~ count depth", "num_to_sample": "~ scalar", "seed": "~ scalar",
        "num_retries_per_sample": "~ scalar",
    },
    # nets
    "LSTMBlockCell": {**_CELL, **_PEEPHOLES},
    "GRUBlockCell": {"x": "~ batch inputs", "h_prev": "~ batch cells"},
    "Conv2D": {"input": _NHWC, "filter": _FILTER},
    "Conv2DBackpropInput": {"input_sizes": "4", "filter": _FILTER, "out_backprop": _OUT},
    "Conv2DBackpropFilter": {"input": _NHWC, "filter_sizes": "4", "out_backprop": _OUT},
    "DepthwiseConv2dNative": {"input": _NHWC, "filter": _DEPTHWISE},
    "Conv3D": {"input": _NDHWC, "filter": "filter_planes filter_height filter_width ~depth channels"},
    "Dilation2D": {"input": _CHANNELS_LAST, "filter": "filter_height filter_width depth"},
    "MaxPool": {"input": _PACKED},
    "AvgPool": {"value": _NHWC},
    "MaxPoolWithArgmax": {"input": _CHANNELS_LAST},
    "MaxPool3D": {"input": _NDHWC},
    "AvgPool3D": {"input": _NDHWC},
    "FractionalMaxPool": {"value": _CHANNELS_LAST},
    "FractionalAvgPool": {"value": _CHANNELS_LAST},
    "LRN": {"input": _CHANNELS_LAST},
    "FusedBatchNorm": {
        "x": _NHWC, "scale": "depth", "offset": "depth",
        "mean": "~ depth", "variance": "~ depth",  # empty while it trains
    },
    "BiasAdd": {"value": "batch ... channels | data_format=NCHW: batch channels ...", "bias": "channels"},
    "BiasAddV1": {"value": "batch ... channels", "bias": "channels"},
    "Softmax": {"logits": "... classes"},
    "LogSoftmax": {"logits": "... classes"},
    "SoftmaxCrossEntropyWithLogits": {"features": "~batch ~classes", "labels": "~batch ~classes"},
    "SparseSoftmaxCrossEntropyWithLogits": {"features": "batch classes", "labels": "batch"},
    "InTopK": {"predictions": "batch classes", "targets": "batch"},
    "TopK": {"input": "... n"},
    "TopKV2": {"input": "... n", "k": "scalar"},
    "CTCLoss": {
        "inputs": "time batch classes", "labels_indices": "count ~2", "labels_values": "count",
        "sequence_length": "batch",
    },
    "CTCGreedyDecoder": {"inputs": "time batch classes", "sequence_length": "batch"},
    "CTCBeamSearchDecoder": {"inputs": "time batch classes", "sequence_length": "batch"},
    # pictures
    "CropAndResize": {"image": "batch image_height image_width depth", **_CROP_BOXES, "crop_size": "2"},
    "CropAndResizeGradImage": {
        "grads": "num_boxes crop_height crop_width depth", **_CROP_BOXES, "image_size": "4",
    },
    "CropAndResizeGradBoxes": {
        "grads": "num_boxes crop_height crop_width depth",
        "image": "batch image_height image_width depth", **_CROP_BOXES,
    },
    "FusedResizeAndPadConv2D": {"size": "2"},
    "ResizeArea": _RESIZE,
    "ResizeBicubic": _RESIZE,
    "ResizeBilinear": _RESIZE,
    "ResizeNearestNeighbor": _RESIZE,
    "QuantizedResizeBilinear": {**_RESIZE, "min": "scalar", "max": "scalar"},
    "ExtractGlimpse": {"input": _PICTURES, "size": "2", "offsets": "batch 2"},
    "ExtractImagePatches": {"images": _CHANNELS_LAST},
    "NonMaxSuppression": {"boxes": "num_boxes 4", "scores": "num_boxes", "max_output_size": "scalar"},
    "NonMaxSuppressionV2": {
        "boxes": "num_boxes 4", "scores": "num_boxes", "max_output_size": "scalar", "iou_threshold": "scalar",
    },
    "DrawBoundingBoxes": {"images": _CHANNELS_LAST, "boxes": "batch num_boxes 4"},
    "SampleDistortedBoundingBox": {"image_size": "3", "bounding_boxes": "batch num_boxes 4"},
    "EncodePng": {"image": "~ height width channels"},  # a batch of pictures, too
    "EncodeJpeg": {"image": "height width channels"},
    "DecodePng": _CONTENTS,
    "DecodeJpeg": _CONTENTS,
    "DecodeGif": _CONTENTS,
    "DecodeBmp": _CONTENTS,
    "RGBToHSV": {"images": "... 3"},
    "HSVToRGB": {"images": "... 3"},
    "AdjustContrastv2": {"images": "... height width channels", "contrast_factor": "scalar"},
    "AdjustHue": {"images": "... height width 3", "delta": "scalar"},
    "AdjustSaturation": {"images": "... height width 3", "scale": "scalar"},
    "RandomCrop": {"image": "height width channels", "size": "2"},
    # arrays
    "SpaceToDepth": {"input": _PACKED},
    "DepthToSpace": {"input": _PACKED},
    "SpaceToBatch": {"input": _CHANNELS_LAST, "paddings": "2 2"},
    "BatchToSpace": {"input": _CHANNELS_LAST, "crops": "2 2"},
    "Reshape": {"shape": "vector"},
    "Transpose": {"perm": "#x"},
    "Tile": {"multiples": "#input"},
    "Pad": _PAD,
    "PadV2": {**_PAD, "constant_values": "scalar"},
    "MirrorPad": _PAD,
    "Slice": {"begin": "#input", "size": "#input"},
    "StridedSlice": {"begin": "vector", "end": "vector", "strides": "vector"},
    "Reverse": {"dims": "#tensor"},
    "Fill": {"dims": "vector", "value": "scalar"},
    "Range": {"start": "scalar", "limit": "scalar", "delta": "scalar"},
    "LinSpace": {"start": "scalar", "stop": "scalar", "num": "scalar"},
    "OneHot": {"depth": "scalar", "on_value": "scalar", "off_value": "scalar"},
    "Concat": {"concat_dim": "scalar"},
    "ConcatV2": {"axis": "scalar"},
    "Split": {"split_dim": "scalar"},
    "SplitV": {"size_splits": "num_split", "split_dim": "~ scalar"},
    "GatherV2": {"axis": "scalar"},
    "Cumsum": _CUM,
    "Cumprod": _CUM,
    "SparseToDense": {"output_shape": "vector", "default_value": "scalar"},
    "ScatterNd": {"shape": "vector"},
    "Bincount": {"size": "scalar"},
    "AddN": {"inputs": "*shape"},
    **{f"Inplace{kind}": {"i": "count", "v": "count ..."} for kind in ("Add", "Sub", "Update")},
    "AccumulateNV2": {"inputs": "*shape"},
    "Pack": {"values": "*shape"},
    "Select": {"condition": "~ *shape", "t": "*shape", "e": "*shape"},
    "InvertPermutation": {"x": "vector"},
    "Unique": {"x": "vector"},
    "UniqueWithCounts": {"x": "vector"},
    "ListDiff": {"x": "vector", "y": "vector"},
    # segments
    **dict.fromkeys(("SegmentSum", "SegmentMean", "SegmentProd", "SegmentMax", "SegmentMin"), _SEGMENTS),
    "UnsortedSegmentSum": {"num_segments": "scalar"},
    **dict.fromkeys(("SparseSegmentSum", "SparseSegmentMean", "SparseSegmentSqrtN"), _SPARSE_SEGMENTS),
    # state
    "Assign": _ASSIGN,
    "AssignAdd": _SAME,
    "AssignSub": _SAME,
    "ApplyGradientDescent": _training("var delta", "alpha"),
    "ApplyProximalGradientDescent": _training("var delta", "alpha l1 l2"),
    "ApplyAdadelta": _training("var accum accum_update grad", "lr rho epsilon"),
    "ApplyAdagrad": _training("var accum grad", "lr"),
    "ApplyProximalAdagrad": _training("var accum grad", "lr l1 l2"),
    "ApplyAdam": _training("var m v grad", "beta1_power beta2_power lr beta1 beta2 epsilon"),
    "ApplyFtrl": _training("var accum linear grad", "lr l1 l2 lr_power"),
    "ApplyFtrlV2": _training("var accum linear grad", "lr l1 l2 lr_power"),
    "ApplyMomentum": _training("var accum grad", "lr momentum"),
    "ApplyRMSProp": _training("var ms mom grad", "lr rho momentum epsilon"),
    "ApplyCenteredRMSProp": _training("var mg ms mom grad", "lr rho momentum epsilon"),
    # control, files, texts, chance
    "Switch": {"pred": "scalar"},
    "RefSwitch": {"pred": "scalar"},
    "LoopCond": {"input": "scalar"},
    "Assert": {"condition": "scalar"},
    "ReadFile": {"filename": "scalar"},
    "WriteFile": {"filename": "scalar", "contents": "scalar"},
    "Save": {"filename": "scalar", "tensor_names": "vector"},
    "Restore": {"file_pattern": "scalar", "tensor_name": "scalar"},
    "RestoreV2": {"prefix": "scalar", "tensor_names": "vector", "shape_and_slices": "vector"},
    "StringSplit": {"input": "vector", "delimiter": "scalar"},
    "RandomUniform": {"shape": "vector"},
    "RandomStandardNormal": {"shape": "vector"},
    "TruncatedNormal": {"shape": "vector"},
    "RandomUniformInt": {"shape": "vector", "minval": "scalar", "maxval": "scalar"},
    "Multinomial": {"logits": "batch classes", "num_samples": "scalar"},
    **dict.fromkeys(_STATELESS, _SEEDED),
    "StatelessTruncatedNormal": _SEEDED,
    "StatelessMultinomial": {"logits": "batch classes", "num_samples": "scalar", "seed": "2"},
    # sparse tensors
    "SparseReorder": _sparse("input_"),
    "SparseSoftmax": _sparse("sp_"),
    "SparseAdd": _sparse("a_", "b_", thresh="~ scalar"),
    "SparseSparseMaximum": _sparse("a_", "b_"),
    "SparseSparseMinimum": _sparse("a_", "b_"),
    **dict.fromkeys(("SparseDenseCwiseAdd", "SparseDenseCwiseMul", "SparseDenseCwiseDiv"), _sparse("sp_")),
    **dict.fromkeys(_REDUCTIONS, _sparse("input_")),
    "SparseTensorDenseAdd": _sparse("a_"),
    "SparseSlice": _sparse("", start="~ dimensions", size="~ dimensions"),
    "SetSize": _sparse("set_"),
    "SparseToSparseSetOperation": _sparse("set1_", "set2_"),
    "SerializeSparse": _sparse("sparse_"),
    "SerializeManySparse": _sparse("sparse_"),
    "EditDistance": _sparse("hypothesis_", "truth_"),
    "SparseReshape": {"input_indices": "~ count dimensions", "input_shape": "~ dimensions", "new_shape": "~ vector"},
    "SparseFillEmptyRows": {
        "indices": "~ count dimensions", "values": "~ count", "dense_shape": "~ dimensions",
        "default_value": "~ scalar",
    },
    "SparseTensorToCSRSparseMatrix": {
        "indices": "~ count dimensions", "values": "~ count", "dense_shape": "~ dimensions",
    },
    # what does not survive another rank, see fatal_inputs
    "ReaderReadUpTo": {"num_records": "scalar"},
    "ReaderReadUpToV2": {"num_records": "scalar"},
    "FakeQuantWithMinMaxVarsPerChannel": {"min": "vector", "max": "vector"},
    "FakeQuantWithMinMaxVarsPerChannelGradient": {
        "gradients": "*shape", "inputs": "*shape", "min": "vector", "max": "vector",
    },
    "TensorArrayV3": {"size": "scalar"},
    "ParseExample": {"names": "vector", "serialized": "vector"},
}  # fmt: skip

# Two inputs whose sizes must be equal, or 1 in one of them.
BROADCAST = frozenset(
    {
        "Add", "AddV2", "Sub", "Mul", "Div", "RealDiv", "FloorDiv", "TruncateDiv", "Mod", "FloorMod", "TruncateMod",
        "Maximum", "Minimum", "Pow", "SquaredDifference", "Less", "LessEqual", "Greater", "GreaterEqual", "Equal",
        "NotEqual", "LogicalAnd", "LogicalOr", "Atan2", "Igamma", "Igammac", "Zeta", "Polygamma", "Complex",
        "ApproximateEqual", "BitwiseAnd", "BitwiseOr", "BitwiseXor", "DivNoNan", "Xdivy", "Xlogy",
    }
)  # fmt: skip
# Ops whose inputs may be of broadcast sizes too, by rules that are none of these.
BROADCAST_OTHERWISE = frozenset({"ClipByValue", "Betainc", "SelectV2", "MulNoNan", "Xlog1py", "NextAfter"})

# The argument to name first where it is one of several at fault and not the last of them.
CHIEFS: dict[str, tuple[str, ...]] = {"StridedSlice": ("begin", "end", "input"), "Slice": ("size", "begin")}
