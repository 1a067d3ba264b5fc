"""Leaves what each step shows inside TensorFlow, so that only steps whose results are asked for are fetched."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import tensorflow as tf

from app.engine.compiler.plan import Plan, PlanSession
from app.engine.tf.packed_fetch import Packing

_NAME = ".stage"  # no block's id begins with a dot


class Stage:
    """A staging area that a step fills with tensors, in place of those of the step before: ``put`` is its target.

    That copies nothing and costs a few microseconds, where fetching costs more than the whole step of a small
    page. What is left there may share the memory of Variables, which the next step writes.
    """

    def __init__(
        self, graph: tf.Graph, packing: Packing, after: Sequence[str] = (), container: str = ""
    ) -> None:
        """Add the area to the graph; ``packing`` has what it is filled with, once the ops ``after`` have run."""
        self.packing = packing
        tensors = [graph.get_tensor_by_name(ref) for ref in packing.tensors]
        dtypes = [tensor.dtype.base_dtype for tensor in tensors]
        area = {"shared_name": _NAME, "container": container}
        with graph.as_default(), tf.device("/cpu:0"), tf.name_scope(""):
            with tf.control_dependencies([graph.get_operation_by_name(name) for name in after]):
                clear = tf.raw_ops.StageClear(dtypes=dtypes, **area, name=f"{_NAME}/clear")
            with tf.control_dependencies([clear]):
                put = tf.raw_ops.Stage(values=tensors, **area, name=f"{_NAME}/put")
            first = tf.constant(0, name=f"{_NAME}/first")
            left = tf.raw_ops.StagePeek(index=first, dtypes=dtypes, **area, name=f"{_NAME}/left")
        self.put: str = put.name
        self.left: list[str] = [tensor.name for tensor in left]


def can_stage(plan: Plan) -> bool:
    """Return whether each step of a page shows the same tensors, and nothing changes them before its end."""
    sessions = [session for session in plan.sessions if not session.once]
    if len(sessions) != 1:
        return False  # a later session may write what an earlier one shows
    return not any((f.dead and not f.handle) or f.unset for f in sessions[0].fetches)


def staged_refs(session: PlanSession, fed: Any) -> list[str]:
    """Return the tensors that a page's only session shows, each once, without those that are ``fed``."""
    shown = (f for f in session.fetches if not f.handle)
    return list(dict.fromkeys(ref for f in shown for ref in f.refs if ref not in fed))
