"""Adds the gradients of a plan to its graph, and says why there are none."""

from __future__ import annotations

import re
from collections.abc import Sequence

import tensorflow as tf
from msgspec.structs import replace
from tensorflow.python.framework import ops

from app.document.model.problems import Problem, error
from app.document.model.sentence import say
from app.engine.compiler.plan import Gradients, Plan
from app.engine.compiler.plan_walk import place_behind
from app.engine.diagnostics.origins import Origins
from app.engine.tf.op_walk import ops_needed
from app.engine.values.run_fault import RunFault
from blocks.requirement import Actual, of_dtypes

_SMOOTH = of_dtypes("float16", "bfloat16", "float32", "float64", "complex64", "complex128")
_NO_GRADIENT = re.compile(r"No gradient defined for operation\s*'([^']+)' \(op type: (\w+)\)")


def add_gradients(graph: tf.Graph, gradients: Gradients, plan: Plan) -> None:
    """Add tf.gradients(ys, xs) of a plan; element i becomes the node ``BLOCK/i``."""
    ys, xs = ([graph.get_tensor_by_name(r) for r in refs] for refs in (gradients.ys, gradients.xs))
    text = next((y for y in ys if y.dtype.base_dtype == tf.string), None)
    if text is not None:
        raise RunFault([_no_gradient_of(gradients.name, text)])
    count = len(graph.get_operations())
    with tf.name_scope(f"{gradients.name}/graph/"):
        try:
            found = tf.gradients(ys, xs)
        except LookupError as problem:  # an op on the way has none
            op = _NO_GRADIENT.search(str(problem))
            if op is None:
                raise
            sentence = say("gradient.undefined", block=place_behind(plan.symbols, op[1]) or op[1], op=op[2])
            needs, actual = say("needs.differentiable"), Actual(name=op[2])
            found_problem = error(
                "build-failed",
                sentence,
                gradients.name,
                "outputs",
                requirement=needs,
                actual=actual,
                detail=str(problem),
            )
            raise RunFault([found_problem]) from problem
    for i, gradient in enumerate(found):
        if gradient is None:
            name = Origins(plan).pin(gradients.xs[i]) or gradients.xs[i]
            if not (xs[i].dtype.base_dtype.is_floating or xs[i].dtype.base_dtype.is_complex):
                raise RunFault([_no_gradient_by(gradients.name, name, xs[i])])
            stopped = _stopped(gradients.name, name, xs[i], ys, plan)
            if stopped is not None:
                raise RunFault([stopped])
            sentence = say("gradient.none", index=i, tensor=name)
            needs, actual = say("needs.dependent"), Actual(name=name)
            raise RunFault(
                [error("build-failed", sentence, gradients.name, "inputs", requirement=needs, actual=actual)]
            )
        with tf.control_dependencies(None), tf.name_scope(""):
            tf.identity(tf.convert_to_tensor(gradient), name=f"{gradients.name}/{i}")
    device = plan.devices.get(gradients.name)
    for op in (
        graph.get_operations()[count:] if device else ()
    ):  # tf.gradients looks at no tf.device around it
        op._set_device(device)


def _stopped(block: str, name: str, x: tf.Tensor, ys: Sequence[tf.Tensor], plan: Plan) -> Problem | None:
    """Return the problem of an op between an input and the outputs that passes no gradient on; None for no such one."""
    way = ops_needed(x.graph, [y.op.name for y in ys])
    todo, seen = [op for op in x.consumers() if op.name in way], set[str]()
    while todo:
        op = todo.pop(0)
        if op.name in seen:
            continue
        seen.add(op.name)
        if not _passes(op):
            place = place_behind(plan.symbols, op.name) or op.name
            sentence = say("gradient.stopped", tensor=name, block=place, op=op.type)
            needs, actual = say("needs.differentiable"), Actual(name=op.type)
            found = error("build-failed", sentence, block, "inputs", requirement=needs, actual=actual)
            return replace(found, related=(place,)) if place in plan.symbols else found
        todo += [one for out in op.outputs for one in out.consumers() if one.name in way]
    return None


def _passes(op: tf.Operation) -> bool:
    """Return whether an op passes a gradient on: it has one, and gives numbers that are not whole."""
    if not any(_is_smooth(out.dtype.base_dtype) for out in op.outputs):
        return False
    try:
        return ops.get_gradient_function(op) is not None
    except LookupError:
        return False


def _is_smooth(dtype: tf.DType) -> bool:
    return bool(dtype.is_floating or dtype.is_complex or dtype in (tf.resource, tf.variant))


def _no_gradient_of(block: str, tensor: tf.Tensor) -> Problem:
    """Return the problem of an output of texts, of which nothing can be derived."""
    source = tensor.op.name.partition("/")[0]
    dtype = tensor.dtype.base_dtype.name
    sentence = say("gradient.of-others", output=source, dtype=dtype)
    return error("build-failed", sentence, block, "outputs", requirement=_SMOOTH, actual=Actual(dtype=dtype))


def _no_gradient_by(block: str, name: str, tensor: tf.Tensor) -> Problem:
    """Return the problem of an input of whole numbers, by which nothing can be derived."""
    dtype = tensor.dtype.base_dtype.name
    sentence = say("gradient.of-input", input=name, dtype=dtype)
    return error("build-failed", sentence, block, "inputs", requirement=_SMOOTH, actual=Actual(dtype=dtype))
