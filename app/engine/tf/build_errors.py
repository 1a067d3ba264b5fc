"""Explains why TensorFlow refuses a node: the pin or pins at fault, what they require, what they get from where."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf
from msgspec import structs
from tensorflow.python.framework import smart_cond

from app.document.model.problems import Problem, error
from app.document.model.sentence import Sentence, quote, say
from app.engine.compiler.plan import Plan, PlanNode
from app.engine.diagnostics.complaint import Seen, Site
from app.engine.diagnostics.evidence import guessed, said_requirement
from app.engine.diagnostics.failed_op import values_text
from app.engine.diagnostics.message_patterns import Reading, reading_of
from app.engine.diagnostics.origins import Argument, Origins, arguments, pin_of_attr
from app.engine.diagnostics.verdict import (
    Verdict,
    complained,
    misshapen,
    of_input,
    related_attrs,
    verdict_problem,
)
from app.engine.tf.error_messages import build_problem, one_line, pointed_out
from app.engine.tf.handle_shapes import is_handle
from app.engine.tf.input_blame import Conflict, Trials, blame, known_shape
from app.engine.tf.unknown_shapes import unknown_shape
from blocks.op_facts.index_arguments import AXES, AXIS_ATTRS
from blocks.op_facts.input_shapes import CHIEFS, INPUT_SHAPES
from blocks.op_facts.shape_rules import Given, required_shape, required_values
from blocks.requirement import Actual, InRange, RankOf, Requirement, ShapeOf
from blocks.tensor_spec import Shape

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
    origins = origins or Origins(plan)
    open_one = unknown_shape(plan, graph, node, inputs, message, origins)
    if open_one is not None:
        return [open_one]
    found = conflict_problems(plan, graph, node, inputs, message, origins)
    found = found or _alone(plan, node, inputs, message, origins)
    return found or [build_problem(plan, node, message)]


def _alone(
    plan: Plan, node: PlanNode, inputs: Sequence[tf.Tensor], message: str, origins: Origins
) -> list[Problem]:
    """Return the problem of a node that no trial explains, by its message and the facts of shapes; none if unknown."""
    known = arguments(plan, node)
    if len(known) == len(inputs):
        sources = {a: origins.pin(r) for a, r in zip(known, _refs(node), strict=True)}
        described = [
            _Input(i, argument, _given(argument, tensor, False), sources[argument])
            for i, (argument, tensor) in enumerate(zip(known, inputs, strict=True))
        ]
        site = _site(node, described)
        verdict = misshapen(site, usual=False) or complained(one_line(message), site)
        plain = build_problem(plan, node, message)
        if verdict is not None:
            judged = verdict_problem(plan, node, verdict, sources, plain.code)
            return [structs.replace(judged, detail=message)]
        guess = guessed(one_line(message), site)
        if guess is not None:
            return [pointed_out(plain, verdict_problem(plan, node, guess, sources))]
    return []


def _refs(node: PlanNode) -> list[str]:
    return [r for r in node.inputs if not r.startswith("^")]


def _site(node: PlanNode, inputs: Sequence[_Input]) -> Site:
    """Return the node as the table of messages sees it."""
    return Site(node.op, node.attrs, [Seen(i.argument, i.given.shape, _array(i.given)) for i in inputs])


def _array(given: Given) -> Any:
    """Return the value of a constant input; None where it is not known."""
    if given.values is None or given.shape is None or None in given.shape:
        return None
    return np.array(
        given.values, object if any(isinstance(v, bytes) for v in given.values) else None
    ).reshape(given.shape)


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
    conflicts = [c for c in blame(graph, node, inputs, plan.device_of(node.block)) if c.positions]
    if not conflicts:
        return []
    refs = _refs(node)
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
        trials = Trials(graph, node, inputs, plan.device_of(node.block))
        return _each_fault([_problem(plan, node, c, described, message, trials) for c in conflicts])


def _given(argument: Argument, tensor: tf.Tensor, is_valued: bool) -> Given:
    """Describe an input; where its value is at fault, TensorFlow's shape function has computed it, so it can be had."""
    shape = known_shape(tensor)
    has_values = not tensor.dtype._is_ref_dtype and not is_handle(tensor)
    constant = _static_value(tensor, is_valued or shape is None) if has_values else None
    shape = tuple(constant.shape) if shape is None and constant is not None else shape
    values = None if constant is None or constant.size > _MOST_VALUES else tuple(constant.ravel().tolist())
    return Given(argument.name, shape, values)


def _static_value(tensor: tf.Tensor, is_valued: bool) -> Any:
    return smart_cond.smart_constant_value(tensor) if is_valued else tf.get_static_value(tensor)


def _problem(
    plan: Plan, node: PlanNode, conflict: Conflict, inputs: list[_Input], whole: str, trials: Trials
) -> Problem:
    """Explain one conflict: the pin that is named first requires what the others, or its op, say."""
    reason = one_line(conflict.message)
    involved = [inputs[i] for i in conflict.positions]
    verdict = complained(reason, _site(node, inputs))
    if verdict is not None:
        return _judged(plan, node, conflict, inputs, verdict, whole)
    chief = _chief(node, involved, inputs, reason)
    others = [i for i in involved if i is not chief]
    by_value = chief.position in conflict.by_value and chief.given.values is not None
    needs: Requirement | Sentence | None = _required(node, chief, [o.given for o in others], by_value)
    if needs is None:
        needs = _accepted_ranks(trials, conflict, chief)
        needs = needs or _accepted_length(trials, conflict, chief, reading_of(reason))
        needs = needs or _accepted_size(trials, conflict, chief, reading_of(reason))
        needs = needs or _said_of(chief, reading_of(reason), by_value)
    quoted = said_requirement(reason) if needs is None else None
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
        requirement=needs or quoted,
        actual=actual,
        detail=whole,
    )


def _each_fault(problems: list[Problem]) -> list[Problem]:
    """Return the problems without those that count the same list anew, at another pin that goes with it."""
    found: list[Problem] = []
    for problem in problems:
        needs = problem.requirement
        is_count = isinstance(needs, Sentence) and needs.key == "needs.one-for-each"
        place = f"{problem.block}.{problem.pin}"
        if not is_count or not any(place in p.related and p.requirement == needs for p in found):
            found.append(problem)
    return found


def _said_of(chief: _Input, reading: Reading, by_value: bool) -> Requirement | Sentence | None:
    """Return what a message requires of an input: of two sizes that must be equal, it is the one of the other input.

    ``by_value``: the sizes are numbers that the input holds, not those of its shape.
    """
    needs, there, shape = reading.requirement, reading.actual, chief.given.shape
    if isinstance(needs, Sentence) and needs.key == "needs.in-place-of" and shape is not None:
        size, old = needs["size"], needs["old"]
        is_own = old not in shape and size in shape  # the message names the other input's size first
        size, old = (old, size) if is_own else (size, old)
        return say("needs.in-place-of", size=size, old=old) if by_value else _placed(size, old, shape)
    if (
        not isinstance(needs, Sentence)
        or not isinstance(there, Sentence)
        or needs.key != there.key
        or shape is None
    ):
        return needs
    if needs.key != "needs.number-in-dimension":
        return needs
    dimension = needs["dimension"]
    is_own = isinstance(dimension, int) and dimension < len(shape) and shape[dimension] == needs["size"]
    return there if is_own else needs


def _placed(size: Any, old: Any, shape: Shape) -> Sentence:
    """Return which size must stand in place of another, by its dimension where only one has that size."""
    if shape.count(old) == 1:
        return say("needs.number-in-dimension", size=size, dimension=shape.index(old))
    return say("needs.in-place-of", size=size, old=old)


def _judged(
    plan: Plan, node: PlanNode, conflict: Conflict, inputs: list[_Input], verdict: Verdict, whole: str
) -> Problem:
    """Return the problem of a conflict whose message the table has; the other inputs of it stand beside."""
    involved = [inputs[i].argument for i in conflict.positions]
    alone = next((o for o in verdict.others if [o.argument] == involved), None)
    if alone is not None and not _has(
        alone, verdict.needs
    ):  # of those that may be meant it is refused by itself
        verdict = _moved(verdict, alone)
    problem = verdict_problem(plan, node, verdict, {i.argument: i.source for i in inputs}, "bad-shape")
    blamed = None if verdict.chief is None else verdict.chief.argument
    chief = next((i for i in inputs if i.argument == blamed), None)
    others = [inputs[i] for i in conflict.positions if inputs[i] is not chief]
    related = (
        _related(node, chief, others)
        if chief is not None
        else tuple(f"{node.block}.{o.argument.pin}" for o in others)
    )
    if problem.actual is not None:
        sentence = say(
            "shape.refused",
            input=problem.pin if chief is None else str(chief.argument),
            needs=verdict.needs,
            actual=problem.actual,
            origin=None if chief is None else chief.origin,
            beside=_beside([(o, o.position in conflict.by_value) for o in others]),
        )
        problem = structs.replace(problem, sentence=sentence)
    attrs = tuple(f"{node.block}.{pin}" for pin in related_attrs(plan, node, verdict))
    return structs.replace(problem, related=(*related, *attrs) if related else problem.related, detail=whole)


def _has(seen: Seen, needs: Requirement | Sentence) -> bool:
    """Return whether an input is of the very shape that is required: then another one is at fault."""
    shape = needs.shape if isinstance(needs, Requirement) else None
    return isinstance(shape, ShapeOf) and seen.shape is not None and tuple(shape.sizes) == seen.shape


def _moved(verdict: Verdict, chief: Seen) -> Verdict:
    """Return a verdict that blames another input, and says what that one has where it said it of the first one."""
    is_own = verdict.chief is not None and verdict.actual == of_input(verdict.chief, verdict.needs)
    return verdict._replace(chief=chief, actual=of_input(chief, verdict.needs) if is_own else verdict.actual)


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


def _odd_one(node: PlanNode, involved: list[_Input], inputs: list[_Input]) -> _Input | None:
    """Return which of two inputs of one shape a third one contradicts; None where none does."""
    alike = INPUT_SHAPES.get(node.op, {})
    if len(involved) != 2 or any(not alike.get(i.argument.name, "").endswith("*shape") for i in involved):
        return None
    for one, other in (involved, involved[::-1]):
        for third in inputs:
            is_third = third not in involved and alike.get(third.argument.name, "").endswith("*shape")
            if is_third and third.given.shape is not None and third.given.shape == one.given.shape:
                return other
    return None


def _chief(node: PlanNode, involved: list[_Input], inputs: list[_Input], reason: str) -> _Input:
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
    odd = _odd_one(node, involved, inputs)
    if odd is not None:
        return odd
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


def _accepted_length(
    trials: Trials, conflict: Conflict, chief: _Input, reading: Reading
) -> Requirement | None:
    """Find by trial how many numbers a vector of sizes holds, where a message speaks of the rank of what it sizes."""
    needs, shape = reading.requirement, chief.given.shape
    sizes = needs.shape.sizes if isinstance(needs, Requirement) and isinstance(needs.shape, ShapeOf) else ()
    if shape is None or len(shape) != 1 or not sizes or any(size is not None for size in sizes):
        return None
    stand_in = trials.stand_in(chief.position, [len(sizes)])
    if trials.refusal(conflict.positions, {chief.position: stand_in}) is not None:
        return None
    return Requirement(shape=ShapeOf((len(sizes),)))


def _accepted_size(trials: Trials, conflict: Conflict, chief: _Input, reading: Reading) -> Sentence | None:
    """Find by trial in which dimension a size must stand in place of another; None where no single one cures it."""
    needs, shape = reading.requirement, chief.given.shape
    if not isinstance(needs, Sentence) or needs.key != "needs.in-place-of" or shape is None:
        return None
    if chief.position in conflict.by_value:
        return None
    for size, old in ((needs["size"], needs["old"]), (needs["old"], needs["size"])):
        assert isinstance(size, int)
        for dimension in (i for i, there in enumerate(shape) if there == old):
            mended = [*shape[:dimension], size, *shape[dimension + 1 :]]
            stand_in = trials.stand_in(chief.position, mended)
            if trials.refusal(conflict.positions, {chief.position: stand_in}) is None:
                return say("needs.number-in-dimension", size=size, dimension=dimension)
    return None


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
