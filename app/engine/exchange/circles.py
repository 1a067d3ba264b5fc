"""Groups of blocks that need each other in a circle: finds them, and takes them apart until none does."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

Around = Sequence[Sequence[int]]  # by block, the blocks before it or behind it


def needed_first(roots: Iterable[int], before: Around) -> list[int]:
    """Return the roots and all that they need, so that each stands shortly before what takes it."""
    ordered: list[int] = []
    met: set[int] = set()
    for root in roots:
        if root in met:
            continue
        met.add(root)
        way = [(root, iter(before[root]))]
        while way:
            node, rest = way[-1]
            for following in rest:
                if following not in met:
                    met.add(following)
                    way.append((following, iter(before[following])))
                    break
            else:
                way.pop()
                ordered.append(node)
    return ordered


def strong_parts(nodes: Iterable[int], after: Callable[[int], Iterable[int]]) -> list[list[int]]:
    """Return the nodes by what they reach and are reached from alike (Tarjan, with a stack of its own)."""
    number: dict[int, int] = {}
    low: dict[int, int] = {}
    open_ones: list[int] = []
    is_open: set[int] = set()
    parts: list[list[int]] = []
    for root in nodes:
        if root in number:
            continue
        way = [(root, iter(after(root)))]
        number[root] = low[root] = len(number)
        open_ones.append(root)
        is_open.add(root)
        while way:
            node, rest = way[-1]
            following = next((n for n in rest if n not in number or n in is_open), None)
            if following is None:
                way.pop()
                if way:
                    low[way[-1][0]] = min(low[way[-1][0]], low[node])
                if low[node] == number[node]:
                    start = open_ones.index(node) if len(open_ones) < 8 else _last(open_ones, node)
                    parts.append(open_ones[start:])
                    is_open.difference_update(open_ones[start:])
                    del open_ones[start:]
            elif following in number:
                low[node] = min(low[node], number[following])
            else:
                number[following] = low[following] = len(number)
                open_ones.append(following)
                is_open.add(following)
                way.append((following, iter(after(following))))
    return parts


def _last(items: Sequence[int], item: int) -> int:
    place = len(items) - 1
    while items[place] != item:
        place -= 1
    return place


def circles_of(nodes: Sequence[int], group: Mapping[int, int], takers: Around) -> list[set[int]]:
    """Return the groups that need each other in a circle; ``takers`` that are in no group do not count."""
    after: dict[int, set[int]] = {}
    before: dict[int, int] = {}
    group_of = group.get
    for node in nodes:
        own = group[node]
        behind = after.get(own)
        if behind is None:
            behind = after[own] = set()
        for taker in takers[node]:
            other = group_of(taker, own)
            if other != own and other not in behind:
                behind.add(other)
                before[other] = before.get(other, 0) + 1
    ready = [one for one in after if not before.get(one)]
    for one in ready:
        for other in after[one]:
            before[other] -= 1
            if not before[other]:
                ready.append(other)
    if len(ready) == len(after):
        return []
    left = after.keys() - set(ready)
    ordered = [one for one in after if one in left]
    return [set(p) for p in strong_parts(ordered, lambda n: [o for o in after[n] if o in left]) if len(p) > 1]


def taken_apart(
    nodes: Sequence[int], group: Mapping[int, int], sources: Around, takers: Around
) -> dict[int, tuple[int, int]]:
    """Return for each node of a circle its group and a number; groups of the same pair form no circle any more.

    ``nodes`` come sources first. A way that leaves a group and comes back has a higher number there than where it
    left; a node has the highest number that what takes it leaves it, where it then stands with others of its group.
    """
    number: dict[int, int] = {}
    for node in nodes:
        own, least = group[node], 0
        for source in sources[node]:
            before = number.get(source)
            if before is not None:
                least = max(least, before if group[source] == own else before + 1)
        number[node] = least
    for node in reversed(nodes):
        own, most, beside = group[node], -1, -1
        for taker in takers[node]:
            behind = number.get(taker)
            if behind is not None:
                same = group[taker] == own
                limit = behind if same else behind - 1
                most = limit if most < 0 else min(most, limit)
                beside = behind if same and (beside < 0 or behind < beside) else beside
        if most > number[node] and beside == most:
            number[node] = most
    return {node: (group[node], number[node]) for node in nodes}
