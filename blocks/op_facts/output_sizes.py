"""Which argument of an op says how large its output is."""

from __future__ import annotations

# op -> argument
SIZES_OUTPUT: dict[str, str] = {
    "Fill": "dims", "Tile": "multiples", "OneHot": "depth", "Pad": "paddings", "PadV2": "paddings", "Range": "limit",
    "RandomUniform": "shape", "RandomStandardNormal": "shape", "TruncatedNormal": "shape", "RandomUniformInt": "shape",
    "ResizeBilinear": "size", "ResizeBicubic": "size", "ResizeNearestNeighbor": "size", "ResizeArea": "size",
    "CropAndResize": "crop_size", "ScatterNd": "shape", "SparseToDense": "output_shape", "LinSpace": "num",
    "UnsortedSegmentSum": "num_segments",
}  # fmt: skip
