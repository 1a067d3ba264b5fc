"""What a block waits for that holds up a step: something in a queue, stage, barrier or accumulator, or room there."""

from __future__ import annotations

from typing import NamedTuple

from app.document.model.sentence import Sentence, say
from app.engine.compiler.plan import Plan, PlanNode
from app.engine.compiler.plan_walk import node_of
from app.engine.diagnostics.origins import arguments
from blocks.op_facts.fillers import KEYED_TAKERS, WAITS_FOR

_INTO_STAGES = frozenset().union(*(w.fillers for w in WAITS_FOR.values() if w.store == "stage"))


class Awaited(NamedTuple):
    """``block`` as sentences name it, with what it waits for; ``room``: what it puts in does not fit.

    ``store`` is what it takes from or puts into, ``pin`` the one of the block that says which.
    ``keyed``: only what lies under its key will do.
    """

    block: Sentence | str
    room: bool = False
    store: Sentence | None = None
    pin: str | None = None
    keyed: bool = False


def awaited(plan: Plan, block: str) -> Awaited:
    """Return what a block waits for; its name alone where that is not known."""
    node = next((n for n in plan.nodes if n.name == block), None)
    if node is None:
        return Awaited(block)
    waits = WAITS_FOR.get(node.op)
    if waits is not None:
        if waits.handle is None:
            return _from_stage(plan, node)
        named = _store(plan, waits.store, node.inputs[waits.handle])
        return Awaited(
            say("wait.for-content", block=block, store=named), False, named, _pin(plan, node, waits.handle)
        )
    if node.op in _INTO_STAGES:
        named = _stage(node)
        return Awaited(say("wait.for-room", block=block, store=named), True, named, "attrs")
    if node.op.startswith("QueueEnqueue"):
        named = _store(plan, "queue", node.inputs[0])
        return Awaited(say("wait.for-room", block=block, store=named), True, named, _pin(plan, node, 0))
    return Awaited(block)


def _from_stage(plan: Plan, node: PlanNode) -> Awaited:
    """Return what an op waits for that takes out of a stage: anything, or what lies under its key."""
    named = _stage(node)
    if node.op in KEYED_TAKERS:
        return Awaited(
            say("wait.for-key", block=node.block, store=named), False, named, _pin(plan, node, 0), True
        )
    return Awaited(say("wait.for-content", block=node.block, store=named), False, named, "attrs")


def _pin(plan: Plan, node: PlanNode, handle: int | None) -> str:
    known = arguments(plan, node)
    return "attrs" if handle is None or handle >= len(known) else known[handle].pin


def _store(plan: Plan, kind: str, handle: str) -> Sentence:
    maker = next((n for n in plan.nodes if n.name == node_of(handle)), None)
    owner, most = (maker.block, maker.attrs.get("capacity")) if maker is not None else (node_of(handle), None)
    room = say("wait.capacity", most=most) if isinstance(most, int) and most > 0 else None
    return say("wait.store", store=Sentence(f"store.{kind}"), name=owner, room=room)


def _stage(node: PlanNode) -> Sentence:
    name = str(node.attrs.get("shared_name") or "")
    return say("stage.shared", name=name) if name else say("stage.own", name=node.name)
