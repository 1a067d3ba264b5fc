"""Where there is room on a page: places that cover nothing, and what moves aside for a block that comes between."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache

from app.editor.layout.annotations import Point, Rect

_RING = 20  # page units between the places that are tried
_RINGS = 40
REACH = _RINGS * _RING  # how far around a place one is sought
_CELL = 256  # page units
_GAP = 10  # between a new block and its neighbours


def free_place(rects: Iterable[Rect], x: float, y: float, width: float, height: float) -> Point:
    """Return the place (a top left corner) nearest to x, y where a block covers no other."""
    dx, dy = free_offset([(x, y, width, height)], list(rects))
    return x + dx, y + dy


def free_offset(moved: Sequence[Rect], standing: Sequence[Rect]) -> Point:
    """Return the smallest way to move rectangles, all together, so that they cover none of those that stand."""
    left, top = min(r[0] for r in moved) - REACH, min(r[1] for r in moved) - REACH
    right, bottom = max(r[0] + r[2] for r in moved) + REACH, max(r[1] + r[3] for r in moved) + REACH
    near = [
        r for r in standing if r[0] < right and r[0] + r[2] > left and r[1] < bottom and r[1] + r[3] > top
    ]
    ground, refused = _Ground(near), _RefusedSteps()
    first = list(moved)  # those in front that were in the way last: they often are again
    for step in _steps():
        if step in refused:
            continue
        dx, dy = step[0] * _RING, step[1] * _RING
        for place, rect in enumerate(first):
            other = ground.covered_by(rect, dx, dy)
            if other is not None:
                refused.add(rect, other)
                first.insert(0, first.pop(place))
                break
        else:
            return dx, dy
    return max(r[0] + r[2] for r in near) + _GAP - (left + REACH), 0


class _RefusedSteps:
    """The steps by which a rectangle comes over one that stands: one look refuses all those of the two at once."""

    def __init__(self) -> None:
        self._rows = {row: bytearray(2 * _RINGS + 1) for row in range(-_RINGS, _RINGS + 1)}

    def __contains__(self, step: tuple[int, int]) -> bool:
        return bool(self._rows[step[1]][step[0] + _RINGS])

    def add(self, moved: Rect, standing: Rect) -> None:
        """Refuse all steps by which one rectangle comes too near to the other."""
        across = _steps_over(moved[0], moved[2], standing[0], standing[2])
        mark = b"\1" * len(across)
        for row in _steps_over(moved[1], moved[3], standing[1], standing[3]):
            self._rows[row][across.start + _RINGS : across.stop + _RINGS] = mark


def _steps_over(moved: float, length: float, standing: float, other: float) -> range:
    """Return the steps along one axis by which a stretch comes nearer to another than the gap."""
    first = math.floor((standing - moved - length - _GAP) / _RING) + 1
    end = math.ceil((standing + other - moved + _GAP) / _RING)
    return range(max(first, -_RINGS), min(end, _RINGS + 1))


class _Ground:
    """Rectangles that stand, by the cells of a grid: on a large page most are nowhere near."""

    def __init__(self, rects: Iterable[Rect]) -> None:
        self._cells: dict[tuple[int, int], list[Rect]] = {}
        for rect in rects:
            for cell in _cells_of(rect, 0.0, 0.0):
                self._cells.setdefault(cell, []).append(rect)

    def covered_by(self, rect: Rect, dx: float, dy: float) -> Rect | None:
        """Return one that stands to which a rectangle that is moved so far comes too near, None where it does not."""
        left, top = rect[0] + dx - _GAP, rect[1] + dy - _GAP
        right, bottom = left + rect[2] + 2 * _GAP, top + rect[3] + 2 * _GAP
        for cell in _cells_of(rect, dx, dy):
            for other in self._cells.get(cell, ()):
                x, y, width, height = other
                if left < x + width and x < right and top < y + height and y < bottom:
                    return other
        return None


def _cells_of(rect: Rect, dx: float, dy: float) -> Iterator[tuple[int, int]]:
    """Yield the cells that a moved rectangle, and the gap around it, reach into."""
    left, top = rect[0] + dx - _GAP, rect[1] + dy - _GAP
    rows = range(int(top // _CELL), int((top + rect[3] + 2 * _GAP) // _CELL) + 1)
    for column in range(int(left // _CELL), int((left + rect[2] + 2 * _GAP) // _CELL) + 1):
        for row in rows:
            yield column, row


def _steps() -> Iterator[tuple[int, int]]:
    for ring in range(_RINGS):
        yield from _ring(ring)


@cache
def _ring(number: int) -> list[tuple[int, int]]:
    """Return the steps of a square ring around the middle: the nearest first, right and down before left and up."""
    if number == 0:
        return [(0, 0)]
    side = range(-number, number + 1)
    found = {step for at in side for step in ((at, -number), (at, number), (-number, at), (number, at))}
    return sorted(found, key=lambda d: (d[0] ** 2 + d[1] ** 2, -d[0], -d[1]))


def overlap(a: Rect, b: Rect) -> bool:
    """Return whether two rectangles come nearer to each other than the gap between blocks."""
    return (
        a[0] < b[0] + b[2] + _GAP
        and b[0] < a[0] + a[2] + _GAP
        and a[1] < b[1] + b[3] + _GAP
        and b[1] < a[1] + a[3] + _GAP
    )


def pushed_aside(placed: Rect, rects: Mapping[str, Rect], grid: int) -> dict[str, Point]:
    """Return the new places of what must go to the right, on the grid, so that nothing overlaps a block placed there.

    What is pushed pushes its neighbours in turn; whatever overlaps nothing stays.
    """
    places: dict[str, Point] = {}

    def now(item: str) -> Rect:
        return (*places.get(item, rects[item][:2]), *rects[item][2:])

    pushing = [""]
    while pushing:
        name = pushing.pop()
        by = now(name) if name else placed
        x = by[0] + by[2] + _GAP
        for item, rect in rects.items():
            if item != name and overlap(now(item), by):
                places[item] = (x + (rect[0] - x) % grid, rect[1])
                pushing.append(item)
    return places
