"""From lowered blocks to the plan: sessions, problems, the order of a step, and the plan put together."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from app.document.model.problems import Problem, errors_in
from app.document.model.sentence import say
from app.engine.compiler import value_guards
from app.engine.compiler.data_order import data_warnings
from app.engine.compiler.late_gradients import late_gradient_warnings
from app.engine.compiler.lowering import Lowering
from app.engine.compiler.plan import Fetch, Monitored, Plan, PlanFunction, Until, Watched
from app.engine.compiler.plan_problems import joined_problems
from app.engine.compiler.python_calls import sources_for
from app.engine.compiler.resource_form import resource_form, takes_handles
from app.engine.compiler.sessions import (
    Draft,
    draft_sessions,
    expanded,
    fetch_of,
    key_of,
    show_within,
    used_by,
)
from app.engine.compiler.step_graph import StepGraph, step_graph
from app.engine.compiler.step_sessions import Step, make_step
from app.engine.compiler.unfilled import unfilled_warnings
from app.engine.compiler.unfilled_tables import unfilled_tables
from app.engine.compiler.unordered_access import unordered_warnings
from app.engine.compiler.watches import guarded, read_after_steps
from app.engine.compiler.whole_means import MEAN, mean_warnings
from blocks.op_facts.datasets import TAKING_DATA
from blocks.op_facts.fillers import LOOKS_UP, WAITS_FOR
from blocks.op_facts.traits import WAITING

_WARNED = TAKING_DATA | WAITS_FOR.keys() | LOOKS_UP.keys() | {MEAN}  # the ops that `warnings_across` looks at


class Drafted(NamedTuple):
    """What a run is to show and read, before the order of its steps is decided."""

    sessions: list[Draft]
    watched: tuple[Watched, ...]
    until: Until | None
    monitored: tuple[Monitored, ...]
    guard: bool | tuple[str, ...]
    unshown: tuple[str, ...]  # results that are fetched for the guard only: it needs all to find the block
    problems: list[Problem]
    looked_at: tuple[str, ...]  # keys that are shown for the condition or the guard, wherever they are


class Assembled(NamedTuple):
    """The plan, and what stood behind it: what follows the page's edits looks at it."""

    plan: Plan
    drafted: Drafted
    graph: StepGraph
    step: Step


def assemble(
    low: Lowering,
    order: Sequence[str],
    checked: Sequence[Problem],
    fetch: Sequence[str] = (),
    watch: Sequence[str] = (),
    everything: bool = False,
    shown: Sequence[str] = (),
) -> Assembled:
    """Make the plan of lowered blocks (see `make_plan`); raises FetchError.

    ``shown`` are addresses, or patterns of them, within uses: they are shown as well where sessions run them.

    ``order`` are the blocks, sources first, ``checked`` the problems found before the lowering.
    """
    drafted = _draft(low, fetch, watch, shown)
    graph = step_graph(low)
    problems = joined_problems(low, graph, drafted.sessions, order, checked, drafted.problems)
    outputs = _outputs(low)
    step = make_step(low, graph, drafted.sessions, outputs)
    problems += warnings_across(problems, low, graph, drafted.sessions)
    plan = with_python(
        _plan(low, graph, order, drafted, step, outputs, problems, everything), low, everything
    )
    return Assembled(_with_form_problems(plan), drafted, graph, step)


def _with_form_problems(plan: Plan) -> Plan:
    """Return a plan of which a page is called that changes Variables, with what keeps it from its resource form."""
    if plan.stops or not takes_handles(plan):
        return plan
    found = [
        replace(one, code="not-in-function", hint=say("hint.no-handle-form"))
        for one in resource_form(plan).problems
    ]
    problems = (*plan.problems, *found)
    return replace(plan, problems=problems, stops=stopping(problems)) if found else plan


def _draft(low: Lowering, fetch: Sequence[str], watch: Sequence[str], inner: Sequence[str]) -> Drafted:
    """Draft the sessions, and what is read after every step; raises FetchError."""
    fetch = expanded(low, fetch)
    watched, until, monitored, problems = read_after_steps(low, watch)
    guard = guarded(low)
    extra = [w.key for w in (*watched, *([until.watched] if until else []))]
    looked_at = (*extra, *(guard if isinstance(guard, tuple) else ()))
    if not (fetch and guard):
        drafts = draft_sessions(low, fetch, looked_at)
        show_within(low, drafts, inner)
        return Drafted(drafts, watched, until, monitored, guard, (), problems, looked_at)
    asked = [key_of(low, text) for text in fetch]
    drafts = draft_sessions(low, (), [*asked, *looked_at])
    shown = {*asked, *extra}
    unshown = tuple(key for d in drafts for key in d.keys if key not in shown)
    return Drafted(drafts, watched, until, monitored, guard, unshown, problems, looked_at)


def _outputs(low: Lowering) -> dict[str, Fetch]:
    """Return how each output of the page whose dtype is known is fetched, before the order is decided."""
    found = {}
    plain: set[tuple[str, ...]] = set()  # dtypes among which are no handles
    for (block, pin), endpoint in low.outs.items():
        key = f"{block}.{pin}"
        if endpoint.is_plain and endpoint.dtypes in plain:  # as most are
            found[key] = Fetch(key, endpoint.refs, endpoint.dtypes, endpoint.is_list)
        elif endpoint.has_value:
            fetch = found[key] = fetch_of(key, endpoint)
            if not fetch.handle:
                plain.add(fetch.dtypes)
    return found


def stopping(problems: Sequence[Problem]) -> bool:
    """Return whether problems keep a page from running."""
    return errors_in([p for p in problems if p.code != value_guards.CODE])


def are_warned_of(ops: Collection[str]) -> bool:
    """Return whether `warnings_across` looks at nodes of any of these ops, besides those that share a handle."""
    return not _WARNED.isdisjoint(ops)


def warnings_across(
    problems: Sequence[Problem], low: Lowering, graph: StepGraph, drafts: Sequence[Draft]
) -> list[Problem]:
    """Return what is said of a page that runs at all: what waits for ever, what runs in no fixed order."""
    if stopping(problems):
        return []
    sessions = [d.upstream for d in drafts]
    used = set().union(*sessions)
    found = unordered_warnings(graph, low, sessions)
    if are_warned_of(graph.ops):
        found += unfilled_warnings(graph, low, drafts)
        found += unfilled_tables(graph, low, drafts)
        found += late_gradient_warnings(graph, low, used)
        found += mean_warnings(graph, low, used)
        found += data_warnings(graph, drafts, low.page.run.steps)
    return found


def _plan(
    low: Lowering,
    graph: StepGraph,
    order: Sequence[str],
    drafted: Drafted,
    step: Step,
    outputs: dict[str, Fetch],
    problems: Sequence[Problem],
    everything: bool,
) -> Plan:
    """Put the plan together: with ``everything`` all nodes, else only what a session runs or shows."""
    page, used = low.page, used_by(drafted.sessions)
    blocks, symbols = step.blocks, low.symbols
    nodes = tuple([n for n in graph.nodes.values() if everything or n.block in blocks])
    used_blocks = tuple([b for b in order if b in used and b in symbols])
    functions = low.functions.called_by(nodes) if low.functions is not None else ()
    if low.functions is not None:
        nodes, functions = low.functions.rounds.put_in(nodes, functions)
    waiting = [] if WAITING.isdisjoint(graph.ops) else [n.block for n in nodes if n.op in WAITING]
    waiting += waiting_calls(functions)
    return Plan(
        page=page.name,
        nodes=nodes,
        gradients=tuple([g for g in graph.gradients.values() if everything or g.name in blocks]),
        functions=functions,
        variables=tuple([v for v in low.variables.values() if everything or v.block in blocks]),
        sessions=step.sessions,
        problems=tuple(problems),
        stops=stopping(problems),
        outputs=outputs,
        may_wait=tuple(waiting),
        looped=step.looped,
        device=page.scope.device,
        devices={b.id: b.device for b in page.blocks.values() if b.device and not b.off},
        seed=low.seed,
        used_blocks=used_blocks,
        symbols={b: symbols[b].name for b in (symbols if everything else used_blocks)},
        declared=tuple(low.declared),
        unfed=tuple(
            [
                b
                for b in (*sorted(low.open_arguments), *low.arguments)
                if low.arguments.get(b) is None and b in used
            ]
        ),
        unbuilt=tuple([b for b in symbols if b in low.waiting]) if low.waiting else (),
        watched=drafted.watched,
        until=drafted.until,
        monitored=drafted.monitored,
        unshown=drafted.unshown,
        guard=drafted.guard,
    )


def waiting_calls(functions: Iterable[PlanFunction]) -> list[str]:
    """Return the blocks of the page that may wait in functions that they call."""
    return [f.block.partition("/")[0] for f in functions if any(n.op in WAITING for n in f.nodes)]


def with_python(plan: Plan, low: Lowering, everything: bool) -> Plan:
    """Return the plan with what its Python blocks need; the texts of their files only where they are to run."""
    inner = low.functions.python_calls if low.functions is not None else {}
    if not low.python_calls and not inner:
        return plan
    blocks = {node.block for node in plan.nodes}
    calls = tuple([call for call in low.python_calls.values() if call.block in blocks])
    names = {node.name for function in plan.functions for node in function.nodes}
    calls += tuple([call for name, call in inner.items() if name in names])
    sources = () if everything else sources_for(calls, low.folder)
    return replace(plan, python_calls=calls, python_sources=sources)
