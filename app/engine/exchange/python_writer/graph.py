"""The nodes that a piece of the program makes, in the order in which it makes them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from msgspec.structs import replace

from app.engine.compiler.plan import Gradients, PlanNode
from app.engine.compiler.plan_walk import node_of, owner_of, sources_of
from app.engine.compiler.value_guards import guarded_argument
from blocks.op_facts.traits import BACK_EDGES, MERGES

OPEN = "/open"
_GATE = re.compile(r"/gate_\d+(/open)?\Z")  # as the step order names them


@dataclass(frozen=True)
class Nodes:
    """Nodes and gradients by name; satisfies `NodeGraph`. Checks of ranks guard our process, and are left out."""

    nodes: Mapping[str, PlanNode]
    gradients: Mapping[str, Gradients] = field(default_factory=dict)

    @classmethod
    def of(cls, nodes: Iterable[PlanNode], gradients: Iterable[Gradients] = ()) -> Nodes:
        """Return the graph of these nodes."""
        return cls({node.name: node for node in nodes}, {one.name: one for one in gradients})

    def without_gates(self, closed: Iterable[str]) -> Nodes:
        """Return the graph with plain edges in place of the gates of the step order; ``closed`` ones hold no edge."""
        shut = {ref.split(":", 1)[0] for ref in closed}
        through = {
            f"^{name}": [] if node_of(node.inputs[0]) in shut else self.nodes[node_of(node.inputs[0])].inputs
            for name, node in self.nodes.items()
            if _GATE.search(name) and name.endswith(OPEN)
        }
        if not through:
            return self
        nodes = {
            name: replace(node, inputs=[r for ref in node.inputs for r in through.get(ref, [ref])])
            for name, node in self.nodes.items()
        }
        return Nodes(nodes, self.gradients)

    def behind(self, ref: str) -> str:
        """Return the tensor that a reference means, checks of ranks taken away."""
        node = self.nodes.get(ref.split(":", 1)[0])
        while node is not None and guarded_argument(node) is not None:
            ref = node.inputs[0]
            node = self.nodes.get(ref.split(":", 1)[0])
        return ref

    def sources(self, name: str) -> list[str]:
        """Return what a node takes inputs from, but for the back edges of loops."""
        node = self.nodes.get(name)
        if node is not None and node.op in MERGES:
            names = [owner_of(self, ref) for ref in node.inputs]
            return [n for n in names if n not in self.nodes or self.nodes[n].op not in BACK_EDGES]
        if node is not None:
            return [owner_of(self, self.behind(ref) if ref[0] != "^" else ref) for ref in node.inputs]
        return sources_of(self, name)

    def in_order(self, needed: Iterable[str], cut: frozenset[str] = frozenset()) -> list[str]:
        """Return these nodes and all that they need, sources first; nothing before ``cut``, which is given."""
        done: set[str] = set(cut)
        order: list[str] = []
        loops: list[str] = []
        for start in needed:
            self._visit(start, done, order, loops)
        while loops:  # what stands behind the back edges
            self._visit(loops.pop(0), done, order, loops)
        return order

    def _visit(self, start: str, done: set[str], order: list[str], loops: list[str]) -> None:
        if start in done:
            return
        done.add(start)
        stack = [(start, iter(self.sources(start)))]
        while stack:
            name, sources = stack[-1]
            source = next(sources, None)
            if source is None:
                stack.pop()
                order.append(name)
                node = self.nodes.get(name)
                if node is not None and node.op in MERGES:
                    loops += [owner_of(self, ref) for ref in node.inputs]
            elif source not in done:
                done.add(source)
                stack.append((source, iter(self.sources(source))))
