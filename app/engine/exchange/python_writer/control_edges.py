"""Which of the plan's control edges the program must say: those that neither data nor resources bring about."""

from __future__ import annotations

from collections.abc import Sequence

from app.engine.compiler.plan_walk import node_of
from app.engine.exchange.python_writer.graph import Nodes


def needed_controls(nodes: Nodes, order: Sequence[str], style: str) -> dict[str, tuple[str, ...]]:
    """Return for each node the nodes that it must wait for.

    A function of TensorFlow 2 runs what takes one resource in the order of the program, which is that of the plan.
    """
    place = {name: 1 << i for i, name in enumerate(order)}
    before: dict[str, int] = {}  # all that surely has run when a node runs
    holders: dict[str, str] = {}  # by node: the resource that it takes
    last: dict[str, int] = {}  # by resource: all nodes before that take it, and what is before them
    found: dict[str, tuple[str, ...]] = {}
    for name in order:
        node = nodes.nodes.get(name)
        mask = 0
        for source in nodes.sources(name):
            if node is None or f"^{source}" not in node.inputs:
                mask |= before.get(source, 0)
        resource = _resource(nodes, name) if style == "v2" else None
        if resource is not None:
            mask |= last.get(resource, 0)
            holders[name] = resource
        waits = []
        for ref in node.inputs if node is not None else ():
            source = node_of(ref)
            if ref.startswith("^") and source in place and not mask & place[source]:
                waits.append(source)
                mask |= before.get(source, 0)
        if waits:
            found[name] = tuple(waits)
        before[name] = mask | place[name]
        if resource is not None:
            last[resource] = last.get(resource, 0) | before[name]
    return found


def _resource(nodes: Nodes, name: str) -> str | None:
    """Return the node of the Variable that a node takes by its handle."""
    node = nodes.nodes.get(name)
    if node is None or not node.inputs:
        return None
    source = nodes.nodes.get(node_of(node.inputs[0]))
    return source.name if source is not None and source.op == "VarHandleOp" else None
