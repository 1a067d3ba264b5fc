"""Planning and checking a page against a plain walk over it in topological order."""

from __future__ import annotations

import graphlib

from bench import Comparison, Row, side_by_side
from pages import large_page

from app.document.model import Page
from app.engine.plan import make_plan
from blocks.assets import asset


def walk(page: Page) -> list[str]:
    """Return the blocks in topological order, by the standard library (which is plain Python)."""
    sorter: graphlib.TopologicalSorter[str] = graphlib.TopologicalSorter()
    for name in page.blocks:
        sorter.add(name)
    for wire in page.wires:
        sorter.add(wire.target.block, wire.source.block)
    return list(sorter.static_order())


def _planned(size: int) -> Comparison:
    page, folder = large_page(size), asset("samples")
    assert len(walk(page)) == size
    assert not make_plan(page, folder).problems
    return side_by_side(lambda: make_plan(page, folder), lambda: walk(page))


ROWS = [
    Row(
        f"plan and check a page of {size:,} blocks",
        "a topological walk in plain Python (graphlib)",
        5.0,
        measure,
    )
    for size, measure in ((1000, lambda: _planned(1000)), (10_000, lambda: _planned(10_000)))
]
