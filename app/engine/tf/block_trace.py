"""Marks in the graph that say when a block begins and ends: they find what ended or holds the process."""

from __future__ import annotations

import tensorflow as tf

from app.engine.compiler.plan import Plan
from app.engine.worker.session import Trace
from blocks.op_facts.traits import BACK_EDGES, EXITS, FRAMES, MERGES, SWITCHES, WAITING


def add_marks(graph: tf.Graph, plan: Plan, trace: Trace, blocks: frozenset[str] | None) -> dict[str, str]:
    """Call ``trace`` around the blocks' own ops; returns each block's end mark, to be run as a target.

    Where all blocks are marked they also run one after another as far as that is safe, so that only the
    culprit has begun and not ended. In a loop a mark stands in the block's own round, as an edge may not lead into
    one; what begins, closes and ends the loop has none.
    """
    marks: dict[str, str] = {}
    looped = frozenset(plan.looped)
    loop_ops = FRAMES | MERGES | BACK_EDGES | EXITS
    row = _one_after_another(graph, plan) if blocks is None else []
    rank = {op.name: i for i, op in enumerate(row)}
    marked = [
        n.name
        for n in plan.nodes
        if n.name == n.block and n.op not in loop_ops and (blocks is None or n.block in blocks)
    ]
    previous: list[tf.Operation] = []
    with graph.as_default():
        for name in sorted(marked, key=lambda n: rank.get(n, -1)):
            op = graph.get_operation_by_name(name)
            after = previous if name in rank else []
            if name in looped and not op.inputs:
                continue  # nothing says which loop it is in
            with tf.control_dependencies([*map(_giver, op.inputs), *after]):
                begin = _mark(trace, name, "begin")
            op._add_control_input(begin)
            with tf.control_dependencies([op]):
                end = _mark(trace, name, "end")
            marks[name] = end.name
            if name in rank:
                previous = [end]
    return marks


def _one_after_another(graph: tf.Graph, plan: Plan) -> list[tf.Operation]:
    """Return ops that may run in a row, sources first: those of an only session whose inputs always come.

    What stands behind a Switch may be dead, and would kill the rest of the row; what stands behind a block
    that waits may need the rest of the row to go on.
    """
    if len(plan.sessions) != 1:
        return []  # the row would make a session run the blocks of another
    session = plan.sessions[0]
    fed = {
        *(ref.split(":")[0] for ref, _ in session.feeds),
        *(gate.split(":")[0] for gate in session.closed_gates),
    }
    names = [*session.targets, *(ref.split(":")[0] for fetch in session.fetches for ref in fetch.refs)]
    row: list[tf.Operation] = []
    unsure: set[str] = {*plan.looped}
    seen: set[str] = set()
    todo = [(graph.get_operation_by_name(name), False) for name in names]
    while todo:  # depth first; an op follows all its sources
        op, sources_done = todo.pop()
        sources = [s for s in (*(i.op for i in op.inputs), *op.control_inputs) if s.name not in fed]
        if sources_done:
            waits = op.type in SWITCHES or op.type in WAITING
            if waits or op.name in unsure or any(s.name in unsure for s in sources):
                unsure.add(op.name)
            else:
                row.append(op)
        elif op.name not in seen and op.name not in fed:
            seen.add(op.name)
            todo += [(op, True), *((s, False) for s in sources)]
    return row


def _giver(tensor: tf.Tensor) -> tf.Operation:
    """Return an op that runs if the tensor is alive: a Switch itself runs for both of its branches."""
    if tensor.op.type in SWITCHES and not tensor.dtype._is_ref_dtype:
        return tf.identity(tensor).op
    return tensor.op


def _mark(trace: Trace, block: str, what: str) -> tf.Operation:
    def call() -> None:
        trace(block, what)

    return tf.numpy_function(call, [], [])
