"""The walk over a plan's nodes: which one gives a tensor, what each takes, and all that something needs."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Protocol

from app.document.model.topology import reachable
from app.engine.compiler.plan import Gradients, PlanNode
from blocks.op_facts.functions import CALLS


class NodeGraph(Protocol):
    """Nodes and gradients by name. An element of a gradient counts as the gradient."""

    @property
    def nodes(self) -> Mapping[str, PlanNode]:
        """Return the nodes."""
        ...

    @property
    def gradients(self) -> Mapping[str, Gradients]:
        """Return the gradients."""
        ...


def node_of(ref: str) -> str:
    """Return the node that an input names: ``a`` of the tensor ``a:0``, and of the control input ``^a``."""
    return ref.lstrip("^").split(":", 1)[0]


def place_behind(known: Container[str], name: str) -> str | None:
    """Return which of the known blocks a name in TensorFlow's graph stands below: the one of the longest address."""
    name = node_of(name)
    while name and name not in known:
        name = name.rpartition("/")[0]
    return name or None


def owner_of(graph: NodeGraph, ref: str) -> str:
    """Return the node, or the gradient, that gives a tensor (``grad/0:0`` -> ``grad``)."""
    name = node_of(ref)
    if name in graph.nodes:
        return name
    owner = name.rsplit("/", 1)[0]
    return owner if owner in graph.gradients else name


def sources_of(graph: NodeGraph, name: str) -> list[str]:
    """Return the names of the nodes that a node takes inputs from, control inputs among them."""
    node = graph.nodes.get(name)
    if node is not None:
        if graph.gradients:
            return [owner_of(graph, i) for i in node.inputs]
        return [node_of(i) for i in node.inputs]
    gradient = graph.gradients.get(name)
    if gradient is None:  # a loop's back edge from a block that cannot be built
        return []
    return [owner_of(graph, r) for r in (*gradient.ys, *gradient.xs)]


def upstream_nodes(graph: NodeGraph, roots: Iterable[str], cut: frozenset[str] = frozenset()) -> set[str]:
    """Return the roots and all nodes that they need; ``cut`` nodes are fed, so nothing before them is needed."""
    return reachable(roots, lambda name: () if name in cut else sources_of(graph, name))


def called_names(node: PlanNode) -> Sequence[str]:
    """Return the names of the functions that a node calls."""
    calls = CALLS.get(node.op)
    if calls is None:
        return ()
    found = (node.attrs.get(attr) or () for attr in calls.functions)
    return [name for one in found for name in ([one] if isinstance(one, str) else one)]
