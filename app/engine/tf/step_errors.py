"""Makes the fault of a step that failed: the block and pin to blame, in words, and what the block was given."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import tensorflow as tf
from msgspec.structs import replace

from app.document.model.problems import Problem
from app.engine.compiler.plan import Plan, PlanNode
from app.engine.compiler.value_guards import guarded_argument
from app.engine.diagnostics.failed_op import Failure, Given
from app.engine.diagnostics.file_reader import file_reader
from app.engine.diagnostics.origins import Origins, arguments
from app.engine.diagnostics.refused_inputs import refused_input
from app.engine.diagnostics.run_errors import explained
from app.engine.tf.build_errors import conflict_problems
from app.engine.tf.error_messages import block_of, named_node, op_args, run_problem, with_requirement
from app.engine.tf.failed_inputs import inputs_of
from app.engine.tf.op_walk import ops_needed
from app.engine.tf.run_context import Array, RunContext
from app.engine.values.results import ListValue, NoValue, TensorValue, Value, tensor_of
from app.engine.values.run_fault import RunFault
from blocks.requirement import Actual, Requirement

_OF_CSV = re.compile(r"Field \d+ in record \d+ is not a valid")
_SMALL = 1 << 16  # bytes of an input whose values, not only its shape, take part in the trials


def in_tensorflow(context: RunContext, action: Callable[..., Any], *args: Any) -> Any:
    """Call into TensorFlow; its exceptions become a RunFault that names block and pin."""
    try:
        return action(*args)
    except tf.errors.OpError as problem:
        name = problem.op.name if problem.op is not None else None
        raise run_fault(context, name, problem.message) from problem
    except UnicodeDecodeError as problem:  # TensorFlow's message holds bytes of the user's that are no UTF-8
        raise run_fault(context, None, problem.object.decode("utf-8", "backslashreplace")) from problem
    except (ValueError, TypeError, MemoryError) as problem:
        raise run_fault(context, None, str(problem)) from problem


def run_fault(context: RunContext, name: str | None, message: str) -> RunFault:
    """Return the fault of a run that TensorFlow ended with ``message``, at the op ``name`` if it says so."""
    plan = context.plan
    name = name if name and block_of(plan, name) else named_node(plan, message) or _cut_message(plan, message)
    node = next((n for n in plan.nodes if n.name == name), None)
    problem = run_problem(plan, name, message)
    if node is None:
        return RunFault([problem])
    argument = guarded_argument(node)
    if argument is not None:
        return _guard_fault(context, node, argument, problem, message)
    inputs = arguments(plan, node) if node.name == node.block else []
    values = _values(context, node, len(inputs))
    origins = Origins(plan)
    refs = [r for r in node.inputs if not r.startswith("^")]
    given = [
        Given(argument, value, origins.pin(ref))
        for argument, value, ref in zip(inputs, values, refs, strict=False)
    ]
    files, reader = _file_names(context, node), file_reader(plan, node)
    known = explained(Failure(node, message, given, files, _stored_names, reader))
    if known is None and problem.code == "run-failed":
        known = _shape_problem(context, node, given, message, origins)
    if known is not None:
        problem = replace(known, code=problem.code, detail=message)
    else:
        problem = _completed(problem, given)
    return RunFault([problem], None, _inputs_as_results(context, node, given))


def _cut_message(plan: Plan, message: str) -> str | None:
    """Return the node of a message that a zero byte has cut before the node's name; None if unclear."""
    decoders = [n.name for n in plan.nodes if n.op == "DecodeCSV"] if _OF_CSV.search(message) else []
    return decoders[0] if len(decoders) == 1 else None


def _completed(problem: Problem, given: list[Given]) -> Problem:
    """Add what the blamed pin was given, and what it requires, where TensorFlow's message says that."""
    blamed = next((g for g in given if g.argument.pin == problem.pin), None)
    if blamed is None or blamed.value is None:
        return problem
    needs = problem.requirement
    is_of_shape = isinstance(needs, Requirement) and needs.shape is not None
    there = Actual(shape=blamed.shape, origins=blamed.origins) if is_of_shape else blamed.actual
    actual = problem.actual or there
    if needs is None:
        return replace(problem, actual=actual)
    return replace(
        problem, actual=actual, sentence=with_requirement(blamed.name, needs, actual, problem.sentence)
    )


def _guard_fault(
    context: RunContext, guard: PlanNode, argument: str, problem: Problem, message: str
) -> RunFault:
    """Return the fault of a guard that has failed in place of its block's op: the op never saw its inputs."""
    plan = context.plan
    owner = next(n for n in plan.nodes if n.name == guard.block)
    origins = Origins(plan)
    refs = [r for r in owner.inputs if not r.startswith("^")]
    known = arguments(plan, owner)
    values = _values(context, owner, len(known))
    at = next(i for i, one in enumerate(known) if one.name == argument)
    if values[at] is None and len(guard.inputs) == 1:  # the guard itself gives the input that it refuses
        values[at] = _values(context, guard, 1)[0]
    given = [Given(one, value, origins.pin(ref)) for one, value, ref in zip(known, values, refs, strict=True)]
    refused = refused_input(owner, given[at], message)
    found = _completed(problem, given) if refused is None else replace(refused, detail=message)
    return RunFault([found], None, _inputs_as_results(context, owner, given))


def _values(context: RunContext, node: PlanNode, count: int) -> list[Array | None]:
    """Return the node's inputs as they were; None for those that are not kept."""
    try:
        op = context.graph.get_operation_by_name(node.name)
    except KeyError:
        return [None] * count
    for session in context.plan.sessions:
        roots = [*session.targets, *(r.split(":", 1)[0] for f in session.fetches for r in f.refs)]
        if op.name in ops_needed(context.graph, roots):
            gates = [gate for gate, _ in session.shown_gates]
            return inputs_of(
                context.session, op, roots, context.feeds(session, gates), frozenset(context.plan.looped)
            )
    return [None] * count


def _file_names(context: RunContext, node: PlanNode) -> dict[int, str]:
    """Return the names of the files that inputs were read from, by position, where a ReadFile block names them."""
    by_name = {n.name: n for n in context.plan.nodes}
    found = {}
    for i, ref in enumerate(r for r in node.inputs if not r.startswith("^")):
        source = by_name.get(ref.split(":", 1)[0])
        if source is not None and source.op == "ReadFile":
            value = _values(context, source, 1)[0]
            if value is not None and value.ndim == 0:
                found[i] = bytes(value.item()).decode("utf-8", "replace")
    return found


def _stored_names(path: str) -> list[str]:
    """Return the names of the tensors in a checkpoint; none where it cannot be read."""
    try:
        return sorted(tf.train.load_checkpoint(path).get_variable_to_shape_map())
    except (tf.errors.OpError, ValueError, RuntimeError):
        return []


def _shape_problem(
    context: RunContext, node: PlanNode, given: list[Given], message: str, origins: Origins
) -> Problem | None:
    """Let TensorFlow's inference judge the shapes and values that the op was given; None where it finds no fault."""
    op = context.graph.get_operation_by_name(node.name)
    if node.name != node.block or not given or len(given) != len(op.inputs):
        return None
    graph = tf.Graph()
    with graph.as_default():
        inputs = [
            _stand_in(one.value, tensor.dtype.base_dtype, arg.is_ref)
            for one, tensor, arg in zip(given, op.inputs, op_args(node), strict=True)
        ]
        found = conflict_problems(context.plan, graph, node, inputs, message, origins)
    return found[0] if found else None


def _stand_in(value: Array | None, dtype: tf.DType, is_ref: bool) -> tf.Tensor:
    """Return a tensor of this value, or only of its shape where it is large or a reference is required."""
    shape = None if value is None else value.shape
    if is_ref:
        return tf.raw_ops.VariableV2(shape=tf.TensorShape(shape), dtype=dtype)
    if value is not None and value.nbytes <= _SMALL and dtype not in (tf.resource, tf.variant):
        return tf.constant(value, dtype)
    return tf.compat.v1.placeholder(dtype, shape)


def _inputs_as_results(context: RunContext, node: PlanNode, given: list[Given]) -> dict[str, Value]:
    """Return the inputs as results, by ``block.pin``; several tensors of one pin are a list."""
    found: dict[str, list[TensorValue | NoValue]] = {}
    lists = set()
    op = context.graph.get_operation_by_name(node.name) if given else None
    for i, one in enumerate(given):
        key = f"{node.block}.{one.argument.pin}"
        label = op.inputs[i].dtype.base_dtype.name if op is not None and i < len(op.inputs) else ""
        found.setdefault(key, []).append(
            NoValue(label, "unkept") if one.value is None else tensor_of(one.value, label)
        )
        if one.argument.place is not None:
            lists.add(key)
    return {key: ListValue(tuple(items)) if key in lists else items[0] for key, items in found.items()}
