"""Makes the plan of a page, stage by stage: files, check, lowering, sessions, problems, the order of a step."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from msgspec.structs import replace

from app.document.checks.page import check_page
from app.document.model.diagram import Page
from app.document.model.problems import Problem, error, errors_in
from app.document.model.sentence import say
from app.document.model.topology import PageOrder, topological_order
from app.document.resources.python_blocks import PythonBlocks
from app.document.resources.search_path import located, missing_files, user_folders
from app.engine.compiler import value_guards
from app.engine.compiler.lowering import Lowering
from app.engine.compiler.plan import Fetch, Plan, Until, Watched
from app.engine.compiler.plan_problems import joined_problems, with_missing
from app.engine.compiler.python_calls import python_rewrites, sources_for
from app.engine.compiler.restore_v1 import REWRITES
from app.engine.compiler.sessions import Draft, draft_sessions, fetch_of, key_of
from app.engine.compiler.special_blocks import SPECIAL
from app.engine.compiler.step_graph import StepGraph, step_graph
from app.engine.compiler.step_sessions import Step, make_step
from app.engine.compiler.unfilled import unfilled_warnings
from app.engine.compiler.unordered_access import unordered_warnings
from app.engine.compiler.watches import guarded, read_after_steps
from blocks.catalog import Catalog
from blocks.op_facts.traits import WAITING


class _Drafted(NamedTuple):
    """What a run is to show and read, before the order of its steps is decided."""

    sessions: list[Draft]
    watched: tuple[Watched, ...]
    until: Until | None
    guard: bool | tuple[str, ...]
    unshown: tuple[str, ...]  # results that are fetched for the guard only: it needs all to find the block
    problems: list[Problem]

    @property
    def used(self) -> set[str]:
        """Return the blocks that a session runs."""
        return set().union(*(d.upstream for d in self.sessions))


def make_plan(
    page: Page,
    folder: Path,
    *,
    fetch: Sequence[str] = (),
    watch: Sequence[str] = (),
    seed: int | None = None,
    everything: bool = False,
    data: Sequence[Path] | None = None,
    python: PythonBlocks | None = None,
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
        python = PythonBlocks.on([page], folder) if python is None else python
        catalog = python.catalog()
        data = user_folders() if data is None else data
        page = located(page, catalog, folder, data)
        page_order = topological_order(page)
        order = page_order.order
        seed = page.scope.seed if seed is None else seed
        seed, checked = _check(page, catalog, folder, data, page_order, seed, python)
        low = _lower(page, catalog, folder, data, order, seed, python)
        drafted = _draft(low, fetch, watch)
        graph = step_graph(low)
        problems = joined_problems(low, graph, drafted.sessions, order, checked, drafted.problems)
        outputs = _outputs(low)
        step = make_step(low, graph, drafted.sessions, outputs)
        plan = _assemble(low, graph, order, drafted, step, outputs, problems, everything)
        return _with_python(plan, low, everything)


@contextmanager
def _without_collector() -> Iterator[None]:
    """Spare Python's garbage collector from looking again and again at a plan that only grows."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _check(
    page: Page,
    catalog: Catalog,
    folder: Path,
    data: Sequence[Path],
    order: PageOrder,
    seed: int | None,
    python: PythonBlocks,
) -> tuple[int | None, list[Problem]]:
    """Check a page without lowering it; return the seed, None where it is not usable, and the problems."""
    checked = with_missing(
        check_page(page, catalog, folder, order, data, python), missing_files(page, catalog, folder, data)
    )
    if seed is not None and not -(2**63) <= seed < 2**63:
        checked.append(error("bad-attr-value", say("setting.seed", seed=seed)))
        seed = None
    return seed, checked


def _lower(
    page: Page,
    catalog: Catalog,
    folder: Path,
    data: Sequence[Path],
    order: Sequence[str],
    seed: int | None,
    python: PythonBlocks,
) -> Lowering:
    """Lower the blocks of known symbols, sources first."""
    rewrites = {**REWRITES, **python_rewrites(python)}
    low = Lowering(page, folder, catalog, seed, SPECIAL, rewrites, data)
    for block in order:
        if block in low.symbols:
            low.lower(page.blocks[block])
    return low


def _draft(low: Lowering, fetch: Sequence[str], watch: Sequence[str]) -> _Drafted:
    """Draft the sessions, and what is read after every step; raises FetchError."""
    watched, until, problems = read_after_steps(low, watch)
    guard = guarded(low)
    extra = [w.key for w in (*watched, *([until.watched] if until else []))]
    looked_at = [*extra, *(guard if isinstance(guard, tuple) else ())]
    if not (fetch and guard):
        drafts = draft_sessions(low, fetch, looked_at)
        return _Drafted(drafts, watched, until, guard, (), problems)
    asked = [key_of(low, text) for text in fetch]
    drafts = draft_sessions(low, (), [*asked, *looked_at])
    shown = {*asked, *extra}
    unshown = tuple(key for d in drafts for key in d.keys if key not in shown)
    return _Drafted(drafts, watched, until, guard, unshown, problems)


def _outputs(low: Lowering) -> dict[str, Fetch]:
    """Return how each output of the page whose dtype is known is fetched, before the order is decided."""
    return {
        f"{block}.{pin}": fetch_of(f"{block}.{pin}", endpoint)
        for (block, pin), endpoint in low.outs.items()
        if not endpoint.is_operation and endpoint.feed is None
    }


def _assemble(
    low: Lowering,
    graph: StepGraph,
    order: Sequence[str],
    drafted: _Drafted,
    step: Step,
    outputs: dict[str, Fetch],
    problems: list[Problem],
    everything: bool,
) -> Plan:
    """Put the plan together: with ``everything`` all nodes, else only what a session runs or shows."""
    page, used = low.page, drafted.used
    stops = errors_in([p for p in problems if p.code != value_guards.CODE])
    if not stops:
        sessions = [d.upstream for d in drafted.sessions]
        problems += [*unordered_warnings(graph, low, sessions), *unfilled_warnings(graph, low, sessions)]
    nodes = tuple([n for n in graph.nodes.values() if everything or n.block in step.blocks])
    used_blocks = tuple([b for b in order if b in used and b in low.symbols])
    lowered = set(order)
    return Plan(
        page=page.name,
        nodes=nodes,
        gradients=tuple([g for g in graph.gradients.values() if everything or g.name in step.blocks]),
        variables=tuple([v for v in low.variables.values() if everything or v.block in step.blocks]),
        sessions=step.sessions,
        problems=tuple(problems),
        stops=stops,
        outputs=outputs,
        may_wait=tuple([n.block for n in nodes if n.op in WAITING]),
        looped=step.looped,
        device=page.scope.device,
        seed=low.seed,
        used_blocks=used_blocks,
        symbols={b: low.symbols[b].name for b in (low.symbols if everything else used_blocks)},
        unbuilt=tuple([b for b in low.symbols if b in low.waiting or b not in lowered]),
        watched=drafted.watched,
        until=drafted.until,
        unshown=drafted.unshown,
        guard=drafted.guard,
    )


def _with_python(plan: Plan, low: Lowering, everything: bool) -> Plan:
    """Return the plan with what its Python blocks need; the texts of their files only where they are to run."""
    if not low.python_calls:
        return plan
    blocks = {node.block for node in plan.nodes}
    calls = tuple([call for call in low.python_calls.values() if call.block in blocks])
    sources = () if everything else sources_for(calls, low.folder)
    return replace(plan, python_calls=calls, python_sources=sources)
