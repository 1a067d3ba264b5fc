"""One number by step, in bounded memory: of each stretch of steps the least and greatest value stays."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from app.editor.values.cancelling import Cancelled, never

if TYPE_CHECKING:
    import numpy as np

STRETCHES = 1000  # more than a monitor has pixels
RECENT = 4096  # the last points all stay, for views of the last steps
_AT_ONCE = 1 << 20  # elements looked at between two questions whether to go on
_FRESH = 512  # points that wait to be sorted in

Point = tuple[int, float]


class Series:
    """Points by step, thinned evenly over the whole run.

    When there are too many stretches their length doubles, so that every part of the run keeps the same
    fineness, every extreme stays, and memory stays the same for a million steps.
    """

    def __init__(self) -> None:
        """Make an empty series."""
        self.clear()

    def clear(self) -> None:
        """Forget everything."""
        self.current: float | None = None  # the last value, finite or not
        self.not_finite = 0  # how many NaN and infinite values came
        self.count = 0  # how many finite ones
        self.recent: deque[Point] = deque(maxlen=RECENT)
        self._fresh: list[Point] = []
        self._first: Point | None = None
        self._last_step = -1
        self._width = 1  # steps of a stretch
        self._parts: tuple[np.ndarray[Any, Any], ...] | None = None  # steps and values of lows and highs
        self._points: list[Point] | None = None

    def left_out(self) -> int:
        """Return how many steps between the first and the last one brought no value (they were not sampled)."""
        first = self._first[0] if self._first is not None else self._last_step + 1
        return max(0, self._last_step - first + 1 - self.count - self.not_finite)

    def add(self, step: int, value: float) -> None:
        """Take the value of a step; one that is not later than the last one is known already."""
        if step <= self._last_step:
            return
        self._last_step = step
        self.current = value
        if not math.isfinite(value):
            self.not_finite += 1
            return
        point = (step, value)
        if self._first is None:
            self._first = point
        self.count += 1
        self.recent.append(point)
        self._fresh.append(point)
        self._points = None
        if len(self._fresh) >= _FRESH:
            self._sort_in()

    def go_back(self, step: int) -> None:
        """Forget the values of later steps, which come anew."""
        if step >= self._last_step:
            return
        self._sort_in()
        lost = sum(point[0] > step for point in self.recent)
        self.count, self._last_step, self._points = max(0, self.count - lost), step, None
        self.recent = deque((p for p in self.recent if p[0] <= step), maxlen=RECENT)
        self.current = self.recent[-1][1] if self.recent else None
        if self._first is not None and self._first[0] > step:
            self._first = None
        if self._parts is not None:
            lows, highs = self._parts[0] <= step, self._parts[2] <= step
            self._parts = tuple(
                part[stays] for part, stays in zip(self._parts, (lows, lows, highs, highs), strict=True)
            )
            if not lows.any() or not highs.any():
                self._parts = None

    def extend(self, first: int, values: Sequence[float | None], every: int = 1) -> None:
        """Take the values of every so many steps; None is a step without one."""
        for number, value in enumerate(values):
            if value is not None:
                self.add(first + number * every, float(value))

    @property
    def points(self) -> list[Point]:
        """Return the points to draw, by step: all of them, or the extremes of each stretch and both ends."""
        if self._points is None:
            self._sort_in()
            self._points = self._merged()
        return self._points

    def last(self, steps: int) -> list[Point]:
        """Return the points of so many last steps, as fine as they are retained."""
        start = self._last_step - steps
        if self.recent and (self.recent[0][0] <= start + 1 or self.count == len(self.recent)):
            return [p for p in self.recent if p[0] > start]
        return [p for p in self.points if p[0] > start]

    def _sort_in(self) -> None:
        """Move the points that wait into their stretches."""
        import numpy as np

        if not self._fresh:
            return
        steps = np.array([p[0] for p in self._fresh], np.int64)
        values = np.array([p[1] for p in self._fresh], np.float64)
        self._fresh = []
        parts: tuple[np.ndarray[Any, Any], ...] = (steps, values, steps, values)
        if self._parts is not None:
            parts = tuple(np.concatenate(pair) for pair in zip(self._parts, parts, strict=True))
        self._parts = _reduced(parts, self._width)
        while len(self._parts[0]) > STRETCHES:
            self._width *= 2
            self._parts = _reduced(self._parts, self._width)

    def _merged(self) -> list[Point]:
        import numpy as np

        if self._parts is None:
            return []
        low_steps, lows, high_steps, highs = self._parts
        steps = np.concatenate((low_steps, high_steps))
        values = np.concatenate((lows, highs))
        steps, first = np.unique(steps, return_index=True)
        points = list(zip(steps.tolist(), values[first].tolist(), strict=True))
        if self._first is not None and points[0] != self._first:
            points.insert(0, self._first)
        if self.recent and points[-1] != self.recent[-1]:
            points.append(self.recent[-1])
        return points


def sampled_note(series: Sequence[Series]) -> str:
    """Return how many of the steps brought a value to that of the series which misses most, "" where none does."""
    most = max(series, key=lambda one: one.left_out(), default=None)
    if most is None or not most.left_out():
        return ""
    there = most.count + most.not_finite
    return f"{there:,} of {there + most.left_out():,} steps sampled"


def _reduced(parts: tuple[np.ndarray[Any, Any], ...], width: int) -> tuple[np.ndarray[Any, Any], ...]:
    """Return one low and one high for each stretch of ``width`` steps. The stretches of a width lie in its double's."""
    import numpy as np

    low_steps, lows, high_steps, highs = parts
    stretch = low_steps // width
    starts = np.flatnonzero(np.concatenate(([True], stretch[1:] != stretch[:-1])))
    sizes = np.diff(np.append(starts, len(stretch)))

    def places(values: np.ndarray[Any, Any], ends: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """Return the first place of each stretch's extreme."""
        hits = np.flatnonzero(values == np.repeat(ends, sizes))
        owner = np.searchsorted(starts, hits, side="right") - 1
        return hits[np.unique(owner, return_index=True)[1]]

    at_low = places(lows, np.minimum.reduceat(lows, starts))
    at_high = places(highs, np.maximum.reduceat(highs, starts))
    return low_steps[at_low], lows[at_low], high_steps[at_high], highs[at_high]


def thinned(values: np.ndarray[Any, Any], steps: range, cancelled: Callable[[], bool] = never) -> list[Point]:
    """Return the finite points of a vector; of a long one the least and greatest value of each stretch.

    ``steps`` are the places of the values. Raises Cancelled.
    """
    import numpy as np

    each = max(1, -(-len(values) // STRETCHES))
    whole = len(values) // each * each if each > 1 else 0
    places = [np.arange(whole, len(values))]
    block = max(1, _AT_ONCE // each) * each
    for start in range(0, whole, block):
        if cancelled():
            raise Cancelled
        parts = np.asarray(values[start : min(start + block, whole)], np.float64).reshape(-1, each)
        bad = ~np.isfinite(parts)
        firsts = start + np.arange(len(parts)) * each
        places.append(firsts + np.where(bad, np.inf, parts).argmin(axis=1))
        places.append(firsts + np.where(bad, -np.inf, parts).argmax(axis=1))
    found = np.unique(np.concatenate(places))
    chosen = np.asarray(values[found], np.float64)
    good = np.isfinite(chosen)
    return [
        (steps[place], value)
        for place, value in zip(found[good].tolist(), chosen[good].tolist(), strict=True)
    ]
