"""Warns where gradients say the same step in every step: an accumulator drops those of steps that are over."""

from __future__ import annotations

from app.document.model.problems import Problem, warning
from app.document.model.sentence import say
from app.engine.compiler.constants import values_of
from app.engine.compiler.lowering import Lowering
from app.engine.compiler.plan import PlanNode
from app.engine.compiler.plan_walk import node_of, upstream_nodes
from app.engine.compiler.step_graph import StepGraph
from app.engine.compiler.unfilled import store_of
from blocks.catalog import load
from blocks.op_facts.fillers import WAITS_FOR

_APPLIES = frozenset().union(*(w.fillers for w in WAITS_FOR.values() if w.store == "accumulator"))
_TAKES = frozenset(op for op, waits in WAITS_FOR.items() if waits.store == "accumulator")
_SETS_STEP = frozenset({"AccumulatorSetGlobalStep", "ResourceAccumulatorSetGlobalStep"})
_LOCAL_STEP = 1  # the input of the ops that bring a gradient


def late_gradient_warnings(graph: StepGraph, low: Lowering, used: set[str]) -> list[Problem]:
    """Return one warning for each block that brings its gradients for a fixed step into an accumulator that goes on.

    An accumulator counts the gradients that were taken out of it, and drops a gradient of a step below that count
    without a word. A page that sets the count itself is not warned of.
    """
    ours = [n for n in graph.nodes.values() if n.block in used]
    takes = {store_of(graph, n, 0): n for n in reversed(ours) if n.op in _TAKES}
    takes.pop(None, None)
    if not takes:
        return []
    set_by_page = {store_of(graph, n, 0) for n in ours if n.op in _SETS_STEP}
    found = []
    for node in [n for n in ours if n.op in _APPLIES and len(n.inputs) > _LOCAL_STEP]:
        take = takes.get(store_of(graph, node, 0))
        if take is None or not {None, store_of(graph, node, 0)}.isdisjoint(set_by_page):
            continue
        warned = _warning(graph, low, node, take)
        found += [warned] if warned is not None else []
    return found


def _warning(graph: StepGraph, low: Lowering, node: PlanNode, take: PlanNode) -> Problem | None:
    """Return the warning of a gradient whose step never changes, where the page's run goes far enough to meet it."""
    source = graph.nodes.get(node_of(node.inputs[_LOCAL_STEP]))
    if source is None or not _is_same_in_each_step(graph, source):
        return None
    steps, maker = low.page.run.steps, graph.nodes[node_of(node.inputs[0])].block
    hint = say("hint.count-the-steps")
    needs, related = say("needs.step-counter"), (take.block,)
    if source.value is None or source.value.shape != () or source.value.array is not None:
        first = 2  # the least that a counter of steps begins with is 0
        sentence = say("gradient.fixed-step", block=node.block, store=maker, take=take.block)
    else:
        (step,) = values_of(source.value)
        assert isinstance(step, int), "the pin takes int64 alone"
        first = max(step + 2, 1)  # the first step of the run is the accumulator's step 0
        sentence = say(
            "gradient.late", block=node.block, step=step, first=first, store=maker, take=take.block
        )
    if steps is not None and steps < first:
        return None
    return warning("stuck", sentence, node.block, "local_step", related=related, requirement=needs, hint=hint)


def _is_same_in_each_step(graph: StepGraph, source: PlanNode) -> bool:
    """Return whether nothing that a tensor is computed from changes between steps."""
    upstream = upstream_nodes(graph, [source.name])
    nodes = [graph.nodes.get(name) for name in upstream]
    return all(n is not None and _is_fixed(n) for n in nodes)


def _is_fixed(node: PlanNode) -> bool:
    op = load().op(node.op)
    return op is not None and not op.stateful and not node.op.startswith("Placeholder")
