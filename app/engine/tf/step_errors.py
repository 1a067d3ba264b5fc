"""Makes the fault of a step that failed: the block and pin to blame, in words, and what the block was given."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import tensorflow as tf
from msgspec.structs import replace

from app.document.model.problems import Problem
from app.document.model.sentence import Sentence
from app.engine.compiler.name_guards import is_name_check
from app.engine.compiler.plan import Plan, PlanNode
from app.engine.compiler.plan_walk import place_behind
from app.engine.compiler.stage_checks import TAKING, components_of
from app.engine.diagnostics.complaint import Seen, Site
from app.engine.diagnostics.evidence import guessed
from app.engine.diagnostics.failed_op import Failure, Given
from app.engine.diagnostics.file_reader import file_reader
from app.engine.diagnostics.origins import Origins, arguments
from app.engine.diagnostics.record_errors import misread
from app.engine.diagnostics.run_errors import explained
from app.engine.diagnostics.upstream import cause_of, has_writer_aside
from app.engine.diagnostics.verdict import Verdict, complained, misshapen, verdict_problem
from app.engine.tf.build_errors import conflict_problems
from app.engine.tf.cluster_session import as_at_home, lost
from app.engine.tf.element_shapes import fault_of_page
from app.engine.tf.error_messages import (
    block_of,
    named_node,
    one_line,
    op_args,
    pointed_out,
    run_problem,
    with_requirement,
)
from app.engine.tf.failed_inputs import inputs_of
from app.engine.tf.function_errors import inner_fault
from app.engine.tf.handle_shapes import held_shape, is_handle
from app.engine.tf.input_guards import Refused, guarded_by
from app.engine.tf.name_checks import refused_by
from app.engine.tf.op_walk import ops_needed
from app.engine.tf.padded_elements import with_size_of_element
from app.engine.tf.run_context import Array, RunContext
from app.engine.tf.shape_judge import stand_in
from app.engine.values.results import ListValue, NoValue, TensorValue, Value, tensor_of
from app.engine.values.run_fault import EndOfData, RunFault
from blocks.op_facts.datasets import TAKING_DATA
from blocks.requirement import Actual, Requirement
from blocks.tensor_spec import Shape

_UNNAMED = {
    "DecodeCSV": re.compile(r"Field \d+ in record \d+ is not a valid"),
    "MapDefun": re.compile(r"Mismatch in function retval shape"),
}


def in_tensorflow(context: RunContext, action: Callable[..., Any], *args: Any) -> Any:
    """Call into TensorFlow; its exceptions become a RunFault that names block and pin.

    So does what a guard has refused; that fault bears the results of the step that do not need it.
    """
    try:
        done = action(*args)
    except (tf.errors.OpError, ValueError, TypeError, MemoryError) as problem:
        gone = lost(problem) if context.cluster is not None else None
        if gone is not None:  # nothing can be found out by that session any more
            raise gone from problem
        refused = context.guards.take_refused()
        if refused:  # its guard has ended the step, or a block that did not wait for it
            raise refused_fault(context, refused) from problem
        if isinstance(problem, tf.errors.OutOfRangeError):
            _look_for_end(context.plan, problem)
        within = context.inner_guards.take_refused()
        if within:
            raise RunFault(_each_once(within)) from problem
        inner = inner_fault(context, _named_message(problem)[1])
        if inner is not None:
            raise inner from problem
        raise run_fault(context, *_named_message(problem)) from problem
    refused = context.guards.take_refused()
    if refused:
        raise refused_fault(context, refused, done(None) if callable(done) else {})
    return done


def _look_for_end(plan: Plan, problem: tf.errors.OutOfRangeError) -> None:
    """Raise EndOfData where an iterator has no element left; queues and readers say the same of themselves."""
    name, message = _named_message(problem)
    name = name or named_node(plan, message)
    node = next((n for n in plan.nodes if n.name == name), None)
    if node is not None and node.op in TAKING_DATA and message.startswith("End of sequence"):
        reader = cause_of(plan, node, message)
        why = None if reader is node else misread(file_reader(plan, reader))
        raise EndOfData(node.block, why) from problem


def _named_message(problem: Exception) -> tuple[str | None, str]:
    """Return the name of the op that has failed, if TensorFlow says it, and what it says."""
    if isinstance(problem, tf.errors.OpError):
        return (problem.op.name if problem.op is not None else None), as_at_home(problem.message)
    if isinstance(problem, UnicodeDecodeError):  # TensorFlow's message holds bytes of the user's, no UTF-8
        return None, problem.object.decode("utf-8", "backslashreplace")
    return None, str(problem)


def refused_fault(
    context: RunContext, refused: Sequence[Refused], results: Mapping[str, Value] | None = None
) -> RunFault:
    """Return the fault of a step in which guards have left ops out; ``results`` is what the whole step shows."""
    behind = context.guards.results_behind(refused)
    inputs: dict[str, Value] = {}
    origins = Origins(context.plan)
    for one in refused:
        known = arguments(context.plan, one.owner)
        values = _values(context, one.owner, len(known))
        refs = [r for r in one.owner.inputs if not r.startswith("^")]
        given = [
            Given(argument, one.values.get(i, value), origins.pin(ref))
            for i, (argument, value, ref) in enumerate(zip(known, values, refs, strict=True))
        ]
        inputs.update(_inputs_as_results(context, one.owner, given))
    context.guards.take_refused()  # what was refused again while the inputs were computed again
    shown = {key: value for key, value in (results or {}).items() if key not in behind}
    return RunFault(_each_once(one.problem for one in refused), shown, inputs)


def _each_once(problems: Iterable[Problem]) -> list[Problem]:
    return list({(p.block, p.pin): p for p in reversed(list(problems))}.values())[::-1]


def run_fault(context: RunContext, name: str | None, message: str) -> RunFault:
    """Return the fault of a run that TensorFlow ended with ``message``, at the op ``name`` if it says so."""
    plan = context.plan
    name = name if name and block_of(plan, name) else named_node(plan, message) or _lone_node(plan, message)
    name = guarded_by(name) if name else None
    nodes = {n.name: n for n in plan.nodes}
    node = (
        nodes.get(place_behind(nodes, name) or "") if name else None
    )  # TensorFlow makes several ops of some
    problem = run_problem(plan, name, message)
    if node is None:
        return RunFault([problem])
    if is_name_check(node):
        refused = refused_by(node.block)
        return RunFault([problem if refused is None else refused])
    cause = cause_of(plan, node, message)
    if cause is not node:
        node, problem = cause, replace(problem, block=cause.block, pin=None)
    inputs = arguments(plan, node) if node.name == node.block else []
    values = _values(context, node, len(inputs))
    origins = Origins(plan)
    refs = [r for r in node.inputs if not r.startswith("^")]
    given = [
        Given(argument, value, origins.pin(ref))
        for argument, value, ref in zip(inputs, values, refs, strict=False)
    ]
    failed = context.python.problem_of(node.block)
    if failed is not None:
        return RunFault([failed], None, _inputs_as_results(context, node, given))
    files, reader = _file_names(context, node), file_reader(plan, node)
    shapes = _known_shapes(context, node, given)
    seen = [Seen(g.argument, shape, g.value) for g, shape in zip(given, shapes, strict=True)]
    site = Site(node.op, node.attrs, seen)
    known = _judged(plan, node, misshapen(site, usual=False) or complained(one_line(message), site), given)
    components = components_of(plan.all_nodes, node) if node.op in TAKING else 0
    aside = has_writer_aside(plan, node)
    failure = Failure(node, message, given, files, _stored_names, reader, aside, components)
    known = known or explained(failure)
    if known is not None and _is_of_page(known) and known.pin is not None:
        known = fault_of_page(plan, context.folder, node.block, known.pin) or known
    if known is None and problem.code == "run-failed":
        known = _shape_problem(context, node, given, message, origins)
        known = known or _judged(plan, node, misshapen(site, usual=True), given)
        if known is None and problem.block in (None, node.block):  # else another block is at fault, and named
            guess = _judged(plan, node, guessed(one_line(message), site), given)
            problem = pointed_out(problem, guess)
            known = problem if guess is not None and problem.sentence is guess.sentence else None
    if known is not None:
        known = with_size_of_element(context, node, given, message, known)
        problem = replace(known, code=problem.code, detail=message)
    else:
        problem = _completed(problem, given)
    return RunFault([problem], None, _inputs_as_results(context, node, given))


def _lone_node(plan: Plan, message: str) -> str | None:
    """Return the node of a message that lacks its name: the op says none, or a zero byte cuts it. None: unclear."""
    op = next((op for op, words in _UNNAMED.items() if words.search(message)), None)
    nodes = [n.name for n in plan.nodes if n.op == op]
    return nodes[0] if len(nodes) == 1 else None


def _is_of_page(problem: Problem) -> bool:
    """Return whether a page gives several values in the place of one: what its types say names their shape."""
    needs = problem.requirement
    return isinstance(needs, Sentence) and needs.key == "needs.page-of-one"


def _judged(plan: Plan, node: PlanNode, verdict: Verdict | None, given: list[Given]) -> Problem | None:
    """Return the problem that a verdict on a failed op makes; None for none."""
    if verdict is None:
        return None
    return verdict_problem(plan, node, verdict, {g.argument: g.source for g in given})


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
            known = {**context.feeds(session, gates), **context.held.values(context.session)}
            return inputs_of(context.session, op, roots, known, frozenset(context.plan.looped))
    return [None] * count


def _known_shapes(context: RunContext, node: PlanNode, given: Sequence[Given]) -> list[Shape | None]:
    """Return the inputs' shapes, as they were or as the graph alone gives them; a handle's is that of what it holds."""
    try:
        tensors = list(context.graph.get_operation_by_name(node.name).inputs)
    except KeyError:
        tensors = []
    shapes: list[Shape | None] = [one.shape for one in given]
    for i, tensor in enumerate(tensors[: len(given)]):
        if shapes[i] is None and tensor.shape.is_fully_defined():
            shapes[i] = held_shape(tensor) if is_handle(tensor) else tuple(tensor.shape.as_list())
    return shapes


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
            stand_in(one.value, one.shape, tensor.dtype if arg.is_ref else tensor.dtype.base_dtype)
            for one, tensor, arg in zip(given, op.inputs, op_args(node), strict=True)
        ]
        found = conflict_problems(context.plan, graph, node, inputs, message, origins)
    return found[0] if found else None


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
