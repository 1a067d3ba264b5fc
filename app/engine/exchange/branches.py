"""Which values of a step may be missing, as they stand on a branch that is not taken in every step.

A node behind a Switch has a value only on one side of its condition; a Merge of both sides has one always. A Merge
that takes anything else together is counted among those that may have none.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from typing import NamedTuple

from app.engine.compiler.plan import Gradients, Plan, PlanNode
from app.engine.compiler.plan_walk import node_of, owner_of, sources_of
from blocks.op_facts.traits import BACK_EDGES, MERGES, SWITCHES

_Sides = frozenset[tuple[str, int]]  # (condition, the output of its Switch) that must be taken
_ALWAYS: _Sides = frozenset()


class _Graph(NamedTuple):
    nodes: Mapping[str, PlanNode]
    gradients: Mapping[str, Gradients]


class Branches:
    """The sides of conditions on which the nodes of a plan stand."""

    def __init__(self, plan: Plan) -> None:
        """Walk the plan once, sources first."""
        self._graph = _Graph({n.name: n for n in plan.nodes}, {g.name: g for g in plan.gradients})
        self._sides: dict[str, _Sides] = {}
        self._begun: set[str] = set()
        for name in (*self._graph.nodes, *self._graph.gradients):
            self._visit(name)

    def may_be_missing(self, ref: str) -> bool:
        """Return whether a tensor, or a node, may have no value in a step."""
        return bool(self._of(ref))

    def _visit(self, first: str) -> None:
        waiting = [first]
        while waiting:
            name = waiting[-1]
            if name not in self._begun:
                self._begun.add(name)
                waiting += [source for source in self._sources(name) if source not in self._begun]
                continue
            waiting.pop()
            if name not in self._sides:
                self._sides[name] = self._found(name)

    def _sources(self, name: str) -> list[str]:
        node = self._graph.nodes.get(name)
        found = sources_of(self._graph, name)
        if node is not None and node.op in MERGES:
            nodes = self._graph.nodes
            found = [s for s in found if s not in nodes or nodes[s].op not in BACK_EDGES]
        return [s for s in found if s in self._graph.nodes or s in self._graph.gradients]

    def _found(self, name: str) -> _Sides:
        node = self._graph.nodes.get(name)
        if node is None:
            gradient = self._graph.gradients[name]
            return frozenset().union(*(self._of(ref) for ref in (*gradient.ys, *gradient.xs)))
        if node.op not in MERGES:
            return frozenset().union(*(self._of(ref) for ref in node.inputs))
        data = [ref for ref in node.inputs if not ref.startswith("^") and node_of(ref) in self._sides]
        return reduce(_merged, [self._of(ref) for ref in data]) if data else _ALWAYS

    def _of(self, ref: str) -> _Sides:
        owner = owner_of(self._graph, ref)
        sides = self._sides.get(owner, _ALWAYS)
        node = self._graph.nodes.get(owner)
        if node is None or node.op not in SWITCHES or ref.startswith("^") or ":" not in ref:
            return sides
        condition = node.inputs[1]
        source = self._graph.nodes.get(node_of(condition))
        if source is not None and source.op == "LoopCond":
            return sides  # the value that leaves a loop is there once it has ended
        return sides | {(condition, int(ref.rsplit(":", 1)[1]))}


def _merged(one: _Sides, other: _Sides) -> _Sides:
    """Return the sides on which a value stands that comes from either."""
    if one <= other:
        return one
    if other <= one:
        return other
    own, others = one - other, other - one
    if len(own) == len(others) == 1:
        (condition, side), (second, opposite) = next(iter(own)), next(iter(others))
        if condition == second and side != opposite:
            return one & other
    return one | other
