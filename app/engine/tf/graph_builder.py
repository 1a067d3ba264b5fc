"""Builds a tf.Graph from a plan: through one GraphDef, or node by node to collect every fault."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import tensorflow as tf
from msgspec.structs import replace
from tensorflow.core.framework import graph_pb2, node_def_pb2

from app.document.model.problems import Problem, error
from app.document.model.sentence import why_of
from app.document.resources.companion_files import CompanionFault
from app.engine.compiler.name_guards import NAME_CHECK
from app.engine.compiler.plan import DeclaredShape, Gradients, Plan, PlanNode
from app.engine.compiler.round_tokens import TOKENS
from app.engine.compiler.shape_checks import with_shape_checks
from app.engine.compiler.value_guards import guarded_argument
from app.engine.diagnostics.failed_op import Given
from app.engine.diagnostics.origins import Origins, arguments
from app.engine.diagnostics.refused_inputs import wrong_rank
from app.engine.inference.python_types import is_open, undeclared_arguments
from app.engine.tf import name_checks, round_values
from app.engine.tf.build_errors import refused
from app.engine.tf.error_messages import build_problem
from app.engine.tf.function_library import add_functions
from app.engine.tf.gradients import add_gradients
from app.engine.tf.graph_import import PRODUCER, import_nodes, refuse_impossible_shapes
from app.engine.tf.protos import array_of, attr_kinds, set_attr, set_tensor
from app.engine.values.run_fault import RunFault
from app.engine.worker.session import Trace
from blocks.catalog import load
from blocks.dtypes import DTYPES
from blocks.op_facts.traits import BACK_EDGES, MERGES
from blocks.tensor_spec import TensorSpec

_LATER = ".later"  # no block's id begins with a dot


def build_graph(plan: Plan, folder: Path, trace: Trace | None = None, check_shapes: bool = False) -> tf.Graph:
    """Build the page's graph; raises RunFault with every block that TensorFlow refuses.

    ``check_shapes``: what Arguments declare is checked in the run where it is open before.

    With ``trace`` node by node, calling ``trace(block, "begin" | "end")``: a shape function may end the process.
    """
    if trace is not None:
        graph, problems = build_what_can(plan, folder, trace)
        if problems:
            raise RunFault(problems)
        return graph
    graph = _whole(plan, folder)
    open_ones = _still_open(graph, plan)
    return _whole(with_shape_checks(plan, open_ones), folder) if open_ones and check_shapes else graph


def _whole(plan: Plan, folder: Path) -> tf.Graph:
    """Return the graph, built as a whole; raises RunFault."""
    graph = tf.Graph()
    with graph.as_default():
        try:
            _add_functions(graph, plan, folder)
            for stage, gradients in _stages(plan):
                import_into(graph, _graph_def(stage, folder, plan))
                for gradient in gradients:
                    add_gradients(graph, gradient, plan)
        except Exception as problem:
            _, problems = build_what_can(plan, folder)
            raise RunFault(problems or [build_problem(plan, None, str(problem))]) from problem
    return graph


def _still_open(graph: tf.Graph, plan: Plan) -> list[DeclaredShape]:
    """Return the declared shapes that only the run can hold to; raises RunFault where an Argument gets another one."""
    types: dict[str, TensorSpec] = {}
    found: list[DeclaredShape] = []
    for one in plan.declared:
        fetch = plan.outputs.get(one.key)
        with suppress(KeyError, ValueError):  # no session runs it
            tensor = graph.get_tensor_by_name(fetch.refs[0] if fetch is not None else "")
            shape = None if tensor.shape.rank is None else tuple(tensor.shape.as_list())
            if shape is not None:
                types[one.key] = TensorSpec(tensor.dtype.base_dtype.name, shape)
            if (
                is_open(one, shape) and tensor.dtype == tensor.dtype.base_dtype
            ):  # else it hands on a reference
                found.append(one)
    problems = undeclared_arguments(plan.declared, types)
    if problems:
        raise RunFault(problems)
    return found


def written(nodes: Sequence[PlanNode], folder: Path = Path()) -> Sequence[node_def_pb2.NodeDef]:
    """Return nodes in TensorFlow's form, without a device."""
    return list(_graph_def(nodes, folder).node)


def _add_functions(graph: tf.Graph, plan: Plan, folder: Path) -> None:
    add_functions(graph, plan.functions, lambda nodes: written(nodes, folder))


def _stages(plan: Plan) -> list[tuple[Sequence[PlanNode], list[Gradients]]]:
    """Split the nodes at the gradients: each stage holds what its gradients need, the last one the rest."""
    if not plan.gradients:
        return [(plan.nodes, [])]
    left = _units(plan.nodes)
    pending = {g.name: g for g in plan.gradients}
    stages: list[tuple[Sequence[PlanNode], list[Gradients]]] = []
    while left or pending:
        held = _held(left, set(pending))
        stage = [n for unit in left if unit[0].name not in held for n in unit]
        left = [unit for unit in left if unit[0].name in held]
        later = {n.name for unit in left for n in unit}
        ready = [
            g
            for g in pending.values()
            if not any(_node(r) in later or _gradient_of(r, pending) for r in (*g.ys, *g.xs))
        ]
        if not stage and not ready:
            raise ValueError(f"the gradient of {next(iter(pending))} depends on itself")
        for gradient in ready:
            del pending[gradient.name]
        stages.append((stage, ready))
    return stages


def _units(nodes: Sequence[PlanNode]) -> list[list[PlanNode]]:
    """Group each block's node with the helper nodes before it, sources first.

    TensorFlow takes a node ``x/y`` as the name scope x, and would name a node x that comes in a later import x_1.
    """
    own = {n.name for n in nodes if n.name == n.block}
    early: dict[str, list[PlanNode]] = {}
    done: set[str] = set()
    units = []
    for node in _in_order(nodes):
        if node.name != node.block and node.block in own and node.block not in done:
            early.setdefault(node.block, []).append(node)
            continue
        done.add(node.name)
        units.append([*early.pop(node.block, ()), node] if node.name == node.block else [node])
    return units


def _held(units: list[list[PlanNode]], pending: set[str]) -> set[str]:
    """Return the units (by their first node) that need a pending gradient, directly or through others."""
    unit_of = {n.name: unit[0].name for unit in units for n in unit}
    users: dict[str, list[str]] = {}
    blocked = []
    for unit in units:
        for ref in (i for n in unit for i in n.inputs):
            users.setdefault(unit_of.get(_node(ref), ""), []).append(unit[0].name)
            if _gradient_of(ref, pending):
                blocked.append(unit[0].name)
    held: set[str] = set()
    while blocked:
        name = blocked.pop()
        if name not in held:
            held.add(name)
            blocked.extend(users.get(name, ()))
    return held


def _node(ref: str) -> str:
    return ref.lstrip("^").split(":", 1)[0]


def _gradient_of(ref: str, pending: Collection[str]) -> bool:
    name, _, element = _node(ref).rpartition("/")
    return element.isdigit() and name in pending


def _graph_def(nodes: Sequence[PlanNode], folder: Path, plan: Plan | None = None) -> graph_pb2.GraphDef:
    """Write nodes as a GraphDef; attrs that the plan leaves out get TensorFlow's defaults on import."""
    catalog = load()
    kinds: dict[str, dict[str, str]] = {}
    graph_def = graph_pb2.GraphDef(versions=PRODUCER)
    device, devices = (plan.device, plan.devices) if plan is not None else ("", {})
    for node in nodes:
        op_kinds = kinds.get(node.op)
        if op_kinds is None:
            op_kinds = kinds[node.op] = attr_kinds(catalog.op(node.op))
        proto = graph_def.node.add(name=node.name, op=node.op, device=devices.get(node.block, device))
        proto.input.extend([i.removesuffix(":0") for i in sorted(node.inputs, key=_is_control)])
        for name, value in node.attrs.items():
            if node.op == "PrintV2" and name == "output_stream" and str(value).startswith("log("):
                value = "stderr"  # TensorFlow's own log is silent in a worker
            if node.op == "PyFunc" and name == "token":
                value = _own_token(value)
            set_attr(proto.attr[name], op_kinds.get(name, "type"), value)
        if node.value is not None:
            set_tensor(proto.attr["value"], node.value, folder)
    return graph_def


def _own_token(token: str) -> str:
    """Return the token by which TensorFlow finds a function of the program; others stay."""
    if token == NAME_CHECK:
        return name_checks.token()
    return round_values.token_of(token) if token in TOKENS else token


def _is_control(ref: str) -> bool:
    return ref.startswith("^")  # control inputs come last in a NodeDef


def import_into(graph: tf.Graph, graph_def: graph_pb2.GraphDef) -> None:
    """Import nodes into the graph; inputs from earlier stages are mapped to what is there already."""
    own = {n.name for n in graph_def.node}
    outside: dict[str, tf.Tensor] = {}
    controls: list[tuple[str, str]] = []
    for node in graph_def.node:
        own_inputs = []
        for ref in node.input:
            name = _node(ref)
            if name not in own and ref.startswith("^"):
                controls.append((node.name, name))  # TensorFlow maps tensors only
                continue
            if name not in own:
                tensor = ref if ":" in ref else f"{ref}:0"
                outside[tensor] = graph.get_tensor_by_name(tensor)
            own_inputs.append(ref)
        if len(own_inputs) < len(node.input):
            del node.input[:]
            node.input.extend(own_inputs)
    import_nodes(graph, graph_def, outside)
    for name, source in controls:
        graph.get_operation_by_name(name)._add_control_input(graph.get_operation_by_name(source))


def build_what_can(plan: Plan, folder: Path, trace: Trace | None = None) -> tuple[tf.Graph, list[Problem]]:
    """Build node by node; return the graph of what can be built and a problem for each block that cannot.

    A block that only waits for a faulty one has no problem of its own. ``trace`` is as in ``build_graph``.
    """
    problems: list[Problem] = []
    failed: set[str] = set()
    late = {n.name for n in plan.nodes if n.op in BACK_EDGES}  # not built yet
    graph = tf.Graph()
    origins = Origins(plan)
    with graph.as_default():
        _add_functions(graph, plan, folder)
        for stage, gradients in _stages(plan):
            back_edges: list[_BackEdge] = []
            for plain_unit in _units(stage):
                names = [n.name for n in plain_unit]
                unit = _opened(late, back_edges, plain_unit) if late else plain_unit
                late.difference_update(names)
                if any(_node(i) in failed or _gradient_of(i, failed) for n in unit for i in n.inputs):
                    failed.update(names)
                    continue
                if trace is not None:
                    trace(unit[-1].block, "begin")
                try:
                    _import_unit(plan, graph, unit, folder)
                except CompanionFault as fault:
                    failed.update(names)
                    problems.append(_array_problem(unit, folder, fault))
                except Exception as problem:
                    failed.update(names)
                    problems += _unit_problems(plan, graph, unit, folder, str(problem), origins)
                if trace is not None:
                    trace(unit[-1].block, "end")
            for edge in back_edges:
                if failed.isdisjoint((edge.node, _node(edge.source))):
                    source = graph.get_tensor_by_name(edge.source)
                    graph.get_operation_by_name(edge.node)._update_input(edge.position, source)
            for gradient in gradients:
                if any(_node(r) in failed for r in (*gradient.ys, *gradient.xs)):
                    failed.add(gradient.name)
                    continue
                try:
                    add_gradients(graph, gradient, plan)
                except RunFault as fault:
                    failed.add(gradient.name)
                    problems.extend(fault.problems)
                except Exception as problem:
                    failed.add(gradient.name)
                    problems.append(error("build-failed", why_of(problem), gradient.name, "outputs"))
    return graph, problems


def _import_unit(plan: Plan, graph: tf.Graph, unit: Sequence[PlanNode], folder: Path) -> None:
    """Add nodes to the graph; raises what TensorFlow raises, and ValueError for an output that nothing can have."""
    import_into(graph, _graph_def(unit, folder, plan))
    refuse_impossible_shapes(graph.get_operation_by_name(n.name) for n in unit)


def _array_problem(unit: list[PlanNode], folder: Path, fault: CompanionFault) -> Problem:
    """Return the problem of the node whose array file does not read, at the pin that names it."""
    for node in unit:
        try:
            if node.value is not None and node.value.array is not None:
                array_of(node.value, folder)
        except CompanionFault as own:
            pin = node.name.removeprefix(node.block).strip("/").partition("/")[0]
            return error("missing-array", own.sentence, node.block, pin or "val")
    return error("missing-array", fault.sentence, unit[-1].block)


def _unit_problems(
    plan: Plan, graph: tf.Graph, unit: list[PlanNode], folder: Path, message: str, origins: Origins
) -> list[Problem]:
    """Return the problems of a block whose nodes TensorFlow refuses together: builds them one by one.

    Anything may go wrong on the way; then the block has TensorFlow's message alone.
    """
    for node in unit:
        try:
            _import_unit(plan, graph, [node], folder)
        except Exception:
            try:
                return _refused(plan, graph, unit, node, message, origins)
            except Exception:
                return [build_problem(plan, node, message)]
    return [build_problem(plan, unit[-1], message)]


def _refused(
    plan: Plan, graph: tf.Graph, unit: list[PlanNode], node: PlanNode, message: str, origins: Origins
) -> list[Problem]:
    """Return the problems of a node that is refused; of a guard, that of the input that it guards.

    The op behind a guard is not tried: its shape function may be what ends the process.
    """
    inputs = [graph.get_tensor_by_name(i if ":" in i else f"{i}:0") for i in node.inputs if i[0] != "^"]
    guarded = guarded_argument(node)
    if guarded is None:
        return refused(plan, graph, node, inputs, message, origins)
    owner = unit[-1]
    argument = next(a for a in arguments(plan, owner) if a.name == guarded)
    given = Given(argument, None, origins.pin(node.inputs[0]))
    shape = tuple(inputs[0].shape.as_list())
    return [replace(wrong_rank(owner, given, shape), code="bad-shape", detail=message)]


class _BackEdge(NamedTuple):
    node: str
    position: int  # of the input
    source: str  # the tensor, of a node that is built later


def _opened(late: set[str], back_edges: list[_BackEdge], unit: list[PlanNode]) -> list[PlanNode]:
    """Return the nodes with a placeholder for each input along a back edge, which is noted."""
    opened = []
    for node in unit:
        inputs = list(node.inputs)
        for position, ref in enumerate(inputs if node.op in MERGES else ()):
            if _node(ref) in late:
                back_edges.append(_BackEdge(node.name, position, ref))
                inputs[position] = tf.compat.v1.placeholder(DTYPES[node.attrs["T"]].number, name=_LATER).name
        opened.append(replace(node, inputs=inputs) if inputs != node.inputs else node)
    return opened


def _in_order(nodes: Sequence[PlanNode]) -> list[PlanNode]:
    """Sort nodes so that sources come first, except along the back edges of loops."""
    names = {n.name: n for n in nodes}
    sources = {n.name: {i for i in map(_node, n.inputs) if i in names} for n in nodes}
    for node in nodes:
        if node.op in MERGES:
            sources[node.name] = {i for i in sources[node.name] if names[i].op not in BACK_EDGES}
    waiting = {name: len(found) for name, found in sources.items()}
    users: dict[str, list[str]] = {}
    for name, found in sources.items():
        for source in found:
            users.setdefault(source, []).append(name)
    ready = [n.name for n in nodes if not waiting[n.name]]
    order = []
    for name in ready:  # grows while it is walked
        order.append(names[name])
        for user in users.get(name, ()):
            waiting[user] -= 1
            if not waiting[user]:
                ready.append(user)
    done = {n.name for n in order}
    return order + [n for n in nodes if n.name not in done]
