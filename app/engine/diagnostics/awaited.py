"""What a block waits for that holds up a step: something in a queue, stage, barrier or accumulator, or room there."""

from __future__ import annotations

from typing import NamedTuple

from app.document.model.sentence import Sentence, say
from app.engine.compiler.plan import Plan, PlanNode
from app.engine.compiler.plan_walk import node_of
from blocks.op_facts.fillers import WAITS_FOR

_INTO_STAGES = frozenset().union(*(w.fillers for w in WAITS_FOR.values() if w.store == "stage"))


class Awaited(NamedTuple):
    """``block`` as sentences name it, with what it waits for; ``room``: what it puts in does not fit."""

    block: Sentence | str
    room: bool = False


def awaited(plan: Plan, block: str) -> Awaited:
    """Return what a block waits for; its name alone where that is not known."""
    node = next((n for n in plan.nodes if n.name == block), None)
    if node is None:
        return Awaited(block)
    waits = WAITS_FOR.get(node.op)
    if waits is not None:
        named = _stage(node) if waits.handle is None else _store(plan, waits.store, node.inputs[waits.handle])
        return Awaited(say("wait.for-content", block=block, store=named))
    if node.op in _INTO_STAGES:
        return Awaited(say("wait.for-room", block=block, store=_stage(node)), room=True)
    if node.op.startswith("QueueEnqueue"):
        named = _store(plan, "queue", node.inputs[0])
        return Awaited(say("wait.for-room", block=block, store=named), room=True)
    return Awaited(block)


def _store(plan: Plan, kind: str, handle: str) -> Sentence:
    owner = next((n.block for n in plan.nodes if n.name == node_of(handle)), node_of(handle))
    return say("wait.store", store=Sentence(f"store.{kind}"), name=owner)


def _stage(node: PlanNode) -> Sentence:
    name = str(node.attrs.get("shared_name") or "")
    return say("stage.shared", name=name) if name else say("stage.own", name=node.name)
