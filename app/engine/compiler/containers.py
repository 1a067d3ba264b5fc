"""Puts all that a plan's ops hold between steps into one container, so that runs on one server share nothing."""

from __future__ import annotations

from msgspec.structs import replace

from app.engine.compiler.plan import Plan, PlanNode
from blocks.catalog import load

_CONTAINER, _NAME = "container", "shared_name"


def within_container(plan: Plan, container: str) -> Plan:
    """Return the plan with its ops' state in a container, and in none that the page itself names."""
    functions = [replace(f, nodes=tuple([_within(n, container) for n in f.nodes])) for f in plan.functions]
    nodes = tuple([_within(node, container) for node in plan.nodes])
    return replace(plan, nodes=nodes, functions=tuple(functions))


def _within(node: PlanNode, container: str) -> PlanNode:
    op = load().op(node.op)
    if op is None or op.attr(_CONTAINER) is None:
        return node
    own, name = node.attrs.get(_CONTAINER), node.attrs.get(_NAME)
    attrs = {**node.attrs, _CONTAINER: container}
    if own and name:  # blocks of one name in containers of their own stay apart
        attrs[_NAME] = f"{own}.{name}"
    return replace(node, attrs=attrs)
