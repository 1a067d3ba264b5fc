"""Finds blocks that look up a table that no session fills, or only one that runs later: the run would fail there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from app.document.model.fix import Fix
from app.document.model.problems import Problem, error
from app.document.model.sentence import say
from app.engine.compiler.lowering import Lowering
from app.engine.compiler.plan import PlanNode
from app.engine.compiler.plan_walk import node_of
from app.engine.compiler.sessions import Draft, run_once, used_by
from app.engine.compiler.step_graph import StepGraph
from app.engine.compiler.unfilled import filled_late, op_of, operation_of, store_of
from blocks.op_facts.fillers import FILLED_ONCE, LOOKS_UP
from blocks.op_facts.traits import FRAMES

_HANDLE = 0  # the input of all ops on tables
_PIN = "table_handle"
_PUTTING = frozenset().union(*(looks.fillers | looks.others for looks in LOOKS_UP.values()))
_USING = frozenset().union(*(looks.users for looks in LOOKS_UP.values()))


def unfilled_tables(graph: StepGraph, low: Lowering, sessions: Sequence[Draft]) -> Iterable[Problem]:
    """Report each lookup in a table that nothing has filled when it runs first.

    ``sessions`` are those of the page in the order they run. Of a table that a function takes nothing is said, as it
    may be filled there. Where it is open whether the lookup runs, or the table is known by a name that others may
    share, the problem is a warning.
    """
    if LOOKS_UP.keys().isdisjoint(graph.ops):
        return
    used = used_by(sessions)
    looking = [n for n in graph.nodes.values() if n.op in LOOKS_UP and n.block in used]
    unclear = _used_otherwise(graph, {n.inputs[_HANDLE] for n in looking})
    filled = [(n, store_of(graph, n, _HANDLE)) for n in graph.nodes.values() if n.op in _PUTTING]
    for node in looking:
        handle, looks, store = node.inputs[_HANDLE], LOOKS_UP[node.op], store_of(graph, node, _HANDLE)
        table = graph.nodes.get(node_of(handle))
        if table is None or table.op not in FILLED_ONCE or handle in unclear:
            continue
        fillers = [n for n, one in filled if one is None or one == store]
        filling = [n for n in fillers if n.block in used]
        late = filled_late(graph, sessions, node, filling)
        if late is not None:
            found = _too_early(low, node, filling, *late)
        elif not filling:
            found = _unfilled(low, node, table, [n for n in fillers if n.op in looks.fillers])
        else:
            continue
        is_sure = not (graph.switches or table.attrs.get("shared_name")) and FRAMES.isdisjoint(graph.ops)
        is_sure = is_sure and not any(draft.feeds for draft in sessions)
        yield found if is_sure else replace(found, severity="warning")


def _used_otherwise(graph: StepGraph, handles: set[str]) -> set[str]:
    """Return the handles that an op takes of which it is not known what it does with the table."""
    others = [n for n in graph.nodes.values() if n.op not in _USING and not handles.isdisjoint(n.inputs)]
    return {ref for node in others for ref in node.inputs}


def _too_early(
    low: Lowering, node: PlanNode, filling: Sequence[PlanNode], takes: Draft, fills: Draft
) -> Problem:
    """Return the problem of a lookup in a session before the one that fills its table."""
    filler = next(n for n in filling if n.block in fills.upstream)
    sentence = say(
        "table.filled-late", block=node.block, session=takes.block, filler=filler.block, later=fills.block
    )
    fixes: tuple[Fix, ...] = ()
    if takes.once:
        hint = say("hint.rename-sessions", session=takes.block, later=fills.block)
    else:
        hint = say("hint.fill-once", session=takes.block, later=fills.block)
        fixes = run_once(fills, filler.name)
    return error(
        "unfilled",
        sentence,
        node.block,
        _PIN,
        related=(filler.block, takes.block, fills.block),
        requirement=say("needs.filled-before", store=say("store.table"), session=takes.block),
        actual=say("actual.filled-in", later=fills.block),
        hint=hint,
        fixes=fixes,
    )


def _unfilled(low: Lowering, node: PlanNode, table: PlanNode, idle: Sequence[PlanNode]) -> Problem:
    """Return the problem of a lookup in a table that nothing fills, or only what no session runs (``idle``)."""
    looks = LOOKS_UP[node.op]
    symbols = tuple(sorted(name for name in low.catalog.names() if op_of(low, name) in looks.fillers))
    if idle:
        output = f"{idle[0].block}.{operation_of(low, idle[0].block)}"
        sentence = say("table.not-run", block=node.block, filler=idle[0].block)
        hint, related = say("hint.run-filler-once", output=output), (output,)
    else:
        sentence = say("table.unfilled", block=node.block, name=table.block)
        hint, related = say("hint.wire-table-filler", symbols=symbols, name=table.block), (table.block,)
    return error(
        "unfilled",
        sentence,
        node.block,
        _PIN,
        related=related,
        requirement=say("needs.filler", symbols=symbols),
        actual=say("actual.nothing"),
        hint=hint,
    )
