"""Decides the order of a page's step and makes its sessions: what each runs, shows and feeds in that order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from operator import attrgetter
from typing import NamedTuple

from msgspec.structs import replace

from app.engine.compiler.data_order import takes_data
from app.engine.compiler.loops import inside_loops, last_round, order_rounds, settle_loops
from app.engine.compiler.lowering import Lowering
from app.engine.compiler.plan import Fetch, PlanSession
from app.engine.compiler.plan_walk import owner_of, upstream_nodes
from app.engine.compiler.sessions import Draft, endpoint_of, fetch_of
from app.engine.compiler.step_graph import StepGraph
from app.engine.compiler.step_order import StepOrder, decide_order
from blocks.catalog import load
from blocks.op_facts.traits import VARIABLES


class Step(NamedTuple):
    """The sessions of a step, nodes of loops, and the blocks that a session runs or shows."""

    sessions: tuple[PlanSession, ...]
    looped: tuple[str, ...]
    blocks: set[str]
    order: StepOrder


def make_step(low: Lowering, graph: StepGraph, drafts: Sequence[Draft], outputs: Mapping[str, Fetch]) -> Step:
    """Decide the order of a step and return its sessions; what the order needs is added to the graph.

    ``outputs`` has how each output of the page is fetched, by ``block.pin``, before the order is decided.
    """
    fetches = {d.block: _fetches(low, d, outputs) for d in drafts}
    runs = {d.block: _runs(graph, d, fetches[d.block]) for d in drafts}
    shown = {block: _shown(graph, found, runs[block]) for block, found in fetches.items()}
    order = decide_order(graph, runs, shown)
    looped = settle_loops(graph)
    if looped:
        order_rounds(graph)
    unset = unset_variables(low)
    blocks = set().union(*(d.upstream for d in drafts))
    for draft in drafts:
        if _shows_others(draft):
            blocks.update([draft.keys[f.key] for f in fetches[draft.block]])
    sessions = []
    for draft in drafts:
        found = _seen(draft, fetches[draft.block], shown[draft.block])
        if order.changes:
            found = [led(graph, f, order, unset) for f in found]
        if looped:
            found = last_round(graph, found, looped)
        targets = dict.fromkeys([t.split(":", 1)[0] for t in draft.targets])
        if not targets and not found:
            continue  # a session without wires runs nothing
        targets.update(dict.fromkeys(_stateful_beside(graph, draft, runs[draft.block])))
        sessions.append(
            PlanSession(
                block=draft.block,
                targets=inside_loops(graph, targets) if looped else tuple(targets),
                fetches=tuple(found),
                feeds=tuple([feed for feed in draft.feeds if _is_planned(graph, feed[0], blocks)]),
                closed_gates=order.closed_gates.get(draft.block, ()),
                shown_gates=order.shown_gates.get(draft.block, ()),
                once=draft.once,
                takes_data=takes_data(graph, runs[draft.block]),
            )
        )
    return Step(tuple(sessions), tuple(sorted(looped)), blocks, order)


def _is_planned(graph: StepGraph, ref: str, blocks: set[str]) -> bool:
    """Return whether a tensor that is fed is in the plan: what nothing runs or shows is fed for nothing."""
    node = graph.nodes.get(owner_of(graph, ref))
    return node is not None and node.block in blocks


def unset_variables(low: Lowering) -> set[str]:
    """Return the Variables that have no value until something writes them."""
    return {b for b, v in low.variables.items() if v.start == "none"}


def _fetches(low: Lowering, draft: Draft, outputs: Mapping[str, Fetch]) -> list[Fetch]:
    """Return what a session is to show, before the order is decided; outputs that are not lowered are left out."""
    known = map(outputs.get, draft.keys)
    if outputs.keys() >= draft.keys.keys():
        return list(filter(None, known))
    found = []
    for key, fetch in zip(draft.keys, known, strict=True):
        if fetch is None and key.endswith("]"):
            endpoint = endpoint_of(low, key)
            fetch = fetch_of(key, endpoint) if endpoint is not None else None
        if fetch is not None:
            found.append(fetch)
    return found


def _shows_others(draft: Draft) -> bool:
    """Return whether a session is to show outputs of blocks that its wires do not need."""
    return not draft.upstream.issuperset(draft.keys.values())


def _seen(draft: Draft, fetches: Sequence[Fetch], shown: set[str]) -> list[Fetch]:
    """Return what a session can show, all of it: handles, and what is run or fed."""
    seen = shown | {ref for ref, _ in draft.feeds} if draft.feeds else shown
    if seen.issuperset(chain.from_iterable([f.refs for f in fetches if not f.handle])):
        return list(fetches)
    return [f for f in fetches if f.handle or seen.issuperset(f.refs)]


def _runs(graph: StepGraph, draft: Draft, fetches: list[Fetch]) -> set[str]:
    """Return the nodes that a session runs: what its wires need and what it is asked to show, up to what is fed."""
    upstream = draft.upstream
    foreign = [f for f in fetches if draft.keys[f.key] not in upstream] if _shows_others(draft) else []
    if draft.feeds or foreign:
        fed = frozenset(owner_of(graph, ref) for ref, _ in draft.feeds)
        roots = [*draft.targets, *(r for f in foreign for r in f.refs)]
        return upstream_nodes(graph, (owner_of(graph, r) for r in roots), fed)
    owners = map(attrgetter("block"), graph.nodes.values())
    if upstream.issuperset(owners) and upstream.issuperset(graph.gradients):  # as on most pages
        return {*graph.nodes, *graph.gradients}
    runs = {name for name, node in graph.nodes.items() if node.block in upstream}
    runs.update(g for g in graph.gradients if g in upstream)
    return runs


def _shown(graph: StepGraph, fetches: list[Fetch], runs: set[str]) -> set[str]:
    """Return the tensors that a session is to show of the nodes that it runs."""
    if len(runs) == len(graph.nodes) + len(graph.gradients):  # it runs all of them
        return {ref for fetch in fetches if not fetch.handle for ref in fetch.refs}
    return {
        ref
        for fetch in fetches
        if not fetch.handle
        for ref in fetch.refs
        if ref[:-2] in runs or owner_of(graph, ref) in runs  # most are named ``node:0``
    }


def _stateful_beside(graph: StepGraph, draft: Draft, runs: set[str]) -> list[str]:
    """Return nodes with a state that run only to be shown: they are to run in every step, shown or not."""
    if not _shows_others(draft):
        return []
    fed = frozenset(owner_of(graph, ref) for ref, _ in draft.feeds)
    usual = upstream_nodes(graph, (owner_of(graph, t) for t in draft.targets), fed)
    beside = (n for name, n in graph.nodes.items() if name in runs and name not in usual)
    ops = ((n.name, load().op(n.op)) for n in beside if n.op not in VARIABLES)
    return [name for name, op in ops if op is not None and op.stateful]


def led(graph: StepGraph, fetch: Fetch, order: StepOrder, unset: set[str]) -> Fetch:
    """Lead a fetch to what the order lets it see."""
    refs = tuple(order.value_of(r) for r in fetch.refs)
    dead = any(owner_of(graph, r) in order.dead for r in refs)
    variables = {r.split(":", 1)[0] for r in fetch.refs} & unset
    after_write = {v for v in variables if f"{v}/read:0" in set(refs) - order.start_reads}
    return replace(fetch, refs=refs, dead=dead, unset=min(variables - after_write, default=None))
