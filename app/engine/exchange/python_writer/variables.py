"""Variables and other resources: how a program reads and writes them, and under which names it finds them again."""

from __future__ import annotations

from collections.abc import Iterable

from app.engine.compiler.plan import PlanNode
from app.engine.compiler.plan_walk import called_names, node_of, upstream_nodes
from app.engine.exchange.python_writer.graph import Nodes
from app.engine.exchange.python_writer.literals import quoted
from app.engine.exchange.python_writer.module import Module
from app.engine.exchange.python_writer.scope import Scope, Special
from app.engine.exchange.python_writer.text import Named, call
from blocks.catalog import load
from blocks.op_facts.traits import TEMPORARY, has_session_state
from blocks.symbol import Op

_METHODS = {
    "AssignVariableOp": "assign",
    "AssignAddVariableOp": "assign_add",
    "AssignSubVariableOp": "assign_sub",
}
# Handles that live for one step only, each step with what it puts into them.
_OF_A_STEP = ("TensorArray", "Stack", "Anonymous", "OneShotIterator", "VarHandleOp")


def statement_of(scope: Scope, node: PlanNode) -> Special | None:
    """Return how a node reads or writes a Variable; None where it does neither."""
    source = scope.handle_behind(node_of(node.inputs[0])) if node.inputs else None
    if source is None or not is_variable(scope.module, source.name):
        return None
    variable = scope.module.names.of(source.name)
    if node.op == "ReadVariableOp":
        ranked = source.attrs.get("shape") is not None or not changes_shapes(scope.module)
        return Special(f"{variable}.value()", is_ranked=ranked)
    method = _METHODS.get(node.op)
    if method is not None:
        value = scope.operand(node.inputs[1])
        short = (
            value.plain.expression if value.plain is not None and value.plain.natural else value.expression
        )
        return Special(call(f"{variable}.{method}", short), (), False)
    return None


def is_variable(module: Module, name: str) -> bool:
    """Return whether a node is one of the page's Variables."""
    return any(variable.block == name for variable in module.plan.variables)


def changes_shapes(module: Module) -> bool:
    """Return whether a Variable may get a value of another shape than its first one."""
    plan = module.plan
    return any(
        n.op == "AssignVariableOp" and not n.attrs.get("validate_shape", True) for n in module.all_nodes
    ) or any(v.shape is None and v.start == "none" for v in plan.variables)


def is_assigned_first(nodes: Nodes, variable: str) -> bool:
    """Return whether a Variable is given a value in each step before anything else is done with it."""
    taking = [node for node in nodes.nodes.values() if any(node_of(ref) == variable for ref in node.inputs)]
    assigns = {node.name for node in taking if node.op == "AssignVariableOp"}
    return bool(assigns) and all(
        node.name in assigns or not assigns.isdisjoint(upstream_nodes(nodes, [node.name])) for node in taking
    )


def is_shared(op: Op) -> bool:
    """Return whether an op makes a handle that all functions of a program use."""
    makes = len(op.outputs) == 1 and op.outputs[0].dtype == "DT_RESOURCE"
    return makes and op.stateful and not op.name.startswith(_OF_A_STEP)


def stores(op: Op) -> bool:
    """Return whether an op has a state of its own, rather than one behind a handle that all functions share."""
    takes_handle = any(arg.dtype == "DT_RESOURCE" for arg in op.inputs)
    return has_session_state(op) and not (takes_handle or is_shared(op) or op.name == "VarHandleOp")


def draws(module: Module, nodes: Iterable[PlanNode]) -> bool:
    """Return whether any of these nodes, or of what they stand for or call, has a state of its own."""
    functions = {function.name: function for function in module.plan.functions}
    todo, seen = list(nodes), set[str]()
    while todo:
        node = todo.pop()
        op = load().op(node.op)
        if op is not None and stores(op):
            return True
        if node.name in module.loops:
            todo += module.loops[node.name].nodes.values()
        for name in called_names(node):
            if name not in seen:
                seen.add(name)
                todo += functions[name].nodes
    return False


def shared(module: Module, node: PlanNode, op: Op) -> list[Named]:
    """Return the name under which a resource is found again, where the program must say it."""
    if node.op == TEMPORARY and not node.attrs.get("var_name"):
        return [
            Named("var_name=", quoted(node.name))
        ]  # as TensorFlow names it after its node; what ends it says it
    if module.style == "v1" or op.attr("shared_name") is None or node.attrs.get("shared_name"):
        return []
    return [Named("shared_name=", quoted(node.name))] if not op.name.startswith(_OF_A_STEP) else []
