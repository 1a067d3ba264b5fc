"""Gets the inputs of an op that failed, as they were at that moment, without running anything that keeps state."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import tensorflow as tf

from app.engine.compiler.plan_walk import node_of
from app.engine.tf.op_walk import HOLDING, ops_behind, ops_needed, reference_sources
from app.engine.values.results import as_array
from blocks.op_facts.traits import LOOKING_AT_REF, PASSING_REF, RUNS_AGAIN_UNCHANGED, VARIABLES

_MOST_BYTES = 1 << 27  # of one input that is kept

_Array = np.ndarray[Any, Any]


def inputs_of(
    session: tf.compat.v1.Session,
    failed: tf.Operation,
    roots: Iterable[str],
    feeds: Mapping[str, _Array],
    looped: frozenset[str],
) -> list[_Array | None]:
    """Return the values of the op's inputs in order; None for each that cannot be had as it was.

    ``roots`` are the nodes that the failed run was to reach, ``feeds`` the tensors that it was fed (gates among
    them), ``looped`` nodes of loops. An input is computed once more if what stands before it keeps no state or only
    reads Variables that nothing can have written in the failed run.
    """
    written = _written(failed, roots, feeds)
    tensors = list(failed.inputs)
    repeatable = [i for i, t in enumerate(tensors) if _repeatable(t, feeds, written, looped)]
    found: list[_Array | None] = [None] * len(tensors)
    values = _fetched(session, [tensors[i] for i in repeatable], feeds)
    if values is None:  # one of them is dead, unset or too large: the others by themselves
        singly = [_fetched(session, [tensors[i]], feeds) for i in repeatable]
        values = [one[0] if one else None for one in singly]
    for i, value in zip(repeatable, values, strict=True):
        if value is not None and value.nbytes <= _MOST_BYTES:
            found[i] = value.copy()  # it may share the memory of a Variable
    return found


def _fetched(
    session: tf.compat.v1.Session, tensors: list[tf.Tensor], feeds: Mapping[str, _Array]
) -> list[_Array | None] | None:
    """Return the tensors' values; None where TensorFlow does not give them all."""
    asked = [t for t in tensors if t.name not in feeds]
    try:
        got = session.run(asked, dict(feeds)) if asked else []
    except (tf.errors.OpError, ValueError, TypeError, MemoryError):
        return None
    by_name = {**feeds, **{t.name: as_array(v) for t, v in zip(asked, got, strict=True)}}
    return [by_name[t.name] for t in tensors]


def _repeatable(
    tensor: tf.Tensor, feeds: Mapping[str, _Array], written: set[str], looped: frozenset[str]
) -> bool:
    """Return whether computing the tensor again gives the same value and changes nothing."""
    if tensor.dtype.base_dtype in (tf.resource, tf.variant):
        return False
    seen: set[str] = set()
    todo = [tensor]
    ops: list[tf.Operation] = []
    while todo or ops:
        while todo:
            one = todo.pop()
            if one.name not in feeds:
                ops.append(one.op)
        if not ops:
            break
        op = ops.pop()
        if op.name in seen or op.name.startswith(HOLDING):
            continue
        seen.add(op.name)
        if op.name in looped or op.name in written or changes(op):
            return False
        todo += op.inputs
        ops += op.control_inputs
    return True


def changes(op: tf.Operation) -> bool:
    """Return whether an op keeps state or writes a reference."""
    if op.type in RUNS_AGAIN_UNCHANGED:
        return False
    return bool(op.op_def.is_stateful) or _writes(op)


def _writes(op: tf.Operation) -> bool:
    if op.type in PASSING_REF or op.type in LOOKING_AT_REF:
        return False
    return any(arg.is_ref for arg in op.op_def.input_arg)


def _written(failed: tf.Operation, roots: Iterable[str], feeds: Mapping[str, _Array]) -> set[str]:
    """Return the Variables that an op of the failed run may have written: one that does not need the failed op."""
    graph, behind = failed.graph, ops_behind(failed)
    fed = {node_of(ref) for ref in feeds}
    found: set[str] = set()
    for op in map(graph.get_operation_by_name, ops_needed(graph, roots, fed)):
        if _writes(op) and op.name not in behind:
            found |= {v for t in op.inputs if t.dtype._is_ref_dtype for v in _variables(t.op)}
    return found


def _variables(op: tf.Operation) -> set[str]:
    """Return the Variables whose reference an op has passed on."""
    graph = op.graph
    return {name for name in reference_sources(op) if graph.get_operation_by_name(name).type in VARIABLES}
