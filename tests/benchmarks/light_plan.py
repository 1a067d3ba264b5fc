"""Planning and checking a page against a plain walk over it in topological order."""

from __future__ import annotations

from collections import deque

from bench import Comparison, Row, side_by_side
from pages import large_page

from app.document.model import Page
from app.engine.plan import make_plan
from blocks.assets import asset


def walk(page: Page) -> list[str]:
    """Return the blocks in topological order (Kahn), as plain Python does it."""
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


def _planned(size: int) -> Comparison:
    page, folder = large_page(size), asset("samples")
    assert len(walk(page)) == size
    assert not make_plan(page, folder).problems
    return side_by_side(lambda: make_plan(page, folder), lambda: walk(page))


ROWS = [
    Row(f"plan and check a page of {size:,} blocks", "a topological walk in plain Python", 5.0, measure)
    for size, measure in ((1000, lambda: _planned(1000)), (10_000, lambda: _planned(10_000)))
]
