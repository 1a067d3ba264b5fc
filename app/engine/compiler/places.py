"""Where the ops of a plan read and write: what its texts say of it, and which names are known only in the run."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from app.engine.compiler.plan import Constant, Plan, PlanNode
from app.engine.compiler.round_tokens import TOKENS
from app.engine.compiler.value_guards import positions
from blocks.catalog import load
from blocks.op_facts.passed_strings import ENQUEUES
from blocks.op_facts.side_effects import Effect, OpEffects, Place, effects_of
from blocks.symbol import Op

_READ_BY_QUEUE = Place(
    "components", "path", Effect.READS_FILES
)  # a reader takes its files' names from a queue
_QUEUES = ("Queue", "QueueV2")
_PASSING = frozenset({"Identity", "RefIdentity"})

# What a session feeds for a tensor, in the place of what its node gives.
Feeds = Mapping[str, Sequence[Constant]]


class Said(NamedTuple):
    """A place of a node, and its texts; None: they are known only in the run. ``position``: of the input, no attr.

    ``is_text``: it is a string, which a check can judge in the run.
    """

    place: Place
    position: int | None
    texts: tuple[str, ...] | None
    is_text: bool = True


def feeds_of(plan: Plan) -> Feeds:
    """Return what the sessions of a plan feed, by tensor."""
    feeds: dict[str, list[Constant]] = {}
    for ref, constant in (feed for session in plan.sessions for feed in session.feeds):
        feeds.setdefault(ref, []).append(constant)
    return feeds


def effects(node: PlanNode) -> OpEffects:
    """Return what a node may do; of ops that the catalog does not have, anything."""
    if node.attrs.get("token") in TOKENS:
        return _effects_of("NoOp")  # it calls the program itself
    return _effects_of(node.op)


@cache
def _effects_of(name: str) -> OpEffects:
    op = load().op(name)
    return effects_of(Op(name=name, stateful=True) if op is None else op)


def touching(nodes: Iterable[PlanNode]) -> list[PlanNode]:
    """Return the nodes that touch anything, or that may name something to one that does: of most pages few, or none."""
    found = [node for node in nodes if node.op in ENQUEUES or effects(node).effect]
    return found if any(node.op not in ENQUEUES for node in found) else []


def said_by(
    node: PlanNode, nodes: Mapping[str, PlanNode], feeds: Feeds, queues: frozenset[str]
) -> list[Said]:
    """Return each place of a node. ``queues`` as ``queues_of_names`` gives them."""
    places = effects(node).places
    if node.op in ENQUEUES and queues and ("" in queues or _queue(node, nodes) in {*queues, ""}):
        places = (_READ_BY_QUEUE,)
    op = load().op(node.op) if places else None
    if op is None:
        return []
    found = [
        Said(place, None, _texts_of(node.attrs[place.argument]))
        for place in places
        if place.argument in node.attrs
    ]
    for arg, position in positions(op, node):
        place = next((p for p in places if p.argument == arg.name), None)
        if place is None or place.kind == "queue":
            continue
        if arg.dtype or _is_string(node, position, arg.type_list_attr):
            is_text = arg.dtype in (None, "DT_STRING")
            is_graph = place.kind == "opaque" and place.argument != "query"  # it takes TensorFlow to read it
            texts = None if is_graph else _texts_at(node.inputs[position], nodes, feeds)
            found.append(Said(place, position, texts, is_text))
    return found


def queues_of_names(nodes: Mapping[str, PlanNode]) -> frozenset[str]:
    """Return the nodes of the queues of which readers take names; "" among them: any queue may be one.

    So it is where a queue is not to be seen: a handle may be a text, and a name that queues share may be any.
    """
    readers = [n for n in nodes.values() if any(p.kind == "queue" for p in effects(n).places)]
    if not readers:
        return frozenset()
    found = {_queue(reader, nodes, at=1) for reader in readers}
    shared = any(n.attrs.get("shared_name") for n in nodes.values() if n.op.endswith(_QUEUES))
    return frozenset({*found, ""} if shared else found)


def _queue(node: PlanNode, nodes: Mapping[str, PlanNode], at: int = 0) -> str:
    """Return the node that makes the queue at an input; "" where that is not to be seen."""
    name = _name(node.inputs[at]) if len(node.inputs) > at else ""
    while name in nodes and nodes[name].op in _PASSING:
        name = _name(nodes[name].inputs[0])
    return name if name in nodes and nodes[name].op.endswith(_QUEUES) else ""


def _name(ref: str) -> str:
    return ref.lstrip("^").split(":", 1)[0]


def _is_string(node: PlanNode, position: int, type_list: str | None) -> bool:
    """Return whether an input whose type an attr says holds strings; True where that is not known."""
    types = node.attrs.get(type_list or "")
    return types is None or "DT_STRING" in types


def _texts_at(ref: str, nodes: Mapping[str, PlanNode], feeds: Feeds) -> tuple[str, ...] | None:
    """Return the strings that a tensor may hold; None where they are computed or lie in a file."""
    source = nodes.get(_name(ref))
    own = source.value if source is not None and source.op == "Const" else None
    constants = [own, *feeds.get(ref, ())]
    texts: list[str] = []
    for constant in constants:
        if constant is None or constant.array is not None:
            return None
        texts += [text.decode("utf-8", "surrogateescape") for text in constant.strings]
    return tuple(texts)


def _texts_of(value: object) -> tuple[str, ...]:
    many = value if isinstance(value, (list, tuple)) else (value,)
    plain = [v for v in many if isinstance(v, str)]
    coded = [base64.b64decode(v["bytes"]) for v in many if isinstance(v, dict)]  # what is not UTF-8
    return (*plain, *(text.decode("utf-8", "surrogateescape") for text in coded))
