"""Finds the block whose fault shows only where its values are taken: a data set fails at its iterator."""

from __future__ import annotations

import re

from app.document.model.topology import reachable
from app.engine.compiler.constants import values_of
from app.engine.compiler.plan import Plan, PlanNode
from app.engine.compiler.plan_walk import node_of
from app.engine.diagnostics.origins import arguments
from blocks.op_facts.datasets import BATCHING

# Message -> how the ops begin that have the fault.
_CAUSES: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = (
    (re.compile(r"Attempted to pad to a smaller size"), ("PaddedBatchDataset",)),
    (
        re.compile(
            r"Expect \d+ fields but have|Field \d+ in record \d+ is not|fields? (?:has|have) to|Unquoted fields"
        ),
        ("CSVDataset", "ExperimentalCSVDataset"),
    ),
    (
        re.compile(r"Cannot batch tensors with different shapes|Cannot add tensor to the batch"),
        ("BatchDataset", "ParallelBatchDataset", "MapAndBatchDataset", "ExperimentalMapAndBatchDataset"),
    ),
    (re.compile(r"must have a non-scalar value in each component"), ("UnbatchDataset",)),
    (re.compile(r"dataset was expected to contain .* elements? but"), ("AssertCardinalityDataset",)),
    (
        re.compile(r"is (?:incompatible with|larger than) the row shape"),
        ("DenseToSparseBatchDataset", "ExperimentalDenseToSparseBatchDataset"),
    ),
    (
        re.compile(r"Selector index out of range"),
        ("DirectedInterleaveDataset", "ExperimentalDirectedInterleaveDataset"),
    ),
)


def cause_of(plan: Plan, node: PlanNode, message: str) -> PlanNode:
    """Return the one node before ``node`` that a message speaks of; ``node`` itself where there is no such one."""
    begin = next((ops for pattern, ops in _CAUSES if pattern.search(message)), ())
    if not begin or node.op.startswith(begin):
        return node
    found = [one for one in _before(plan, node) if one.op.startswith(begin)]
    return found[0] if len(found) == 1 else node


def batch_of(plan: Plan, node: PlanNode, count: int) -> tuple[PlanNode, str] | None:
    """Return the dataset before ``node`` that puts ``count`` elements together, and the argument that says so."""
    nodes = {n.name: n for n in plan.nodes}
    for one in _before(plan, node):
        argument = BATCHING.get(one.op, ("", ""))[0]
        for known, ref in zip(arguments(plan, one), one.inputs, strict=False):
            source = nodes.get(node_of(ref))
            value = source.value if source is not None and known.name == argument else None
            if value is not None and list(values_of(value)) == [count]:
                return one, argument
    return None


def _before(plan: Plan, node: PlanNode) -> list[PlanNode]:
    """Return the nodes upstream of one; those of the dataset with which an iterator is begun are among them."""
    nodes = {n.name: n for n in plan.nodes}

    def sources(name: str) -> list[str]:
        return [node_of(i) for i in nodes[name].inputs] if name in nodes else []

    before = reachable([node.name], sources)
    makers = [n.name for n in plan.nodes if n.op == "MakeIterator" and before & set(sources(n.name))]
    before |= reachable(makers, sources)
    return [n for n in plan.nodes if n.name in before]
