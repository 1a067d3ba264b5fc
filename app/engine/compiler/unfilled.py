"""Warns where a block waits for what nothing fills, or only a later session: a queue, stage, barrier, accumulator."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from app.document.literals.attrs import set_attr
from app.document.model.fix import Fix, WritePin
from app.document.model.problems import Problem, warning
from app.document.model.sentence import Sentence, say
from app.engine.compiler.lowering import Lowering
from app.engine.compiler.plan import PlanNode
from app.engine.compiler.plan_walk import node_of, owner_of
from app.engine.compiler.sessions import Draft, used_by
from app.engine.compiler.step_graph import StepGraph
from blocks.catalog import load
from blocks.op_facts.fillers import WAITS_FOR, Waits

Store = tuple[str, str]  # container and name


def unfilled_warnings(graph: StepGraph, low: Lowering, sessions: Sequence[Draft]) -> list[Problem]:
    """Return one warning for each block of a session whose store no block fills that runs before or beside it.

    ``sessions`` are those of the page in the order they run. Where a handle comes from a block that makes none
    (behind a Switch, say) nothing is said of it, nor of any store that it may be.
    """
    used = used_by(sessions)
    fillers: dict[Waits, list[tuple[PlanNode, Store | None]]] = {}
    found = []
    for node in [n for n in graph.nodes.values() if n.op in WAITS_FOR and n.block in used]:
        waits = WAITS_FOR[node.op]
        store = store_of(graph, node, waits.handle)
        if waits not in fillers:
            ops = waits.fillers | waits.closers
            users = [n for n in graph.nodes.values() if n.op in ops]
            fillers[waits] = [(n, store_of(graph, n, _handle_of(waits))) for n in users]
        filling = [n for n, s in fillers[waits] if n.block in used and (s is None or s == store)]
        late = filled_late(graph, sessions, node, filling)
        if store is not None and late is not None:
            found.append(_too_early(low, node, waits, filling, *late))
        if store is None or filling:
            continue
        found.append(
            _unfilled(graph, low, node, store, [(n, s) for n, s in fillers[waits] if n.op in waits.fillers])
        )
    return found


def filled_late(
    graph: StepGraph, sessions: Sequence[Draft], node: PlanNode, filling: Sequence[PlanNode]
) -> tuple[Draft, Draft] | None:
    """Return the session that runs a node first and the later one that fills its store first; None for no such two.

    A node behind a Switch may be left out in the first step.
    """
    if not filling or graph.switches:
        return None
    takes = next(i for i, one in enumerate(sessions) if node.block in one.upstream)
    fills = next(i for i, one in enumerate(sessions) if any(n.block in one.upstream for n in filling))
    return (sessions[takes], sessions[fills]) if takes < fills else None


def _too_early(
    low: Lowering, node: PlanNode, waits: Waits, filling: Sequence[PlanNode], takes: Draft, fills: Draft
) -> Problem:
    """Return the warning of a block that waits in a session for what a later session brings."""
    word = Sentence(f"store.{waits.store}")
    filler = next(n for n in filling if n.block in fills.upstream)
    sentence = say(
        "store.filled-late",
        block=node.block,
        store=word,
        session=takes.block,
        filler=filler.block,
        later=fills.block,
    )
    output = f"{filler.block}.{operation_of(low, filler.block)}"
    hint = say("hint.fill-earlier", session=takes.block, later=fills.block, output=output)
    needs = say("needs.filled-before", store=word, session=takes.block)
    return warning(
        "stuck",
        sentence,
        node.block,
        _pin(low, node, waits),
        related=(filler.block, takes.block, fills.block),
        requirement=needs,
        actual=say("actual.filled-in", later=fills.block),
        hint=hint,
    )


def _handle_of(waits: Waits) -> int | None:
    return None if waits.handle is None else 0


def store_of(graph: StepGraph, node: PlanNode, handle: int | None) -> Store | None:
    """Return which store a node uses: its own name's or the one that its handle stands for; None where that is open."""
    maker: PlanNode | None = node
    if handle is not None:
        maker = graph.nodes.get(node_of(node.inputs[handle])) if len(node.inputs) > handle else None
        if maker is None or "shared_name" not in _attrs_of(maker):
            return None
    assert maker is not None
    return own_store(maker)


def own_store(maker: PlanNode) -> Store:
    """Return which store is the one of a node that makes it, or that names it itself."""
    attrs = maker.attrs
    return str(attrs.get("container") or ""), str(attrs.get("shared_name") or maker.name)


def _attrs_of(node: PlanNode) -> Iterable[str]:
    op = load().op(node.op)
    return [attr.name for attr in op.attrs] if op is not None else ()


def _unfilled(
    graph: StepGraph,
    low: Lowering,
    node: PlanNode,
    store: Store,
    fillers: Sequence[tuple[PlanNode, Store | None]],
) -> Problem:
    """Return the warning at the pin of the handle, or at the attrs where a name is what the stores differ by."""
    waits = WAITS_FOR[node.op]
    symbols = tuple(sorted(name for name in low.catalog.names() if op_of(low, name) in waits.fillers))
    pin, word = _pin(low, node, waits), Sentence(f"store.{waits.store}")
    idle = next(
        (n.block for n, fills in fillers if fills == store), None
    )  # which no session runs, as it fills
    if idle is not None:
        output = f"{idle}.{operation_of(low, idle)}"
        sentence = say("store.not-run", block=node.block, store=word, filler=idle)
        hint = say("hint.run-the-filler", output=output)
        found = warning("stuck", sentence, node.block, pin, related=(output,), hint=hint)
    elif waits.handle is not None:
        handle = owner_of(graph, node.inputs[waits.handle])
        sentence = say("store.unfilled", block=node.block, store=word, name=handle)
        hint = say("hint.wire-a-filler", symbols=symbols, name=handle)
        found = warning("stuck", sentence, node.block, pin, related=(handle,), hint=hint)
    else:
        found = _other_name(low, node, [n for n, _ in fillers], symbols)
    return replace(found, requirement=say("needs.filler", symbols=symbols), actual=say("actual.nothing"))


def _other_name(
    low: Lowering, node: PlanNode, fillers: Sequence[PlanNode], symbols: tuple[str, ...]
) -> Problem:
    """Return the warning of a stage that is known by a name under which nothing fills one."""
    name = str(node.attrs.get("shared_name") or "")
    named = say("stage.shared", name=name) if name else say("stage.own", name=node.name)
    if not fillers:
        sentence = say("stage.unfilled", block=node.block, named=named)
        return warning("stuck", sentence, node.block, "attrs", hint=say("hint.add-a-stage", symbols=symbols))
    filler = fillers[0]
    says = str(filler.attrs.get("shared_name") or "")
    other = say("stage.shared", name=says) if says else say("stage.own", name=filler.name)
    sentence = say("stage.other-name", block=node.block, named=named, filler=filler.block, other=other)
    hint = say("hint.same-shared-name", blocks=(filler.block, node.block))
    fixes: tuple[Fix, ...] = ()
    if len(fillers) == 1 and filler.attrs.get("dtypes") == node.attrs.get("dtypes"):
        fixes = (_named_alike(low, node.block, says or filler.name),)
    related = (f"{filler.block}.attrs",)
    return warning("stuck", sentence, node.block, "attrs", related=related, hint=hint, fixes=fixes)


def _named_alike(low: Lowering, block: str, name: str) -> Fix:
    text = low.page.blocks[block].pins.get("attrs")
    changed = set_attr(text if isinstance(text, str) else "", "shared_name_", name)
    title = say("fix.write-attr", name="shared_name_", value=name)
    return Fix(title, (WritePin(block, "attrs", changed),), by_hand=True)


def _pin(low: Lowering, node: PlanNode, waits: Waits) -> str:
    op = low.catalog.op(node.op)
    if waits.handle is None or op is None:
        return "attrs"
    arg = op.inputs[waits.handle].name
    return next((p.name for p in low.symbols[node.block].inputs if p.arg == arg), arg)


def operation_of(low: Lowering, block: str) -> str:
    """Return the output of a block that a session runs it by."""
    return next((p.name for p in low.symbols[block].outputs if p.kind == "operation"), "operation")


def op_of(low: Lowering, symbol: str) -> str | None:
    """Return the op of a symbol under its own name; None for a raw one."""
    found = low.catalog.get(symbol)
    return None if found is None or symbol.startswith("raw.") else found.op
