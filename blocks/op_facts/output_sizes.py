"""Which arguments of ops say how large the output is, and which sizes they may not be."""

from __future__ import annotations

# op -> argument
SIZES_OUTPUT: dict[str, str] = {
    "Fill": "dims", "Tile": "multiples", "OneHot": "depth", "Pad": "paddings", "PadV2": "paddings", "Range": "limit",
    "RandomUniform": "shape", "RandomStandardNormal": "shape", "TruncatedNormal": "shape", "RandomUniformInt": "shape",
    "ResizeBilinear": "size", "ResizeBicubic": "size", "ResizeNearestNeighbor": "size", "ResizeArea": "size",
    "CropAndResize": "crop_size", "ScatterNd": "shape", "SparseToDense": "output_shape", "LinSpace": "num",
    "UnsortedSegmentSum": "num_segments", "SparseFillEmptyRows": "dense_shape",
}  # fmt: skip

# Sizes of which 0 is refused, too, but by the kernel only.
SIZES_ABOVE_0 = frozenset(
    {
        ("ResizeBilinear", "size"), ("ResizeBicubic", "size"), ("ResizeNearestNeighbor", "size"),
        ("ResizeArea", "size"), ("QuantizedResizeBilinear", "size"), ("ScaleAndTranslate", "size"),
        ("CropAndResize", "crop_size"),
    }
)  # fmt: skip
