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
@pytest.mark.parametrize("many", [True, False])
def test_one_look_refuses_many_ways(monkeypatch, widths, many) -> None:
    """Where a rectangle lies over one that stands, it lies over that by all steps but a little longer or shorter."""
    looks = 0
    covered_by = room._Ground.covered_by

    def counted(*given):
        nonlocal looks
        looks += 1
        return covered_by(*given)

    monkeypatch.setattr(room._Ground, "covered_by", counted)
    rng = random.Random(1)
    corners = [(180.0 * column, 160.0 * row) for column in range(50) for row in range(40)]
    page = [(x, y, rng.choice(widths), rng.choice((50.0, 120.0))) for x, y in corners]
    free_offset(page if many else [(3000.0, 3000.0, 170.0, 150.0)], page)
    assert 0 < looks < (2000 if many else 0) + 79 * 79 / 8  # at the first way each of them is looked at
