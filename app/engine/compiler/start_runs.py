"""Finds the runs that give Variables their wired start values, and what a page shows of those runs alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from app.engine.compiler.plan import Fetch, Gradients, Plan, PlanNode, PlanVariable
from app.engine.compiler.plan_walk import owner_of, upstream_nodes
from blocks.catalog import load
from blocks.op_facts.traits import CHECKING, HANDLE_DTYPES, VARIABLES


class StartRun(NamedTuple):
    """One run before the first step: the Variables that start from it, and what is shown of it in every step."""

    variables: tuple[PlanVariable, ...]
    fetches: tuple[Fetch, ...]


class _Graph(NamedTuple):
    """The nodes and gradients of a plan by name; satisfies `NodeGraph`."""

    nodes: Mapping[str, PlanNode]
    gradients: Mapping[str, Gradients]


def start_runs(plan: Plan) -> tuple[StartRun, ...]:
    """Return the runs for the wired start values of a plan, in order.

    Variables whose values come of the same draw (of random numbers, elements of a dataset, ...) share a run, as they
    would in a single initialiser of TensorFlow; the others have one each, so what they draw comes in their order. A
    Variable that starts from the value of another wired one follows it. What is drawn for start values only, and all
    that is made of it, is shown as these runs compute it: a step would draw anew, and only where it is shown.
    """
    wired = {v.block: v for v in plan.variables if v.start == "wired" and v.source is not None}
    if not wired:
        return ()
    graph = _Graph({n.name: n for n in plan.nodes}, {g.name: g for g in plan.gradients})
    needs = {b: upstream_nodes(graph, [owner_of(graph, v.source or "")]) for b, v in wired.items()}
    draws = {name for name in set().union(*needs.values()) if _draws(graph, name)}
    groups = _groups(graph, needs, draws)
    fetches = _only_for_starts(plan, graph, set().union(*needs.values()), draws)
    runs: list[StartRun] = []
    for blocks in groups:
        reached = set().union(*(needs[b] for b in blocks))
        shown = [f for f in fetches if reached.issuperset(owner_of(graph, r) for r in f.refs)]
        fetches = [f for f in fetches if f not in shown]
        runs.append(StartRun(tuple([wired[b] for b in blocks]), tuple(shown)))
    return tuple(runs)


def without_starts(plan: Plan, runs: Sequence[StartRun]) -> Plan:
    """Return a plan whose steps do not compute again what the runs for the start values show."""
    keys = {fetch.key for run in runs for fetch in run.fetches}
    if not keys:
        return plan
    sessions = [replace(s, fetches=tuple([f for f in s.fetches if f.key not in keys])) for s in plan.sessions]
    return replace(plan, sessions=tuple(sessions))


def _draws(graph: _Graph, name: str) -> bool:
    """Return whether a node gives another value each time it runs."""
    node = graph.nodes.get(name)
    if node is None or node.op in VARIABLES or node.op in CHECKING:
        return False
    op = load().op(node.op)
    if op is None or not op.stateful:
        return op is None
    return any(not out.is_ref and out.dtype not in HANDLE_DTYPES for out in op.outputs)


def _groups(graph: _Graph, needs: Mapping[str, set[str]], draws: set[str]) -> list[list[str]]:
    """Return the Variables that start together, in order, each group at the place of its first one."""
    reached = set().union(*needs.values())
    ops = (load().op(graph.nodes[name].op) for name in reached if name in graph.nodes)
    if any(arg.is_ref for op in ops if op is not None for arg in op.inputs):
        return [[block] for block in needs]  # what a run writes, the next ones may read
    groups: list[list[str]] = []
    drawn: list[set[str]] = []  # of each group
    for block, needed in needs.items():
        mine = needed & draws if needs.keys().isdisjoint(needed) else set[str]()
        same = [i for i, theirs in enumerate(drawn) if not mine.isdisjoint(theirs)]
        if not same:
            groups.append([block])
            drawn.append(mine)
            continue
        first, *others = same
        groups[first].append(block)
        drawn[first] |= mine
        for i in reversed(others):
            groups[first] += groups.pop(i)
            drawn[first] |= drawn.pop(i)
    return groups


def _only_for_starts(plan: Plan, graph: _Graph, reached: set[str], draws: set[str]) -> list[Fetch]:
    """Return what sessions show that is made of draws and that no step takes anything from."""
    fed = {owner_of(graph, ref) for s in plan.sessions for ref, _ in s.feeds}
    if not draws or not reached.isdisjoint(fed.union(plan.looped)):
        return []
    steps = {owner_of(graph, target) for s in plan.sessions for target in s.targets}
    found: list[tuple[Fetch, set[str]]] = []
    for session in plan.sessions:
        for fetch in session.fetches:
            owners = {owner_of(graph, ref) for ref in fetch.refs}
            plain = bool(owners) and not (fetch.dead or fetch.handle or fetch.unset or fetch.has_rounds)
            if plain and session.targets and reached.issuperset(owners):
                found.append((fetch, owners))
            elif not fetch.handle:
                steps |= owners
    steps = upstream_nodes(graph, steps)
    found = [(fetch, owners) for fetch, owners in found if steps.isdisjoint(owners)]
    return [fetch for fetch, owners in found if not draws.isdisjoint(upstream_nodes(graph, owners))]
