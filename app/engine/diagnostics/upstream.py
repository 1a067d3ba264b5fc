"""Finds the block whose fault shows only where its values are taken: a data set fails at its iterator."""

from __future__ import annotations

import re

from app.document.model.topology import reachable
from app.engine.compiler.constants import values_of
from app.engine.compiler.plan import Plan, PlanNode
from app.engine.compiler.plan_walk import node_of
from app.engine.diagnostics.origins import arguments
from blocks.catalog import load
from blocks.op_facts.datasets import BATCHING
from blocks.op_facts.file_readers import FILE_READERS
from blocks.op_facts.tensor_arrays import WRITERS

# What ops call the data sets and iterators that they take.
_DATA = frozenset({"dataset", "input_dataset", "input_datasets", "iterator"})

# Message -> how the ops begin that have the fault.
_CAUSES: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = (
    (
        re.compile(r"Attempted to pad to a smaller size|same rank as the padded shape"),
        ("PaddedBatchDataset",),
    ),
    (
        re.compile(
            r"Expect \d+ fields but have|Field \d+ in record (?:\d+ )?is not|fields? (?:has|have) to|Unquoted fields"
        ),
        ("CSVDataset", "ExperimentalCSVDataset"),
    ),
    (
        re.compile(r"Cannot batch tensors with different shapes|Cannot add tensor to the batch"),
        ("BatchDataset", "ParallelBatchDataset", "MapAndBatchDataset", "ExperimentalMapAndBatchDataset"),
    ),
    (
        re.compile(
            r"must have a non-scalar value in each component|must have the same batch size in each component"
        ),
        ("UnbatchDataset", "ExperimentalUnbatchDataset"),
    ),
    (
        re.compile(r"Filter predicate .* must return a scalar bool"),
        ("FilterDataset", "ParallelFilterDataset"),
    ),
    (
        re.compile(r"`predicate` must returns? a scalar bool"),
        ("TakeWhileDataset", "ExperimentalTakeWhileDataset"),
    ),
    (
        re.compile(r"`\w+_func` must return a scalar int64|Window size must be greater than zero"),
        ("GroupBy", "ExperimentalGroupBy"),
    ),
    (re.compile(r"\.lockfile; No such file"), ("CacheDataset",)),
    (
        re.compile(
            r"inflate\(\) failed|(?:truncated|corrupted) record at|has body length|Is a directory|No such file"
        ),
        tuple(op for op in FILE_READERS if "Dataset" in op),
    ),
    (re.compile(r"Failed to build ParallelFilterDataset op"), ("ParallelFilterDataset",)),
    (re.compile(r"^End of sequence"), ("FixedLengthRecord",)),
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
    if not begin or node.op.startswith(begin) or not _takes_data(node):
        return node
    found = [one for one in _before(plan, node) if one.op.startswith(begin)]
    return found[0] if len(found) == 1 else node


def _takes_data(node: PlanNode) -> bool:
    """Return whether an op takes the elements of a data set."""
    op = load().op(node.op)
    return op is not None and any(arg.name in _DATA for arg in op.inputs)


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


def has_writer_aside(plan: Plan, node: PlanNode) -> bool:
    """Return whether a block that is not before ``node`` writes into the TensorArray that it reads."""
    if not node.op.startswith("TensorArray") or not node.inputs:
        return False
    array, before = node.inputs[0], {one.name for one in _before(plan, node)}
    return any(
        one.name not in before and one.op.startswith(WRITERS) and one.inputs[0] == array for one in plan.nodes
    )


def _before(plan: Plan, node: PlanNode) -> list[PlanNode]:
    """Return the nodes upstream of one; those of the dataset with which an iterator is begun are among them."""
    nodes = {n.name: n for n in plan.nodes}

    def sources(name: str) -> list[str]:
        return [node_of(i) for i in nodes[name].inputs] if name in nodes else []

    before = reachable([node.name], sources)
    makers = [n.name for n in plan.nodes if n.op == "MakeIterator" and before & set(sources(n.name))]
    before |= reachable(makers, sources)
    return [n for n in plan.nodes if n.name in before]
