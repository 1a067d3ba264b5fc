"""Walks over a page's blocks: their order, their cycles, what leads to what; in linear time, without recursion."""

from __future__ import annotations

import heapq
from bisect import bisect, bisect_left
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeVar

from app.document.model.diagram import Page, Wire
from blocks.op_facts.traits import BACK_EDGES, MERGES

Node = TypeVar("Node", bound=Hashable)


class PageOrder(NamedTuple):
    """Block ids, sources first (blocks on a cycle and behind one come last), and the cycles, wire by wire."""

    order: list[str]
    cycles: list[list[str]]


def topological_order(page: Page) -> PageOrder:
    """Order the blocks that are switched on; blocks that could come at the same time keep their file order.

    Wires that close loops do not count, nor do wires of blocks that are off or not on the page.
    """
    names = [block.id for block in page.blocks.values() if not block.off]
    rank = {name: i for i, name in enumerate(names)}
    closing = _closing(page)
    if _fits(page.wires, rank, closing):
        return PageOrder(names, [])
    ordered, left = _sorted(page.wires, rank, closing)
    order = [names[i] for i in ordered]
    if not left:
        return PageOrder(order, [])
    cycles = [[names[i] for i in cycle] for cycle in _cycles(left, _edges(page.wires, rank, closing))]
    return PageOrder(order + [names[i] for i in left], cycles)


class WireIndex:
    """The wires of a page by the block that they start from, and by the one that they end at; each in page order."""

    def __init__(self, wires: Iterable[Wire]) -> None:
        """Look at each wire once."""
        self.leaving: dict[str, list[Wire]] = {}
        self.entering: dict[str, list[Wire]] = {}
        self._ranks: dict[
            int, float
        ] = {}  # by the object: numbers that rise in page order, from the first change on
        for wire in wires:
            self.leaving.setdefault(wire.source.block, []).append(wire)
            self.entering.setdefault(wire.target.block, []).append(wire)

    def follow(
        self, wires: Sequence[Wire], removed: Iterable[Wire], added: Sequence[tuple[int, Wire]]
    ) -> None:
        """Follow a change of the page's wires, which are ``wires`` now; those added have their places among them."""
        ranks = self._ranks
        for wire in removed:
            for list_ in (self.leaving[wire.source.block], self.entering[wire.target.block]):
                del list_[self._place_of(list_, wire)]
            ranks.pop(id(wire), None)
        if added and not ranks:
            new = {id(wire) for _, wire in added}
            ranks.update((id(wire), float(i)) for i, wire in enumerate(wires) if id(wire) not in new)
        for place, wire in added:
            self._rank(wires, place)
            for list_ in (
                self.leaving.setdefault(wire.source.block, []),
                self.entering.setdefault(wire.target.block, []),
            ):
                list_.insert(bisect(list_, ranks[id(wire)], key=lambda w: ranks[id(w)]), wire)

    def _rank(self, wires: Sequence[Wire], place: int) -> None:
        """Give the new wire at a place of the page's a number between those of its neighbours."""
        ranks = self._ranks
        known = (
            ranks.get(id(wires[i])) for i in range(place + 1, len(wires))
        )  # the first has one, most often
        before = ranks.get(id(wires[place - 1]), -1.0) if place else -1.0
        behind = next((rank for rank in known if rank is not None), before + 2.0)
        ranks[id(wires[place])] = rank = (before + behind) / 2
        if not before < rank < behind:  # they have come too close
            ranks.update((id(wire), float(i)) for i, wire in enumerate(wires))

    def _place_of(self, wires: Sequence[Wire], wire: Wire) -> int:
        """Return where a wire stands among those of a block, of which there may be thousands."""
        ranks = self._ranks
        if ranks:
            return bisect_left(wires, ranks[id(wire)], key=lambda w: ranks[id(w)])
        return next(i for i, w in enumerate(wires) if w is wire)  # equal ones are different wires

    def of(self, blocks: Collection[str]) -> list[Wire]:
        """Return all wires that start from or end at some blocks, each once; page order counts at each end only."""
        found: list[Wire] = []
        for block in blocks:
            found += self.entering.get(block, ())
            found += [w for w in self.leaving.get(block, ()) if w.target.block not in blocks]
        return found


def stays_sorted(
    order: Sequence[str],
    place: Mapping[str, int],
    rank: Mapping[str, int],
    sources: Callable[[str], Iterable[str]],
    touched: Iterable[tuple[str, str]],
) -> bool:
    """Return whether a page without cycles is still sorted as `topological_order` sorts it.

    ``order`` is how it was, ``place`` where each block stands in it, ``rank`` where in the file; ``sources`` gives the
    blocks before a block as they are now, ``touched`` are the ends of wires that went or came, sources first.
    """
    for target in {target for _, target in touched}:
        ready = max((place[s] + 1 for s in sources(target)), default=0)
        # As soon as a block is ready it comes before all that stand behind it in the file.
        if max(map(rank.__getitem__, order[ready : place[target]]), default=-1) > rank[target]:
            return False
    return True


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


def closes_loop(source: str, target: str) -> bool:
    """Return whether a wire between blocks of these symbols closes a loop: it is for the next iteration alone.

    What else takes the output of a NextIteration comes behind it, as behind any other block.
    """
    return source.removeprefix("raw.") in BACK_EDGES and target.removeprefix("raw.") in MERGES


def _closing(page: Page) -> set[tuple[str, str]]:
    """Return the pairs of blocks between which wires close loops, and so order nothing."""
    blocks = page.blocks
    if not any(s.removeprefix("raw.") in BACK_EDGES for s in {b.symbol for b in blocks.values()}):
        return set()
    pairs = {(w.source.block, w.target.block) for w in page.wires}
    return {
        (a, b)
        for a, b in pairs
        if a in blocks and b in blocks and closes_loop(blocks[a].symbol, blocks[b].symbol)
    }


def _fits(wires: Iterable[Wire], rank: Mapping[str, int], closing: Collection[tuple[str, str]]) -> bool:
    """Return whether blocks are sorted already as they stand in the file: their order fits all the wires."""
    place, behind_all = rank.get, len(rank)
    for wire in wires:
        source, target = wire.source.block, wire.target.block
        if place(source, -1) >= place(target, behind_all) and (source, target) not in closing:
            return False
    return True


def _edges(
    wires: Iterable[Wire], rank: Mapping[str, int], closing: Collection[tuple[str, str]]
) -> list[tuple[int, int]]:
    """Return the wires that order blocks as pairs of the blocks' ranks."""
    return [
        (rank[source], rank[target])
        for source, target in ((w.source.block, w.target.block) for w in wires)
        if source in rank and target in rank and (source, target) not in closing
    ]


def _sorted(
    wires: Iterable[Wire], rank: Mapping[str, int], closing: Collection[tuple[str, str]]
) -> tuple[list[int], list[int]]:
    """Sort ranks topologically (Kahn), the smallest first among the ready; return sorted and rest."""
    count, place = len(rank), rank.get
    followers: list[list[int]] = [[] for _ in range(count)]
    waiting = [0] * count
    for wire in wires:
        source, target = place(wire.source.block), place(wire.target.block)
        if source is None or target is None:
            continue
        if not closing or (wire.source.block, wire.target.block) not in closing:
            followers[source].append(target)
            waiting[target] += 1
    order = sorted_numbers(followers, waiting)
    return order, [i for i in range(count) if waiting[i]] if len(order) < count else []


def sorted_numbers(followers: Sequence[Sequence[int]], waiting: list[int]) -> list[int]:
    """Return numbers sorted topologically, the smallest first among the ready, without those in and behind cycles.

    ``waiting`` says how many each number follows; it counts down.
    """
    ready = [i for i, count in enumerate(waiting) if not count]
    order = []
    while ready:
        node = heapq.heappop(ready)
        order.append(node)
        for follower in followers[node]:
            waiting[follower] -= 1
            if not waiting[follower]:
                heapq.heappush(ready, follower)
    return order


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
