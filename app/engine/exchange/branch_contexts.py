"""In which branches of TensorFlow 1 the nodes of a flat graph stand: each has its condition, and which way it goes."""

from __future__ import annotations

from collections.abc import Iterable

from app.engine.exchange.calls import FlatGraph, FlatNode, Ref
from blocks.op_facts.traits import MERGES, SWITCHES

Branches = tuple[tuple[Ref, int], ...]  # the outer one first: a condition, and the output of its Switches


class BranchContexts:
    """The branches of nodes, known of those that were met, each after its sources."""

    def __init__(self, flat: FlatGraph) -> None:
        """Know none yet."""
        self._flat = flat
        self._of: dict[str, Branches] = {}

    def of(self, node: str) -> Branches:
        """Return the branches that a node stands in."""
        return self._of.get(node, ())

    def meet(self, node: FlatNode) -> None:
        """Find the branches of a node; those of its sources are known but along back edges of loops."""
        found = [self.behind(ref) for ref in node.inputs] + [self.of(name) for name in node.controls]
        if node.op in MERGES:
            self._of[node.name] = shared(found)
        else:
            self._of[node.name] = max(found, key=len, default=())

    def behind(self, ref: Ref) -> Branches:
        """Return the branches that a tensor stands in."""
        node = self._flat.nodes[ref.node]
        around = self.of(ref.node)
        if node.op not in SWITCHES or len(node.inputs) != 2:
            return around
        condition = self.condition(node)
        return around if condition is None else (*around, (condition, ref.number))

    def condition(self, switch: FlatNode) -> Ref | None:
        """Return the tensor that decides on a Switch; None for that of a loop."""
        ref = switch.inputs[1]
        for _ in range(len(self._flat.nodes)):
            node = self._flat.nodes[ref.node]
            if node.op != "Identity":
                return None if node.op == "LoopCond" else ref
            ref = node.inputs[0]
        return ref


def shared(several: Iterable[Branches]) -> Branches:
    """Return the branches that all of several stand in."""
    found: list[tuple[Ref, int]] = []
    for those in zip(*several, strict=False):
        if any(one != those[0] for one in those):
            break
        found.append(those[0])
    return tuple(found)
