"""Makes the plan of a page: checks it, lowers its blocks, finds its sessions, decides the order of a step."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from msgspec.structs import replace

from app.document.check import check_page
from app.document.graph import topological_order
from app.document.model import Page
from app.document.problems import Problem, error
from app.engine.faults import FetchError
from app.engine.lower import Lowering
from app.engine.op_traits import WAITING
from app.engine.order import Order, StepGraph, decide, owner_of, reach
from app.engine.plan_types import Fetch, Gradients, Plan, PlanNode, PlanSession
from app.engine.sessions import Draft, draft_sessions, endpoint_of, fetch_of
from app.engine.shared_state import unordered_warnings
from blocks.catalog import load

__all__ = ["FetchError", "Plan", "make_plan"]


def make_plan(
    page: Page, folder: Path, *, fetch: Sequence[str] = (), seed: int | None = None, everything: bool = False
) -> Plan:
    """Plan a page: everything the worker needs, and every problem that can be known without TensorFlow.

    ``folder`` is the project's folder. ``fetch`` names the outputs to show in place of all upstream of the sessions;
    ``seed`` replaces the page's. ``everything`` keeps the nodes that no session runs, for inference. Raises FetchError
    where ``fetch`` names what the page does not have.
    """
    catalog = load()
    order = topological_order(page)
    problems = check_page(page, catalog, folder, order)
    seed = page.scope.seed if seed is None else seed
    low = Lowering(page, folder, catalog, seed)
    for block in order.order:
        if block in low.symbols:
            low.lower(page.blocks[block])
    drafts = draft_sessions(low, fetch)
    used = set().union(*(d.upstream for d in drafts))
    problems = _joined(page, problems, low.problems, used)
    graph = StepGraph(
        low.nodes, low.gradients, low.sequence, {b: i for i, b in enumerate(page.blocks)}, low.ref_uses, low.reads
    )
    outputs = {
        f"{block}.{pin}": fetch_of(f"{block}.{pin}", e)
        for (block, pin), e in low.outs.items()
        if e.dtypes and not e.is_operation
    }
    plan = Plan(
        page=page.name, nodes=[], gradients=[], variables=[], sessions=[], problems=problems, outputs=outputs,
        stops=any(p.severity == "error" for p in problems), device=page.scope.device, seed=seed,
    )  # fmt: skip
    if not any(d.targets for d in drafts) and not plan.stops:
        plan.problems.append(_nothing_to_run(page))
        plan.stops = True
    _fill(plan, low, graph, drafts, everything)
    if not plan.stops:
        plan.problems.extend(unordered_warnings(graph, low, [d.upstream for d in drafts]))
    return plan


def _joined(page: Page, checked: list[Problem], lowered: list[Problem], used: set[str]) -> list[Problem]:
    """Join both lists in file order, each fault once; errors of blocks that nothing runs become warnings."""
    known = {(p.code, p.block, p.pin) for p in checked}
    joined = [*checked, *(p for p in lowered if (p.code, p.block, p.pin) not in known)]
    rank = {block: i for i, block in enumerate(page.blocks)}
    joined.sort(key=lambda p: rank.get(p.block or "", -1))
    return [
        p if p.severity != "error" or p.block is None or p.block in used else replace(p, severity="warning")
        for p in joined
    ]


def _nothing_to_run(page: Page) -> Problem:
    hint = "wire an output to fetch_outputs of the ClientSession" if page.blocks else "place a block"
    return error("nothing-to-run", "the page has nothing to run", hint=hint)


def _fill(plan: Plan, low: Lowering, graph: StepGraph, drafts: list[Draft], everything: bool) -> None:
    """Decide the order and fill in nodes, variables and sessions: only what a session runs."""
    fetches = {id(d): _fetches(low, d) for d in drafts}
    runs = {d.block: _runs(graph, d) for d in drafts}
    shown = {
        d.block: {r for f in fetches[id(d)] if not f.handle for r in f.refs if owner_of(graph, r) in runs[d.block]}
        for d in drafts
    }
    for draft in drafts:  # an output shown by --fetch that the session's own wires do not need
        extra = [r for f in fetches[id(draft)] if not f.handle for r in f.refs if f.key in draft.keys]
        if any(owner_of(graph, r) not in runs[draft.block] for r in extra) and _asked_for(draft):
            runs[draft.block] |= reach(graph, (owner_of(graph, r) for r in extra))
            shown[draft.block] |= set(extra)
    order = decide(graph, runs, shown)
    start = {r.split(":")[0].rsplit("/", 1)[0]: r for r in order.start_reads}
    unset = {b for b, v in low.variables.items() if v.start == "none"}
    for draft in drafts:
        plan.sessions.append(_session(graph, draft, fetches[id(draft)], shown[draft.block], order, start, unset))
    roots = [n for s in plan.sessions for n in (*s.targets, *(r for f in s.fetches for r in f.refs))]
    wired_starts = [v.source for v in low.variables.values() if v.source]
    needed = reach(graph, (owner_of(graph, r) for r in [*roots, *wired_starts]))
    if everything:
        needed = graph.nodes.keys() | graph.gradients.keys()
    plan.nodes = [n for n in graph.nodes.values() if n.name in needed]
    plan.gradients = [g for g in graph.gradients.values() if g.name in needed]
    plan.variables = [v for v in low.variables.values() if v.block in needed]
    plan.used_blocks = tuple(dict.fromkeys(graph_block(n) for n in _in_sequence(graph, needed)))
    plan.symbols = {b: low.page.blocks[b].symbol for b in plan.used_blocks}
    plan.may_wait = tuple(n.block for n in plan.nodes if n.op in WAITING)


def graph_block(item: PlanNode | Gradients) -> str:
    """Return the block that a node or a gradient belongs to."""
    return item.block if isinstance(item, PlanNode) else item.name


def _in_sequence(graph: StepGraph, needed: set[str]) -> list[PlanNode | Gradients]:
    return [graph.nodes.get(n) or graph.gradients[n] for n in graph.sequence if n in needed]


def _asked_for(draft: Draft) -> bool:
    """Whether the draft shows outputs of blocks that its own wires do not reach (only --fetch does that)."""
    return any(key.split(".", 1)[0] not in draft.upstream for key in draft.keys)


def _fetches(low: Lowering, draft: Draft) -> list[Fetch]:
    found = []
    for key in draft.keys:
        endpoint = endpoint_of(low, key)
        if endpoint is not None and endpoint.dtypes:
            found.append(fetch_of(key, endpoint))
        elif endpoint is not None:
            found.append(Fetch(key=key, refs=(), dtypes=(), is_list=endpoint.is_list))
    return found


def _runs(graph: StepGraph, draft: Draft) -> set[str]:
    """Return the nodes that a session runs: what its targets need, not what is fed."""
    fed = frozenset(owner_of(graph, ref) for ref, _ in draft.feeds)
    return reach(graph, (owner_of(graph, t) for t in draft.targets), fed)


def _session(
    graph: StepGraph, draft: Draft, fetches: list[Fetch], shown: set[str], order: Order,
    start: dict[str, str], unset: set[str],
) -> PlanSession:  # fmt: skip
    known = shown | {ref for ref, _ in draft.feeds}
    led = []
    for fetch in fetches:
        if not fetch.handle and not known.issuperset(fetch.refs):
            continue  # the session does not run it
        refs = tuple(order.value_of(r) for r in fetch.refs)
        dead = any(owner_of(graph, r) in order.dead for r in refs)
        owners = {r.split(":")[0] for r in fetch.refs} & unset
        waits = next((o for o in owners if o not in _written_before_read(order, o, refs)), None)
        led.append(replace(fetch, refs=refs, dead=dead, unset=waits))
    return PlanSession(
        block=draft.block,
        targets=tuple(dict.fromkeys(_node_of(t) for t in draft.targets)),
        fetches=tuple(led),
        feeds=draft.feeds,
        closed_gates=order.closed_gates[draft.block],
        shown_gates=order.shown_gates[draft.block],
    )


def _written_before_read(order: Order, variable: str, refs: tuple[str, ...]) -> set[str]:
    """Return the Variable itself where its reader stands behind its only writer."""
    read = f"{variable}/read:0"
    return {variable} if read in refs and read not in order.start_reads else set()


def _node_of(target: str) -> str:
    return target.split(":", 1)[0]
