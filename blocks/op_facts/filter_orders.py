"""The order in which PyTorch keeps the axes of a filter, as the perm of the Transpose to that of TensorFlow."""

from __future__ import annotations

# What the first and the last size of a filter are called (see input_shapes) -> the perm. PyTorch has the channels in
# front: [out, in, height, width], of a depthwise one [channels, 1, height, width].
ORDER_OF_PYTORCH: dict[tuple[str, str], tuple[int, ...]] = {
    ("filter_height", "channels"): (2, 3, 1, 0),
    ("filter_height", "multiplier"): (2, 3, 0, 1),
    ("filter_planes", "channels"): (2, 3, 4, 1, 0),
}
