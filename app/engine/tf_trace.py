"""Marks in the graph that tell when a block begins and ends: they find the block that ended or holds the process."""

from __future__ import annotations

from collections.abc import Callable

import tensorflow as tf

from app.engine.op_traits import BACK_EDGES, FRAMES
from app.engine.plan_types import Plan


def add_marks(
    graph: tf.Graph, plan: Plan, trace: Callable[[str, str], None], blocks: frozenset[str] | None
) -> dict[str, str]:
    """Call ``trace`` around the blocks' own ops; returns the name of each block's end mark, to be run as a target.

    A page with loops is marked only before its loops: an edge may not lead into a frame.
    """
    marks: dict[str, str] = {}
    looping = any(n.op in FRAMES or n.op in BACK_EDGES for n in plan.nodes)
    with graph.as_default():
        for node in plan.nodes:
            if node.name != node.block or looping or (blocks is not None and node.block not in blocks):
                continue
            op = graph.get_operation_by_name(node.name)
            sources = [i.op for i in op.inputs]
            with tf.control_dependencies(sources):
                begin = _mark(trace, node.block, "begin")
            op._add_control_input(begin)
            with tf.control_dependencies([op]):
                marks[node.block] = _mark(trace, node.block, "end").name
    return marks


def _mark(trace: Callable[[str, str], None], block: str, what: str) -> tf.Operation:
    def call() -> None:
        trace(block, what)

    return tf.numpy_function(call, [], [])
