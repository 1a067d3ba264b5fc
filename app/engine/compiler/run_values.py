"""What is different in the plans of runs that share one graph: numbers of equal dtype and shape, which are fed.

Such a number stands in a Const of the page, in what a session feeds, or in what a Variable starts from. In the plan
that the runs share a Const of this kind is a Placeholder: so what TensorFlow derives of the graph before a run (shapes,
gradients, guards) holds for every run, and not for the first one's numbers only.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec
from msgspec.structs import replace

from app.engine.compiler.plan import Constant, Plan, PlanNode, PlanSession, PlanVariable
from blocks.dtypes import DTYPES

_FED = frozenset({"float", "complex"})
# TensorFlow makes other ops of a gradient where it knows the whole numbers that axes and sizes are.
_FED_WITHOUT_GRADIENTS = _FED | {"int", "uint", "bool"}


class RunValues(msgspec.Struct, frozen=True):
    """The values of one run: those that are fed, by tensor, and those that Variables start from, by block."""

    feeds: dict[str, Constant] = {}
    starts: dict[str, Constant] = {}


def may_share(plan: Plan) -> bool:
    """Return whether runs of the plan may share a graph: not where Python files hold values that calls change."""
    return not any(call.has_state for call in plan.python_calls)


def values_between(first: Plan, other: Plan) -> RunValues | None:
    """Return the values of ``other`` that differ from the first plan's; None where more than such values differs."""
    if _frame(first) != _frame(other):
        return None
    feeds = _of_nodes(first, other)
    fed = _of_feeds(first.sessions, other.sessions, feeds)
    starts = _of_variables(first.variables, other.variables)
    return None if feeds is None or starts is None or not fed else RunValues(feeds, starts)


def shared_plan(plan: Plan, runs: Iterable[RunValues]) -> Plan:
    """Return the plan that all these runs share, with the first plan's own values in it."""
    fed = {ref for values in runs for ref in values.feeds}
    nodes, own = [], dict[str, Constant]()
    for node in plan.nodes:
        if node.value is None or f"{node.name}:0" not in fed:
            nodes.append(node)
            continue
        own[f"{node.name}:0"] = node.value
        attrs = {"dtype": node.value.dtype, "shape": node.value.shape}
        nodes.append(PlanNode(name=node.name, op="Placeholder", block=node.block, attrs=attrs))
    return replace(plan, nodes=tuple(nodes), shared=own)


def with_values(plan: Plan, values: RunValues) -> Plan:
    """Return a shared plan with the values of one run in place of those that it has."""
    sessions = [
        replace(s, feeds=tuple([(ref, values.feeds.get(ref, own)) for ref, own in s.feeds]))
        for s in plan.sessions
    ]
    variables = [replace(v, value=values.starts.get(v.block, v.value)) for v in plan.variables]
    shared = {ref: values.feeds.get(ref, own) for ref, own in plan.shared.items()}
    return replace(plan, sessions=tuple(sessions), variables=tuple(variables), shared=shared)


def plan_of(first: Plan, values: RunValues) -> Plan:
    """Return the plan of one of the runs by itself, from the first one's own plan: equal to the one planned anew."""
    nodes = [
        replace(node, value=own)
        if node.op == "Const" and (own := values.feeds.get(f"{node.name}:0"))
        else node
        for node in first.nodes
    ]
    return with_values(replace(first, nodes=tuple(nodes)), values)


def _frame(plan: Plan) -> Plan:
    """Return all of a plan but the parts that are compared one by one."""
    return replace(plan, nodes=(), sessions=(), variables=())


def _of_nodes(first: Plan, other: Plan) -> dict[str, Constant] | None:
    if len(first.nodes) != len(other.nodes):
        return None
    found: dict[str, Constant] = {}
    kinds = _FED if first.gradients else _FED_WITHOUT_GRADIENTS
    for ours, theirs in zip(first.nodes, other.nodes, strict=True):
        if ours is theirs or ours == theirs:
            continue
        if ours.op != "Const" or ours.inputs or ours.name in first.looped or ours.value is None:
            return None
        if theirs.value is None or replace(ours, value=None) != replace(theirs, value=None):
            return None
        if not _alike(ours.value, theirs.value, kinds):
            return None
        found[f"{ours.name}:0"] = theirs.value
    return found


def _of_feeds(
    first: Sequence[PlanSession], other: Sequence[PlanSession], found: dict[str, Constant] | None
) -> bool:
    """Note what sessions feed otherwise; return whether nothing else of them differs."""
    if found is None or len(first) != len(other):
        return False
    for ours, theirs in zip(first, other, strict=True):
        if replace(ours, feeds=()) != replace(theirs, feeds=()) or len(ours.feeds) != len(theirs.feeds):
            return False
        for (ref, own), (their_ref, their_own) in zip(ours.feeds, theirs.feeds, strict=True):
            if ref != their_ref or not (own == their_own or _alike(own, their_own, _FED_WITHOUT_GRADIENTS)):
                return False
            if own != their_own and found.setdefault(ref, their_own) != their_own:
                return False  # two sessions feed it differently
    return True


def _of_variables(first: Sequence[PlanVariable], other: Sequence[PlanVariable]) -> dict[str, Constant] | None:
    if len(first) != len(other):
        return None
    found: dict[str, Constant] = {}
    for ours, theirs in zip(first, other, strict=True):
        if ours == theirs:
            continue
        if ours.value is None or theirs.value is None or replace(ours, value=theirs.value) != theirs:
            return None
        if not _alike(ours.value, theirs.value, _FED_WITHOUT_GRADIENTS):
            return None
        found[ours.block] = theirs.value
    return found


def _alike(ours: Constant, theirs: Constant, kinds: frozenset[str]) -> bool:
    """Return whether both are numbers of one dtype and shape that stand in the plan itself."""
    same = (ours.dtype, ours.shape) == (theirs.dtype, theirs.shape)
    return same and ours.array is None and theirs.array is None and DTYPES[ours.dtype].kind in kinds
