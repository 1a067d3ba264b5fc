"""The exponential mean of a curve, as TensorBoard smooths it."""

from __future__ import annotations

from collections.abc import Sequence

Point = tuple[int, float]


def smoothed(points: Sequence[Point], weight: float) -> list[Point]:
    """Return the points with means of themselves and those before; ``weight`` (0 to below 1) is that of the past.

    The mean of the first points is divided by the weight that they have in all, so that it does not begin at zero.
    """
    made: list[Point] = []
    mean = share = 0.0
    for step, value in points:
        mean = mean * weight + value * (1.0 - weight)
        share = share * weight + (1.0 - weight)
        made.append((step, mean / share))
    return made
