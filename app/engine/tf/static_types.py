"""The types that a graph's tensors have before any step, and what a page's monitors show beyond them."""

from __future__ import annotations

import tensorflow as tf

from app.document.model.problems import Problem
from app.engine.compiler.plan import Plan
from app.engine.inference.watched_types import monitor_problems
from blocks.tensor_spec import TensorSpec


def static_type(graph: tf.Graph, ref: str) -> TensorSpec | None:
    """Return the type of a graph's tensor, or None where the graph does not have it."""
    try:
        tensor = graph.get_tensor_by_name(ref)
    except (KeyError, ValueError):
        return None
    shape = None if tensor.shape.rank is None else tuple(tensor.shape.as_list())
    return TensorSpec(tensor.dtype.base_dtype.name, shape)


def monitor_warnings(plan: Plan, graph: tf.Graph) -> list[Problem]:
    """Return a warning for each part that a monitor shows of a tensor which does not have it."""
    if not plan.monitored:
        return []
    fetches = {fetch.key: fetch for session in plan.sessions for fetch in session.fetches}
    types: dict[str, TensorSpec] = {}
    for one in plan.monitored:
        output, _, place = one.key.partition("[")
        fetch = fetches.get(output)
        found = None if fetch is None else static_type(graph, fetch.refs[int(place[:-1]) if place else 0])
        if found is not None:
            types[one.key] = found
    return monitor_problems(plan.monitored, types)
