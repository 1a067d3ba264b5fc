"""The place of datasets in a step: all that changes anything waits for the elements, as there may be none left.

So a step without data changes nothing. An iterator that is begun in the same session is begun before its element is
taken.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from app.document.model.problems import Problem, warning
from app.document.model.sentence import say
from app.engine.compiler.plan import PlanNode
from app.engine.compiler.plan_walk import node_of, upstream_nodes
from app.engine.compiler.sessions import Draft, run_once
from app.engine.compiler.step_graph import StepGraph
from blocks.catalog import load
from blocks.op_facts.datasets import BEGINNING_DATA, TAKING_DATA
from blocks.op_facts.traits import CHECKING, FRAMES, HANDLE_DTYPES, VARIABLES


def takes_data(graph: StepGraph, nodes: Collection[str]) -> bool:
    """Return whether any of these nodes takes an element of a dataset."""
    if TAKING_DATA.isdisjoint(graph.ops):
        return False
    return any(_op(graph, name) in TAKING_DATA for name in nodes)


def data_edges(graph: StepGraph, sessions: Mapping[str, set[str]]) -> list[tuple[str, str]]:
    """Return which nodes run before which others for the sake of datasets, in the nodes' order.

    ``sessions`` holds the nodes that each session runs.
    """
    if TAKING_DATA.isdisjoint(graph.ops):
        return []
    found: dict[tuple[str, str], None] = {}
    writers = {name for name, _ in graph.ref_uses}
    for nodes in sessions.values():
        ours = [node for name, node in graph.nodes.items() if name in nodes]
        taking = [node for node in ours if node.op in TAKING_DATA]
        if not taking:
            continue
        for node, maker in _begun_in_step(ours, taking):
            found[maker.name, node.name] = None
        before = upstream_nodes(graph, [node.name for node in taking])
        after = [n for n in ours if n.name not in before and (n.name in writers or _changes(n))]
        found.update(dict.fromkeys((node.name, other.name) for other in after for node in taking))
    return list(found)


def _begun_in_step(ours: Sequence[PlanNode], taking: Sequence[PlanNode]) -> list[tuple[PlanNode, PlanNode]]:
    """Return the nodes that take an element, each with what begins its iterator in the same session."""
    makers: dict[str, list[PlanNode]] = {}
    for node in ours:
        if node.op in BEGINNING_DATA:
            makers.setdefault(node.inputs[1], []).append(node)
    return [(node, maker) for node in taking for maker in makers.get(node.inputs[0], ())]


def _changes(node: PlanNode) -> bool:
    """Return whether a node may change anything: TensorFlow calls it stateful, and it is more than a handle."""
    if node.op in TAKING_DATA or node.op in BEGINNING_DATA or node.op in VARIABLES or node.op in CHECKING:
        return False
    op = load().op(node.op)
    if op is None:
        return True
    return op.stateful and not any(out.dtype in HANDLE_DTYPES for out in op.outputs)


def data_warnings(graph: StepGraph, drafts: Sequence[Draft], steps: int | None) -> list[Problem]:
    """Return what is said of datasets that begin anew in each step, and of what their end leaves half done.

    ``steps`` is how many the page asks for; None: as many as there are.
    """
    problems: list[Problem] = []
    if TAKING_DATA.isdisjoint(graph.ops):
        return problems
    earlier: list[str] = []  # what sessions before have changed outside the Variables
    writers = {name for name, _ in graph.ref_uses}
    for draft in drafts:
        if draft.once:
            continue
        ours = [node for node in graph.nodes.values() if node.block in draft.upstream]
        taking = [node for node in ours if node.op in TAKING_DATA]
        for node, maker in _begun_in_step(ours, taking):
            sentence = say("data.begins-in-each-step", maker=maker.block, taker=node.block)
            hint = say("hint.once")
            problems.append(warning("data-restarts", sentence, maker.block, related=(node.block,), hint=hint))
        if taking and earlier:
            sentence = say(
                "data.not-undone", taker=taking[0].block, session=draft.block, others=tuple(earlier)
            )
            problems.append(warning("not-undone", sentence, taking[0].block, related=tuple(earlier)))
        earlier += [n.block for n in ours if _changes(n) and n.name not in writers and n.block not in earlier]
    return problems if steps == 1 else [*problems, *_begun_before(graph, drafts)]


def _begun_before(graph: StepGraph, drafts: Sequence[Draft]) -> Iterable[Problem]:
    """Warn of sessions that begin in every step the iterator of which a later one takes a single element.

    Who takes several in a step, or begins the iterator in several places, may mean it so.
    """
    sessions = [draft for draft in drafts if not draft.once]
    if len(sessions) < 2 or BEGINNING_DATA.isdisjoint(graph.ops) or not FRAMES.isdisjoint(graph.ops):
        return
    makers = [node for node in graph.nodes.values() if node.op in BEGINNING_DATA]
    users: dict[str, list[PlanNode]] = {maker.inputs[1]: [] for maker in makers}
    for node in graph.nodes.values():
        for handle in users.keys() & node.inputs:
            users[handle].append(node)
    for maker in makers:
        ours = users[maker.inputs[1]]
        runs = [(i, node) for i, one in enumerate(sessions) for node in ours if node.block in one.upstream]
        if len(runs) != 2:
            continue
        (begins, first), (takes, taker) = runs
        if begins == takes or first is not maker or taker.op not in TAKING_DATA:
            continue
        draft = sessions[begins]
        sentence = say("data.begun-in-each-step", session=draft.block, maker=maker.block, taker=taker.block)
        fixes = run_once(draft, maker.name)
        hint = say("hint.session-once", session=draft.block) if fixes else say("hint.once")
        related = (maker.block, taker.block)
        yield warning("data-restarts", sentence, draft.block, "once", related=related, hint=hint, fixes=fixes)


def _op(graph: StepGraph, name: str) -> str:
    node = graph.nodes.get(node_of(name))
    return "" if node is None else node.op
