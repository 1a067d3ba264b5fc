"""How many numbers the strides, kernel sizes, rates and sizes of ops on pictures and volumes have."""

from __future__ import annotations

from collections.abc import Sequence

# Attrs with one number for each dimension of the input, batch and depth too.
_ONE_EACH = frozenset({"strides", "rates", "dilations", "ksize", "ksizes"})

# Attrs whose numbers must be above 0.
POSITIVE_ATTRS = _ONE_EACH | {"stride", "pooling_ratio"}

# Inputs that are a height and a width.
HEIGHT_AND_WIDTH = frozenset({"size", "crop_size"})


def window_length(op: str, attr: str) -> int | None:
    """Return how many numbers an op requires of such an attr; None where it is open."""
    if attr not in _ONE_EACH or op == "Conv":
        return None
    if any(word in op for word in ("3D", "3d", "Volume")):
        return 5
    return 4 if any(word in op for word in ("2D", "2d", "Pool", "Image")) else None


def places_of_windows(
    sizes: Sequence[int], windows: Sequence[int], steps: Sequence[int], padding: str
) -> tuple[int, ...]:
    """Return at how many places along each dimension a window stands that moves by steps over so many elements."""
    found = []
    for size, window, step in zip(sizes, windows, steps, strict=True):
        span = size if padding == "SAME" else size - window + 1
        found.append(max(-(-span // step), 0))
    return tuple(found)
