"""The lowered nodes of a page while the order of its step is decided."""

from __future__ import annotations

from typing import NamedTuple

from msgspec.structs import replace

from app.engine.compiler.lowering import Lowering
from app.engine.compiler.plan import Gradients, PlanNode


class StepGraph(NamedTuple):
    """The lowered nodes, and how references are used. An element of a gradient counts as the gradient."""

    nodes: dict[str, PlanNode]
    gradients: dict[str, Gradients]
    sequence: list[str]  # names of nodes and gradients, sources first
    file_order: list[str]  # the blocks as they stand in the file
    ref_uses: list[tuple[str, str]]  # (node, reference tensor) taken as a reference
    reads: list[tuple[str, int, str]]  # (node, input position, reference tensor) read as a value
    switches: bool  # whether a Switch is among the nodes
    ops: set[str]  # at least those of the nodes that were lowered: what a page has none of is not looked for
    passed: dict[str, str]  # outputs of calls that pass a reference on, and the tensor that it came by


def step_graph(low: Lowering) -> StepGraph:
    """Return the graph of what was lowered. What the order of a step adds and changes, it does here alone."""
    nodes, gradients = dict(low.nodes), dict(low.gradients)
    ops = {node.op for node in nodes.values()}
    return StepGraph(
        nodes,
        gradients,
        low.sequence,
        list(low.page.blocks),
        low.ref_uses,
        low.reads,
        low.switches,
        ops,
        low.passed,
    )


def behind(node: PlanNode, other: str) -> PlanNode:
    """Return the node with a control input: it runs after the other one."""
    return replace(node, inputs=[*node.inputs, f"^{other}"])
