"""Where SVG elements lie: transform texts, and the boxes of rectangles, lines and paths in page units."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from app.document.model.limits import MAX_COORDINATE, MAX_SIZE

Point = tuple[float, float]

_CALL = re.compile(
    r"(?<![A-Za-z])([A-Za-z]{1,20})\s{0,20}\(([^()]{0,500})\)"
)  # bounded: a file may hold anything
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")


class Transform(NamedTuple):
    """An affine map: x' = a x + c y + e, y' = b x + d y + f."""

    a: float = 1.0
    b: float = 0.0
    c: float = 0.0
    d: float = 1.0
    e: float = 0.0
    f: float = 0.0

    def then(self, inner: Transform) -> Transform:
        """Return the map of what lies within: ``inner`` first, then this one."""
        a, b, c, d, e, f = inner
        x, y = self.at((e, f))
        return Transform(
            self.a * a + self.c * b,
            self.b * a + self.d * b,
            self.a * c + self.c * d,
            self.b * c + self.d * d,
            x,
            y,
        )

    @property
    def growth(self) -> float:
        """How much larger things become, by their height."""
        return min(max(math.hypot(self.c, self.d), 1e-3), 1e3)

    def at(self, point: Point) -> Point:
        """Return where a point lies."""
        x, y = point
        return self.a * x + self.c * y + self.e, self.b * x + self.d * y + self.f


def transform_of(text: str) -> Transform:
    """Read ``translate(1,2) rotate(90) scale(1, 1)`` or ``matrix(...)``; what does not read is left out."""
    total = Transform()
    for name, inside in _CALL.findall(text):
        step = _step(name, numbers(inside))
        if step is not None:
            total = total.then(step)
    return total


def _step(name: str, n: list[float]) -> Transform | None:
    if name == "translate" and n:
        return Transform(e=n[0], f=n[1] if len(n) > 1 else 0.0)
    if name == "scale" and n:
        return Transform(a=n[0], d=n[1] if len(n) > 1 else n[0])
    if name == "matrix" and len(n) == 6:
        return Transform(*n)
    if name == "rotate" and n:
        sin, cos = math.sin(math.radians(n[0])), math.cos(math.radians(n[0]))
        turn = Transform(cos, sin, -sin, cos)
        if len(n) < 3:
            return turn
        return Transform(e=n[1], f=n[2]).then(turn).then(Transform(e=-n[1], f=-n[2]))
    return None


def numbers(text: str) -> list[float]:
    """Return all numbers of a text, those beyond what a file holds cut to it."""
    return [_bounded(float(found)) for found in _NUMBER.findall(text)]


def number_of(attrs: Mapping[str, str], key: str, default: float = 0.0) -> float:
    """Return the number that an attribute begins with."""
    found = _NUMBER.match(attrs.get(key, "").strip())
    return _bounded(float(found.group())) if found else default


def _bounded(value: float) -> float:
    return min(max(value, -MAX_COORDINATE), MAX_COORDINATE)


def points_of(text: str, transform: Transform) -> list[Point]:
    """Return the points of a polyline in page units."""
    flat = numbers(text)
    return [transform.at((x, y)) for x, y in zip(flat[::2], flat[1::2], strict=False)]


def rounded(point: Point) -> Point:
    """Return a point as the file holds it: two decimals, as enuSpace writes, and within the file's limits."""
    x, y = (0.0 if math.isnan(v) else _bounded(v) for v in point)
    return round(x, 2) + 0.0, round(y, 2) + 0.0


def rounded_size(size: Point) -> Point:
    """Return the size of a note or monitor as the file holds it; what is larger would not be read again."""
    width, height = rounded(size)
    return min(width, MAX_SIZE), min(height, MAX_SIZE)


def box(points: Iterable[Point]) -> tuple[Point, Point]:
    """Return the upper left corner and the size of the smallest box around the points (at least one)."""
    xs, ys = zip(*points, strict=True)
    at = rounded((min(xs), min(ys)))
    far = rounded((max(xs), max(ys)))
    return at, rounded_size((far[0] - at[0], far[1] - at[1]))


def rectangle(attrs: Mapping[str, str], transform: Transform) -> tuple[Point, Point]:
    """Return the box around an element with x, y, width and height."""
    x, y = number_of(attrs, "x"), number_of(attrs, "y")
    right, below = x + number_of(attrs, "width"), y + number_of(attrs, "height")
    return box(transform.at(corner) for corner in ((x, y), (right, y), (x, below), (right, below)))


def corners_of(line: list[Point]) -> tuple[Point, ...]:
    """Return the corners of a wire that a page needs to keep, from the points of the line that draws it.

    A wire leaves and enters its pins horizontally. So the corners next to them follow from the pins, and are
    left out: here a pin may lie some units higher or lower on its block than on enuSpace's.
    """
    corners = line[1:-1]
    leaves_level = len(corners) > 1 and _level(line[0], line[1]) and _upright(corners[0], corners[1])
    enters_level = len(corners) > 1 and _level(line[-2], line[-1]) and _upright(corners[-2], corners[-1])
    if len(corners) == 2 and leaves_level and enters_level:
        (x, above), (_, below) = corners
        return (rounded((x, (above + below) / 2)),)
    left = corners[1 if leaves_level else 0 : len(corners) - 1 if enters_level else None]
    return tuple(rounded(corner) for corner in left)


def _level(a: Point, b: Point) -> bool:
    return abs(a[1] - b[1]) < 1.0


def _upright(a: Point, b: Point) -> bool:
    return abs(a[0] - b[0]) < 1.0
