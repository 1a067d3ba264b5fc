"""Corners of a wire that the user sets: added on its way, moved, taken away. No Qt: points are in page units."""

from __future__ import annotations

import math
from collections.abc import Sequence

from app.editor.canvas.routing.orthogonal import Point, distance

_LEVEL = 0.5  # page units: legs that differ by less are level or upright


def corner_at(corners: Sequence[Point], point: Point, reach: float) -> int | None:
    """Return the position of the corner nearest to a point, within reach."""
    near = [(math.dist(corner, point), index) for index, corner in enumerate(corners)]
    near = [found for found in near if found[0] <= reach]
    return min(near)[1] if near else None


def with_corner(points: Sequence[Point], point: Point) -> tuple[list[Point], int]:
    """Return a wire's corners with one more on the leg nearest to a point, and the position of the new one.

    ``points`` is the whole way, ends included; the corners returned are without the ends.
    """
    legs = range(len(points) - 1)
    leg = min(legs, key=lambda i: distance(points[i : i + 2], *point))
    (ax, ay), (bx, by) = points[leg], points[leg + 1]
    new = (_within(point[0], ax, bx), ay) if abs(ay - by) <= _LEVEL else (ax, _within(point[1], ay, by))
    corners = list(points[1:-1])
    corners.insert(leg, new)
    return corners, leg


def moved_corner(points: Sequence[Point], index: int, to: Point) -> list[Point]:
    """Return a wire's corners with one moved, and its neighbours along, so that their legs stay level or upright.

    ``points`` is the whole way, ends included; ``index`` counts the corners without the ends. The ends stay. A corner
    on an upright leg that is dragged beyond the leg's ends turns the leg into two, with a level one between.
    """
    place = index + 1
    moved = list(points)
    before = points[place]
    moved[place] = to
    (ax, ay), (bx, by) = points[place - 1], points[place + 1]
    is_on_upright = abs(ax - before[0]) <= _LEVEL and abs(bx - before[0]) <= _LEVEL
    if is_on_upright and not min(ay, by) <= to[1] <= max(ay, by):
        if place + 1 < len(points) - 1:
            moved[place + 1] = (to[0], by)
        moved.insert(place, (before[0], to[1]))
        return moved[1:-1]
    for other in (place - 1, place + 1):
        if other in (0, len(points) - 1):
            continue
        x, y = points[other]
        is_level, is_upright = abs(y - before[1]) <= _LEVEL, abs(x - before[0]) <= _LEVEL
        if is_level != is_upright:  # a corner on a straight leg leaves it
            moved[other] = (x, to[1]) if is_level else (to[0], y)
    return moved[1:-1]


def lasting_corners(corners: Sequence[Point], start: Point, end: Point, held: Point) -> list[Point]:
    """Return the corners without those that follow from the ends: one at the height of the start or of the end.

    The way is the same without them, and stays good when a block moves. ``held`` is the corner that the user set.
    """
    lasting = list(corners)
    if len(lasting) > 1 and lasting[0] != held and abs(lasting[0][1] - start[1]) <= _LEVEL:
        del lasting[0]
    if len(lasting) > 1 and lasting[-1] != held and abs(lasting[-1][1] - end[1]) <= _LEVEL:
        del lasting[-1]
    return lasting


def _within(value: float, one: float, other: float) -> float:
    return min(max(value, min(one, other)), max(one, other))
