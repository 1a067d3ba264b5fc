"""Automatic layout: blocks in layers from left to right, few crossings, wires as straight as can be. No Qt.

The steps are those of Sugiyama: break cycles, assign layers, order within the layers by the median of the
neighbours, then choose heights that keep the order (pool adjacent violators). Nothing recurses; a thousand
blocks take well under a second.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

Point = tuple[float, float]

LAYER_GAP = 64.0
BLOCK_GAP = 26.0
DUMMY_HEIGHT = 14.0  # room that a long wire takes in a layer that it passes
PART_GAP = 70.0  # between parts that no wire joins
_SWEEPS = 8
_HEIGHT_SWEEPS = 10
_MOST_DUMMIES = 6000  # beyond, long wires are not led around blocks


@dataclass(frozen=True, slots=True)
class Edge:
    """A wire between two blocks; the offsets are its pins' heights below the blocks' tops."""

    source: str
    target: str
    source_offset: float = 0.0
    target_offset: float = 0.0


def layered(
    sizes: Mapping[str, tuple[float, float]], edges: Iterable[Edge], origin: Point = (0.0, 0.0)
) -> dict[str, Point]:
    """Return the top left corner of each block (whole units), the whole diagram at ``origin``.

    Cycles, self-loops, parallel wires and blocks without wires are allowed. The result depends only on the
    input and its order.
    """
    wires = [e for e in edges if e.source in sizes and e.target in sizes and e.source != e.target]
    places: dict[str, Point] = {}
    y = origin[1]
    loose: list[str] = []
    for part in _parts(sizes, wires):
        if len(part) == 1:
            loose.append(part[0])
            continue
        inside = set(part)
        part_places = _Part({b: sizes[b] for b in part}, [e for e in wires if e.source in inside]).places()
        top = min(py for _, py in part_places.values())
        places.update(
            {b: (round(px + origin[0]), round(py - top + y)) for b, (px, py) in part_places.items()}
        )
        y += max(py + sizes[b][1] for b, (_, py) in part_places.items()) - top + PART_GAP
    places.update(_rows(loose, sizes, origin[0], y))
    return places


def _parts(sizes: Mapping[str, tuple[float, float]], edges: Sequence[Edge]) -> list[list[str]]:
    """Return the blocks by connected part; the largest part first, blocks in the given order."""
    neighbours: dict[str, list[str]] = defaultdict(list)
    for edge in edges:
        neighbours[edge.source].append(edge.target)
        neighbours[edge.target].append(edge.source)
    part_of: dict[str, int] = {}
    count = 0
    for block in sizes:
        if block in part_of:
            continue
        todo = deque([block])
        part_of[block] = count
        while todo:
            for other in neighbours[todo.popleft()]:
                if other not in part_of:
                    part_of[other] = count
                    todo.append(other)
        count += 1
    parts: list[list[str]] = [[] for _ in range(count)]
    for block in sizes:
        parts[part_of[block]].append(block)
    return sorted(parts, key=len, reverse=True)


def _rows(
    blocks: Sequence[str], sizes: Mapping[str, tuple[float, float]], left: float, top: float
) -> dict[str, Point]:
    """Place blocks without wires in rows."""
    places: dict[str, Point] = {}
    x, y, tallest = left, top, 0.0
    for block in blocks:
        width, height = sizes[block]
        if x > left and x + width > left + 1200:
            x, y, tallest = left, y + tallest + BLOCK_GAP, 0.0
        places[block] = (round(x), round(y))
        x += width + BLOCK_GAP
        tallest = max(tallest, height)
    return places


class _Part:
    """One connected part. Nodes are numbers; from ``self.real`` on they are long wires passing a layer."""

    def __init__(self, sizes: dict[str, tuple[float, float]], edges: list[Edge]) -> None:
        self.names = list(sizes)
        self.widths = [sizes[b][0] for b in self.names]
        self.heights = [sizes[b][1] for b in self.names]
        self.real = len(self.names)
        number = {b: i for i, b in enumerate(self.names)}
        self.edges = self._forward(
            [(number[e.source], number[e.target], e.source_offset, e.target_offset) for e in edges]
        )
        self.layer = self._layers()
        self._add_dummies()
        self.order = self._ordered()

    def _forward(self, edges: list[tuple[int, int, float, float]]) -> list[tuple[int, int, float, float]]:
        """Turn the edges that close a cycle, found by a depth-first walk on a stack of our own."""
        out: list[list[int]] = [[] for _ in range(self.real)]
        entering = [0] * self.real
        for index, (a, b, _, _) in enumerate(edges):
            out[a].append(index)
            entering[b] += 1
        state = [0] * self.real  # 0 not seen, 1 on the stack, 2 done
        turned: set[int] = set()
        for start in sorted(range(self.real), key=lambda n: (entering[n] > 0, n)):
            if state[start]:
                continue
            state[start] = 1
            stack = [(start, iter(out[start]))]
            while stack:
                node, rest = stack[-1]
                index = next(rest, -1)
                if index < 0:
                    state[node] = 2
                    stack.pop()
                    continue
                other = edges[index][1]
                if state[other] == 1:
                    turned.add(index)
                elif not state[other]:
                    state[other] = 1
                    stack.append((other, iter(out[other])))
        return [(b, a, y, x) if i in turned else (a, b, x, y) for i, (a, b, x, y) in enumerate(edges)]

    def _layers(self) -> list[int]:
        """Assign layers by the longest way from the left, then pull sources next to what they feed."""
        out: list[list[int]] = [[] for _ in range(self.real)]
        waiting = [0] * self.real
        for a, b, _, _ in self.edges:
            out[a].append(b)
            waiting[b] += 1
        layer = [0] * self.real
        ready = deque(n for n in range(self.real) if not waiting[n])
        order = []
        while ready:
            node = ready.popleft()
            order.append(node)
            for other in out[node]:
                layer[other] = max(layer[other], layer[node] + 1)
                waiting[other] -= 1
                if not waiting[other]:
                    ready.append(other)
        has_input = {b for _, b, _, _ in self.edges}
        for node in reversed(order):
            if out[node] and node not in has_input:
                layer[node] = min(layer[other] for other in out[node]) - 1
        return layer

    def _add_dummies(self) -> None:
        """Cut edges over several layers into pieces, with a node in each layer they pass."""
        if sum(max(0, self.layer[b] - self.layer[a] - 1) for a, b, _, _ in self.edges) > _MOST_DUMMIES:
            return
        pieces: list[tuple[int, int, float, float]] = []
        chains: dict[tuple[int, float, int], int] = {}  # wires of one pin share their way
        for a, b, from_y, to_y in self.edges:
            node, offset = a, from_y
            for layer in range(self.layer[a] + 1, self.layer[b]):
                key = (a, from_y, layer)
                if key not in chains:
                    chains[key] = len(self.layer)
                    self.layer.append(layer)
                    self.widths.append(0.0)
                    self.heights.append(DUMMY_HEIGHT)
                    pieces.append((node, chains[key], offset, DUMMY_HEIGHT / 2))
                node, offset = chains[key], DUMMY_HEIGHT / 2
            pieces.append((node, b, offset, to_y))
        self.edges = pieces

    def _ordered(self) -> list[list[int]]:
        """Order the layers' nodes by sweeps over medians; the order with the fewest crossings wins."""
        layers: list[list[int]] = [[] for _ in range(max(self.layer) + 1)]
        for node in self._by_reach():
            layers[self.layer[node]].append(node)
        before: list[list[tuple[int, float]]] = [[] for _ in self.layer]
        after: list[list[tuple[int, float]]] = [[] for _ in self.layer]
        for a, b, from_y, to_y in self.edges:
            before[b].append((a, from_y))
            after[a].append((b, to_y))
        best, fewest = [list(layer) for layer in layers], self._crossings(layers)
        for sweep in range(_SWEEPS):
            down = sweep % 2 == 0
            for layer in layers[1:] if down else list(reversed(layers[:-1])):
                self._sort_by_median(layer, layers, before if down else after)
            crossings = self._crossings(layers)
            if crossings < fewest:
                best, fewest = [list(layer) for layer in layers], crossings
            if not fewest:
                break
        return best

    def _by_reach(self) -> list[int]:
        """Return all nodes as a walk from the sources reaches them: neighbours start near each other."""
        out: list[list[int]] = [[] for _ in self.layer]
        entering = [0] * len(self.layer)
        for a, b, _, _ in self.edges:
            out[a].append(b)
            entering[b] += 1
        seen = [False] * len(self.layer)
        order: list[int] = []
        for start in range(len(self.layer)):
            if entering[start] or seen[start]:
                continue
            stack = [start]
            while stack:
                node = stack.pop()
                if seen[node]:
                    continue
                seen[node] = True
                order.append(node)
                stack.extend(reversed(out[node]))
        return order + [n for n in range(len(self.layer)) if not seen[n]]

    def _sort_by_median(
        self, layer: list[int], layers: list[list[int]], near: list[list[tuple[int, float]]]
    ) -> None:
        position = {}
        for node in layer:
            for other, _ in near[node]:
                if other not in position:
                    position.update({n: i for i, n in enumerate(layers[self.layer[other]])})
        medians = {}
        for index, node in enumerate(layer):
            places = sorted(position[other] + offset / 1000 for other, offset in near[node])
            middle = len(places) // 2
            if not places:
                medians[node] = float(index)
            elif len(places) % 2:
                medians[node] = places[middle]
            else:
                medians[node] = (places[middle - 1] + places[middle]) / 2
        layer.sort(key=lambda n: medians[n])

    def _crossings(self, layers: list[list[int]]) -> int:
        """Count crossings between neighbouring layers with a Fenwick tree."""
        position = {node: i for layer in layers for i, node in enumerate(layer)}
        between: dict[int, list[tuple[float, float]]] = defaultdict(list)
        for a, b, from_y, to_y in self.edges:
            if self.layer[b] - self.layer[a] == 1:
                between[self.layer[a]].append((position[a] + from_y / 1000, position[b] + to_y / 1000))
        total = 0
        for pairs in between.values():
            pairs.sort()
            rank = {y: i + 1 for i, y in enumerate(sorted({y for _, y in pairs}))}
            tree = [0] * (len(rank) + 1)
            for seen, (_, y) in enumerate(pairs):
                index, smaller = rank[y], 0
                while index:
                    smaller += tree[index]
                    index -= index & -index
                total += seen - smaller
                index = rank[y]
                while index < len(tree):
                    tree[index] += 1
                    index += index & -index
        return total

    # heights ----------------------------------------------------------------------------------------

    def places(self) -> dict[str, Point]:
        """Return the blocks' places: columns by layer, heights that make many wires straight."""
        y = self._heights()
        turning = [0] * (len(self.order) + 1)
        for a, _, _, _ in self.edges:
            turning[self.layer[a]] += 1
        left, lefts = 0.0, []
        for layer, wires in zip(self.order, turning, strict=False):
            lefts.append(left)
            # More room after a layer where many wires turn.
            left += max((self.widths[n] for n in layer), default=0.0) + LAYER_GAP + min(60.0, 2.0 * wires)
        return {self.names[n]: (lefts[self.layer[n]], y[n]) for n in range(self.real)}

    def _heights(self) -> list[float]:
        y = [0.0] * len(self.layer)
        for layer in self.order:
            top = 0.0
            for node in layer:
                y[node] = top
                top += self.heights[node] + BLOCK_GAP
        pulls_back: list[list[tuple[int, float]]] = [[] for _ in self.layer]
        pulls_on: list[list[tuple[int, float]]] = [[] for _ in self.layer]
        for a, b, from_y, to_y in self.edges:
            pulls_back[b].append((a, from_y - to_y))
            pulls_on[a].append((b, to_y - from_y))
        for sweep in range(_HEIGHT_SWEEPS):
            forward = sweep % 2 == 0
            for layer in self.order if forward else reversed(self.order):
                self._settle(layer, y, pulls_back if forward else pulls_on)
        return y

    def _settle(self, layer: list[int], y: list[float], pulls: list[list[tuple[int, float]]]) -> None:
        """Move a layer's nodes to where their wires pull them, keeping order and gaps."""
        levels, weights, offsets = [], [], []
        offset = 0.0
        for index, node in enumerate(layer):
            if index:
                previous = layer[index - 1]
                both_wires = node >= self.real and previous >= self.real
                offset += self.heights[previous] + (4.0 if both_wires else BLOCK_GAP)
            offsets.append(offset)
            places = sorted(y[other] + pull for other, pull in pulls[node])
            middle = len(places) // 2
            target = (places[middle] if len(places) % 2 else places[middle - 1]) if places else y[node]
            levels.append(target - offset)
            weights.append(4.0 if node >= self.real and places else 1.0 if places else 0.05)
        for node, level, below in zip(layer, _isotonic(levels, weights), offsets, strict=True):
            y[node] = level + below


def _isotonic(values: Sequence[float], weights: Sequence[float]) -> list[float]:
    """Return the non-decreasing values nearest to the given ones, by weighted least squares.

    The method is to pool adjacent violators. A pool takes the value of its heaviest member nearest to the mean, so
    that at least one wire of it is straight.
    """
    pools: list[list[float]] = []  # weighted mean, weight, members
    for value, weight in zip(values, weights, strict=True):
        pools.append([value, weight, 1])
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            mean, weight_two, count = pools.pop()
            last = pools[-1]
            total = last[1] + weight_two
            pools[-1] = [(last[0] * last[1] + mean * weight_two) / total, total, last[2] + count]
    result: list[float] = []
    for mean, _, count in pools:
        members = values[len(result) : len(result) + int(count)]
        own = weights[len(result) : len(result) + int(count)]
        result += [_straight(mean, members, own)] * int(count)
    return list(accumulate(result, max))


def _straight(mean: float, members: Sequence[float], weights: Sequence[float]) -> float:
    """Return the member's value nearest to the mean, among the heaviest members."""
    heaviest = max(weights)
    return min(
        (m for m, w in zip(members, weights, strict=True) if w == heaviest), key=lambda m: (abs(m - mean), m)
    )
