"""The distribution of an array's finite values: counts in equal ranges."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.editor.values.cancelling import never
from app.editor.values.statistics import histogram, statistics

BINS = 40


@dataclass(frozen=True)
class Histogram:
    """Counts of ``bins`` equal ranges from low to high; values that are not finite are counted apart."""

    counts: list[int]
    low: float = 0.0
    high: float = 0.0
    count: int = 0
    odd: int = 0


def distribution(
    array: np.ndarray[Any, Any],
    bins: int = BINS,
    cancelled: Callable[[], bool] = never,
    low: float | None = None,
    high: float | None = None,
) -> Histogram:
    """Return how often values fall into equal ranges, between their extremes unless ends are given.

    ``counts`` is empty where no value is finite. Raises Cancelled.
    """
    known = statistics(array, cancelled)
    if known.low is None or known.high is None:
        return Histogram([], count=known.count, odd=known.odd)
    start = float(known.low) if low is None else low
    end = float(known.high) if high is None else high
    if not start < end:
        room = abs(start) * 0.05 or 0.5
        start, end = start - room, start + room
    counts = histogram(array, start, end, bins, cancelled)
    return Histogram(counts, start, end, known.count, known.odd)


def parts_of(values: np.ndarray[Any, Any], low: float, high: float) -> np.ndarray[Any, Any]:
    """Return where values lie: 0 at the low end, 1 at the high end, one half throughout where the ends are equal.

    Ends may lie as far apart as floats reach, where their distance is none.
    """
    if not low < high:
        return np.full(values.shape, 0.5)
    scale = 1.0 if np.isfinite(high - low) else 0.25
    with np.errstate(all="ignore"):
        parts: np.ndarray[Any, Any] = (values * scale - low * scale) / (high * scale - low * scale)
    return parts
