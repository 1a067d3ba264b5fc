"""Refuses before anything runs what cannot fit into memory, by the static shapes that TensorFlow has found."""

from __future__ import annotations

import math
from collections.abc import Iterator

import tensorflow as tf

from app.document.model.problems import Problem, error
from app.document.model.sentence import say
from app.document.model.topology import reachable
from app.engine.compiler.plan import Fetch, Plan, PlanNode
from app.engine.compiler.plan_walk import node_of
from app.engine.tf.error_messages import too_large_problem
from app.engine.worker.session import Room
from blocks.op_facts.traits import SWITCHES
from blocks.requirement import Actual

_STRING = 24  # bytes of a text, as long as it is short
_GIGA = 1e9


def too_large(plan: Plan, graph: tf.Graph, room: Room) -> list[Problem]:
    """Return a problem for each block whose outputs take more than ``room``; else one if all that is shown does."""
    maybe_dead = _behind_switches(plan)
    large: list[Problem] = []
    for node in plan.nodes:
        if node.name not in maybe_dead:
            large += _op_problem(plan, graph, node, room.op)
    return large or _shown_problem(plan, graph, room.shown)


def _op_problem(plan: Plan, graph: tf.Graph, node: PlanNode, room: int) -> Iterator[Problem]:
    tensors = graph.get_operation_by_name(node.name).outputs
    sizes = [_bytes(tensor) for tensor in tensors]
    if sum(sizes) > room:
        size = max(sizes)
        tensor = tensors[sizes.index(size)]
        yield too_large_problem(plan, node, tensor.dtype.base_dtype.name, tensor.shape.as_list(), size)


def _bytes(tensor: tf.Tensor) -> int:
    """Return what a tensor takes; 0 where its shape is not known, or one that nothing can have."""
    try:
        shape = tensor.shape
    except ValueError:
        return 0
    if not shape.is_fully_defined():
        return 0
    dtype = tensor.dtype.base_dtype
    return math.prod(shape) * (_STRING if dtype == tf.string else dtype.size)


def _behind_switches(plan: Plan) -> set[str]:
    """Return the nodes that may not run in a step."""
    switches = [n.name for n in plan.nodes if n.op in SWITCHES]
    if not switches:
        return set()
    users: dict[str, list[str]] = {}
    for node in plan.nodes:
        for ref in node.inputs:
            users.setdefault(node_of(ref), []).append(node.name)
    return reachable(switches, lambda name: users.get(name, ()))


def _shown_problem(plan: Plan, graph: tf.Graph, room: int) -> list[Problem]:
    """Return the problem of what a step shows: the largest output is to blame."""
    fetches = [f for s in plan.sessions for f in s.fetches if not f.handle and not f.dead]
    sizes = {f.key: _fetch_bytes(graph, f) for f in fetches if f.key not in plan.unshown}
    whole = sum(sizes.values())
    if whole <= room:
        return []
    key = max(sizes, key=lambda k: sizes[k])
    fetch = next(f for f in fetches if f.key == key)
    tensor = max((graph.get_tensor_by_name(ref) for ref in fetch.refs), key=_bytes)
    block, _, pin = key.partition(".")
    actual = Actual(dtype=tensor.dtype.base_dtype.name, shape=tuple(tensor.shape.as_list()))
    sentence = say(
        "memory.shown",
        key=key,
        actual=actual,
        size=sizes[key] / _GIGA,
        whole=whole / _GIGA,
        room=room / _GIGA,
    )
    return [error("out-of-memory", sentence, block, pin, actual=actual, hint=say("hint.fetch-small"))]


def _fetch_bytes(graph: tf.Graph, fetch: Fetch) -> int:
    return sum(_bytes(graph.get_tensor_by_name(ref)) for ref in fetch.refs)
