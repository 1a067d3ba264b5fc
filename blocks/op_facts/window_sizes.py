"""How many numbers the strides, kernel sizes and rates of ops on pictures and volumes have."""

from __future__ import annotations

_ATTRS = frozenset({"strides", "rates", "dilations", "ksize", "ksizes"})  # one number for each dimension


def window_length(op: str, attr: str) -> int | None:
    """Return the length that an op wants of such an attr (batch and depth count); None where it is open."""
    if attr not in _ATTRS or op == "Conv":
        return None
    if any(word in op for word in ("3D", "3d", "Volume")):
        return 5
    return 4 if any(word in op for word in ("2D", "2d", "Pool", "Image")) else None
