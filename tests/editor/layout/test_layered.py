"""Automatic layout: columns from left to right, no overlaps, straight wires, any graph."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.editor.layout.layered import Edge, layered

SIZE = (100.0, 60.0)


def overlaps(
    places: dict[str, tuple[float, float]], sizes: dict[str, tuple[float, float]]
) -> list[tuple[str, str]]:
    """Return pairs of blocks that cover each other (sweep along x)."""
    found, order = [], sorted(places, key=lambda b: places[b][0])
    for i, a in enumerate(order):
        for b in order[i + 1 :]:
            if places[b][0] >= places[a][0] + sizes[a][0]:
                break
            ay, by = places[a][1], places[b][1]
            if ay < by + sizes[b][1] and by < ay + sizes[a][1]:
                found.append((a, b))
    return found


def test_a_chain_becomes_columns_with_straight_wires() -> None:
    sizes = {"c": SIZE, "a": SIZE, "b": SIZE}
    places = layered(sizes, [Edge("a", "b", 30, 44), Edge("b", "c", 30, 44)])
    assert places["a"][0] + 100 < places["b"][0]
    assert places["b"][0] + 100 < places["c"][0]
    assert places["a"][1] + 30 == places["b"][1] + 44
    assert places["b"][1] + 30 == places["c"][1] + 44


def test_the_diagram_begins_at_the_origin() -> None:
    places = layered({"a": SIZE, "b": SIZE}, [Edge("a", "b", 30, 44)], (500, 300))
    assert min(x for x, _ in places.values()) == 500
    assert min(y for _, y in places.values()) == 300


def test_a_ladder_is_drawn_without_crossings() -> None:
    """Two rails of ten blocks; the order of the input mixes them."""
    names = [f"{rail}{i}" for i in range(10) for rail in ("u", "v")]
    edges = [Edge(f"{rail}{i}", f"{rail}{i + 1}") for i in range(9) for rail in ("u", "v")]
    edges += [Edge("u0", "v1")]
    places = layered(dict.fromkeys(reversed(names), SIZE), edges)
    above = {places[f"u{i}"][1] < places[f"v{i}"][1] for i in range(1, 10)}
    assert len(above) == 1


def test_a_source_stands_next_to_what_it_feeds() -> None:
    edges = [Edge("a", "b"), Edge("b", "c"), Edge("c", "d"), Edge("const", "d")]
    places = layered(dict.fromkeys("abcd", SIZE) | {"const": SIZE}, edges)
    assert places["const"][0] == places["c"][0]


def test_cycles_self_loops_parallel_wires_and_lone_blocks_are_laid_out() -> None:
    edges = [Edge("a", "b"), Edge("b", "a"), Edge("a", "a"), Edge("a", "b"), Edge("gone", "a")]
    sizes = dict.fromkeys(("a", "b", "lone", "lone2"), SIZE)
    places = layered(sizes, edges)
    assert set(places) == set(sizes)
    assert places["a"][0] < places["b"][0]
    assert not overlaps(places, sizes)


def test_an_empty_page_gives_nothing() -> None:
    assert layered({}, []) == {}


@pytest.mark.parametrize("count", [1000, 10_000])
def test_long_chains_need_no_recursion(count: int) -> None:
    places = layered(
        {f"b{i}": SIZE for i in range(count)}, [Edge(f"b{i}", f"b{i + 1}", 30, 30) for i in range(count - 1)]
    )
    xs = [places[f"b{i}"][0] for i in range(count)]
    assert all(a < b for a, b in zip(xs, xs[1:]))  # noqa: B905, RUF007
    assert len({y for _, y in places.values()}) == 1


def test_a_thousand_blocks_with_cycles_do_not_overlap() -> None:
    chance = random.Random(3)
    sizes = {
        f"b{i}": (100.0 + chance.choice((0, 20, 40)), 50.0 + chance.choice((0, 17, 34, 80)))
        for i in range(1000)
    }
    edges = [
        Edge(f"b{max(0, i - chance.randint(1, 20))}", f"b{i}", 25, 44) for i in range(1, 1000) for _ in (0, 1)
    ]
    edges += [Edge(f"b{chance.randint(0, 999)}", f"b{chance.randint(0, 999)}") for _ in range(30)]
    places = layered(sizes, edges)
    assert set(places) == set(sizes)
    assert not overlaps(places, sizes)
    assert places == layered(sizes, edges)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 14).flatmap(lambda n: st.tuples(
    st.just(n), st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), max_size=30)
)))  # fmt: skip
def test_any_graph_is_laid_out_without_overlaps(graph: tuple[int, list[tuple[int, int]]]) -> None:
    count, pairs = graph
    sizes = {str(i): (100.0, 48.0 + 17 * (i % 4)) for i in range(count)}
    places = layered(sizes, [Edge(str(a), str(b), 20, 40) for a, b in pairs])
    assert set(places) == set(sizes)
    assert not overlaps(places, sizes)
