"""Which nodes of a page may be dead in a step: those behind a Switch whose other branch is taken."""

from __future__ import annotations

from collections.abc import Container

from msgspec.structs import replace

from app.engine.compiler.plan import Fetch, Plan
from app.engine.compiler.plan_walk import node_of
from app.engine.exchange.python_writer.fetched import keys_of
from app.engine.exchange.python_writer.graph import Nodes
from blocks.op_facts.traits import MERGES, SWITCHES

_Conditions = frozenset[tuple[str, int]]  # the tensors of Switches that decide, and which of their outputs
_UNKNOWN = -1


def without_sure_ones(plan: Plan, noted: Container[str]) -> Plan:
    """Return the plan in which only those results count as dead at times that are; ``noted`` are those of rounds."""
    dead = {*may_be_dead(Nodes.of(plan.nodes, plan.gradients)), *plan.looped}
    dead.update(node.name for node in plan.nodes if node.op in SWITCHES)

    def settled(fetch: Fetch) -> Fetch:
        is_noted = any(key in noted for key in keys_of(fetch))
        stays = is_noted or (not fetch.handle and any(node_of(ref) in dead for ref in fetch.refs))
        return fetch if stays or not fetch.dead else replace(fetch, dead=False)

    sessions = [replace(s, fetches=tuple(map(settled, s.fetches))) for s in plan.sessions]
    return replace(plan, sessions=tuple(sessions))


def may_be_dead(nodes: Nodes) -> dict[str, _Conditions]:
    """Return on which branches each node depends; nodes that always run are left out."""
    if not any(node.op in SWITCHES for node in nodes.nodes.values()):
        return {}
    found: dict[str, _Conditions] = {}
    for name in nodes.in_order(nodes.nodes):
        node = nodes.nodes.get(name)
        if node is None:  # a gradient
            conditions = frozenset[tuple[str, int]]().union(*(found.get(s, ()) for s in nodes.sources(name)))
        elif node.op in MERGES:
            conditions = _merged(name, [_of(nodes, found, r) for r in node.inputs if not r.startswith("^")])
        else:
            conditions = frozenset[tuple[str, int]]().union(*(_of(nodes, found, r) for r in node.inputs))
        if conditions:
            found[name] = conditions
    return found


def _of(nodes: Nodes, found: dict[str, _Conditions], ref: str) -> _Conditions:
    """Return on which branches a tensor or a control input depends."""
    ref = ref if ref.startswith("^") else nodes.behind(ref)
    name = node_of(ref)
    conditions = found.get(name, frozenset())
    node = nodes.nodes.get(name)
    if node is not None and node.op in SWITCHES and not ref.startswith("^"):
        return conditions | {(node.inputs[1], int(ref.partition(":")[2] or 0))}
    return conditions


def _merged(name: str, inputs: list[_Conditions]) -> _Conditions:
    """Return on which branches a Merge depends: not on one of which it takes both sides."""
    if not all(inputs):
        return frozenset()
    common = frozenset.intersection(*inputs)
    rests = [conditions - common for conditions in inputs]
    sides = {next(iter(rest)) for rest in rests if len(rest) == 1}
    if any((ref, 1 - side) in sides for ref, side in sides):
        return common
    return common | {(name, _UNKNOWN)} if any(rests) else common
