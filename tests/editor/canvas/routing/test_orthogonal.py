"""Routes of wires: right-angled, straight where aligned, around the blocks where they go back."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.editor.canvas.routing.orthogonal import Box, End, crosses, distance, ends_only, route


def source(x: float, y: float) -> End:
    """An output at the right edge of a block of 100 x 60."""
    return End(x, y, Box(x - 100, y - 30, x, y + 30))


def target(x: float, y: float, row: int = 1) -> End:
    """An input 12 inside the left edge of a block of 100 x 80."""
    return End(x, y, Box(x - 12, y - 40, x + 88, y + 40), row)


def right_angled(points: list[tuple[float, float]]) -> bool:
    return all(a[0] == b[0] or a[1] == b[1] for a, b in pairwise(points))


def test_aligned_pins_are_joined_by_one_line() -> None:
    assert route(source(100.5, 50.5), target(300.5, 50.5)) == [(100.5, 50.5), (300.5, 50.5)]


def test_almost_aligned_pins_are_joined_by_one_level_line_at_the_arrow() -> None:
    assert route(source(100.5, 48.5), target(300.5, 50.5)) == [(100.5, 50.5), (300.5, 50.5)]


def test_a_forward_wire_has_one_elbow_about_halfway_on_half_units() -> None:
    points = route(source(100.5, 50.5), target(300.5, 150.5))
    assert len(points) == 4
    lane = points[1][0]
    assert lane % 1 == 0.5
    assert 112 <= lane <= 276


def test_wires_to_neighbouring_rows_do_not_cross() -> None:
    """Two sources above each other feed two rows, from above and from below."""
    for y in (-200.5, 400.5):
        first = route(source(100.5, y), target(300.5, 100.5, row=1))
        second = route(source(100.5, y + 80), target(300.5, 117.5, row=2))
        assert first[1][0] != second[1][0]


@pytest.mark.parametrize(
    ("x", "y"), [(-200.5, 50.5), (-200.5, 300.5), (-200.5, -300.5), (100.5, 400.5), (90.5, -250.5)]
)
def test_a_wire_that_goes_back_leaves_to_the_right_and_enters_from_the_left_around_both(
    x: float, y: float
) -> None:
    start, end = source(100.5, 50.5), target(x, y)
    points = route(start, end)
    assert right_angled(points)
    assert points[1][0] > points[0][0]
    assert points[-2][0] < points[-1][0]
    assert points[-2][1] == points[-1][1]
    between = points[1:-1]
    for box in (start.box, end.box):
        inner = Box(box.left + 1, box.top + 1, box.right - 1, box.bottom - 1)
        assert not crosses(between, inner)


def test_stored_corners_within_a_block_that_has_grown_are_passed_beside_it() -> None:
    """The source ends at 100.5 and the target begins at 288.5; both were narrower when the corners were stored."""
    start, end = source(100.5, 50.5), target(300.5, 150.5)
    points = route(start, end, [(80.5, 50.5), (80.5, 230.5), (295.5, 230.5), (295.5, 150.5)])
    assert right_angled(points)
    assert points[1][0] > 102
    assert points[-2][0] < 287
    assert [y for _, y in points] == [50.5, 50.5, 230.5, 230.5, 150.5, 150.5]
    for edge in (100.5, 102.5):  # a run along the edge looks as if it belonged to the block
        assert route(start, end, [(edge, 50.5), (edge, 230.5), (250.5, 230.5), (250.5, 150.5)])[1][0] > 104


@pytest.mark.parametrize("lane", [80.5, 106.5])
def test_pins_that_stand_higher_than_when_corners_were_stored_are_reached_without_detours(
    lane: float,
) -> None:
    """The blocks are compact now; the first case's source has grown over the run as well."""
    start, end = source(100.5, 50.5), target(300.5, 150.5)
    points = route(start, end, [(lane, 80.5), (lane, 20.5), (250.5, 20.5), (250.5, 190.5)])
    assert right_angled(points)
    assert [y for _, y in points] == [50.5, 50.5, 20.5, 20.5, 150.5, 150.5]


def test_stored_corners_beside_their_blocks_stay() -> None:
    stored = [(106.5, 50.5), (106.5, 230.5), (280.5, 230.5), (280.5, 150.5)]
    assert route(source(100.5, 50.5), target(300.5, 150.5), stored)[1:-1] == stored


def test_stored_corners_are_joined_at_right_angles() -> None:
    points = route(source(100.5, 50.5), target(300.5, 150.5), [(150.0, 80.0), (220.0, 80.0)])
    assert (150.0, 80.0) in points
    assert (220.0, 80.0) in points
    assert right_angled(points)
    assert points[-2][1] == points[-1][1]


def test_a_hidden_wire_shows_a_piece_at_each_end() -> None:
    points = route(source(100.5, 50.5), target(300.5, 150.5))
    first, last = ends_only(points)
    assert first[0] == points[0]
    assert last[-1] == points[-1]
    assert first[-1][0] < last[0][0]


def test_distance_is_measured_to_the_nearest_piece() -> None:
    points = [(0.0, 0.0), (10.0, 0.0), (10.0, 10.0)]
    assert distance(points, 5, 3) == 3
    assert distance(points, 14, 5) == 4
    assert distance(points, 13, -4) == 5


@given(*[st.integers(-600, 600)] * 4, st.integers(0, 12))
def test_every_route_is_right_angled_and_joins_the_pins(ax: int, ay: int, bx: int, by: int, row: int) -> None:
    points = route(source(ax + 0.5, ay + 0.5), target(bx + 0.5, by + 0.5, row))
    assert right_angled(points)
    assert points[-1] == (bx + 0.5, by + 0.5)
    assert points[0][0] == ax + 0.5
    assert abs(points[0][1] - ay - 0.5) <= 3
    assert points[-2][0] <= points[-1][0]


_CORNERS = st.lists(st.tuples(st.integers(-40, 40), st.integers(-40, 40)), min_size=1, max_size=6)


@given(st.integers(-400, 400), st.integers(-400, 400), _CORNERS)
def test_every_route_over_stored_corners_is_right_angled_and_joins_the_pins(
    x: int, y: int, corners: list[tuple[int, int]]
) -> None:
    """Few different heights and places, so that corners often lie on one line."""
    stored = [(10.0 * a + 0.5, 10.0 * b + 0.5) for a, b in corners]
    start, end = source(0.5, 0.5), target(x + 0.5, y + 0.5)
    points = route(start, end, stored)
    assert right_angled(points)
    assert points[0][0] == 0.5
    assert points[-1] == (x + 0.5, y + 0.5)
