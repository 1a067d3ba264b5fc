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
