"""What the nodes of a step depend on, as bits: on a Switch, on each written Variable, on each of several writers."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from itertools import count

from app.engine.compiler.plan_walk import owner_of, sources_of
from app.engine.compiler.step_graph import StepGraph
from blocks.op_facts.traits import SWITCHES

SWITCH = 1  # the bit of the nodes that may be dead

Before = Mapping[str, Sequence[str]]  # by node: the nodes that run before it, though it needs nothing of them


class Dependences:
    """What each node depends on by its inputs, and what by them and by the order of the writers."""

    def __init__(
        self, graph: StepGraph, writers: Mapping[str, Sequence[str]], looks: Mapping[str, Iterable[str]]
    ) -> None:
        """Walk the nodes once, sources first; ``writers`` are those of each Variable, ``looks`` who only looks at it.

        Who needs such a look depends on that, and not on what the Variable holds.
        """
        self._graph = graph
        self._ref_users = {name for name, _ in graph.ref_uses}
        self._taken = set(graph.ref_uses)
        self._read_places = {(name, position) for name, position, _ in graph.reads}
        bit = count(1)
        self.bits = {variable: 1 << next(bit) for variable in writers}
        self.look_bits = {variable: 1 << next(bit) for variable in looks}
        several = dict.fromkeys(w for those in writers.values() if len(those) > 1 for w in those)
        self._bits = {**self.bits, **{writer: 1 << next(bit) for writer in several}}
        self._looking = {name: self.look_bits[v] for v, those in looks.items() for name in those}
        self.masks, self._by_value = self._walk(graph.sequence, {})
        self._needs, self._needs_by_value = self.masks, self._by_value

    def follow(self, before: Before) -> None:
        """Count as needed from now on what runs before a node as well, where that makes no circle."""
        sequence = sequence_with(self._graph, before) if before else None
        if sequence is not None:
            self._needs, self._needs_by_value = self._walk(sequence, before)

    def value_needs(self, writer: str) -> int:
        """Return what a writer needs besides the references it takes: its value inputs, and what chose the references.

        The bit of Switches says whether its own value inputs depend on one.
        """
        mask = self._needs_by_value[writer] & ~SWITCH
        for position, ref in enumerate(self._graph.nodes[writer].inputs):
            if not self._is_taken(writer, position, ref):
                mask |= self.masks.get(owner_of(self._graph, ref), 0) & SWITCH
        return mask

    def _is_taken(self, name: str, position: int, ref: str) -> bool:
        return (name, ref) in self._taken and (name, position) not in self._read_places

    def _walk(self, sequence: Iterable[str], before: Before) -> tuple[dict[str, int], dict[str, int]]:
        """Return what each node depends on, and for those that take references what they do besides these."""
        graph = self._graph
        masks: dict[str, int] = {}
        by_value: dict[str, int] = {}
        for name in sequence:
            node = graph.nodes.get(name)
            own = SWITCH if node is not None and node.op in SWITCHES else 0
            earlier = before.get(name, ())
            if node is not None and name in self._ref_users:
                mask = own
                for position, ref in enumerate(node.inputs):
                    known = by_value if self._is_taken(name, position, ref) else masks
                    mask |= known.get(owner_of(graph, ref), 0)
                for source in earlier:
                    mask |= by_value.get(source, 0)
                by_value[name] = mask
            if name in self._looking:
                masks[name] = by_value[name] | self._looking[name]
                continue
            mask = own | self._bits.get(name, 0)
            for source in (*sources_of(graph, name), *earlier):
                mask |= masks.get(source, 0)
            masks[name] = mask
        return masks, by_value


def sequence_with(graph: StepGraph, before: Before) -> list[str] | None:
    """Return the nodes in an order that ``before`` fits as well; None where it makes a circle with their inputs."""
    rank = {name: i for i, name in enumerate(graph.sequence)}
    followers: dict[str, list[str]] = {}
    waiting = dict.fromkeys(graph.sequence, 0)
    for name, place in rank.items():
        earlier = before.get(name, ())
        for source in {s for s in sources_of(graph, name) if rank.get(s, place) < place}.union(earlier):
            followers.setdefault(source, []).append(name)
            waiting[name] += 1
    ready = deque(name for name, number in waiting.items() if not number)
    found = []
    while ready:
        found.append(ready.popleft())
        for name in followers.get(found[-1], ()):
            waiting[name] -= 1
            if not waiting[name]:
                ready.append(name)
    return found if len(found) == len(waiting) else None
