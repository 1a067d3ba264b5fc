"""The order of blocks and the cycles among them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.document.model.diagram import Block, Page, PinRef, Wire
from app.document.model.topology import behind, reachable, topological_order, walk


def page(count, edges, off=(), symbols=None):
    symbols = symbols or {}
    blocks = {f"b{i}": Block(id=f"b{i}", symbol=symbols.get(i, "Add"), off=i in off) for i in range(count)}
    wires = [Wire(source=PinRef(f"b{s}", "z"), target=PinRef(f"b{t}", "x")) for s, t in edges]
    return Page(name="page", blocks=blocks, wires=wires)


def test_sources_come_first_and_the_file_order_decides_among_equals():
    assert topological_order(page(5, [(4, 0), (3, 1)])).order == ["b2", "b3", "b1", "b4", "b0"]


def test_a_page_in_order_keeps_its_order():
    assert topological_order(page(4, [(0, 3), (1, 2), (0, 1)])).order == ["b0", "b1", "b2", "b3"]


def test_switched_off_blocks_and_wires_to_nowhere_do_not_count():
    with_hole = page(3, [(2, 1), (1, 0), (7, 0), (0, 8)], off={1})
    assert topological_order(with_hole).order == ["b0", "b2"]


def test_a_cycle_is_named_and_its_blocks_come_last():
    found = topological_order(page(6, [(0, 1), (1, 2), (2, 0), (2, 3), (5, 4)]))
    assert found.cycles == [["b0", "b1", "b2"]]
    assert found.order == ["b5", "b4", "b0", "b1", "b2", "b3"]


def test_a_block_wired_to_itself_is_a_cycle():
    assert topological_order(page(2, [(1, 1)])).cycles == [["b1"]]


@pytest.mark.parametrize("closer", ["NextIteration", "RefNextIteration"])
def test_a_loop_through_next_iteration_is_no_cycle(closer):
    loop = page(3, [(0, 1), (1, 2), (2, 0)], symbols={0: "Merge", 2: closer})
    assert topological_order(loop) == (["b0", "b1", "b2"], [])


def test_what_else_takes_the_output_of_next_iteration_comes_behind_it():
    drawn = page(4, [(2, 1), (1, 3), (3, 1), (3, 0)], symbols={1: "Merge", 3: "NextIteration"})
    assert topological_order(drawn) == (["b2", "b1", "b3", "b0"], [])
    without_merge = page(2, [(0, 1), (1, 0)], symbols={1: "NextIteration"})
    assert topological_order(without_merge).cycles == [["b0", "b1"]]


@pytest.mark.parametrize(
    ("edges", "cycles"),
    [
        ([(i, i + 1) for i in range(9_999)], 0),
        ([(i + 1, i) for i in range(9_999)], 0),
        ([(i, (i + 1) % 10_000) for i in range(10_000)], 1),
        ([(i, i ^ 1) for i in range(10_000)], 5_000),
    ],
)
def test_ten_thousand_blocks(edges, cycles):
    found = topological_order(page(10_000, edges))
    assert len(found.order) == 10_000
    assert len(found.cycles) == cycles


_EDGES = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=16)


@given(_EDGES)
def test_each_cycle_is_one_and_none_is_left_without_them(edges):
    found = topological_order(page(8, edges))
    assert sorted(found.order) == [f"b{i}" for i in range(8)]
    names = {(f"b{s}", f"b{t}") for s, t in edges}
    for cycle in found.cycles:
        assert all((a, b) in names for a, b in zip(cycle, [*cycle[1:], cycle[0]], strict=True))
    on_cycles = {int(b[1:]) for cycle in found.cycles for b in cycle}
    rest = [(s, t) for s, t in edges if s not in on_cycles and t not in on_cycles]
    assert topological_order(page(8, rest)).cycles == []


@given(_EDGES)
def test_every_wire_between_ordered_blocks_points_forward(edges):
    acyclic = [(s, t) for s, t in edges if s > t]  # against the file order
    order = topological_order(page(8, acyclic)).order
    assert all(order.index(f"b{s}") < order.index(f"b{t}") for s, t in acyclic)


def test_behind_a_block_is_all_that_gets_something_from_it_also_round_a_circle():
    drawn = page(6, [(0, 1), (1, 2), (2, 1), (3, 4)])
    assert behind(drawn, ["b0"]) == {"b1", "b2"}
    assert behind(drawn, ["b1"]) == {"b2"}
    assert behind(drawn, ["b3", "b5"]) == {"b4"}
    assert behind(page(20_000, [(i, i + 1) for i in range(19_999)]), ["b0"]) == {
        f"b{i}" for i in range(1, 20_000)
    }


def test_a_walk_meets_the_nearest_first_and_each_but_once():
    after = {"a": ["b", "c"], "b": ["d"], "c": ["d", "a"], "d": ["b"]}
    asked = []

    def next_of(node):
        asked.append(node)
        return after.get(node, ())

    assert list(walk("a", next_of)) == ["a", "b", "c", "d"]
    assert asked == ["a", "b", "c", "d"]
    assert reachable("d", next_of) == {"d", "b"}


@given(st.sets(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=30), st.sets(st.integers(0, 9)))
def test_what_is_reachable_is_closed_and_nothing_else(edges, roots):
    after = {n: [t for s, t in edges if s == n] for n in range(10)}
    found = reachable(roots, after.__getitem__)
    expected = set(roots)
    for _ in range(10):  # by the definition, step by step
        expected |= {t for s, t in edges if s in expected}
    assert found == expected


def test_a_walk_of_a_hundred_thousand_blocks_needs_no_recursion():
    assert len(reachable([0], lambda n: [n + 1] if n < 99_999 else [])) == 100_000
