"""Attrs of which an op takes some values only, as its kernel says and the registry does not."""

from __future__ import annotations

_DCT = ("", "INTEGER_FAST", "INTEGER_ACCURATE")
_CHANNELS, _CHANNELS_OF_JPEG, _RATIOS = (0, 1, 3, 4), (0, 1, 3), (1, 2, 4, 8)
_INTERPOLATIONS, _FILLS = ("NEAREST", "BILINEAR"), ("REFLECT", "WRAP", "CONSTANT", "NEAREST")
_KERNELS = ("lanczos1", "lanczos3", "lanczos5", "gaussian", "box", "triangle", "keyscubic", "mitchellcubic")
_COMPRESSIONS = ("", "GZIP", "ZLIB")  # any other word counts as none, without a word

_POLICIES = ("", "DEFAULT", "ERROR", "IGNORE")  # for an index beyond the tensor
_SCATTERING = (
    "GatherNd", "ScatterNd", "ScatterNdNonAliasingAdd",
    *(f"ScatterNd{way}" for way in ("Add", "Max", "Min", "Sub", "Update")),
    *(f"ResourceScatterNd{way}" for way in ("Add", "Max", "Min", "Sub", "Update")),
    *(f"TensorScatter{way}" for way in ("Add", "Max", "Min", "Sub", "Update")),
)  # fmt: skip

# (op, attr) -> its values, or the range of them; of a list, those of each of its words.
ATTR_VALUES: dict[tuple[str, str], tuple[int | str, ...] | range] = {
    ("DecodeJpeg", "channels"): _CHANNELS_OF_JPEG,
    ("DecodeJpeg", "ratio"): _RATIOS,
    ("DecodeJpeg", "dct_method"): _DCT,
    ("DecodeAndCropJpeg", "channels"): _CHANNELS_OF_JPEG,
    ("DecodeAndCropJpeg", "ratio"): _RATIOS,
    ("DecodeAndCropJpeg", "dct_method"): _DCT,
    ("DecodePng", "channels"): _CHANNELS,
    ("DecodeBmp", "channels"): _CHANNELS,
    ("DecodeImage", "channels"): _CHANNELS,
    ("TFRecordReader", "compression_type"): _COMPRESSIONS,
    ("TFRecordReaderV2", "compression_type"): _COMPRESSIONS,
    ("FixedLengthRecordReaderV2", "encoding"): _COMPRESSIONS,
    **{(f"ImageProjectiveTransformV{n}", "interpolation"): _INTERPOLATIONS for n in (2, 3)},
    **{(f"ImageProjectiveTransformV{n}", "fill_mode"): _FILLS for n in (2, 3)},
    ("ScaleAndTranslate", "kernel_type"): _KERNELS,
    ("ScaleAndTranslateGrad", "kernel_type"): _KERNELS,
    **{(op, "bad_indices_policy"): _POLICIES for op in _SCATTERING},
    **{(op, "noise"): ("uniform", "gaussian", "zero") for op in ("ExtractGlimpse", "ExtractGlimpseV2")},
    **{(op, "encoding"): ("", "utf-8") for op in ("StringLower", "StringUpper")},
    **{(op, "block_size"): range(2, 46_341) for op in ("DepthToSpace", "SpaceToDepth")},  # its square counts
    ("RaggedTensorToTensor", "row_partition_types"): ("FIRST_DIM_SIZE", "VALUE_ROWIDS", "ROW_SPLITS"),
    **{
        (f"UniformQuantizedConvolution{kind}", "padding"): ("VALID", "SAME", "EXPLICIT")
        for kind in ("", "Hybrid")
    },
    ("AsString", "fill"): ("", " ", "0", "+", "-", "#"),
    ("EncodeJpeg", "quality"): range(101),
    ("EncodePng", "compression"): range(-1, 10),
}

# (op, attr) -> lists of numbers none of which may be below the one before it.
RISING = frozenset({("Bucketize", "boundaries")})

# Attrs that may differ from their default only where the op's input has one of some dtypes.
_WITH_FRACTIONS = (
    "DT_HALF",
    "DT_BFLOAT16",
    "DT_FLOAT",
    "DT_DOUBLE",
    "DT_COMPLEX64",
    "DT_COMPLEX128",
    "DT_STRING",
)
ATTRS_OF_DTYPES: dict[tuple[str, str], tuple[str, ...]] = {
    ("AsString", name): _WITH_FRACTIONS for name in ("precision", "scientific", "shortest")
}

# Attrs of an op of which one at most may be true.
EXCLUSIVE: dict[str, tuple[str, str]] = {"AsString": ("scientific", "shortest")}
