"""Makes the plan of a page: checks it, lowers its blocks, finds its sessions, decides the order of a step."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from msgspec.structs import replace

from app.document.checks.page import check_page
from app.document.model.diagram import Page
from app.document.model.problems import Problem, error
from app.document.model.topology import topological_order
from app.document.resources.search_path import located, missing_files, user_folders
from app.engine.compiler.cross_checks import faults_across, feeding_blocks
from app.engine.compiler.errors import FetchError
from app.engine.compiler.loops import into_frames, kept_from_rounds, settle_loops
from app.engine.compiler.lowering import Lowering
from app.engine.compiler.plan import Fetch, Plan, PlanSession
from app.engine.compiler.plan_walk import owner_of, upstream_nodes
from app.engine.compiler.restore_v1 import REWRITES
from app.engine.compiler.sessions import Draft, draft_sessions, endpoint_of, fetch_of, key_of
from app.engine.compiler.special_blocks import SPECIAL
from app.engine.compiler.step_order import Order, StepGraph, decide
from app.engine.compiler.unordered_access import unordered_warnings
from app.engine.compiler.watches import guarded, read_after_steps
from blocks.catalog import load
from blocks.op_facts.traits import VARIABLES, WAITING

__all__ = ["FetchError", "Plan", "make_plan"]


def make_plan(
    page: Page,
    folder: Path,
    *,
    fetch: Sequence[str] = (),
    watch: Sequence[str] = (),
    seed: int | None = None,
    everything: bool = False,
    data: Sequence[Path] | None = None,
) -> Plan:
    """Plan a page: everything the worker needs, and every problem that can be known without TensorFlow.

    ``folder`` is the project's folder. ``fetch`` names the outputs to show in place of all upstream of the
    sessions; ``watch`` names elements to read after every step (``block.pin[0][1]``), which are shown as well;
    ``seed`` replaces the page's. ``everything`` keeps the nodes that no session runs, for inference. Files that
    texts name and that are not there are looked for in ``folder`` by their base name, then in the ``data``
    folders (None: the user's of this process).
    Raises FetchError where ``fetch`` or ``watch`` names what the page does not have.
    """
    with _without_collector():
        seed = page.scope.seed if seed is None else seed
        data = user_folders() if data is None else data
        return _make_plan(located(page, load(), folder, data), folder, fetch, watch, seed, everything, data)


@contextmanager
def _without_collector() -> Iterator[None]:
    """Keep Python's garbage collector from looking again and again at a plan that only grows."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _make_plan(
    page: Page,
    folder: Path,
    fetch: Sequence[str],
    watch: Sequence[str],
    seed: int | None,
    everything: bool,
    data: Sequence[Path],
) -> Plan:
    catalog = load()
    order = topological_order(page)
    checked = _with_missing(
        check_page(page, catalog, folder, order), missing_files(page, catalog, folder, data)
    )
    if seed is not None and not -(2**63) <= seed < 2**63:
        checked = [*checked, error("bad-attr-value", f"the page's seed {seed} does not fit 64 bits")]
        seed = None
    low = Lowering(page, folder, catalog, seed, SPECIAL, REWRITES)
    for block in order.order:
        if block in low.symbols:
            low.lower(page.blocks[block])
    watched, until, unwatchable = read_after_steps(low, watch)
    guard = guarded(low)
    extra = [w.key for w in (*watched, *([until.watched] if until else []))]
    drafts, unshown = _drafts(low, fetch, extra, guard)
    used = set().union(*(d.upstream for d in drafts))
    graph = StepGraph(
        low.nodes, low.gradients, low.sequence, list(page.blocks), low.ref_uses, low.reads, low.switches
    )
    lowered_problems = [*unwatchable, *low.problems, *faults_across(page, low, graph, drafts)]
    blamed = used | _unknown_sources(page, low, used)
    # What feeds a session runs too, but a text of it under the name of no pin has never done anything.
    blamed |= feeding_blocks(low) - {
        p.block for p in checked if p.code == "unknown-pin" and p.block not in used
    }
    problems = _joined(page, checked, lowered_problems, blamed)
    if not any(p.severity == "error" for p in problems):
        problems += [_not_built(b) for b in order.order if b in used and b in low.waiting][:1]
    plan = Plan(
        page=page.name,
        nodes=[],
        gradients=[],
        variables=[],
        sessions=[],
        problems=problems,
        stops=any(p.severity == "error" for p in problems),
        outputs=_outputs(low),
        device=page.scope.device,
        seed=seed,
        watched=watched,
        until=until,
        guard=guard,
        unshown=unshown,
    )
    if not any(d.targets for d in drafts) and not plan.stops:
        plan.problems.append(_nothing_to_run(page))
        plan.stops = True
    _fill(plan, low, graph, drafts, everything)
    plan.used_blocks = tuple(b for b in order.order if b in used and b in low.symbols)
    named = low.symbols if everything else plan.used_blocks
    plan.symbols = {b: low.symbols[b].name for b in named}
    lowered = set(order.order)
    plan.unbuilt = tuple(b for b in low.symbols if b in low.waiting or b not in lowered)
    if not plan.stops:
        plan.problems.extend(unordered_warnings(graph, low, [d.upstream for d in drafts]))
    return plan


def _with_missing(checked: list[Problem], missing: list[Problem]) -> list[Problem]:
    """Add the missing files; where the check knows of one as well, the problem that lists the folders stays."""
    known = {(p.block, p.pin) for p in missing}
    return [*(p for p in checked if p.code != "missing-file" or (p.block, p.pin) not in known), *missing]


def _drafts(
    low: Lowering, fetch: Sequence[str], extra: list[str], guard: bool | tuple[str, ...]
) -> tuple[list[Draft], tuple[str, ...]]:
    """Return the sessions, and the results that are fetched for the guard only: it needs all to find the block."""
    watched = [*extra, *(guard if isinstance(guard, tuple) else ())]
    if not (fetch and guard):
        return draft_sessions(low, fetch, watched), ()
    wanted = [key_of(low, text) for text in fetch]
    drafts = draft_sessions(low, (), [*wanted, *watched])
    shown = {*wanted, *extra}
    return drafts, tuple(key for d in drafts for key in d.keys if key not in shown)


def _joined(page: Page, checked: list[Problem], lowered: list[Problem], used: set[str]) -> list[Problem]:
    """Join both lists in file order, each fault once; errors of blocks that nothing runs become warnings."""
    if not checked and not lowered:
        return []
    known = {(p.code, p.block, p.pin) for p in checked}
    # What follows from the fault of a pin is not told as well; an attrs text may have faults of its own.
    blamed = {(p.block, p.pin) for p in checked if p.severity == "error" and p.pin not in (None, "attrs")}
    new = [p for p in lowered if (p.code, p.block, p.pin) not in known and (p.block, p.pin) not in blamed]
    joined = [*checked, *new]
    rank = {block: i for i, block in enumerate(page.blocks)}
    joined.sort(key=lambda p: rank.get(p.block or "", -1))
    return [
        p if p.severity != "error" or p.block is None or p.block in used else replace(p, severity="warning")
        for p in joined
    ]


def _unknown_sources(page: Page, low: Lowering, used: set[str]) -> set[str]:
    """Return the blocks of unknown symbols that the used blocks are wired to: they are to blame, not unused."""
    sessions = {b for b, s in low.symbols.items() if s.name == "ClientSession"}
    return {
        w.source.block
        for w in page.wires
        if (w.target.block in used or w.target.block in sessions)
        and w.source.block not in low.symbols
        and w.source.block in page.blocks
    }


def _not_built(block: str) -> Problem:
    """Return the problem of a block that lacks something no other problem tells."""
    return error("build-failed", f"{block} lacks an input or an attr that its op needs", block)


def _outputs(low: Lowering) -> dict[str, Fetch]:
    return {
        f"{block}.{pin}": fetch_of(f"{block}.{pin}", endpoint)
        for (block, pin), endpoint in low.outs.items()
        if not endpoint.is_operation and endpoint.feed is None
    }


def _nothing_to_run(page: Page) -> Problem:
    hint = "wire an output to fetch_outputs of the ClientSession" if page.blocks else "place a block"
    session = next((b.id for b in page.blocks.values() if b.symbol == "ClientSession" and not b.off), None)
    pin = None if session is None else "fetch_outputs"
    return error("nothing-to-run", "the page has nothing to run", session, pin, hint=hint)


def _fill(plan: Plan, low: Lowering, graph: StepGraph, drafts: list[Draft], everything: bool) -> None:
    """Decide the order and fill in nodes, variables and sessions: only what a session runs."""
    fetches = {d.block: _fetches(plan, low, d) for d in drafts}
    runs = {d.block: _runs(graph, d, fetches[d.block]) for d in drafts}
    shown = {
        block: {r for f in found if not f.handle for r in f.refs if owner_of(graph, r) in runs[block]}
        for block, found in fetches.items()
    }
    order = decide(graph, runs, shown)
    looped = settle_loops(graph)
    unset = {b for b, v in low.variables.items() if v.start == "none"}
    for draft in drafts:
        seen = shown[draft.block] | {ref for ref, _ in draft.feeds}
        led = [f for f in fetches[draft.block] if f.handle or seen.issuperset(f.refs)]
        if order.changes:
            led = [_led(graph, f, order, unset) for f in led]
        if looped:
            led = [kept_from_rounds(graph, f, looped) for f in led]
        targets = dict.fromkeys([t.split(":", 1)[0] for t in draft.targets])
        if not targets and not led:
            continue  # a session without wires runs nothing
        targets.update(dict.fromkeys(_stateful_beside(graph, draft, runs[draft.block])))
        plan.sessions.append(
            PlanSession(
                block=draft.block,
                targets=into_frames(graph, targets) if looped else tuple(targets),
                fetches=tuple(led),
                feeds=draft.feeds,
                closed_gates=order.closed_gates.get(draft.block, ()),
                shown_gates=order.shown_gates.get(draft.block, ()),
            )
        )
    plan.looped = tuple(looped)
    blocks = set().union(*(d.upstream for d in drafts))
    blocks.update(f.key.split(".", 1)[0] for found in fetches.values() for f in found)
    plan.nodes = [n for n in graph.nodes.values() if everything or n.block in blocks]
    plan.gradients = [g for g in graph.gradients.values() if everything or g.name in blocks]
    plan.variables = [v for v in low.variables.values() if everything or v.block in blocks]
    plan.may_wait = tuple(n.block for n in plan.nodes if n.op in WAITING)


def _fetches(plan: Plan, low: Lowering, draft: Draft) -> list[Fetch]:
    """Return what a session is to show, before the order is decided; outputs that are not lowered are left out."""
    found = []
    for key in draft.keys:
        fetch = plan.outputs.get(key)
        if fetch is None and key.endswith("]"):
            endpoint = endpoint_of(low, key)
            fetch = fetch_of(key, endpoint) if endpoint is not None else None
        if fetch is not None:
            found.append(fetch)
    return found


def _runs(graph: StepGraph, draft: Draft, fetches: list[Fetch]) -> set[str]:
    """Return the nodes that a session runs: what its wires need and what it is asked to show, up to what is fed."""
    foreign = [f for f in fetches if f.key.split(".", 1)[0] not in draft.upstream]
    if draft.feeds or foreign:
        fed = frozenset(owner_of(graph, ref) for ref, _ in draft.feeds)
        roots = [*draft.targets, *(r for f in foreign for r in f.refs)]
        return upstream_nodes(graph, (owner_of(graph, r) for r in roots), fed)
    runs = {n.name for n in graph.nodes.values() if n.block in draft.upstream}
    runs.update(g for g in graph.gradients if g in draft.upstream)
    return runs


def _stateful_beside(graph: StepGraph, draft: Draft, runs: set[str]) -> list[str]:
    """Return nodes with a state that run only to be shown: they are to run in every step, shown or not."""
    if all(key.split(".", 1)[0] in draft.upstream for key in draft.keys):
        return []
    fed = frozenset(owner_of(graph, ref) for ref, _ in draft.feeds)
    usual = upstream_nodes(graph, (owner_of(graph, t) for t in draft.targets), fed)
    beside = (n for name, n in graph.nodes.items() if name in runs and name not in usual)
    ops = ((n.name, load().op(n.op)) for n in beside if n.op not in VARIABLES)
    return [name for name, op in ops if op is not None and op.stateful]


def _led(graph: StepGraph, fetch: Fetch, order: Order, unset: set[str]) -> Fetch:
    """Lead a fetch to what the order lets it see."""
    refs = tuple(order.value_of(r) for r in fetch.refs)
    dead = any(owner_of(graph, r) in order.dead for r in refs)
    variables = {r.split(":", 1)[0] for r in fetch.refs} & unset
    after_write = {v for v in variables if f"{v}/read:0" in set(refs) - order.start_reads}
    return replace(fetch, refs=refs, dead=dead, unset=next(iter(variables - after_write), None))
