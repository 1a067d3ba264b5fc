"""Right-angled routes of wires between two pins. No Qt: points are ``(x, y)`` in page units."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import inf

Point = tuple[float, float]

STUB = 12.0  # a wire leaves and reaches a block straight for this far
LANE = 5.0  # between the vertical runs of wires that end on neighbouring rows
GAP = 14.0  # between a block and a wire that goes around it
# Pins whose heights differ by no more are joined by one straight line: it still meets the circle.
ALIGNED = 3.0
HIDDEN_STUB = 16.0  # what is drawn of a hidden wire at each end


@dataclass(frozen=True, slots=True)
class Box:
    """The outline of a block that a wire must not cross at its ends."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class End:
    """One end of a wire: the pin's centre, its block, its row, and whether it leaves downwards."""

    x: float
    y: float
    box: Box
    row: int = 0
    down: bool = False


def route(source: End, target: End, points: Sequence[Point] = ()) -> list[Point]:
    """Return the corners from the source pin's centre to the target pin's centre.

    ``points`` are the corners that the page stores; all of them are passed, joined at right angles. Only where the
    first or last of them lie within a block that has grown since does the wire turn beside it.
    """
    start, end = (source.x, source.y), (target.x, target.y)
    if points:
        corners = _without_spurs(_level_ends(squared([start, *points, end])))
        return tidy(_beside_ends(source, target, corners))
    if source.down:
        return tidy([start, *_from_below(source, target), end])
    exit_x, entry_x = source.x + STUB, target.box.left - STUB
    if exit_x <= entry_x:
        if abs(end[1] - start[1]) <= ALIGNED:
            return [(start[0], end[1]), end]
        lane = _lane(source, target, exit_x, entry_x)
        return tidy([start, (lane, start[1]), (lane, end[1]), end])
    if abs(end[1] - start[1]) <= ALIGNED and source.x < target.box.left:
        return [(start[0], end[1]), end]
    if source.x + 2.0 < target.box.left:  # close, but still in front: turn halfway
        lane = half((source.x + target.box.left) / 2)
        return tidy([start, (lane, start[1]), (lane, end[1]), end])
    return tidy([start, *_around(source, target, exit_x, entry_x), end])


def ends_only(points: Sequence[Point], length: float = HIDDEN_STUB) -> tuple[list[Point], list[Point]]:
    """Return what is drawn of a hidden wire: a short piece at its start and one at its end."""
    (ax, ay), (bx, by) = points[0], points[-1]
    down = len(points) > 1 and abs(points[1][0] - ax) < 0.1 and points[1][1] > ay
    first = [(ax, ay), (ax, ay + length)] if down else [(ax, ay), (ax + length, ay)]
    return first, [(bx - length - PIN_INSET, by), (bx, by)]


_TOUCHING = 2.0  # a run that is no further from a block's edge looks like the edge
PIN_INSET = 12.0  # how far inside its block an input pin stands


def distance(points: Sequence[Point], x: float, y: float, most: float = inf) -> float:
    """Return how far a point is from a polyline; infinite where that is surely more than ``most``."""
    best = inf
    left, right, top, bottom = x - most, x + most, y - most, y + most
    for (ax, ay), (bx, by) in itertools.pairwise(points):
        if (ax < left and bx < left) or (ax > right and bx > right):
            continue
        if (ay < top and by < top) or (ay > bottom and by > bottom):
            continue
        dx, dy = bx - ax, by - ay
        length = dx * dx + dy * dy
        t = 0.0 if length == 0 else max(0.0, min(1.0, ((x - ax) * dx + (y - ay) * dy) / length))
        best = min(best, (x - ax - t * dx) ** 2 + (y - ay - t * dy) ** 2)
    return best**0.5


def crosses(points: Sequence[Point], box: Box) -> bool:
    """Return whether a right-angled polyline passes through a box."""
    for (ax, ay), (bx, by) in itertools.pairwise(points):
        if (
            max(ax, bx) >= box.left
            and min(ax, bx) <= box.right
            and max(ay, by) >= box.top
            and min(ay, by) <= box.bottom
        ):
            return True
    return False


def half(value: float) -> float:
    """Return the nearest half: a line of odd width is sharp there."""
    return round(value - 0.5) + 0.5


def _lane(source: End, target: End, low: float, high: float) -> float:
    """Return the x of the vertical run.

    Lower rows of a target turn earlier on the way down, later on the way up, so that the wires of one block do not
    cross each other.
    """
    step = target.row * LANE if target.y < source.y else -target.row * LANE
    return half(min(high, max(low, (source.x + target.box.left) / 2 + step)))


def _around(source: End, target: End, exit_x: float, entry_x: float) -> list[Point]:
    """Return the corners of a wire that goes back: between the two blocks, or around both of them."""
    exit_x, entry_x = half(exit_x + source.row * LANE), half(entry_x - target.row * LANE)
    if target.box.top - source.box.bottom >= GAP:
        y = (target.box.top + source.box.bottom) / 2
    elif source.box.top - target.box.bottom >= GAP:
        y = (source.box.top + target.box.bottom) / 2
    else:
        above = min(source.box.top, target.box.top) - GAP - target.row * LANE
        below = max(source.box.bottom, target.box.bottom) + GAP + target.row * LANE
        over, under = source.y + target.y - 2 * above, 2 * below - source.y - target.y
        y = above if over < under else below
    y = half(y)
    return [(exit_x, source.y), (exit_x, y), (entry_x, y), (entry_x, target.y)]


def _from_below(source: End, target: End) -> list[Point]:
    """Return the corners of a wire that leaves a pin on the bottom edge."""
    y = half(source.box.bottom + STUB)
    entry_x = half(target.box.left - STUB)
    if source.x <= entry_x and target.y > y:
        return [(source.x, target.y)]
    return [(source.x, y), (entry_x, y), (entry_x, target.y)]


def squared(points: Sequence[Point]) -> list[Point]:
    """Join the points at right angles: out of the source and into the target horizontally."""
    result = [points[0]]
    last = len(points) - 1
    for index in range(1, len(points)):
        (ax, ay), (bx, by) = result[-1], points[index]
        if abs(ax - bx) > 0.5 and abs(ay - by) > 0.5 and not (last == 1 and abs(ay - by) <= ALIGNED):
            result.append((ax, by) if index == last else (bx, ay))
        result.append(points[index])
    return result


def _level_ends(points: list[Point]) -> list[Point]:
    """Return a way whose first and last legs are exactly level, where stored corners lie a fraction beside the pins."""
    found = list(points)
    for end, corner, after in ((0, 1, 2), (-1, -2, -3)):
        if len(points) > 2 and points[corner][0] == points[after][0]:
            away = points[end][1] - points[corner][1]
            if 0 < abs(away) <= ALIGNED:
                found[corner] = (points[corner][0], points[end][1])
    return found


def _without_spurs(points: list[Point]) -> list[Point]:
    """Return a way that does not run up to a stored corner and back where its pins stand at other heights by now."""
    found = list(points)
    for order in (1, -1):
        found = found[::order]
        if len(found) > 4 and found[1][0] == found[2][0] == found[3][0]:
            low, high = sorted((found[1][1], found[3][1]))
            if not low <= found[2][1] <= high:
                del found[2]
        found = found[::order]
    return found


def _beside_ends(source: End, target: End, points: list[Point]) -> list[Point]:
    """Return a way that turns beside the blocks at its ends where it would run up or down within them."""
    found = list(points)
    for end, inner in (
        (0, 1),
        (-1, -2),
    ):  # a way that leaves its pin up or down has a corner at the pin itself
        if found[end][1] != found[inner][1]:
            found.insert(1 if end == 0 else len(found) - 1, found[end])
    if len(found) < 4:
        return points
    if not source.down and source.box.left < found[1][0] <= source.x + _TOUCHING:
        _move_upright(found, range(1, len(found)), half(source.x + STUB))
    if target.box.left - _TOUCHING <= found[-2][0] < target.box.right:
        _move_upright(found, range(len(found) - 2, -1, -1), half(target.box.left - STUB))
    return found


def _move_upright(points: list[Point], indexes: Iterable[int], x: float) -> None:
    """Move the upright run that begins with the first of these corners; one that goes up to a pin stays."""
    indexes = list(indexes)
    was = points[indexes[0]][0]
    run = list(itertools.takewhile(lambda index: points[index][0] == was, indexes))
    if 1 < len(run) < len(indexes):
        for index in run:
            points[index] = (x, points[index][1])


def tidy(points: Sequence[Point]) -> list[Point]:
    """Drop points that repeat or lie on the line between their neighbours."""
    result: list[Point] = []
    for point in points:
        if result and abs(point[0] - result[-1][0]) < 0.05 and abs(point[1] - result[-1][1]) < 0.05:
            continue
        if len(result) >= 2 and _between(result[-2], result[-1], point):
            result[-1] = point
        else:
            result.append(point)
    return result if len(result) > 1 else [points[0], points[-1]]


def _between(a: Point, b: Point, c: Point) -> bool:
    """Return whether b lies on the straight, forward way from a to c along one axis."""
    if abs(a[0] - b[0]) < 0.05 and abs(b[0] - c[0]) < 0.05:
        return (b[1] - a[1]) * (c[1] - b[1]) > 0
    return abs(a[1] - b[1]) < 0.05 and abs(b[1] - c[1]) < 0.05 and (b[0] - a[0]) * (c[0] - b[0]) > 0
