"""Checks, in the run, that Arguments get the shapes that they declare, where these are known only then.

What the blocks of the page take from the Argument goes through an EnsureShape, named ``ARGUMENT/shape_check``.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from app.engine.compiler.plan import DeclaredShape, Plan, PlanNode

SHAPE_CHECK = "/shape_check"


def with_shape_checks(plan: Plan, those: Sequence[DeclaredShape]) -> Plan:
    """Return the plan with checks of what these Arguments get; uses within others are checked behind these."""
    if not those:
        return plan
    nodes = list(plan.nodes)
    for one in sorted(those, key=lambda one: one.use.count("/"), reverse=True):
        fetch = plan.outputs[one.key]
        ref, within = fetch.refs[0], f"{one.use}/"
        name = f"{one.key.rpartition('.')[0]}{SHAPE_CHECK}"
        places = [i for i, node in enumerate(nodes) if node.block.startswith(within) and ref in node.inputs]
        for i in places:
            inputs = [f"{name}:0" if at == ref else at for at in nodes[i].inputs]
            nodes[i] = replace(nodes[i], inputs=inputs)
        if places:
            attrs = {"T": fetch.dtypes[0], "shape": list(one.shape)}
            nodes.insert(
                places[0], PlanNode(name, "EnsureShape", name.removesuffix(SHAPE_CHECK), [ref], attrs)
            )
    return replace(plan, nodes=tuple(nodes))


def checked_by(plan: Plan, node: str) -> DeclaredShape | None:
    """Return the shape that a node checks; None where it is none of these checks."""
    if not node.endswith(SHAPE_CHECK):
        return None
    argument = node.removesuffix(SHAPE_CHECK)
    return next((one for one in plan.declared if one.key.rpartition(".")[0] == argument), None)
