"""The walk over a graph's ops, as TensorFlow holds them: what an op needs, and what needs it."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import tensorflow as tf

from app.document.model.topology import reachable

HOLDING = (
    ".held/"  # before the names of ops that hold tensors for a look at them; no block's id begins with a dot
)


def ops_needed(graph: tf.Graph, roots: Iterable[str], fed: Collection[str] = ()) -> set[str]:
    """Return the names of the ops that run for the roots, these among them; ``fed`` ops and what is before do not."""

    def sources(name: str) -> list[str]:
        op = graph.get_operation_by_name(name)
        return [s.name for s in (*(t.op for t in op.inputs), *op.control_inputs) if s.name not in fed]

    return reachable((name for name in roots if name not in fed), sources)


def ops_behind(op: tf.Operation) -> set[str]:
    """Return the names of the op and of all that need it."""
    graph = op.graph
    return reachable([op.name], lambda name: names_of_users(graph, name))


def names_of_users(graph: tf.Graph, name: str) -> list[str]:
    """Return the names of the ops that take a value of an op or wait for it."""
    op = graph.get_operation_by_name(name)
    return [user.name for user in (*(c for t in op.outputs for c in t.consumers()), *op._control_outputs)]


def reference_sources(op: tf.Operation) -> set[str]:
    """Return the names of the op and of those that have handed a reference on to it."""
    graph = op.graph

    def sources(name: str) -> list[str]:
        return [t.op.name for t in graph.get_operation_by_name(name).inputs if t.dtype._is_ref_dtype]

    return reachable([op.name], sources)
