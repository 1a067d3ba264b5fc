"""What ops want of their inputs' shapes, in the words of their documentation: the sizes of each input by name.

One text for each argument. Sizes stand with spaces between: a number is that size, a name stands for the same size
wherever the op's texts use it, ``...`` for any further sizes, ``#x`` for the number of x's dimensions. ``scalar`` and
``vector`` say just that; ``*shape`` is a whole shape that several arguments share. After ``|`` an attr may ask for
another form: ``attr: sizes`` where it is true, ``attr=VALUE: sizes`` where it has this value.
"""

from __future__ import annotations

_PICTURES = "batch height width channels"
_NHWC = "batch height width depth | data_format=NCHW: batch depth height width"
_NDHWC = "batch planes height width depth"
_FILTER = "filter_height filter_width depth channels"
_OUT = "batch out_height out_width channels | data_format=NCHW: batch channels out_height out_width"
_MATMUL = {"a": "m k | transpose_a: k m", "b": "k n | transpose_b: n k"}
_BATCH_MATMUL = {"x": "... m k | adj_x: ... k m", "y": "... k n | adj_y: ... n k"}
_RESIZE = {"images": _PICTURES, "size": "2"}
_SAME = {"ref": "*shape", "value": "*shape"}
_SQUARE = {"input": "... n n"}
_DEPTHWISE = "filter_height filter_width depth multiplier"
_CROP_BOXES = {"boxes": "num_boxes 4", "box_ind": "num_boxes"}
_SEGMENTS = {"data": "rows ...", "segment_ids": "rows", "num_segments": "scalar"}
_SPARSE_SEGMENTS = {"indices": "count", "segment_ids": "count", "output_dim0": "scalar"}
_SOLVE = {"matrix": "... m m", "rhs": "... m k"}
_ONE_IMAGE = {"image": "height width channels", "contents": "scalar"}
_PAD = {"paddings": "#input 2", "constant_values": "scalar"}
_CUM = {"axis": "scalar"}
# The inputs that the training ops have in common, by what they want.
APPLY_SCALARS = (
    "alpha",
    "lr",
    "rho",
    "epsilon",
    "momentum",
    "beta1",
    "beta2",
    "beta1_power",
    "beta2_power",
    "l1",
    "l2",
)
APPLY_SLOTS = ("var", "accum", "accum_update", "linear", "m", "v", "ms", "mom", "mg", "grad", "delta")
_APPLY = {
    **dict.fromkeys(APPLY_SCALARS, "scalar"),
    **dict.fromkeys(APPLY_SLOTS, "*shape"),
    "lr_power": "scalar",
}

WANTS: dict[str, dict[str, str]] = {
    # products
    "MatMul": _MATMUL,
    "SparseMatMul": _MATMUL,
    "BatchMatMul": _BATCH_MATMUL,
    "BatchMatMulV2": _BATCH_MATMUL,
    "Cross": {"a": "... 3", "b": "... 3"},
    "SparseTensorDenseMatMul": {"a_indices": "count 2", "a_values": "count", "a_shape": "2", "b": "k n"},
    # matrices
    "MatrixInverse": _SQUARE,
    "MatrixDeterminant": _SQUARE,
    "Cholesky": _SQUARE,
    "SelfAdjointEig": _SQUARE,
    "SelfAdjointEigV2": _SQUARE,
    "Qr": {"input": "... m n"},
    "Svd": {"input": "... m n"},
    "MatrixSolve": _SOLVE,
    "MatrixTriangularSolve": _SOLVE,
    "MatrixSolveLs": {"matrix": "... m n", "rhs": "... m k", "l2_regularizer": "scalar"},
    "MatrixBandPart": {"input": "... m n", "num_lower": "scalar", "num_upper": "scalar"},
    # nets
    "Conv2D": {"input": _NHWC, "filter": _FILTER},
    "Conv2DBackpropInput": {"input_sizes": "4", "filter": _FILTER, "out_backprop": _OUT},
    "Conv2DBackpropFilter": {"input": _NHWC, "filter_sizes": "4", "out_backprop": _OUT},
    "DepthwiseConv2dNative": {"input": _NHWC, "filter": _DEPTHWISE},
    "Conv3D": {"input": _NDHWC, "filter": "filter_planes filter_height filter_width depth channels"},
    "Dilation2D": {"input": _NHWC, "filter": "filter_height filter_width depth"},
    "MaxPool": {"input": _NHWC},
    "AvgPool": {"value": _NHWC},
    "MaxPoolWithArgmax": {"input": _NHWC},
    "MaxPool3D": {"input": _NDHWC},
    "AvgPool3D": {"input": _NDHWC},
    "FractionalMaxPool": {"value": _NHWC},
    "FractionalAvgPool": {"value": _NHWC},
    "LRN": {"input": _NHWC},
    "FusedBatchNorm": {"x": _NHWC, **dict.fromkeys(("scale", "offset", "mean", "variance"), "depth")},
    "BiasAdd": {"value": "... channels | data_format=NCHW: batch channels ...", "bias": "channels"},
    "BiasAddV1": {"value": "... channels", "bias": "channels"},
    "Softmax": {"logits": "... classes"},
    "LogSoftmax": {"logits": "... classes"},
    "SoftmaxCrossEntropyWithLogits": {"features": "batch classes", "labels": "batch classes"},
    "SparseSoftmaxCrossEntropyWithLogits": {"features": "batch classes", "labels": "batch"},
    "InTopK": {"predictions": "batch classes", "targets": "batch"},
    "TopK": {"input": "... n"},
    "TopKV2": {"input": "... n", "k": "scalar"},
    "CTCLoss": {
        "inputs": "time batch classes", "labels_indices": "count 2", "labels_values": "count",
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
    "ResizeArea": _RESIZE,
    "ResizeBicubic": _RESIZE,
    "ResizeBilinear": _RESIZE,
    "ResizeNearestNeighbor": _RESIZE,
    "QuantizedResizeBilinear": {**_RESIZE, "min": "scalar", "max": "scalar"},
    "ExtractGlimpse": {"input": _PICTURES, "size": "2", "offsets": "batch 2"},
    "ExtractImagePatches": {"images": "batch height width depth"},
    "NonMaxSuppression": {"boxes": "num_boxes 4", "scores": "num_boxes", "max_output_size": "scalar"},
    "NonMaxSuppressionV2": {
        "boxes": "num_boxes 4", "scores": "num_boxes", "max_output_size": "scalar", "iou_threshold": "scalar",
    },
    "DrawBoundingBoxes": {"images": "batch height width depth", "boxes": "batch num_boxes 4"},
    "SampleDistortedBoundingBox": {"image_size": "3", "bounding_boxes": "batch num_boxes 4"},
    "EncodePng": _ONE_IMAGE,
    "EncodeJpeg": _ONE_IMAGE,
    "DecodePng": _ONE_IMAGE,
    "DecodeJpeg": _ONE_IMAGE,
    "DecodeGif": _ONE_IMAGE,
    "DecodeBmp": _ONE_IMAGE,
    "RGBToHSV": {"images": "... 3"},
    "HSVToRGB": {"images": "... 3"},
    "AdjustContrastv2": {"images": "... height width channels", "contrast_factor": "scalar"},
    "AdjustHue": {"images": "... height width 3", "delta": "scalar"},
    "AdjustSaturation": {"images": "... height width 3", "scale": "scalar"},
    "RandomCrop": {"image": "height width channels", "size": "2"},
    # arrays
    "SpaceToDepth": {"input": _NHWC},
    "DepthToSpace": {"input": _NHWC},
    "SpaceToBatch": {"input": "batch height width depth", "paddings": "2 2"},
    "BatchToSpace": {"input": "batch height width depth", "crops": "2 2"},
    "Reshape": {"shape": "vector"},
    "Transpose": {"perm": "#x"},
    "Tile": {"multiples": "#input"},
    "Pad": _PAD,
    "PadV2": _PAD,
    "MirrorPad": _PAD,
    "Slice": {"begin": "#input", "size": "#input"},
    "Reverse": {"dims": "#tensor"},
    "Fill": {"dims": "vector", "value": "scalar"},
    "Range": {"start": "scalar", "limit": "scalar", "delta": "scalar"},
    "LinSpace": {"start": "scalar", "stop": "scalar", "num": "scalar"},
    "OneHot": {"depth": "scalar", "on_value": "scalar", "off_value": "scalar"},
    "Concat": {"concat_dim": "scalar"},
    "ConcatV2": {"axis": "scalar"},
    "Split": {"split_dim": "scalar"},
    "SplitV": {"size_splits": "num_split", "split_dim": "scalar"},
    "GatherV2": {"axis": "scalar"},
    "Cumsum": _CUM,
    "Cumprod": _CUM,
    "SparseToDense": {"output_shape": "vector", "default_value": "scalar"},
    "ScatterNd": {"shape": "vector"},
    "Bincount": {"size": "scalar"},
    "AddN": {"inputs": "*shape"},
    "AccumulateNV2": {"inputs": "*shape"},
    "Pack": {"values": "*shape"},
    "Select": {"condition": "*shape", "t": "*shape", "e": "*shape"},
    "InvertPermutation": {"x": "vector"},
    "Unique": {"x": "vector"},
    "UniqueWithCounts": {"x": "vector"},
    "ListDiff": {"x": "vector", "y": "vector"},
    # segments
    **dict.fromkeys(("SegmentSum", "SegmentMean", "SegmentProd", "SegmentMax", "SegmentMin"), _SEGMENTS),
    "UnsortedSegmentSum": {"num_segments": "scalar"},
    **dict.fromkeys(("SparseSegmentSum", "SparseSegmentMean", "SparseSegmentSqrtN"), _SPARSE_SEGMENTS),
    # state
    **dict.fromkeys(("Assign", "AssignAdd", "AssignSub"), _SAME),
    **dict.fromkeys(
        (
            "ApplyGradientDescent", "ApplyProximalGradientDescent", "ApplyAdadelta", "ApplyAdagrad", "ApplyAdam",
            "ApplyProximalAdagrad", "ApplyFtrl", "ApplyFtrlV2", "ApplyMomentum", "ApplyRMSProp",
            "ApplyCenteredRMSProp",
        ),
        _APPLY,
    ),
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

# The argument to name first where it is one of several at fault and not the last of them.
CHIEFS: dict[str, tuple[str, ...]] = {"StridedSlice": ("begin", "end", "input"), "Slice": ("size", "begin")}

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
    **{
        (op, "reduction_indices"): ("input", 0)
        for op in ("Sum", "Mean", "Prod", "Max", "Min", "All", "Any", "EuclideanNorm")
    },
}
