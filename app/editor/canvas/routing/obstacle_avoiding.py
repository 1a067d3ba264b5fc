"""Leads wires around the blocks between their ends. No Qt: points are ``(x, y)`` in page units.

The plain route (`orthogonal.route`) is taken where it is free. Else lanes and channels beside the blocks in its way
are tried, and the cheapest wins: few blocks crossed, then short, then few bends. It is a heuristic, fast enough to
run over all wires of a large page.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise
from math import inf
from typing import NamedTuple

from app.editor.canvas.routing.orthogonal import STUB, Box, End, Point, crosses, half, route, tidy

_CELL = 128.0  # page units of a bucket
_MOST_CELLS = 100  # buckets that one box lies in
_BESIDE = 9.0  # between a block and a wire that passes it
_SPREAD = 5.0  # between channels of different sources
_ROOMY = 60.0  # between two blocks, so that lanes beside them can be set apart too
_CROSSING, _BEND = 500.0, 14.0  # what a crossed block and a bend cost, in page units of length
_ROUNDS = 2
_MOST_CHANNELS = 12
# Boxes in the way that ways beside are sought for: who crosses a whole page finds none anyway.
_MOST_BESIDE = 40

Found = dict[str, Box]
_Corners = tuple[float, float | None, float]  # of a candidate: its first lane, its channel, its last lane
_Passed = tuple[float, float, str, Box]  # where the box begins and ends on a line, its id, the box


class _Line(NamedTuple):
    """What a line of endless length passes through, in the order in which the boxes begin."""

    begins: list[float]
    passed: list[_Passed]
    longest: float  # of the boxes, along the line

    def between(self, low: float, high: float) -> list[_Passed]:
        """Return what begins early enough to reach into a part of the line; it may end before that."""
        first = bisect_left(self.begins, low - self.longest)
        return self.passed[first : bisect_left(self.begins, high, first)]


class Obstacles:
    """The boxes of a page's blocks, found quickly by segments along an axis."""

    def __init__(self, boxes: Mapping[str, Box] | None = None) -> None:
        """Take boxes by id."""
        self._boxes: dict[str, Box] = {}
        self._rows: dict[int, dict[str, Box]] = {}
        self._columns: dict[int, dict[str, Box]] = {}
        self._high: dict[str, Box] = {}  # that reach over too many rows to lie in all of their buckets
        self._wide: dict[str, Box] = {}
        self._on_row: dict[float, _Line] = {}
        self._on_column: dict[float, _Line] = {}
        for box_id, box in (boxes or {}).items():
            self.put(box_id, box)

    def put(self, box_id: str, box: Box) -> None:
        """Add a box, or replace the one of this id."""
        self.drop(box_id)
        self._boxes[box_id] = box
        for buckets, large, low, high in (
            (self._rows, self._high, box.top, box.bottom),
            (self._columns, self._wide, box.left, box.right),
        ):
            if high - low > _MOST_CELLS * _CELL:
                large[box_id] = box
                continue
            for cell in range(int(low // _CELL), int(high // _CELL) + 1):
                buckets.setdefault(cell, {})[box_id] = box

    def drop(self, box_id: str) -> Box | None:
        """Take a box away; returns it."""
        self._on_row.clear()
        self._on_column.clear()
        box = self._boxes.pop(box_id, None)
        if box is not None:
            for buckets, large, low, high in (
                (self._rows, self._high, box.top, box.bottom),
                (self._columns, self._wide, box.left, box.right),
            ):
                if large.pop(box_id, None) is not None:
                    continue
                for cell in range(int(low // _CELL), int(high // _CELL) + 1):
                    buckets.get(cell, {}).pop(box_id, None)
        return box

    def reaching_into(self, area: Box) -> list[str]:
        """Return the ids of the boxes that reach into an area."""
        rows = [*_buckets(self._rows, area.top, area.bottom), self._high]
        columns = [*_buckets(self._columns, area.left, area.right), self._wide]
        fewer = min(rows, columns, key=lambda buckets: sum(map(len, buckets)))
        found = {
            box_id: None
            for bucket in fewer
            for box_id, box in bucket.items()
            if box.left < area.right and area.left < box.right
            and box.top < area.bottom and area.top < box.bottom
        }  # fmt: skip
        return list(found)

    def crossed(self, points: Sequence[Point], ignored: Collection[str], most: float = inf) -> Found:
        """Return the boxes that a right-angled polyline passes through; not all where there are more than ``most``."""
        found: Found = {}
        for (ax, ay), (bx, by) in pairwise(points):
            if len(found) > most:
                break
            if ay == by:
                low, high = (ax, bx) if ax < bx else (bx, ax)
                row = self._on_row.get(ay)
                for _, right, box_id, box in (row or self._row(ay)).between(low, high):
                    if right > low and box_id not in ignored:
                        found[box_id] = box
            else:
                low, high = (ay, by) if ay < by else (by, ay)
                column = self._on_column.get(ax)
                for _, bottom, box_id, box in (column or self._column(ax)).between(low, high):
                    if bottom > low and box_id not in ignored:
                        found[box_id] = box
        return found

    def _row(self, y: float) -> _Line:
        """Return what a level line of endless length passes through, and store it: routes are tried on few lines."""
        bucket = {**self._rows.get(int(y // _CELL), {}), **self._high}
        line = self._on_row[y] = _line(
            [(b.left, b.right, i, b) for i, b in bucket.items() if b.top < y < b.bottom]
        )
        return line

    def _column(self, x: float) -> _Line:
        """Return what an upright line of endless length passes through, and store it."""
        bucket = {**self._columns.get(int(x // _CELL), {}), **self._wide}
        line = self._on_column[x] = _line(
            [(b.top, b.bottom, i, b) for i, b in bucket.items() if b.left < x < b.right]
        )
        return line


def _buckets(buckets: dict[int, Found], low: float, high: float) -> list[Found]:
    """Return the buckets of one axis between two places."""
    cells = range(int(low // _CELL), int(high // _CELL) + 1)
    if len(cells) > len(buckets):
        return [bucket for cell, bucket in buckets.items() if cell in cells]
    return [buckets[cell] for cell in cells if cell in buckets]


def _line(passed: list[_Passed]) -> _Line:
    passed.sort(key=lambda p: p[:3])
    return _Line([p[0] for p in passed], passed, max([p[1] - p[0] for p in passed], default=0.0))


def avoiding_route(
    source: End,
    target: End,
    obstacles: Obstacles,
    ends: tuple[str, str],
    ignored: Collection[str] = (),
    lane: int = 0,
) -> list[Point]:
    """Return a right-angled route that crosses as few boxes as can be found.

    ``ends`` are the ids of the blocks at the wire's ends, ``ignored`` further ones that do not count. ``lane`` sets
    wires of different sources apart where they pass the same block.
    """
    best = route(source, target)
    skipped = {*ends, *ignored}
    known = obstacles.crossed(best, skipped)
    if not known or source.down:
        return best
    cost = _length(best) + _BEND * len(best) + _CROSSING * len(known)
    for _ in range(_ROUNDS):
        before = len(known)
        for bare, corners in _candidates(source, target, known, lane * _SPREAD):
            if bare >= cost:
                break  # the rest are longer still
            points = _points(source, target, corners)
            crossed = obstacles.crossed(points, skipped, (cost - bare) / _CROSSING)
            known.update(crossed)
            this = bare + _CROSSING * len(crossed)
            if this < cost:
                this += _CROSSING * _own_crossings(points, source.box, target.box)
            if this < cost:
                best, cost = points, this
        if cost < _CROSSING or len(known) == before:
            break
    return tidy(best)


def _length(points: Sequence[Point]) -> float:
    return sum(abs(ax - bx) + abs(ay - by) for (ax, ay), (bx, by) in pairwise(points))


def _own_crossings(points: Sequence[Point], source: Box, target: Box) -> int:
    """Return how many of the wire's own blocks it runs through between leaving the one and reaching the other."""
    return sum(
        crosses(points[1:-1], Box(b.left + 1, b.top + 1, b.right - 1, b.bottom - 1)) for b in (source, target)
    )


def _points(source: End, target: End, corners: _Corners) -> list[Point]:
    """Return the route of a candidate."""
    start, end = (source.x, source.y), (target.x, target.y)
    first, level, last = corners
    if level is None:
        return [start, (first, start[1]), (first, end[1]), end]
    return [start, (first, start[1]), (first, level), (last, level), (last, end[1]), end]


def _candidates(source: End, target: End, known: Found, spread: float) -> list[tuple[float, _Corners]]:
    """Return routes beside the known boxes with what they cost where they are free, the cheapest first.

    They have one lane between the blocks, or a channel above or below boxes and a lane at each of its ends.
    """
    (sx, sy), (ex, ey) = (source.x, source.y), (target.x, target.y)
    first, last = sx + STUB, target.box.left - STUB
    if last - first > _ROOMY:
        first, last = first + spread, last - spread
    xs = {first, last}
    ys: set[float] = set()
    beside = list(known.values())
    if len(beside) > _MOST_BESIDE:  # the same ones, whatever was edited before
        beside = sorted(beside, key=lambda box: (box.left, box.top))[:_MOST_BESIDE]
    for box in beside:
        xs.update((box.left - _BESIDE - spread, box.right + _BESIDE + spread))
    for box in (*beside, source.box, target.box):
        ys.update((box.top - _BESIDE - spread, box.bottom + _BESIDE + spread))
    priced: list[tuple[float, _Corners]] = []
    for x in xs:
        if first <= x <= last:
            lane = half(x)
            length = abs(sx - lane) + abs(sy - ey) + abs(lane - ex)
            priced.append((length + 4 * _BEND, (lane, None, lane)))
    exits = [half(x) for x in sorted(x for x in xs if x >= first)[:3]]
    entries = [half(x) for x in sorted((x for x in xs if x <= last), reverse=True)[:3]]
    middle = (sy + ey) / 2
    for y in sorted(ys, key=lambda y: abs(y - middle))[:_MOST_CHANNELS]:
        level = half(y)
        down, up = abs(sy - level), abs(level - ey)
        for a in exits:
            for b in entries:
                length = abs(sx - a) + down + abs(a - b) + up + abs(b - ex)
                priced.append((length + 6 * _BEND, (a, level, b)))
    return sorted(priced, key=lambda pair: pair[0])
