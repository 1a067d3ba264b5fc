"""Variables that functions take by reference: which arguments these are, and a body that takes their handles.

A body is lowered as if each argument that a reference is wired to were a Variable. Where a block of it takes that as a
reference, in any of the functions that a block calls, all of them take the Variable's handle; else it is a value, as
all other arguments are. The order of a step holds within the body too. A result that gives the Variable on, in all
of the functions, gives its handle; a loop gives on what it took so.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from app.document.model.problems import Problem
from app.document.model.sentence import say
from app.engine.compiler.elements import Given
from app.engine.compiler.lowering import Lowering
from app.engine.compiler.plan import PlanFunction, PlanNode
from app.engine.compiler.plan_walk import owner_of
from app.engine.compiler.resource_form import body_form
from app.engine.compiler.step_graph import step_graph
from app.engine.compiler.step_order import decide_order

HANDLE = "DT_RESOURCE"


class Lowered(NamedTuple):
    """The body of a function, lowered: its arguments' blocks, what these are given, and the tensors that it gives."""

    low: Lowering
    ids: tuple[str, ...]
    arguments: tuple[Given, ...]
    refs: tuple[str, ...]
    results: tuple[Given, ...]


class Handled(NamedTuple):
    """Which arguments are handles, and which results give one on, with the argument."""

    handles: frozenset[int] = frozenset()
    passed: Mapping[int, int] = {}


class Ordered(NamedTuple):
    """The nodes of a body in the order of its step, and the tensors that it gives."""

    nodes: list[PlanNode]
    refs: list[str]
    problems: list[Problem]


def handled(bodies: Sequence[Lowered], body: Lowered | None) -> Handled:
    """Return what functions take by handle that one block calls; ``body`` is that of a loop."""
    handles = frozenset(i for one in bodies for i in _taken(one))
    if not handles:
        return Handled()
    giving = [body] if body is not None else bodies
    given = [[_given_on(one, ref) for ref in one.refs] for one in giving]
    passed: dict[int, int] = {}
    for i, those in enumerate(zip(*given, strict=False)):
        argument = those[0]
        if argument in handles and all(one == argument for one in those):
            passed[i] = argument if argument is not None else 0
    if body is not None:
        passed = {i: argument for i, argument in passed.items() if i == argument}
    return Handled(handles, passed)


def _taken(body: Lowered) -> list[int]:
    """Return the arguments that blocks of a body take as references."""
    refs = {ref for _, ref in body.low.ref_uses}
    return [i for i, one in enumerate(body.ids) if f"{one}:0" in refs]


def _given_on(body: Lowered, ref: str) -> int | None:
    """Return the argument whose reference a tensor is."""
    low = body.low
    by_node: dict[str, str] = {}
    for node, taken in low.ref_uses:
        by_node.setdefault(node, taken)
    for _ in range(len(low.nodes) + 1):
        node = owner_of(low, ref)
        if node in body.ids:
            return body.ids.index(node) if body.arguments[body.ids.index(node)].is_ref else None
        before = low.passed.get(ref) if ref in low.passed else by_node.get(node)
        if before is None or (ref not in low.passed and not _is_reference(low, ref)):
            return None
        ref = before
    return None


def _is_reference(low: Lowering, ref: str) -> bool:
    """Return whether an output of a node is a reference."""
    name, _, index = ref.partition(":")
    node = low.nodes.get(name)
    op = low.catalog.op(node.op) if node is not None else None
    number = int(index or 0)
    return op is not None and number < len(op.outputs) and op.outputs[number].is_ref


def in_order(
    body: Lowered, handles: Collection[int], passed: Collection[int], functions: Mapping[str, PlanFunction]
) -> Ordered:
    """Return the nodes of a body whose arguments ``handles`` are handles; of its results ``passed`` gives these on."""
    nodes = [node for name, node in body.low.nodes.items() if name not in body.ids]
    if not handles:
        return Ordered(nodes, list(body.refs), [])
    graph = step_graph(body.low)
    for i in handles:
        name, one = body.ids[i], body.arguments[i]
        attrs = {"dtype": one.dtype, "shape": one.shape}
        graph.nodes[name] = PlanNode(name, "VariableV2", name, [], attrs)
    shown = {ref for i, ref in enumerate(body.refs) if i not in passed}
    order = decide_order(graph, {"": set(graph.nodes)}, {"": shown})
    values = [order.value_of(ref) for i, ref in enumerate(body.refs) if i not in passed]
    others = {body.ids[i] for i in range(len(body.ids)) if i not in handles}
    form = body_form([n for n in graph.nodes.values() if n.name not in others], functions, values)
    rest = iter(form.values)
    refs = [f"{body.ids[passed_as(body, i)]}:0" if i in passed else next(rest) for i in range(len(body.refs))]
    problems = [
        replace(one, code="not-in-function", hint=say("hint.no-handle-form")) for one in form.problems
    ]
    return Ordered(form.nodes, refs, problems)


def passed_as(body: Lowered, result: int) -> int:
    """Return the argument that a result gives on."""
    argument = _given_on(body, body.refs[result])
    assert argument is not None
    return argument
