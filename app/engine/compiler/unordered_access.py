"""Warns where two ops on one queue, reader, barrier or accumulator run in no fixed order within a step."""

from __future__ import annotations

from collections.abc import Sequence

from app.document.model.problems import Problem, warning
from app.document.model.sentence import say
from app.engine.compiler.lowering import Lowering
from app.engine.compiler.plan_walk import owner_of, sources_of, upstream_nodes
from app.engine.compiler.step_graph import StepGraph
from blocks.op_facts.fillers import WAITS_FOR
from blocks.op_facts.traits import LOOKING_AT_HANDLE

_CLOSING = frozenset().union(*(waits.closers for waits in WAITS_FOR.values()))
_FILLING = frozenset().union(*(waits.fillers for waits in WAITS_FOR.values()))
_RESOURCE = ("DT_RESOURCE",)
_SHARED = {_RESOURCE, ("DT_STRING",)}  # what handles are: those of texts are references
_ADDING = frozenset().union(*(w.fillers for w in WAITS_FOR.values() if w.store == "accumulator"))


def unordered_warnings(graph: StepGraph, low: Lowering, sessions: Sequence[set[str]]) -> list[Problem]:
    """Return one warning per shared handle of the used blocks whose ops TensorFlow may run in either order.

    ``sessions`` are the blocks upstream of each session; sessions run one after another, so only ops that
    one of them runs together can meet.
    """
    if _SHARED.isdisjoint({endpoint.dtypes for endpoint in low.outs.values()}):
        return []
    used = set().union(*sessions)
    users: dict[str, list[str]] = {}
    for (block, _), endpoint in low.outs.items():
        if endpoint.dtypes not in _SHARED or (endpoint.dtypes != _RESOURCE and not endpoint.is_ref):
            continue
        maker = low.nodes.get(endpoint.refs[0].partition(":")[0]) if block in used else None
        if maker is not None and maker.op not in ("VariableV2", "VarHandleOp"):
            users[endpoint.refs[0]] = []  # of an Argument of a use, what gives it
    if not users:
        return []
    for node in graph.nodes.values():
        is_counted = node.op not in LOOKING_AT_HANDLE or node.op in _CLOSING
        if is_counted and node.block in used and node.inputs and node.inputs[0] in users:
            users[node.inputs[0]].append(node.name)
    found = []
    for handle, names in users.items():
        pair = next(filter(None, (_unordered_pair(graph, _within(graph, names, s)) for s in sessions)), None)
        if pair is not None:
            block = owner_of(graph, handle)
            sentence = say("step.unordered", one=pair[0], other=pair[1], block=block)
            hint = say("hint.order-them")
            found.append(warning("unordered", sentence, block, related=pair, hint=hint))
    return found


def _within(graph: StepGraph, names: list[str], session: set[str]) -> list[str]:
    return [name for name in names if graph.nodes[name].block in session]


def _unordered_pair(graph: StepGraph, names: list[str]) -> tuple[str, str] | None:
    if len(names) == 2 and all(graph.nodes[name].op in _ADDING for name in names):
        return None  # a + b is b + a to the bit; of three the rounding would depend on the order
    needs = {name: upstream_nodes(graph, sources_of(graph, name)) for name in names}
    for i, one in enumerate(names):
        for other in names[i + 1 :]:
            if one not in needs[other] and other not in needs[one] and _matters(graph, one, other):
                return one, other
    return None


def _matters(graph: StepGraph, one: str, other: str) -> bool:
    """Return whether the order of two ops is seen: what a closing meets is only who puts something in."""
    ops = graph.nodes[one].op, graph.nodes[other].op
    closing = [op for op in ops if op in _CLOSING]
    return not closing or (len(closing) == 1 and any(op in _FILLING for op in ops))
