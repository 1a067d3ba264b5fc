"""Corners of wires that are set by hand: where they come to lie, and what moves along."""

from __future__ import annotations

from itertools import pairwise

import pytest

from app.editor.canvas.routing.bends import corner_at, lasting_corners, moved_corner, with_corner
from app.editor.canvas.routing.orthogonal import Box, End, route

SOURCE = End(100.0, 50.0, Box(0.0, 0.0, 100.0, 100.0))
TARGET = End(312.0, 250.0, Box(300.0, 200.0, 400.0, 300.0))


def test_a_new_corner_lies_on_the_nearest_leg() -> None:
    way = route(SOURCE, TARGET)
    lane = way[1][0]
    assert with_corner(way, (lane + 6, 140)) == ([way[1], (lane, 140), way[2]], 1)
    assert with_corner(way, (130, 44)) == ([(130, 50), way[1], way[2]], 0)
    assert with_corner(way, (290, 990))[0][-1] == (290, 250)


def test_the_legs_beside_a_moved_corner_stay_level_and_upright() -> None:
    way = [(0.0, 0.0), (50.0, 0.0), (50.0, 80.0), (90.0, 80.0), (90.0, 200.0), (300.0, 200.0)]
    moved = moved_corner(way, 1, (60.0, 110.0))
    assert moved == [(60.0, 0.0), (60.0, 110.0), (90.0, 110.0), (90.0, 200.0)]


@pytest.mark.parametrize("to", [(150.0, 400.0), (20.0, -30.0), (200.0, 50.0)])
def test_a_wire_goes_through_the_corner_wherever_it_is_dragged(to: tuple[float, float]) -> None:
    way = route(SOURCE, TARGET)
    corners, index = with_corner(way, (way[1][0], 140))
    moved = moved_corner([way[0], *corners, way[-1]], index, to)
    assert to in moved
    lasting = lasting_corners(moved, way[0], way[-1], to)
    assert to in lasting
    led = route(SOURCE, TARGET, moved)
    assert route(SOURCE, TARGET, lasting) == led
    assert (led[0], led[-1]) == (way[0], way[-1])
    assert all(ax == bx or ay == by for (ax, ay), (bx, by) in pairwise(led))
    assert any(
        min(ax, bx) <= to[0] <= max(ax, bx) and min(ay, by) <= to[1] <= max(ay, by)
        for (ax, ay), (bx, by) in pairwise(led)
    )


def test_a_corner_that_is_dragged_beyond_its_leg_makes_no_spike() -> None:
    way = route(SOURCE, TARGET)
    lane = way[1][0]
    corners, index = with_corner(way, (lane, 140))
    moved = moved_corner([way[0], *corners, way[-1]], index, (250.0, 400.0))
    led = route(SOURCE, TARGET, moved)
    assert led == [way[0], (lane, 50), (lane, 400), (250, 400), (250, 250), way[-1]]


def test_the_set_corner_alone_is_stored_so_that_the_wire_follows_its_blocks() -> None:
    way = route(SOURCE, TARGET)
    lane = way[1][0]
    corners, _ = with_corner(way, (lane, 140))
    stored = lasting_corners(corners, way[0], way[-1], (lane, 140))
    assert stored == [(lane, 140)]
    higher = End(312.0, 180.0, Box(300.0, 130.0, 400.0, 230.0))
    assert route(SOURCE, higher, stored) == [way[0], (lane, 50), (lane, 180), (312.0, 180.0)]


def test_a_corner_is_found_within_reach() -> None:
    corners = [(10.0, 10.0), (20.0, 10.0)]
    assert corner_at(corners, (18.0, 11.0), 7.0) == 1
    assert corner_at(corners, (40.0, 10.0), 7.0) is None
    assert corner_at((), (0.0, 0.0), 7.0) is None
