"""Planning and checking a page against walks over it in topological order: a bare one, and the standard library's."""

from __future__ import annotations

import graphlib
from collections import deque
from collections.abc import Callable

from app.document.model.diagram import Page
from app.engine.compiler.make_plan import make_plan
from blocks.assets import asset
from tests.benchmarks.bench import Comparison, Row, side_by_side
from tests.benchmarks.pages import large_page


def bare_walk(page: Page) -> list[str]:
    """Return the blocks in topological order (Kahn), with the least that plain Python needs for it."""
    following: dict[str, list[str]] = {name: [] for name in page.blocks}
    waiting = dict.fromkeys(page.blocks, 0)
    for wire in page.wires:
        following[wire.source.block].append(wire.target.block)
        waiting[wire.target.block] += 1
    ready = deque(name for name, count in waiting.items() if not count)
    order = []
    while ready:
        name = ready.popleft()
        order.append(name)
        for other in following[name]:
            waiting[other] -= 1
            if not waiting[other]:
                ready.append(other)
    return order


def library_walk(page: Page) -> list[str]:
    """Return the blocks in topological order, by the standard library (which is plain Python too)."""
    sorter: graphlib.TopologicalSorter[str] = graphlib.TopologicalSorter()
    for name in page.blocks:
        sorter.add(name)
    for wire in page.wires:
        sorter.add(wire.target.block, wire.source.block)
    return list(sorter.static_order())


def _planned(size: int, walk: Callable[[Page], list[str]]) -> Comparison:
    page, folder = large_page(size), asset("samples")
    assert len(walk(page)) == size
    assert not make_plan(page, folder).problems
    return side_by_side(lambda: make_plan(page, folder), lambda: walk(page))


def _row(size: int, against: str, walk: Callable[[Page], list[str]]) -> Row:
    return Row(f"plan and check a page of {size:,} blocks", against, 5.0, lambda: _planned(size, walk))


ROWS = [
    _row(size, against, walk)
    for against, walk in (
        ("a bare topological walk in plain Python", bare_walk),
        ("the same walk by the standard library", library_walk),
    )
    for size in (1000, 10_000)
]
