"""Where wires lie is found by cells: the same wires as by looking at each."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from app.editor.canvas.items.wire_places import WirePlaces


@dataclass(eq=False)
class Led:
    """The rectangle around a wire's way."""

    left: float
    top: float
    right: float
    bottom: float


_AT = st.integers(-40, 40).map(lambda n: n * 256.0)
_LONG = st.sampled_from([0.0, 1.0, 256.0, 5000.0, 100_000.0])
_RECTS = st.tuples(_AT, _AT, _LONG, _LONG).map(lambda r: (r[0], r[1], r[0] + r[2], r[1] + r[3]))


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(_RECTS, _RECTS), max_size=8), st.sets(st.integers(0, 7)), _RECTS)
def test_wires_that_came_moved_and_went_are_found_where_they_are(
    ways: list[tuple[tuple[float, ...], tuple[float, ...]]], gone: set[int], area: tuple[float, ...]
) -> None:
    places: WirePlaces[Led] = WirePlaces()
    wires = [Led(*first) for first, _ in ways]
    for wire in wires:
        places.put(wire)
    for wire, (_, then) in zip(wires, ways, strict=True):
        wire.left, wire.top, wire.right, wire.bottom = then
        places.put(wire)
    for wire in [w for n, w in enumerate(wires) if n in gone]:
        places.drop(wire)
        places.drop(wire)  # twice does no harm
    left, top, right, bottom = area
    expected = {
        id(w)
        for n, w in enumerate(wires)
        if n not in gone and w.left < right and w.right > left and w.top < bottom and w.bottom > top
    }
    found = places.reaching_into(*area)
    assert {id(w) for w in found} == expected
    assert len(found) == len(expected)
    places.clear()
    assert places.reaching_into(*area) == []


def test_wires_of_which_the_ways_have_changed_are_given_once() -> None:
    places: WirePlaces[Led] = WirePlaces()
    first, second, third = (Led(n, n, n + 1.0, n + 1.0) for n in (0.0, 10.0, 20.0))
    for wire in (first, second, first):
        places.put(wire)
    assert places.take_changed() == [first, second]
    assert places.take_changed() == []
    places.drop(second)
    places.note_gone([third])  # it is dropped later
    assert places.take_changed() == [second, third]


def test_of_very_many_changes_it_is_not_said_which() -> None:
    places: WirePlaces[Led] = WirePlaces()
    wires = [Led(n, 0.0, n + 1.0, 1.0) for n in range(1000)]
    for wire in wires:
        places.put(wire)
    assert places.take_changed() is None
    places.put(wires[0])
    places.note_gone(wires)
    assert places.take_changed() is None
    places.put(wires[0])
    assert places.take_changed() == [wires[0]]
    held = places.clear()
    assert {id(wire) for holding in held for wire in holding} == set(map(id, wires))
    assert places.take_changed() is None
