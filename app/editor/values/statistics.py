"""Statistics of an array of any size and layout, computed in pieces: little memory, and they can be called off."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.editor.values.cancelling import Cancelled, never

Array = np.ndarray[Any, Any]
PIECE = 1 << 20  # elements
_MOST_STRINGS = 2_000_000  # beyond, the lengths of strings are not measured


@dataclass(frozen=True)
class Statistics:
    """Of the finite numbers: extremes, mean and standard deviation (divisor n); and how many are not finite.

    Complex numbers count by their magnitude, booleans as 0 and 1. ``low_at`` and ``high_at`` are the first
    places of the extremes, ``odd_at`` of a NaN or an infinity, as indices in row-major order.
    """

    count: int
    nan: int = 0
    positive_infinite: int = 0
    negative_infinite: int = 0
    low: int | float | None = None
    high: int | float | None = None
    mean: float | None = None
    std: float | None = None
    low_at: int | None = None
    high_at: int | None = None
    odd_at: int | None = None
    of_magnitude: bool = False

    @property
    def infinite(self) -> int:
        """Return how many infinities there are."""
        return self.positive_infinite + self.negative_infinite

    @property
    def odd(self) -> int:
        """Return how many values are NaN or infinite."""
        return self.nan + self.infinite

    @property
    def finite(self) -> int:
        """Return how many values are finite."""
        return self.count - self.odd


def has_statistics(array: Array) -> bool:
    """Return whether an array holds numbers."""
    return array.dtype.kind in "fiubc" or (array.dtype.kind == "V" and array.dtype.names is None)


def pieces(array: Array, size: int = PIECE) -> Iterator[tuple[int, Array]]:
    """Yield (index of the first element, elements) in row-major order; a strided array is never copied whole."""
    if array.flags.c_contiguous:
        flat = array.reshape(-1)
        for start in range(0, flat.size, size):
            yield start, flat[start : start + size]
        return
    start = 0
    flags: Any = ["external_loop", "buffered", "zerosize_ok"]
    with np.nditer(array, flags=flags, order="C", buffersize=size) as parts:
        for found in parts:
            part: Any = found  # one operand gives one array
            yield start, part  # the buffer is written anew for the next piece
            start += part.size


def numbers_of(piece: Array) -> Array:
    """Return a piece as a dtype that NumPy counts with: magnitudes, and small floats as float32."""
    if piece.dtype.kind == "c":
        return np.abs(piece)
    if piece.dtype.kind == "V":  # bfloat16, float8, 4-bit integers
        return piece.astype(np.float32)
    return piece


def statistics(array: Array, cancelled: Callable[[], bool] = never) -> Statistics:
    """Return an array's statistics; raises Cancelled as soon as ``cancelled()`` is true (asked per piece)."""
    total = _Total()
    with np.errstate(all="ignore"):
        for start, piece in pieces(array):
            if cancelled():
                raise Cancelled
            total.add(start, numbers_of(piece))
    return total.result(int(array.size), array.dtype.kind == "c")


class _Total:
    """What is known of the pieces so far. Means and deviations are merged as by Chan, Golub and LeVeque (1983)."""

    def __init__(self) -> None:
        self.nan = self.positive = self.negative = self.finite = 0
        self.low: int | float | None = None
        self.high: int | float | None = None
        self.low_at = self.high_at = self.odd_at = None  # type: int | None
        self.mean = self.squares = 0.0

    def add(self, start: int, piece: Array) -> None:
        """Take a piece into account."""
        if piece.dtype.kind == "f":
            good = np.isfinite(piece)
            odd = piece.size - int(np.count_nonzero(good))
            if odd:
                self._add_odd(start, piece, good, odd)
                places = np.flatnonzero(good)
                if places.size:
                    self._add_finite(start, piece[places], places)
                return
        if piece.size:
            self._add_finite(start, piece, None)

    def _add_odd(self, start: int, piece: Array, good: Array, odd: int) -> None:
        nan = int(np.count_nonzero(np.isnan(piece)))
        positive = int(np.count_nonzero(piece == np.inf))
        self.nan += nan
        self.positive += positive
        self.negative += odd - nan - positive
        if self.odd_at is None:
            self.odd_at = start + int(np.argmin(good))

    def _add_finite(self, start: int, values: Array, places: Array | None) -> None:
        low_at, high_at = int(np.argmin(values)), int(np.argmax(values))
        low, high = values[low_at].item(), values[high_at].item()
        if self.low is None or low < self.low:
            self.low, self.low_at = low, start + (low_at if places is None else int(places[low_at]))
        if self.high is None or high > self.high:
            self.high, self.high_at = high, start + (high_at if places is None else int(places[high_at]))
        count = values.size
        mean = float(values.mean(dtype=np.float64))
        away = values.astype(np.float64)
        away -= mean
        squares = float(np.dot(away, away))
        both = self.finite + count
        delta = mean - self.mean
        self.mean += delta * count / both
        self.squares += squares + delta * delta * self.finite * count / both
        self.finite = both

    def result(self, count: int, of_magnitude: bool) -> Statistics:
        """Return the statistics of all pieces."""
        known = self.finite > 0
        return Statistics(
            count=count,
            nan=self.nan,
            positive_infinite=self.positive,
            negative_infinite=self.negative,
            low=self.low,
            high=self.high,
            mean=self.mean if known else None,
            std=math.sqrt(max(self.squares, 0.0) / self.finite) if known else None,
            low_at=self.low_at,
            high_at=self.high_at,
            odd_at=self.odd_at,
            of_magnitude=of_magnitude,
        )


def histogram(
    array: Array, low: float, high: float, bins: int, cancelled: Callable[[], bool] = never
) -> list[int]:
    """Return how many finite values fall into each of equal ranges from low to high; raises Cancelled."""
    counts = np.zeros(bins, np.int64)
    with np.errstate(all="ignore"):
        for _, piece in pieces(array):
            if cancelled():
                raise Cancelled
            values = numbers_of(piece).astype(np.float64)
            counts += _counted(values[np.isfinite(values)], low, high, bins)
    return [int(n) for n in counts]


def _counted(values: Array, low: float, high: float, bins: int) -> Array:
    try:
        return np.histogram(values, bins=bins, range=(low, high))[0]
    except (ValueError, IndexError):  # the ends are nearer or farther than NumPy's bins can be
        scale = 0.25 if not np.isfinite(high - low) else 2.0**64 if high - low < 1e-300 else 1.0
        return np.histogram(values * scale, bins=bins, range=(low * scale, high * scale))[0]


def next_odd(array: Array, after: int, cancelled: Callable[[], bool] = never) -> int | None:
    """Return the row-major index of the next NaN or infinity behind an index, round from the beginning.

    None where all are finite; raises Cancelled.
    """
    if array.dtype.kind not in "fcV":
        return None
    first: int | None = None
    for start, piece in pieces(array):
        if cancelled():
            raise Cancelled
        places = np.flatnonzero(~np.isfinite(numbers_of(piece)))
        if not places.size:
            continue
        if first is None:
            first = start + int(places[0])
        behind = int(np.searchsorted(places, after - start, side="right"))
        if behind < places.size:
            return start + int(places[behind])
    return first


@dataclass(frozen=True)
class Lengths:
    """The lengths of strings, in bytes."""

    shortest: int
    longest: int
    total: int
    empty: int


def lengths(array: Array, cancelled: Callable[[], bool] = never) -> Lengths | None:
    """Return the lengths of an array of bytes; None where there are none, or too many to measure."""
    if not 0 < array.size <= _MOST_STRINGS:
        return None
    shortest, longest, total, empty = 1 << 62, 0, 0, 0
    for number, item in enumerate(array.flat):
        if number % 65536 == 0 and cancelled():
            raise Cancelled
        size = len(item)
        shortest, longest, total = min(shortest, size), max(longest, size), total + size
        empty += size == 0
    return Lengths(shortest, longest, total, empty)


def memory_of(array: Array) -> int:
    """Return the bytes that the elements take; of strings the sum of a sample's lengths, scaled."""
    if array.dtype.kind != "O":
        return int(array.size) * array.dtype.itemsize
    sample = [len(item) for item in array.flat[:1000]]
    return round(sum(sample) * array.size / len(sample)) if sample else 0
