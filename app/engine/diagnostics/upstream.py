"""Finds the block whose fault shows only where its values are taken: a data set fails at its iterator."""

from __future__ import annotations

import re

from app.document.model.topology import reachable
from app.engine.compiler.plan import Plan, PlanNode
from app.engine.compiler.plan_walk import node_of

# Message -> how the ops begin that have the fault.
_CAUSES = (
    (re.compile(r"Attempted to pad to a smaller size"), "PaddedBatchDataset"),
    (
        re.compile(
            r"Expect \d+ fields but have|Field \d+ in record \d+ is not|fields? (?:has|have) to|Unquoted fields"
        ),
        "CSVDataset",
    ),
    (re.compile(r"Cannot batch tensors with different shapes"), "BatchDataset"),
    (re.compile(r"must have a non-scalar value in each component"), "UnbatchDataset"),
)


def cause_of(plan: Plan, node: PlanNode, message: str) -> PlanNode:
    """Return the one node before ``node`` that a message speaks of; ``node`` itself where there is no such one."""
    begin = next((op for pattern, op in _CAUSES if pattern.search(message)), None)
    if begin is None or node.op.startswith(begin):
        return node
    nodes = {n.name: n for n in plan.nodes}

    def sources(name: str) -> list[str]:
        return [node_of(i) for i in nodes[name].inputs] if name in nodes else []

    before = reachable([node.name], sources)
    makers = [n.name for n in plan.nodes if n.op == "MakeIterator" and before & set(sources(n.name))]
    before |= reachable(makers, sources)
    found = [nodes[name] for name in before & nodes.keys() if nodes[name].op.startswith(begin)]
    return found[0] if len(found) == 1 else node
