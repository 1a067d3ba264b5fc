"""Planning a page against walks over it in topological order, and after an edit against planning it anew."""

from __future__ import annotations

import graphlib
from collections import deque
from collections.abc import Callable
from itertools import islice
from time import process_time

from app.document.model.diagram import Page
from app.engine.compiler.following import Planner
from app.engine.compiler.make_plan import make_plan
from blocks.assets import asset
from tests.benchmarks.bench import Comparison, Row, side_by_side
from tests.benchmarks.edits import Edit, states, with_other_text, with_other_wire
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
    rounds = 31 if size < 10_000 else 11
    return side_by_side(lambda: make_plan(page, folder), lambda: walk(page), rounds, process_time)


def _row(size: int, against: str, walk: Callable[[Page], list[str]]) -> Row:
    goal = 20.0 if walk is bare_walk else 5.0
    return Row(f"plan and check a page of {size:,} blocks", against, goal, lambda: _planned(size, walk))


def _followed(size: int, edit: Edit) -> Comparison:
    """Let both sides plan the same states, the one by following them."""
    folder, planner = asset("samples"), Planner()
    edited = list(islice(states(large_page(size), edit), _ROUNDS + 2))
    planner.plan(edited[0], folder)
    ours, theirs = iter(edited[1:]), iter(edited[1:])
    return side_by_side(
        lambda: planner.plan(next(ours), folder),
        lambda: make_plan(next(theirs), folder),
        _ROUNDS,
        process_time,
    )


_ROUNDS = 31
ROWS = [
    _row(size, against, walk)
    for against, walk in (
        ("a bare topological walk in plain Python", bare_walk),
        ("the same walk by the standard library", library_walk),
    )
    for size in (1000, 10_000)
] + [
    Row(
        f"plan after an edit of one {what}, {size:,} blocks",
        "planning the page anew",
        0.1,
        lambda size=size, edit=edit: _followed(size, edit),  # type: ignore[misc]
    )
    for what, edit in (("text", with_other_text), ("wire", with_other_wire))
    for size in (1000, 10_000)
]
