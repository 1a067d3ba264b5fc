"""Which arguments of ops say how large the output is, and which sizes they may not be."""

from __future__ import annotations

# op -> argument
SIZES_OUTPUT: dict[str, str] = {
    "Fill": "dims", "Tile": "multiples", "OneHot": "depth", "Pad": "paddings", "PadV2": "paddings", "Range": "limit",
    "RandomUniform": "shape", "RandomStandardNormal": "shape", "TruncatedNormal": "shape", "RandomUniformInt": "shape",
    "ResizeBilinear": "size", "ResizeBicubic": "size", "ResizeNearestNeighbor": "size", "ResizeArea": "size",
    "CropAndResize": "crop_size", "ScatterNd": "shape", "SparseToDense": "output_shape", "LinSpace": "num",
    "SparseFillEmptyRows": "dense_shape", "Empty": "shape", "BroadcastTo": "shape", "StridedSliceGrad": "shape",
    "QuantizedResizeBilinear": "size", "ScaleAndTranslate": "size", "CropAndResizeGradImage": "image_size",
    "MirrorPad": "paddings", "Multinomial": "num_samples", "StatelessMultinomial": "num_samples",
    "HistogramFixedWidth": "nbins", "Bincount": "size", "DenseBincount": "size", "SparseBincount": "size",
    "RaggedBincount": "size", "RaggedTensorToTensor": "shape", "UnsortedSegmentJoin": "num_segments",
    "MatrixDiagV2": "num_rows", "MatrixDiagV3": "num_rows", "RandomGamma": "shape", "RandomPoissonV2": "shape",
    "ParameterizedTruncatedNormal": "shape", "ImageProjectiveTransformV2": "output_shape",
    "ImageProjectiveTransformV3": "output_shape",
    **{f"UnsortedSegment{kind}": "num_segments" for kind in ("Sum", "Min", "Max", "Prod")},
    **{f"Segment{kind}": "segment_ids" for kind in ("Sum", "Min", "Max", "Prod", "Mean")},
    **{f"SparseSegment{kind}": "segment_ids" for kind in ("Sum", "Mean", "SqrtN")},
    **{f"SparseSegment{kind}WithNumSegments": "num_segments" for kind in ("Sum", "Mean", "SqrtN")},
    **{
        f"StatelessRandom{kind}{form}": "shape"
        for kind in ("Uniform", "UniformInt", "Normal")
        for form in ("", "V2")
    },
}  # fmt: skip

# Sizes of which 0 is refused, too, but by the kernel only.
SIZES_ABOVE_0 = frozenset(
    {
        ("ResizeBilinear", "size"), ("ResizeBicubic", "size"), ("ResizeNearestNeighbor", "size"),
        ("ResizeArea", "size"), ("QuantizedResizeBilinear", "size"), ("ScaleAndTranslate", "size"),
        ("CropAndResize", "crop_size"),
    }
)  # fmt: skip
