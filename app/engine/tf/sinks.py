"""Where a step leaves the values of tensors that may be dead: fetching a dead tensor would fail."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

import numpy as np
import tensorflow as tf

from app.engine.compiler.plan import Plan

Array = np.ndarray[Any, Any]
_SCOPE = ".sinks"  # no block's id begins with a dot


class Sinks(Protocol):
    """The targets that take the values, by tensor; each is run with the steps that show its tensor."""

    @property
    def targets(self) -> Mapping[str, str]:
        """Return them."""

    def clear(self, session: tf.compat.v1.Session) -> None:
        """Forget the values, before a step."""

    def take(self, session: tf.compat.v1.Session) -> dict[str, Array]:
        """Return the values that the step has left, by tensor: none for those that were dead."""


def sunk_refs(plan: Plan) -> set[str]:
    """Return the tensors that may be dead and are shown."""
    return {r for s in plan.sessions for f in s.fetches if f.dead and not f.handle for r in f.refs}


class PythonSinks:
    """Values that this process takes while the step runs."""

    def __init__(self, graph: tf.Graph, refs: Iterable[str]) -> None:
        """Add a target for each tensor."""
        self._values: dict[str, Array] = {}
        with graph.as_default():
            self.targets = {ref: self._add(graph.get_tensor_by_name(ref), ref) for ref in refs}

    def _add(self, tensor: tf.Tensor, ref: str) -> str:
        """Add a target that takes a tensor's value; a dead one never calls it."""

        def take(value: Array) -> None:
            self._values[ref] = own_copy(value)

        return str(tf.numpy_function(take, [tensor], []).name)

    def clear(self, session: tf.compat.v1.Session) -> None:
        """Forget the values."""
        self._values.clear()

    def take(self, session: tf.compat.v1.Session) -> dict[str, Array]:
        """Return the values of the step."""
        return dict(self._values)


class StagedSinks:
    """Values that the tasks of a cluster, which run no Python, hold until they are asked for."""

    def __init__(self, graph: tf.Graph, refs: Iterable[str], container: str) -> None:
        """Add a staging area for each tensor, beside it."""
        self.targets: dict[str, str] = {}
        self._clear: list[tf.Operation] = []
        self._sizes: dict[str, tf.Tensor] = {}
        self._last: dict[str, tf.Tensor] = {}
        with graph.as_default(), tf.name_scope(f"{_SCOPE}/"):
            for number, ref in enumerate(refs):
                tensor = graph.get_tensor_by_name(ref)
                dtypes = [tensor.dtype.base_dtype]
                area = {"shared_name": f"{_SCOPE}/{number}", "container": container}
                with tf.device(tensor.device):
                    self.targets[ref] = tf.raw_ops.Stage(values=[tensor], **area).name
                    self._clear.append(tf.raw_ops.StageClear(dtypes=dtypes, **area))
                    size = self._sizes[ref] = tf.raw_ops.StageSize(dtypes=dtypes, **area)
                    last = tf.maximum(size - 1, 0)
                    (self._last[ref],) = tf.raw_ops.StagePeek(index=last, dtypes=dtypes, **area)

    def clear(self, session: tf.compat.v1.Session) -> None:
        """Empty the staging areas."""
        session.run(self._clear)

    def take(self, session: tf.compat.v1.Session) -> dict[str, Array]:
        """Return the last value of each area that has one."""
        sizes = session.run(self._sizes)
        there = {ref: self._last[ref] for ref, size in sizes.items() if size}
        return dict(session.run(there)) if there else {}


def own_copy(value: Any) -> Any:
    """Return a copy of an array; a single number or text shares no memory."""
    return value.copy() if isinstance(value, np.ndarray) else value
