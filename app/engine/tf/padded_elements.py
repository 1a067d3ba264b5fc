"""Finds the element of a dataset that is larger than the shape which a PaddedBatchDataset pads to."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

import tensorflow as tf
from msgspec.structs import replace

from app.document.model.problems import Problem
from app.document.model.sentence import say
from app.engine.compiler.plan import Plan, PlanNode
from app.engine.diagnostics.failed_op import Given
from app.engine.tf.op_walk import ops_needed
from app.engine.tf.run_context import RunContext
from blocks.catalog import load
from blocks.dtypes import DTYPES
from blocks.op_facts.datasets import PADDING
from blocks.tensor_spec import Shape

_SECONDS = 1.0  # a fault is said in time, with the size or without it
_SCOPE = "padded/elements"


def with_size_of_element(
    context: RunContext, node: PlanNode, given: Sequence[Given], message: str, problem: Problem
) -> Problem:
    """Return the problem of an element that is too large for its padded shape, with the shape of this element."""
    if node.op not in PADDING or "pad to a smaller size" not in message or context.cluster is not None:
        return problem
    padded = [g.value.tolist() for g in given if g.argument.name == "padded_shapes" and g.value is not None]
    found = _first_beyond(context, node, padded)
    if found is None or problem.actual is None:
        return problem
    row, component, shape = found
    needs = say("needs.sizes-of-element", row=row, shape=shape)
    name = f"{problem.pin}[{component}]" if len(padded) > 1 else str(problem.pin)
    sentence = say("input.requires-gets", input=name, needs=needs, actual=problem.actual)
    return replace(problem, sentence=sentence, requirement=needs)


def _first_beyond(
    context: RunContext, node: PlanNode, padded: Sequence[Sequence[int]]
) -> tuple[int, int, Shape] | None:
    """Return which element, which component of it and the shape that has no room; None where none is found."""
    operation = context.graph.get_operation_by_name(node.name)
    types = [tf.as_dtype(DTYPES[str(name)].number) for name in node.attrs.get("Toutput_types") or ()]
    feeds = _feeds(context, operation)
    if feeds is None or not types or len(types) != len(padded) or not _may_be_had_again(context.plan):
        return None
    with context.graph.as_default(), tf.device("/cpu:0"), tf.name_scope(_SCOPE):
        spec: dict[str, Any] = {"output_types": types, "output_shapes": [tf.TensorShape(None)] * len(types)}
        iterator = tf.raw_ops.Iterator(shared_name="", container="", **spec)
        start = tf.raw_ops.MakeIterator(dataset=operation.inputs[0], iterator=iterator)
        shapes = [tf.shape(part) for part in tf.raw_ops.IteratorGetNext(iterator=iterator, **spec)]
    until, row = time.monotonic() + _SECONDS, 0
    limit = tf.compat.v1.RunOptions(timeout_in_ms=int(1000 * _SECONDS))  # an element may wait for something
    try:
        context.session.run(start, feeds, options=limit)
        while time.monotonic() < until:
            found = context.session.run(shapes, options=limit)
            for component, (shape, sizes) in enumerate(zip(found, padded, strict=True)):
                if any(size > most >= 0 for size, most in zip(shape, sizes, strict=False)):
                    return row, component, tuple(int(size) for size in shape)
            row += 1
    except (tf.errors.OpError, ValueError, TypeError):
        return None  # it cannot be had once more, or gives no such element then
    return None


def _may_be_had_again(plan: Plan) -> bool:
    """Return whether the pages that make elements only compute: they give the same ones, and change nothing."""
    ops = {node.op for function in plan.functions for node in function.nodes}
    facts = [load().op(op) for op in ops]
    return not plan.python_calls and not any(op is None or op.stateful for op in facts)


def _feeds(context: RunContext, operation: tf.Operation) -> Mapping[str, Any] | None:
    """Return what the session feeds that reaches the op; None where none does."""
    for session in context.plan.sessions:
        roots = [*session.targets, *(r.split(":", 1)[0] for f in session.fetches for r in f.refs)]
        if operation.name in ops_needed(context.graph, roots):
            return context.feeds(session, [gate for gate, _ in session.shown_gates])
    return None
