"""Compares the places of a stage's elements that blocks put in and take out with those that the elements have."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from app.document.model.problems import Problem, error
from app.document.model.sentence import say
from app.engine.compiler.constants import values_of
from app.engine.compiler.plan import PlanNode
from app.engine.compiler.plan_walk import node_of
from app.engine.compiler.step_graph import StepGraph
from app.engine.compiler.unfilled import own_store
from app.engine.compiler.value_guards import positions
from blocks.catalog import load
from blocks.op_facts.fillers import MAP_STAGES, WAITS_FOR
from blocks.requirement import Actual, InRange, Requirement

TAKING = frozenset(op for op, waits in WAITS_FOR.items() if waits.fillers <= MAP_STAGES)
PLACED = MAP_STAGES | TAKING  # the ops that are looked at


def stage_faults(graph: StepGraph, used: Collection[str]) -> Iterable[Problem]:
    """Report typed places that no element of the stage has; of some of them the kernels end the process."""
    nodes = [n for n in graph.nodes.values() if n.op in PLACED and n.block in used]
    for node in nodes:
        stages = _fillers(nodes, node) if node.op in TAKING else [node]
        count = _components(stages)
        wrong = _beyond(_places(graph, node), count)
        if count and wrong is not None:
            needs, actual = Requirement(values=InRange(0, count - 1)), Actual(value=str(wrong))
            sentence = say("input.requires-gets", input="indices", needs=needs, actual=actual)
            related = tuple(f"{n.block}.dtypes" for n in stages if n is not node)
            yield error(
                "build-failed", sentence, node.block, "indices", related, requirement=needs, actual=actual
            )


def components_of(nodes: Iterable[PlanNode], node: PlanNode) -> int:
    """Return how many components the elements have that a node takes out of a stage; 0 where nothing fills it."""
    return _components(_fillers(nodes, node))


def _fillers(nodes: Iterable[PlanNode], node: PlanNode) -> list[PlanNode]:
    """Return the nodes that fill the stage which a node takes out of."""
    fillers, store = WAITS_FOR[node.op].fillers, own_store(node)
    return [n for n in nodes if n.op in fillers and own_store(n) == store]


def _components(stages: Iterable[PlanNode]) -> int:
    return max((len(n.attrs.get("dtypes") or ()) for n in stages), default=0)


def _places(graph: StepGraph, node: PlanNode) -> Sequence[object]:
    """Return the places that are typed at a node's indices; none where they are computed."""
    op = load().op(node.op)
    at = [p for arg, p in positions(op, node) if arg.name == "indices"] if op is not None else []
    source = graph.nodes.get(node_of(node.inputs[at[0]])) if at and len(node.inputs) > at[0] else None
    return list(values_of(source.value)) if source is not None and source.value is not None else []


def _beyond(places: Sequence[object], count: int) -> int | None:
    return next((p for p in places if isinstance(p, int) and not 0 <= p < count), None)
