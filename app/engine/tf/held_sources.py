"""Holds what iterators, queues and random ops last gave, so that what a failed op got of them can be had once more."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import tensorflow as tf

from app.engine.compiler.plan import Plan
from app.engine.tf.failed_inputs import changes
from app.engine.tf.op_walk import HOLDING
from app.engine.values.results import as_array
from blocks.catalog import load
from blocks.op_facts.traits import MERGES

_MOST = 2000  # ops that are looked at


class HeldSources:
    """Holds on to the tensors of a step that no second run gives again; they are not copied.

    What takes such a tensor waits until it is held.
    """

    def __init__(self, graph: tf.Graph, plan: Plan, *, can_hold: bool = True) -> None:
        """Add what holds them to a graph that no session has run; nothing where it must not be added to."""
        self._reads: dict[str, str] = {}  # by tensor, the one that gives what is held
        tensors = list(_sources(graph, plan)) if can_hold else []
        with graph.as_default(), tf.name_scope(HOLDING):
            for tensor in tensors:
                self._hold(tensor)

    def _hold(self, tensor: tf.Tensor) -> None:
        users = tensor.consumers()
        with tensor.graph.colocate_with(tensor.op):  # so that nothing is copied
            handle = tf.raw_ops.VarHandleOp(
                dtype=tensor.dtype, shape=tf.TensorShape(None), shared_name=HOLDING + tensor.name
            )
            held = tf.raw_ops.AssignVariableOp(resource=handle, value=tensor)
            self._reads[tensor.name] = tf.raw_ops.ReadVariableOp(resource=handle, dtype=tensor.dtype).name
        for user in users:
            user._add_control_input(held)

    def values(self, session: tf.compat.v1.Session) -> dict[str, np.ndarray[Any, Any]]:
        """Return what is held, by tensor."""
        found = {}
        for tensor, read in self._reads.items():
            try:
                found[tensor] = as_array(session.run(read))
            except tf.errors.OpError:
                continue  # nothing was given yet
        return found


def _sources(graph: tf.Graph, plan: Plan) -> Iterator[tf.Tensor]:
    """Yield the tensors that ops take of those which give others each time, outside of loops."""
    facts = {name: load().op(name) for name in {node.op for node in plan.nodes}}
    stateful = {name for name, op in facts.items() if op is None or op.stateful}
    looped = set(plan.looped)
    for node in plan.nodes:
        if node.op in stateful and node.name not in looped:
            op = graph.get_operation_by_name(node.name)
            if changes(op):
                yield from (tensor for tensor in op.outputs if _is_held(tensor))


def _is_held(tensor: tf.Tensor) -> bool:
    """Return whether a tensor is held: it is no handle, and shapes depend on it that nobody knows before the step.

    A Merge cannot wait: it would get nothing of a branch that is not taken. What it passes on might fail before the
    tensor of that step is held, so none that it takes is.
    """
    if tensor.dtype._is_ref_dtype or tensor.dtype in (tf.resource, tf.variant) or not tensor.consumers():
        return False
    if any(user.type in MERGES for user in tensor.consumers()):
        return False
    return not tensor.shape.is_fully_defined() or _opens_shapes(tensor)


def _opens_shapes(tensor: tf.Tensor) -> bool:
    """Return whether anything that is computed of a tensor has an open shape; on large pages that is assumed."""
    seen = {op.name for op in tensor.consumers()}
    todo = list(tensor.consumers())
    while todo:
        if len(seen) > _MOST:
            return True
        op = todo.pop()
        for output in op.outputs:
            if not output.shape.is_fully_defined():
                return True
            new = [user for user in output.consumers() if user.name not in seen]
            seen.update(user.name for user in new)
            todo += new
    return False
