"""After a failed step: computes the outputs that need no failed block, and finds further blocks that fail.

Only on pages whose ops keep no state, or none but Variables that nothing writes: there, running a part of the step
again changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from app.document.model.problems import Problem
from app.document.model.topology import reachable
from app.engine.compiler.plan import Plan
from app.engine.compiler.plan_walk import node_of
from app.engine.values.run_fault import RunFault
from blocks.catalog import load
from blocks.op_facts.traits import CHECKING, VARIABLES

_HARMLESS = CHECKING | VARIABLES
_MOST_FAULTS = 20  # so many failed blocks are enough to know


def is_stateless(plan: Plan) -> bool:
    """Return whether every op of the page is a function of its inputs and of Variables that nothing writes."""
    names = {n.op for n in plan.nodes}
    ops = [load().op(name) for name in names]
    if any(op is None or (op.stateful and op.name not in _HARMLESS) for op in ops):
        return False
    takes_reference = any(arg.is_ref for op in ops if op is not None for arg in op.inputs)
    return names.isdisjoint(VARIABLES) or not takes_reference


def rescue(
    plan: Plan, refs: Collection[str], first: RunFault, run: Callable[[list[str]], list[Any]]
) -> tuple[dict[str, Any], list[Problem]]:
    """Return the values of the tensors that can be computed, and the problems, the first one first.

    ``run`` fetches tensors and raises RunFault. ``first`` takes in the inputs of the further blocks that fail.
    """
    problems = list(first.problems)
    failed = {p.block for p in problems if p.block is not None}
    while failed and len(problems) <= _MOST_FAULTS:
        behind = _behind(plan, failed)
        left = [r for r in refs if node_of(r) not in behind]
        if not left:
            break
        try:
            return dict(zip(left, run(left), strict=True)), problems
        except RunFault as fault:
            fresh = [p for p in fault.problems if p.block is not None and p.block not in failed]
            if not fresh:
                break
            problems += fresh
            first.inputs.update(fault.inputs)
            failed.update(p.block for p in fresh if p.block is not None)
    return {}, problems


def _behind(plan: Plan, failed: set[str]) -> set[str]:
    """Return the nodes of the failed blocks and all nodes that need them."""
    users: dict[str, list[str]] = {}
    for node in plan.nodes:
        for ref in node.inputs:
            users.setdefault(node_of(ref), []).append(node.name)
    own = (n.name for n in plan.nodes if n.block in failed and n.op != "Const")
    return reachable(own, lambda name: users.get(name, ()))
