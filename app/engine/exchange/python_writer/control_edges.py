"""Which of the plan's control edges the program must say: those that neither data nor resources bring about."""

from __future__ import annotations

from collections.abc import Sequence

from app.engine.compiler.function_handles import HANDLE
from app.engine.compiler.plan import PlanNode
from app.engine.compiler.plan_walk import node_of
from app.engine.compiler.value_guards import positions
from app.engine.exchange.python_writer.graph import Nodes
from blocks.catalog import load
from blocks.symbol import OpArg


def needed_controls(nodes: Nodes, order: Sequence[str], style: str) -> dict[str, tuple[str, ...]]:
    """Return for each node the nodes that it must wait for.

    A function of TensorFlow 2 runs what takes one resource in the order of the program, which is that of the plan.
    """
    place = {name: 1 << i for i, name in enumerate(order)}
    before: dict[str, int] = {}  # all that surely has run when a node runs
    last: dict[str, int] = {}  # by resource: all nodes before that take it, and what is before them
    found: dict[str, tuple[str, ...]] = {}
    for name in order:
        node = nodes.nodes.get(name)
        mask = 0
        for source in nodes.sources(name):
            if node is None or f"^{source}" not in node.inputs:
                mask |= before.get(source, 0)
        resources = _resources(nodes, name) if style == "v2" else ()
        for resource in resources:
            mask |= last.get(resource, 0)
        waits = []
        for ref in node.inputs if node is not None else ():
            source = node_of(ref)
            if ref.startswith("^") and source in place and not mask & place[source]:
                waits.append(source)
                mask |= before.get(source, 0)
        if waits:
            found[name] = tuple(waits)
        before[name] = mask | place[name]
        for resource in resources:
            last[resource] = last.get(resource, 0) | before[name]
    return found


def _resources(nodes: Nodes, name: str) -> list[str]:
    """Return the nodes of the Variables, or the arguments, that a node takes by their handles."""
    node = nodes.nodes.get(name)
    op = load().op(node.op) if node is not None else None
    if node is None or op is None:
        return []
    found = []
    for arg, at in positions(op, node):
        source = node_of(node.inputs[at])
        maker = nodes.nodes.get(source)
        is_variable = maker is not None and maker.op == "VarHandleOp"
        is_argument = maker is None and _dtype_at(node, arg, at) == HANDLE
        if is_variable or is_argument:
            found.append(source)
    return found


def _dtype_at(node: PlanNode, arg: OpArg, at: int) -> str | None:
    """Return the dtype of an input, of a list of inputs that of one that is no control input."""
    if not arg.type_list_attr:
        return arg.dtype
    types = node.attrs[
        arg.type_list_attr
    ]  # the last inputs: nothing but what the functions take is such a list
    count = sum(not ref.startswith("^") for ref in node.inputs)
    return str(types[at - count + len(types)])
