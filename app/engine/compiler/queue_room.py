"""Finds blocks that take more elements at once from a queue than it can ever have for them in a step."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from app.document.model.problems import Problem, error
from app.document.model.sentence import say
from app.engine.compiler.constants import values_of
from app.engine.compiler.plan import PlanNode
from app.engine.compiler.plan_walk import node_of, owner_of, sources_of
from app.engine.compiler.sessions import Draft
from app.engine.compiler.step_graph import StepGraph
from blocks.op_facts.fillers import WAITS_FOR
from blocks.op_facts.traits import FRAMES, LOOKING_AT_HANDLE, PLAIN_QUEUES, QUEUES
from blocks.requirement import Actual, InRange, Requirement

TAKING_MANY = frozenset({"QueueDequeueMany", "QueueDequeueManyV2"})
_HANDLE, _COUNT = 0, 1  # their inputs
_TAKING = frozenset(op for op, waits in WAITS_FOR.items() if waits.store == "queue")
_PUTTING_ONE = frozenset({"QueueEnqueue", "QueueEnqueueV2"})


def room_faults(graph: StepGraph, drafts: Sequence[Draft]) -> Iterable[Problem]:
    """Report takers of many whose typed count is never reached, whatever earlier steps left in the queue.

    A PriorityQueue gives its elements at once, so that no more can be taken than it holds. The others give what they
    have and let more in meanwhile: there counts what blocks put in within the same step, too. Behind a Switch a block
    may be left out, and nothing is said of it.
    """
    takers = [] if graph.switches else [n for n in graph.nodes.values() if n.op in TAKING_MANY]
    for node in takers:
        queue = graph.nodes.get(node_of(node.inputs[_HANDLE]))
        capacity = queue.attrs.get("capacity") if queue is not None and queue.op in QUEUES else None
        if queue is None or not isinstance(capacity, int) or capacity < 0:
            continue
        for draft in drafts:
            count = _count(graph, node, draft) if node.block in draft.upstream else None
            most = _most(graph, queue, capacity, draft) if count is not None else None
            if count is not None and most is not None and count > most:
                yield _fault(node, queue, count, most)
                break


def _count(graph: StepGraph, node: PlanNode, draft: Draft) -> int | None:
    """Return the typed number of elements that a node takes; None where it is computed or fed."""
    source = graph.nodes.get(node_of(node.inputs[_COUNT]))
    if source is None or source.value is None or source.value.shape != ():
        return None
    if source.name in {owner_of(graph, ref) for ref, _ in draft.feeds}:
        return None
    (count,) = values_of(source.value)
    return count if isinstance(count, int) else None


def _most(graph: StepGraph, queue: PlanNode, capacity: int, draft: Draft) -> int | None:
    """Return how many elements a queue can give in a step of a session; None where that is open."""
    if queue.op not in PLAIN_QUEUES:
        return capacity
    if queue.attrs.get("shared_name") or not FRAMES.isdisjoint(graph.ops):
        return None
    users = [n for n in graph.nodes.values() if queue.name in sources_of(graph, n.name)]
    users = [n for n in users if n.block in draft.upstream and n.op not in LOOKING_AT_HANDLE]
    filling = [n for n in users if n.op not in _TAKING]
    return capacity + len(filling) if all(n.op in _PUTTING_ONE for n in filling) else None


def _fault(node: PlanNode, queue: PlanNode, count: int, most: int) -> Problem:
    capacity = queue.attrs["capacity"]
    sentence = say(
        "queue.never-so-many", block=node.block, count=count, queue=queue.block, capacity=capacity, most=most
    )
    return error(
        "stuck",
        sentence,
        node.block,
        "n",
        (f"{queue.block}.attrs",),
        requirement=Requirement(values=InRange(0, most)),
        actual=Actual(value=str(count)),
        hint=say("hint.more-room", queue=queue.block),
    )
