"""Lets TensorFlow's shape functions judge the shapes that come in a run, for ops whose kernels do not look at them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import tensorflow as tf
from msgspec.structs import replace

from app.document.model.problems import Problem
from app.engine.compiler.plan import Plan, PlanNode
from app.engine.diagnostics.failed_op import Array
from app.engine.diagnostics.origins import Origins
from app.engine.tf.build_errors import refused
from app.engine.tf.error_messages import op_args
from app.engine.tf.input_blame import Trials
from blocks.tensor_spec import Shape

_SMALL = 1 << 16  # bytes of an input whose values, not only its shape, are judged
_MOST_KNOWN = 1000  # shapes that are remembered as good ones

_Key = tuple[object, ...]


class ShapeJudge:
    """Judges the inputs of one op of a page, again only where they differ from all before."""

    def __init__(self, plan: Plan, node: PlanNode, inputs: Sequence[tf.Tensor], origins: Origins) -> None:
        """Take the node's inputs in order."""
        self._plan, self._node, self._origins = plan, node, origins
        kinds = zip(inputs, op_args(node), strict=True)
        self._dtypes = [t.dtype if arg.is_ref else t.dtype.base_dtype for t, arg in kinds]
        self._good: set[_Key] = set()

    def problem(self, values: Mapping[int, Array], shapes: Sequence[Shape | None]) -> Problem | None:
        """Return the problem of inputs that the op's shape function refuses, by position; None for good ones."""
        known = {i: value for i, value in values.items() if value.nbytes <= _SMALL}
        key = (*shapes, *((i, value.tobytes()) for i, value in known.items()))
        if key in self._good:
            return None
        graph = tf.Graph()
        with graph.as_default():
            inputs = [
                stand_in(known.get(i), shape, dtype)
                for i, (shape, dtype) in enumerate(zip(shapes, self._dtypes, strict=True))
            ]
            message = Trials(graph, self._node, inputs).refusal(range(len(inputs)))
        if message is None:
            if len(self._good) < _MOST_KNOWN:
                self._good.add(key)
            return None
        problem = refused(self._plan, graph, self._node, inputs, message, self._origins)[0]
        return replace(problem, code="run-failed", detail=message)


def stand_in(value: Array | None, shape: Shape | None, dtype: tf.DType) -> tf.Tensor:
    """Return a tensor of this value, or only of its shape where the value is large, not known or a reference."""
    if dtype._is_ref_dtype:
        return tf.raw_ops.VariableV2(shape=tf.TensorShape(shape), dtype=dtype.base_dtype)
    if value is not None and value.nbytes <= _SMALL and dtype not in (tf.resource, tf.variant):
        return tf.constant(value, dtype)
    return tf.compat.v1.placeholder(dtype, shape)
