"""How Python calls ops: the public function that is the same op, and arguments that `tf.raw_ops` calls otherwise.

A test traces every function here: it makes exactly one node, of that op and with these attrs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

# Arguments and attrs of an op that the functions of `tf.raw_ops` name otherwise than the op does.
_AXIS = {"reduction_indices": "axis"}
ARGUMENTS: dict[str, Mapping[str, str]] = {
    **dict.fromkeys(("All", "Any", "EuclideanNorm", "Max", "Mean", "Min", "Prod", "Sum"), _AXIS),
    "ExpandDims": {"dim": "axis"},
    "Select": {"t": "x", "e": "y"},
    "Split": {"split_dim": "axis"},
    "SplitV": {"split_dim": "axis"},
    "Squeeze": {"squeeze_dims": "axis"},
    "Where": {"input": "condition"},
}


class Public(NamedTuple):
    """A public function that makes an op. Its inputs are given by their places, but for those that are ``named``.

    ``attrs`` has the parameters of the op's attrs; where it is None all attrs are parameters of the same names. A node
    with another attr that is not the default is none that the function makes. ``least`` tensors are in its list;
    ``ranked``: it makes this op only where it knows how many axes its inputs have before anything runs.
    """

    function: str
    attrs: Mapping[str, str] | None = None
    named: Mapping[str, str] = {}
    least: int = 0
    ranked: bool = False


# Functions that are TensorFlow's own makers of the op.
_SAME = """
    Acosh tf.math.acosh
    AsString tf.strings.as_string
    Asin tf.math.asin
    Asinh tf.math.asinh
    Atan tf.math.atan
    Atan2 tf.math.atan2
    Atanh tf.math.atanh
    Betainc tf.math.betainc
    Bitcast tf.bitcast
    BitwiseAnd tf.bitwise.bitwise_and
    BitwiseOr tf.bitwise.bitwise_or
    BitwiseXor tf.bitwise.bitwise_xor
    BroadcastTo tf.broadcast_to
    CheckNumerics tf.debugging.check_numerics
    Cholesky tf.linalg.cholesky
    Cos tf.math.cos
    Cosh tf.math.cosh
    Cross tf.linalg.cross
    DecodeAndCropJpeg tf.image.decode_and_crop_jpeg
    DecodeBase64 tf.io.decode_base64
    DecodeBmp tf.image.decode_bmp
    DecodeCompressed tf.io.decode_compressed
    DecodeGif tf.image.decode_gif
    DecodeJpeg tf.image.decode_jpeg
    DecodePng tf.image.decode_png
    DecodeWav tf.audio.decode_wav
    Diag tf.linalg.tensor_diag
    Digamma tf.math.digamma
    DynamicPartition tf.dynamic_partition
    Elu tf.nn.elu
    EncodeBase64 tf.io.encode_base64
    EncodeJpeg tf.image.encode_jpeg
    EncodeWav tf.audio.encode_wav
    Erf tf.math.erf
    Erfc tf.math.erfc
    Expm1 tf.math.expm1
    ExtractJpegShape tf.image.extract_jpeg_shape
    ExtractVolumePatches tf.extract_volume_patches
    FFT tf.signal.fft
    FFT2D tf.signal.fft2d
    FFT3D tf.signal.fft3d
    FakeQuantWithMinMaxArgs tf.quantization.fake_quant_with_min_max_args
    FakeQuantWithMinMaxArgsGradient tf.quantization.fake_quant_with_min_max_args_gradient
    FakeQuantWithMinMaxVars tf.quantization.fake_quant_with_min_max_vars
    FakeQuantWithMinMaxVarsGradient tf.quantization.fake_quant_with_min_max_vars_gradient
    FakeQuantWithMinMaxVarsPerChannel tf.quantization.fake_quant_with_min_max_vars_per_channel
    FakeQuantWithMinMaxVarsPerChannelGradient tf.quantization.fake_quant_with_min_max_vars_per_channel_gradient
    FloorMod tf.math.floormod
    Greater tf.math.greater
    GreaterEqual tf.math.greater_equal
    HSVToRGB tf.image.hsv_to_rgb
    IFFT tf.signal.ifft
    IFFT2D tf.signal.ifft2d
    IFFT3D tf.signal.ifft3d
    IdentityN tf.identity_n
    Igamma tf.math.igamma
    Igammac tf.math.igammac
    Invert tf.bitwise.invert
    InvertPermutation tf.math.invert_permutation
    IsFinite tf.math.is_finite
    IsInf tf.math.is_inf
    IsNan tf.math.is_nan
    L2Loss tf.nn.l2_loss
    LRN tf.nn.local_response_normalization
    LeftShift tf.bitwise.left_shift
    Less tf.math.less
    LessEqual tf.math.less_equal
    Lgamma tf.math.lgamma
    Log tf.math.log
    Log1p tf.math.log1p
    LogMatrixDeterminant tf.linalg.slogdet
    LogicalAnd tf.math.logical_and
    LogicalNot tf.math.logical_not
    LogicalOr tf.math.logical_or
    Lu tf.linalg.lu
    MatchingFiles tf.io.matching_files
    MatrixBandPart tf.linalg.band_part
    MatrixDeterminant tf.linalg.det
    MatrixInverse tf.linalg.inv
    MatrixLogarithm tf.linalg.logm
    MatrixSolve tf.linalg.solve
    MatrixSquareRoot tf.linalg.sqrtm
    Maximum tf.math.maximum
    Minimum tf.math.minimum
    Neg tf.math.negative
    NextAfter tf.math.nextafter
    ParseTensor tf.io.parse_tensor
    Polygamma tf.math.polygamma
    Qr tf.linalg.qr
    RGBToHSV tf.image.rgb_to_hsv
    RealDiv tf.realdiv
    Reciprocal tf.math.reciprocal
    Relu tf.nn.relu
    ReverseV2 tf.reverse
    RightShift tf.bitwise.right_shift
    Rint tf.math.rint
    SegmentMax tf.math.segment_max
    SegmentMean tf.math.segment_mean
    SegmentMin tf.math.segment_min
    SegmentProd tf.math.segment_prod
    SegmentSum tf.math.segment_sum
    Selu tf.nn.selu
    Sin tf.math.sin
    Sinh tf.math.sinh
    Softsign tf.math.softsign
    SpaceToBatchND tf.space_to_batch_nd
    Square tf.math.square
    SquaredDifference tf.math.squared_difference
    StringLower tf.strings.lower
    StringStrip tf.strings.strip
    StringToHashBucketFast tf.strings.to_hash_bucket_fast
    StringToHashBucketStrong tf.strings.to_hash_bucket_strong
    StringUpper tf.strings.upper
    Tan tf.math.tan
    Tanh tf.math.tanh
    Tile tf.tile
    TruncateDiv tf.truncatediv
    TruncateMod tf.truncatemod
    UnicodeScript tf.strings.unicode_script
    UnravelIndex tf.unravel_index
    UnsortedSegmentMax tf.math.unsorted_segment_max
    UnsortedSegmentMin tf.math.unsorted_segment_min
    UnsortedSegmentProd tf.math.unsorted_segment_prod
    UnsortedSegmentSum tf.math.unsorted_segment_sum
    WriteFile tf.io.write_file
    Xlogy tf.math.xlogy
    Zeta tf.math.zeta
"""

_REDUCE = {"keep_dims": "keepdims"}
_POOL = {"ksize": "ksize", "strides": "strides", "padding": "padding", "data_format": "data_format"}

PUBLIC: dict[str, Public] = {
    **{op: Public(function) for op, function in (line.split() for line in _SAME.strip().splitlines())},
    "Abs": Public("tf.math.abs", {}),
    "AddN": Public("tf.math.add_n", {}, least=2),
    "AddV2": Public("tf.math.add", {}),
    "All": Public("tf.math.reduce_all", _REDUCE),
    "Any": Public("tf.math.reduce_any", _REDUCE),
    "ArgMax": Public("tf.math.argmax", {"output_type": "output_type"}),
    "ArgMin": Public("tf.math.argmin", {"output_type": "output_type"}),
    "AvgPool": Public("tf.nn.avg_pool2d", _POOL),
    "BiasAdd": Public("tf.nn.bias_add", {}),
    "Cast": Public("tf.cast", {"DstT": "dtype"}),
    "Ceil": Public("tf.math.ceil", {}),
    "ConcatV2": Public("tf.concat", {}, least=2),
    "Conv2D": Public(
        "tf.nn.conv2d",
        {"strides": "strides", "padding": "padding", "data_format": "data_format", "dilations": "dilations"},
    ),
    "Cumprod": Public("tf.math.cumprod", {"exclusive": "exclusive", "reverse": "reverse"}),
    "Cumsum": Public("tf.math.cumsum", {"exclusive": "exclusive", "reverse": "reverse"}),
    "DecodeCSV": Public(
        "tf.io.decode_csv",
        {
            "field_delim": "field_delim",
            "use_quote_delim": "use_quote_delim",
            "na_value": "na_value",
            "select_cols": "select_cols",
        },
    ),
    "Equal": Public("tf.math.equal", {}),
    "Exp": Public("tf.math.exp", {}),
    "ExpandDims": Public("tf.expand_dims", {}),
    "Fill": Public("tf.fill", {}),
    "Floor": Public("tf.math.floor", {}),
    "FloorDiv": Public("tf.math.floordiv", {}),
    "GatherV2": Public("tf.gather", {"batch_dims": "batch_dims"}, named={"axis": "axis"}),
    "Identity": Public("tf.identity", {}),
    "LeakyRelu": Public("tf.nn.leaky_relu", {"alpha": "alpha"}),
    "LogSoftmax": Public("tf.nn.log_softmax", {}),
    "MatMul": Public(
        "tf.linalg.matmul", {"transpose_a": "transpose_a", "transpose_b": "transpose_b"}, ranked=True
    ),
    "Max": Public("tf.math.reduce_max", _REDUCE),
    "MaxPool": Public("tf.nn.max_pool2d", _POOL),
    "Mean": Public("tf.math.reduce_mean", _REDUCE),
    "Min": Public("tf.math.reduce_min", _REDUCE),
    "Mul": Public("tf.math.multiply", {}),
    "NotEqual": Public("tf.math.not_equal", {}),
    "OneHot": Public("tf.one_hot", {"axis": "axis"}),
    "Pack": Public("tf.stack", {"axis": "axis"}),
    "Pad": Public("tf.pad", {}),
    "Pow": Public("tf.math.pow", {}),
    "Prod": Public("tf.math.reduce_prod", _REDUCE),
    "Range": Public("tf.range", {}),
    "ReadFile": Public("tf.io.read_file", {}),
    "Relu6": Public("tf.nn.relu6", {}),
    "Reshape": Public("tf.reshape", {}),
    "Round": Public("tf.math.round", {}),
    "Rsqrt": Public("tf.math.rsqrt", {}),
    "SelectV2": Public("tf.where", {}),
    "Sigmoid": Public("tf.math.sigmoid", {}),
    "Sign": Public("tf.math.sign", {}),
    "Slice": Public("tf.slice", {}),
    "Softmax": Public("tf.nn.softmax", {}),
    "Softplus": Public("tf.math.softplus", {}),
    "Sqrt": Public("tf.math.sqrt", {}),
    "Squeeze": Public("tf.squeeze", {"squeeze_dims": "axis"}),
    "StopGradient": Public("tf.stop_gradient", {}),
    "StringJoin": Public("tf.strings.join", {"separator": "separator"}, least=1),
    "Sub": Public("tf.math.subtract", {}),
    "Sum": Public("tf.math.reduce_sum", _REDUCE),
    "TopKV2": Public("tf.math.top_k", {"sorted": "sorted"}),
    "Transpose": Public("tf.transpose", {}),
    "Unpack": Public("tf.unstack", {"num": "num", "axis": "axis"}),
    "Where": Public("tf.where", {}),
}
