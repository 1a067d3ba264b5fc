"""Where there is room on a page: the nearest place by its definition, however many rectangles there are."""

from __future__ import annotations

import random

import pytest

from app.editor.layout import room
from app.editor.layout.room import free_offset, overlap

_STEP = 20


def by_definition(moved, standing):
    """Try all ways on the grid, the nearest ring first; within one the nearest, right and down first."""
    ways = [(x, y) for x in range(-39, 40) for y in range(-39, 40)]
    ways.sort(key=lambda w: (max(map(abs, w)), w[0] ** 2 + w[1] ** 2, -w[0], -w[1]))
    for x, y in ways:
        dx, dy = x * _STEP, y * _STEP
        if not any(overlap((a + dx, b + dy, w, h), other) for a, b, w, h in moved for other in standing):
            return dx, dy
    return None


@pytest.mark.parametrize("seed", range(20))
def test_the_nearest_free_way_is_found(seed) -> None:
    rng = random.Random(seed)

    def rects(count: int, reach: int) -> list[tuple[float, float, float, float]]:
        places = ((rng.randrange(-reach, reach), rng.randrange(-reach, reach)) for _ in range(count))
        return [(float(x), float(y), rng.choice((60.0, 300.0)), rng.choice((40.0, 200.0))) for x, y in places]

    standing, moved = rects(rng.choice((5, 60)), 900), rects(rng.choice((1, 8)), 300)
    expected = by_definition(moved, standing)
    if expected is None:
        assert free_offset(moved, standing)[0] > 39 * _STEP
    else:
        assert free_offset(moved, standing) == expected


@pytest.mark.parametrize("widths", [(100.0,), (60.0, 80.0, 100.0)])
def test_each_way_that_is_not_free_is_refused_by_few_looks(monkeypatch, widths) -> None:
    """Few of the rectangles are in the way of a place where the others would fit, and mostly the same ones."""
    looks = 0

    def counted(a, b):
        nonlocal looks
        looks += 1
        return overlap(a, b)

    monkeypatch.setattr(room, "overlap", counted)
    rng = random.Random(1)
    corners = [(180.0 * column, 160.0 * row) for column in range(50) for row in range(40)]
    page = [(x, y, rng.choice(widths), rng.choice((50.0, 120.0))) for x, y in corners]
    free_offset(page, page)
    assert looks < 8 * (79 * 79)  # ways; 2,000 rectangles are moved over 2,000
