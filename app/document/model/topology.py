"""Walks over a page's blocks: their order, their cycles, what leads to what; in linear time, without recursion."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from typing import NamedTuple, TypeVar

from app.document.model.diagram import Page
from blocks.op_facts.traits import BACK_EDGES

Node = TypeVar("Node", bound=Hashable)


class PageOrder(NamedTuple):
    """Block ids, sources first (blocks on a cycle and behind one come last), and the cycles, wire by wire."""

    order: list[str]
    cycles: list[list[str]]


def topological_order(page: Page) -> PageOrder:
    """Order the blocks that are switched on; blocks that could come at the same time keep their file order.

    Wires out of NextIteration do not count, nor do wires of blocks that are off or not on the page.
    """
    names = [block.id for block in page.blocks.values() if not block.off]
    edges, in_order = _edges(page, names)
    if in_order:
        return PageOrder(names, [])
    ordered, left = _sorted(len(names), edges)
    order = [names[i] for i in ordered]
    if not left:
        return PageOrder(order, [])
    cycles = [[names[i] for i in cycle] for cycle in _cycles(left, edges)]
    return PageOrder(order + [names[i] for i in left], cycles)


def behind(page: Page, blocks: Iterable[str]) -> set[str]:
    """Return the blocks that get something from these, directly or through others; not these themselves."""
    first = set(blocks)
    followers = followers_of(page)
    return reachable(first, lambda block: followers.get(block, ())) - first


def followers_of(page: Page) -> Mapping[str, list[str]]:
    """Return the blocks that each block feeds, in the order of the wires and once for each of them."""
    found: dict[str, list[str]] = {}
    for wire in page.wires:
        found.setdefault(wire.source.block, []).append(wire.target.block)
    return found


def reachable(roots: Iterable[Node], next_of: Callable[[Node], Iterable[Node]]) -> set[Node]:
    """Return the roots and all that ``next_of`` leads to from them (see ``walk``)."""
    return set(walk(roots, next_of))


def walk(roots: Iterable[Node], next_of: Callable[[Node], Iterable[Node]]) -> Iterator[Node]:
    """Yield the roots and all that ``next_of`` leads to from them, each once, the nearest first.

    The one walk to the sources, or to the users. ``next_of`` is asked once for each node, as it has been yielded.
    """
    todo = list(dict.fromkeys(roots))
    met = set(todo)
    for node in todo:  # grows while it is walked
        yield node
        for after in next_of(node):
            if after not in met:
                met.add(after)
                todo.append(after)


def _edges(page: Page, names: list[str]) -> tuple[list[tuple[int, int]], bool]:
    """Return the wires as pairs of positions in ``names``, and whether the file order fits them all."""
    rank = {name: i for i, name in enumerate(names)}
    # What closes a loop gives its output to the next iteration, so it orders nothing.
    closers = {b.id for b in page.blocks.values() if b.symbol.removeprefix("raw.") in BACK_EDGES}
    edges = []
    in_order = True
    for wire in page.wires:
        source, target = rank.get(wire.source.block), rank.get(wire.target.block)
        if source is None or target is None or (closers and wire.source.block in closers):
            continue
        if source >= target:
            in_order = False
        edges.append((source, target))
    return edges, in_order


def _sorted(count: int, edges: list[tuple[int, int]]) -> tuple[list[int], list[int]]:
    """Sort topologically (Kahn), the smallest number first among the ready; return sorted and rest."""
    followers: list[list[int]] = [[] for _ in range(count)]
    waiting = [0] * count
    for source, target in edges:
        followers[source].append(target)
        waiting[target] += 1
    ready = [i for i in range(count) if not waiting[i]]
    order = []
    while ready:
        node = heapq.heappop(ready)
        order.append(node)
        for follower in followers[node]:
            waiting[follower] -= 1
            if not waiting[follower]:
                heapq.heappush(ready, follower)
    return order, [i for i in range(count) if waiting[i]] if len(order) < count else []


def _cycles(nodes: list[int], edges: list[tuple[int, int]]) -> list[list[int]]:
    """Return cycles that share no node, so many that none is left without them.

    Each begins at its smallest node.
    """
    alive = set(nodes)
    after: dict[int, list[int]] = {n: [] for n in nodes}
    before: dict[int, list[int]] = {n: [] for n in nodes}
    for source, target in edges:
        if source in alive and target in alive:
            after[source].append(target)
            before[target].append(source)
    graph = _Shrinking(alive, after, before)
    graph.drop([n for n in nodes if not after[n]])
    cycles = []
    path: list[int] = []
    place: dict[int, int] = {}  # node on the path -> its index
    for start in nodes:
        while start in graph.alive:
            node = path[-1] if path else start
            if not path:
                path, place = [start], {start: 0}
            follower = next(f for f in graph.after[node] if f in graph.alive)
            if follower not in place:
                place[follower] = len(path)
                path.append(follower)
                continue
            cycle = path[place[follower] :]
            first = cycle.index(min(cycle))
            cycles.append(cycle[first:] + cycle[:first])
            graph.drop(cycle)
            while path and path[-1] not in graph.alive:
                del place[path.pop()]
    return cycles


class _Shrinking:
    """A graph that loses nodes; those left without a follower or a source go with them."""

    def __init__(self, alive: set[int], after: dict[int, list[int]], before: dict[int, list[int]]) -> None:
        self.alive, self.after, self.before = alive, after, before
        self.outs = {n: len(f) for n, f in after.items()}
        self.ins = {n: len(s) for n, s in before.items()}

    def drop(self, nodes: list[int]) -> None:
        """Take the nodes out, and all that then have no follower or no source left."""
        todo = list(nodes)
        while todo:
            node = todo.pop()
            if node not in self.alive:
                continue
            self.alive.discard(node)
            for follower in self.after[node]:
                self.ins[follower] -= 1
                if not self.ins[follower]:
                    todo.append(follower)
            for source in self.before[node]:
                self.outs[source] -= 1
                if not self.outs[source]:
                    todo.append(source)
