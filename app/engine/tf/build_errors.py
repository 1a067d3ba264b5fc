"""Explains why TensorFlow refuses a node: the pin or pins at fault, what they require, what they get from where."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import tensorflow as tf
from msgspec import structs
from tensorflow.python.framework import smart_cond

from app.document.model.problems import Problem, error
from app.document.model.sentence import Sentence, quote, say
from app.engine.compiler.plan import Plan, PlanNode
from app.engine.diagnostics.failed_op import values_text
from app.engine.diagnostics.message_patterns import reading_of
from app.engine.diagnostics.origins import Argument, Origins, arguments, pin_of_attr
from app.engine.tf.error_messages import build_problem, one_line
from app.engine.tf.input_blame import Conflict, Trials, blame
from blocks.op_facts.index_arguments import AXES, AXIS_ATTRS
from blocks.op_facts.input_shapes import CHIEFS
from blocks.op_facts.shape_rules import Given, required_shape, required_values
from blocks.requirement import Actual, InRange, RankOf, Requirement, ShapeOf

_MOST_VALUES = 12  # of a constant that a sentence writes out
_HIGHEST_RANK = 6  # that is tried


class _Input(NamedTuple):
    """One input of the refused node, as sentences name it."""

    position: int
    argument: Argument
    given: Given
    source: str | None  # the output that it is wired to

    @property
    def origin(self) -> Sentence | None:
        """What a sentence says of the output that it is wired to."""
        return say("input.origin", source=self.source) if self.source else None


def refused(
    plan: Plan,
    graph: tf.Graph,
    node: PlanNode,
    inputs: Sequence[tf.Tensor],
    message: str,
    origins: Origins | None = None,
) -> list[Problem]:
    """Return the problems of a node that TensorFlow refuses to build with ``message``, the first cause first.

    ``inputs`` are tensors of ``graph`` for the node's inputs in order, control inputs left out, whatever their
    names; the trials add nodes to the graph that nothing uses. ``origins`` are the plan's, where known already.
    """
    found = conflict_problems(plan, graph, node, inputs, message, origins or Origins(plan))
    return found or [build_problem(plan, node, message)]


def conflict_problems(
    plan: Plan,
    graph: tf.Graph,
    node: PlanNode,
    inputs: Sequence[tf.Tensor],
    message: str,
    origins: Origins,
) -> list[Problem]:
    """Return a problem for each of the node's conflicts; none where no inputs are to blame."""
    known = arguments(plan, node)
    if len(known) != len(inputs):
        return []
    conflicts = [c for c in blame(graph, node, inputs, plan.device) if c.positions]
    if not conflicts:
        return []
    refs = [r for r in node.inputs if not r.startswith("^")]
    valued = frozenset().union(*(c.by_value for c in conflicts))
    described = [
        _Input(i, argument, _given(argument, tensor, i in valued), origins.pin(ref))
        for i, (argument, ref, tensor) in enumerate(zip(known, refs, inputs, strict=True))
    ]
    axes = (
        _axis_of_attr(plan, node, described[c.positions[0]], message)
        for c in conflicts
        if len(c.positions) == 1
    )
    axis = next(filter(None, axes), None)
    if axis is not None:
        return [axis]
    with graph.as_default():
        trials = Trials(graph, node, inputs, plan.device)
        return [_problem(node, conflict, described, message, trials) for conflict in conflicts]


def _given(argument: Argument, tensor: tf.Tensor, is_valued: bool) -> Given:
    """Describe an input; where its value is at fault, TensorFlow's shape function has computed it, so it can be had."""
    shape = None if tensor.shape.rank is None else tuple(tensor.shape.as_list())
    constant = None if tensor.dtype._is_ref_dtype else _static_value(tensor, is_valued)
    values = None if constant is None or constant.size > _MOST_VALUES else tuple(constant.ravel().tolist())
    return Given(argument.name, shape, values)


def _static_value(tensor: tf.Tensor, is_valued: bool) -> Any:
    return smart_cond.smart_constant_value(tensor) if is_valued else tf.get_static_value(tensor)


def _problem(node: PlanNode, conflict: Conflict, inputs: list[_Input], whole: str, trials: Trials) -> Problem:
    """Explain one conflict: the pin that is named first requires what the others, or its op, say."""
    reason = one_line(conflict.message)
    involved = [inputs[i] for i in conflict.positions]
    chief = _chief(node, involved, reason)
    others = [i for i in involved if i is not chief]
    by_value = chief.position in conflict.by_value and chief.given.values is not None
    needs: Requirement | Sentence | None = _required(node, chief, [o.given for o in others], by_value)
    if needs is None:
        needs = _accepted_ranks(trials, conflict, chief) or reading_of(reason).requirement
    actual = _value(chief) if by_value else _shape(chief)
    beside = _beside([(o, o.position in conflict.by_value) for o in others])
    name, origin = str(chief.argument), chief.origin
    if needs is None:
        sentence = say(
            "shape.unfit", input=name, actual=actual, origin=origin, beside=beside, said=quote(reason)
        )
    else:
        sentence = say("shape.refused", input=name, needs=needs, actual=actual, origin=origin, beside=beside)
    return error(
        "bad-shape",
        sentence,
        node.block,
        chief.argument.pin,
        related=_related(node, chief, others),
        requirement=needs,
        actual=actual,
        detail=whole,
    )


def _axis_of_attr(plan: Plan, node: PlanNode, chief: _Input, whole: str) -> Problem | None:
    """Return the problem of an attr that names a dimension which the input does not have; None where all name some."""
    for attr, argument, more, from_end in AXIS_ATTRS.get(node.op, ()):
        shape, value = chief.given.shape, node.attrs.get(attr)
        if argument != chief.argument.name or shape is None:
            continue
        rank = len(shape) + more
        needs = Requirement(values=InRange(-rank if from_end else 0, rank - 1))
        listed = value if isinstance(value, (list, tuple)) else [value]
        bad = next(
            (v for v in listed if isinstance(v, int) and not (-rank if from_end else 0) <= v < rank), None
        )
        if bad is None:
            continue
        pin = pin_of_attr(plan, node, attr)
        name, actual = pin or f"{attr}_", Actual(value=str(bad))
        beside = _beside([(chief, False)])
        sentence = say("shape.refused", input=name, needs=needs, actual=actual, origin=None, beside=beside)
        related = (f"{node.block}.{chief.argument.pin}",)
        found = error("bad-shape", sentence, node.block, pin or "attrs", requirement=needs, actual=actual)
        return structs.replace(found, related=related, detail=whole)
    return None


def _beside(others: list[tuple[_Input, bool]]) -> Sentence | None:
    """Return what a sentence says of the other inputs of a conflict: their values or shapes."""
    inputs = tuple(
        say(
            "shape.other",
            input=str(other.argument),
            actual=_value(other) if by_value else _only_shape(other),
            origin=other.origin,
        )
        for other, by_value in others
    )
    return say("shape.beside", inputs=inputs) if inputs else None


def _chief(node: PlanNode, involved: list[_Input], reason: str) -> _Input:
    """Return the input to name first: the last one, as an op's first inputs are its data.

    Tensors of one list that do not fit each other come before the axis that shows it; an axis comes before the
    tensor that does not have it.
    """
    axes = [i for i in involved if (node.op, i.argument.name) in AXES]
    listed = [i for i in involved if i.argument.place is not None]
    if len(listed) > 1:
        return listed[-1]
    if axes and len(involved) > 1 and any(word in reason for word in ("rank", "range", "axis")):
        return axes[0]
    for name in CHIEFS.get(node.op, ()):
        for one in involved:
            if one.argument.name == name:
                return one
    return involved[-1]


def _required(node: PlanNode, chief: _Input, others: list[Given], by_value: bool) -> Requirement | None:
    find = required_values if by_value else required_shape
    return find(node.op, node.attrs, chief.given, others)


def _accepted_ranks(trials: Trials, conflict: Conflict, chief: _Input) -> Requirement | None:
    """Find by trial which ranks the op would take beside the others; None where the rank is not the matter."""
    shape = chief.given.shape
    if shape is None or chief.position in conflict.by_value:
        return None
    taken = []
    for rank in range(_HIGHEST_RANK + 1):
        stand_in = trials.stand_in(chief.position, [None] * rank)
        if trials.refusal(conflict.positions, {chief.position: stand_in}) is None:
            taken.append(rank)
    if not taken or len(shape) in taken:
        return None
    if taken[-1] == _HIGHEST_RANK and len(taken) > 1:
        return Requirement(shape=RankOf((taken[0],), "least"))
    if len(taken) > 1:
        return Requirement(shape=RankOf(tuple(taken)))
    return Requirement(shape=ShapeOf((None,) * taken[0]))


def _shape(one: _Input) -> Actual | Sentence:
    """Return the shape; of a short typed text, which one may take for another shape, the text as well."""
    shape, values = one.given.shape, one.given.values
    if one.source is not None or values is None or shape is None or len(shape) > 1:
        return _only_shape(one)
    return Actual(value=values_text(values, bool(shape)), shape=shape)


def _value(one: _Input) -> Actual | Sentence:
    values = one.given.values
    if values is None:
        return _only_shape(one)
    return Actual(value=values_text(values, bool(one.given.shape)), origins=_origins(one))


def _only_shape(one: _Input) -> Actual | Sentence:
    shape = one.given.shape
    return say("shape.unknown") if shape is None else Actual(shape=shape, origins=_origins(one))


def _origins(one: _Input) -> tuple[str, ...]:
    return (one.source,) if one.source else ()


def _related(node: PlanNode, chief: _Input, others: list[_Input]) -> tuple[str, ...]:
    """Return the other pins of a conflict; where they are the chief's own pin, the wires' sources."""
    found: dict[str, None] = {}
    for other in others:
        same_pin = other.argument.pin == chief.argument.pin
        found[other.source if same_pin and other.source else f"{node.block}.{other.argument.pin}"] = None
    return tuple(found)
