"""Wires as curves from pin to pin (no Qt): a cubic curve, as the points that it is drawn and hit by."""

from __future__ import annotations

from app.editor.canvas.routing.orthogonal import End, Point

_PIECES = 24
_LEAST, _MOST = 40.0, 240.0  # page units that a curve leaves a pin straight for, by and by


def curve(source: End, target: End) -> list[Point]:
    """Return a curve that leaves the source to the right, or down, and comes to the target from the left."""
    away = min(_MOST, max(_LEAST, abs(target.x - source.x) / 2, abs(target.y - source.y) / 3))
    first = (source.x, source.y + away) if source.down else (source.x + away, source.y)
    corners = ((source.x, source.y), first, (target.x - away, target.y), (target.x, target.y))
    return [_at(corners, number / _PIECES) for number in range(_PIECES + 1)]


def _at(corners: tuple[Point, Point, Point, Point], part: float) -> Point:
    rest = 1.0 - part
    weights = (rest**3, 3 * rest * rest * part, 3 * rest * part * part, part**3)
    return (
        sum(w * x for w, (x, _) in zip(weights, corners, strict=True)),
        sum(w * y for w, (_, y) in zip(weights, corners, strict=True)),
    )
