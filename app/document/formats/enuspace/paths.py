"""The lines of drawn elements as points: polylines, and paths with their curves and arcs followed in short pieces."""

from __future__ import annotations

import math
import re
from itertools import pairwise

from app.document.formats.enuspace.placement import Point, numbers

_STEP = re.compile(r"([MLTHVCSQAZ])([^MLTHVCSQAZ]*)", re.IGNORECASE)
_NUMBERS = {"M": 2, "L": 2, "T": 2, "C": 6, "S": 4, "Q": 4, "A": 7}  # per step; the last two are a point
_PIECES = 12  # of a curve or arc
_MOST_POINTS = 5000

Lines = list[list[Point]]


def lines_of(text: str) -> Lines:
    """Return the lines of a path's ``d``; one that is closed ends where it begins. What does not read ends it."""
    lines: Lines = []
    here: Point = (0.0, 0.0)
    count = 0
    for letter, inside in _STEP.findall(text):
        upper, flat = letter.upper(), numbers(inside)
        if upper == "Z":
            if lines and len(lines[-1]) > 1:
                lines[-1].append(lines[-1][0])
                here = lines[-1][0]
            continue
        if upper in "HV":
            steps = [[value] for value in flat]
        else:
            size = _NUMBERS[upper]
            steps = [flat[i : i + size] for i in range(0, len(flat) - size + 1, size)]
        for index, step in enumerate(steps):
            points = _points(upper, step, here, letter.islower())
            if upper == "M" and index == 0:
                lines.append(points)
            elif lines:
                lines[-1] += points
            else:
                lines.append([here, *points])
            here = points[-1]
            count += len(points)
            if count > _MOST_POINTS:
                return lines
    return lines


def _points(letter: str, step: list[float], here: Point, relative: bool) -> list[Point]:
    x0, y0 = here if relative else (0.0, 0.0)
    if letter == "H":
        return [(x0 + step[0], here[1])]
    if letter == "V":
        return [(here[0], y0 + step[0])]
    end = (x0 + step[-2], y0 + step[-1])
    if letter in "CSQ":
        inner = [(x0 + step[i], y0 + step[i + 1]) for i in range(0, len(step) - 2, 2)]
        return [_on_curve([here, *inner, end], i / _PIECES) for i in range(1, _PIECES + 1)]
    if letter == "A":
        return _arc(here, step, end)
    return [end]


def _on_curve(points: list[Point], part: float) -> Point:
    """Return a point of the Bezier curve with these control points."""
    while len(points) > 1:
        points = [(a[0] + (b[0] - a[0]) * part, a[1] + (b[1] - a[1]) * part) for a, b in pairwise(points)]
    return points[0]


def _arc(start: Point, step: list[float], end: Point) -> list[Point]:
    """Return points of an elliptic arc, by its centre (SVG 1.1, appendix F.6.5)."""
    rx, ry, turn, large, sweep = abs(step[0]), abs(step[1]), math.radians(step[2]), step[3] != 0, step[4] != 0
    if not rx or not ry or start == end:
        return [end]
    cos, sin = math.cos(turn), math.sin(turn)
    dx, dy = (start[0] - end[0]) / 2, (start[1] - end[1]) / 2
    x, y = cos * dx + sin * dy, cos * dy - sin * dx
    grown = math.sqrt(max(1.0, (x / rx) ** 2 + (y / ry) ** 2))
    rx, ry = rx * grown, ry * grown
    below = (rx * y) ** 2 + (ry * x) ** 2
    root = math.sqrt(max(0.0, ((rx * ry) ** 2 - below) / below)) * (-1 if large == sweep else 1)
    cx, cy = root * rx * y / ry, -root * ry * x / rx
    first = math.atan2((y - cy) / ry, (x - cx) / rx)
    span = math.atan2((-y - cy) / ry, (-x - cx) / rx) - first
    if sweep and span < 0:
        span += 2 * math.pi
    elif not sweep and span > 0:
        span -= 2 * math.pi
    middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
    found = []
    for i in range(1, _PIECES):
        angle = first + span * i / _PIECES
        u, v = cx + rx * math.cos(angle), cy + ry * math.sin(angle)
        found.append((middle[0] + cos * u - sin * v, middle[1] + sin * u + cos * v))
    return [*found, end]
