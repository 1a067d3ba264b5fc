"""Wires are led around the blocks between their ends."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.editor.canvas.routing.obstacle_avoiding import Obstacles, avoiding_route
from app.editor.canvas.routing.orthogonal import Box, End, route
from tests.support.canvas_driver import ALT, page_of

SOURCE = End(100.5, 50.5, Box(0.5, 20.5, 100.5, 80.5))
TARGET = End(512.5, 50.5, Box(500.5, 20.5, 600.5, 100.5))
BETWEEN = Box(250.5, 0.5, 350.5, 100.5)


def led(*boxes: Box, lane: int = 0, target: End = TARGET) -> list[tuple[float, float]]:
    obstacles = Obstacles({f"o{i}": box for i, box in enumerate(boxes)})
    obstacles.put("source", SOURCE.box)
    obstacles.put("target", target.box)
    return avoiding_route(SOURCE, target, obstacles, ("source", "target"), lane=lane)


def inside(points: list[tuple[float, float]], box: Box) -> bool:
    return any(
        max(ax, bx) > box.left
        and min(ax, bx) < box.right
        and max(ay, by) > box.top
        and min(ay, by) < box.bottom
        for (ax, ay), (bx, by) in pairwise(points)
    )


def test_a_free_wire_keeps_its_plain_route() -> None:
    assert led(Box(250.5, 200.5, 350.5, 300.5)) == route(SOURCE, TARGET)


def test_a_block_in_between_is_passed_on_its_nearer_side() -> None:
    points = led(BETWEEN)
    assert inside(route(SOURCE, TARGET), BETWEEN)
    assert not inside(points, BETWEEN)
    assert all(a[0] == b[0] or a[1] == b[1] for a, b in pairwise(points))
    assert (points[0], points[-1]) == ((100.5, 50.5), (512.5, 50.5))


def test_two_blocks_in_a_row_are_both_passed() -> None:
    second = Box(380.5, -60.5, 460.5, 70.5)
    points = led(BETWEEN, second)
    assert not inside(points, BETWEEN)
    assert not inside(points, second)


def test_wires_of_different_sources_keep_apart() -> None:
    levels = [{y for _, y in led(BETWEEN, lane=lane)} - {50.5} for lane in range(4)]
    assert len(set.union(*levels)) == 4


def test_a_block_that_went_away_is_in_nobodys_way() -> None:
    obstacles = Obstacles({"o": BETWEEN})
    assert obstacles.crossed(route(SOURCE, TARGET), ()) == {"o": BETWEEN}
    assert obstacles.drop("o") == BETWEEN
    assert obstacles.crossed(route(SOURCE, TARGET), ()) == {}
    assert obstacles.drop("o") is None


@given(
    st.lists(st.tuples(st.integers(-300, 800), st.integers(-300, 400)), max_size=12),
    st.integers(-200, 700),
    st.integers(-200, 300),
)
def test_leading_never_crosses_more_blocks_than_the_plain_route(boxes, x: int, y: int) -> None:
    target = End(x + 12.5, y + 30.5, Box(x + 0.5, y + 0.5, x + 100.5, y + 80.5))
    obstacles = Obstacles(
        {str(i): Box(a + 0.5, b + 0.5, a + 100.5, b + 70.5) for i, (a, b) in enumerate(boxes)}
    )
    plain = route(SOURCE, target)
    points = avoiding_route(SOURCE, target, obstacles, ("s", "t"))
    assert len(obstacles.crossed(points, ())) <= len(obstacles.crossed(plain, ()))
    assert all(a[0] == b[0] or a[1] == b[1] for a, b in pairwise(points))
    assert points[-1] == plain[-1]


@pytest.mark.parametrize("back", [False, True])
def test_on_the_canvas_a_wire_steps_aside_for_a_block_and_back_again(drive, back: bool) -> None:
    blocks = {
        "a": ("Const", (40.0, 100.0)),
        "b": ("Negate", (700.0, 88.0)),
        "far": ("Negate", (340.0, 400.0)),
    }
    d = drive(page_of(blocks, [("a.output", "b.x")]))
    wire = next(iter(d.canvas.items.wires.values()))
    straight = list(wire.points)
    assert len(straight) == 2
    x, y = d.body("far")
    d.drag((x, y), (x, y - 300), ALT)  # without Alt the block would be inserted into the wire
    assert d.at("far")[1] == 100
    assert len(wire.points) > 2
    assert not inside(wire.points, d.canvas.items.blocks["far"].box())
    if back:
        d.document.undo()
        assert wire.points == straight
    assert d.wires() == [("a.output", "b.x")]
    d.items_agree()


@pytest.mark.timeout(10)
def test_a_box_of_any_size_costs_what_a_small_one_does_and_is_met_everywhere() -> None:
    obstacles = Obstacles({"small": BETWEEN})
    large = Box(-1e9, -1e9, 1e9, 1e9)
    obstacles.put("large", large)
    for at in (-9e8, 0.0, 9e8):
        assert obstacles.crossed([(at, 5.0), (at + 10, 5.0)], ()).keys() >= {"large"}
        assert obstacles.crossed([(5.0, at), (5.0, at + 10)], ()).keys() >= {"large"}
    assert obstacles.drop("large") == large
    assert obstacles.crossed([(0.0, 50.0), (500.0, 50.0)], ()).keys() == {"small"}
    assert obstacles.drop("large") is None


_PLACES = st.integers(-30, 30).map(lambda n: n * 64.0)
_SIDES = st.sampled_from([1.0, 64.0, 200.0, 20_000.0])
_BOXES = st.tuples(_PLACES, _PLACES, _SIDES, _SIDES).map(lambda b: Box(b[0], b[1], b[0] + b[2], b[1] + b[3]))


@given(st.lists(_BOXES, max_size=8), _BOXES)
def test_what_reaches_into_an_area_is_found(boxes: list[Box], area: Box) -> None:
    obstacles = Obstacles({f"o{i}": box for i, box in enumerate(boxes)})
    across = [box.left < area.right and area.left < box.right for box in boxes]
    down = [box.top < area.bottom and area.top < box.bottom for box in boxes]
    expected = {f"o{i}" for i in range(len(boxes)) if across[i] and down[i]}
    assert set(obstacles.reaching_into(area)) == expected
