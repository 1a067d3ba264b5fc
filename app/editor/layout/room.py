"""Where there is room on a page: places that cover nothing, and what moves aside for a block that comes between."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache

from app.editor.layout.annotations import Point, Rect

_RING = 20  # page units between the places that are tried
_RINGS = 40
_CELL = 256  # page units
_GAP = 10  # between a new block and its neighbours


def free_place(rects: Iterable[Rect], x: float, y: float, width: float, height: float) -> Point:
    """Return the place (a top left corner) nearest to x, y where a block covers no other."""
    dx, dy = free_offset([(x, y, width, height)], list(rects))
    return x + dx, y + dy


def free_offset(moved: Sequence[Rect], standing: Sequence[Rect]) -> Point:
    """Return the smallest way to move rectangles, all together, so that they cover none of those that stand."""
    reach = _RINGS * _RING
    left, top = min(r[0] for r in moved) - reach, min(r[1] for r in moved) - reach
    right, bottom = max(r[0] + r[2] for r in moved) + reach, max(r[1] + r[3] for r in moved) + reach
    near = [
        r for r in standing if r[0] < right and r[0] + r[2] > left and r[1] < bottom and r[1] + r[3] > top
    ]
    ground, first = (
        _Ground(near),
        list(moved),
    )  # those in front that were in the way last: they often are again
    for dx, dy in _offsets():
        place = next((n for n, rect in enumerate(first) if ground.is_covered_by(rect, dx, dy)), None)
        if place is None:
            return dx, dy
        first.insert(0, first.pop(place))
    return max(r[0] + r[2] for r in near) + _GAP - (left + reach), 0


class _Ground:
    """Rectangles that stand, by the cells of a grid: on a large page most are nowhere near."""

    def __init__(self, rects: Iterable[Rect]) -> None:
        self._cells: dict[tuple[int, int], list[Rect]] = {}
        for rect in rects:
            for cell in _cells_of(rect, 0.0, 0.0):
                self._cells.setdefault(cell, []).append(rect)

    def is_covered_by(self, rect: Rect, dx: float, dy: float) -> bool:
        """Return whether a rectangle that is moved so far comes too near to one that stands."""
        left, top = rect[0] + dx - _GAP, rect[1] + dy - _GAP
        right, bottom = left + rect[2] + 2 * _GAP, top + rect[3] + 2 * _GAP
        for cell in _cells_of(rect, dx, dy):
            for x, y, width, height in self._cells.get(cell, ()):
                if left < x + width and x < right and top < y + height and y < bottom:
                    return True
        return False


def _cells_of(rect: Rect, dx: float, dy: float) -> Iterator[tuple[int, int]]:
    """Yield the cells that a moved rectangle, and the gap around it, reach into."""
    left, top = rect[0] + dx - _GAP, rect[1] + dy - _GAP
    rows = range(int(top // _CELL), int((top + rect[3] + 2 * _GAP) // _CELL) + 1)
    for column in range(int(left // _CELL), int((left + rect[2] + 2 * _GAP) // _CELL) + 1):
        for row in rows:
            yield column, row


def _offsets() -> Iterator[Point]:
    for ring in range(_RINGS):
        for dx, dy in _ring(ring):
            yield dx * _RING, dy * _RING


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
