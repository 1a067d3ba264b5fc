"""Says in a run which input an op would not survive: its shape, its value, or the two numbers of a division."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from app.document.model.problems import Problem, error
from app.document.model.sentence import say
from app.engine.compiler.plan import PlanNode
from app.engine.compiler.value_guards import CODE, refused_value
from app.engine.diagnostics.failed_op import Array, Given, first
from app.engine.diagnostics.matrix_facts import said_singular
from app.engine.diagnostics.refused_relations import unrelated
from blocks.op_facts.fatal_inputs import (
    DIVISIONS,
    FATAL_LENGTHS,
    FATAL_RANKS,
    FATAL_VALUES,
    INVERTED,
    PARTS,
    PLACES,
    SAME_RANKS,
    STAGED,
)
from blocks.requirement import Actual, Elementwise, InRange, RankOf, Requirement, ShapeOf, accepts
from blocks.tensor_spec import Shape


def refused_input(owner: PlanNode, given: Sequence[Given], shapes: Sequence[Shape | None]) -> Problem | None:
    """Return the problem of the first input that the op of ``owner`` would not survive; None where it would.

    ``given`` has the inputs, with the values of those that are looked at; ``shapes`` has their shapes.
    """
    known = {one.argument.name: shape for one, shape in zip(given, shapes, strict=True)}
    for one, shape in zip(given, shapes, strict=True):
        pair = (owner.op, one.argument.name)
        like = known.get(SAME_RANKS.get(pair, ""))
        if shape is not None and like is not None and len(shape) != len(like):
            return _wrong_rank(owner, one, shape, Requirement(shape=RankOf((len(like),), like=like)))
        if shape is not None and len(shape) != FATAL_RANKS.get(pair, len(shape)):
            return wrong_rank(owner, one, shape)
        length = FATAL_LENGTHS.get(pair)
        if length is not None and shape is not None and shape[0] not in (None, length):
            return _wrong_rank(owner, one, shape, Requirement(shape=ShapeOf((length,))))
        needs = FATAL_VALUES.get(pair)
        actual = first_refused(needs, one.value) if needs is not None and one.value is not None else None
        if needs is not None and actual is not None:
            return refused_value(owner.block, one.argument.pin, one.name, owner.op, needs, actual)
    problem = unrelated(owner, given, shapes)
    if problem is not None:
        return problem
    by_name = {one.argument.name: one for one in given}
    if owner.op in PLACES:
        return _wrong_place(owner, by_name, known)
    if owner.op in PARTS:
        return _wrong_parts(owner, by_name, known)
    if owner.op in INVERTED:
        return _singular(owner, by_name[INVERTED[owner.op]])
    return _overflow(owner, by_name) if owner.op in DIVISIONS else None


def wrong_rank(owner: PlanNode, given: Given, shape: Shape) -> Problem:
    """Return the problem of an input of another rank than its op survives."""
    return _wrong_rank(
        owner, given, shape, Requirement(shape=RankOf((FATAL_RANKS[owner.op, given.argument.name],)))
    )


def _wrong_rank(owner: PlanNode, given: Given, shape: Shape, needs: Requirement) -> Problem:
    sentence = say("pin.wrong-rank", pin=given.name, shape=shape, op=owner.op, needs=needs)
    return error(
        "run-failed", sentence, owner.block, given.argument.pin, requirement=needs, actual=Actual(shape=shape)
    )


def first_refused(needs: Requirement, value: Array) -> Actual | None:
    """Return the first element that is not as it must be, and where it stands."""
    assert isinstance(needs.values, Elementwise)
    is_numpy = value.dtype.kind in "iuf"  # bfloat16 is none of NumPy's own
    known = value if is_numpy else value.astype(np.float64)
    with np.errstate(invalid="ignore"):
        places = np.argwhere(~np.asarray(accepts(needs.values, known)))
    if not len(places):
        return None
    index = tuple(int(place) for place in places[0])
    return Actual(value=str(value[index]), index=index)


def _wrong_place(
    owner: PlanNode, given: Mapping[str, Given], shapes: Mapping[str, Shape | None]
) -> Problem | None:
    """Return the problem of a place that its picture does not have."""
    argument, pictures, attr = PLACES[owner.op]
    places, shape = given[argument], shapes[pictures]
    if places.value is None or shape is None or not shape or places.value.ndim == 0:
        return None
    count = math.prod(size or 0 for size in shape[1:])
    rows = places.value
    if owner.attrs.get(attr):
        starts = np.arange(len(rows)).reshape(-1, *[1] * (rows.ndim - 1)) * count
        rows = np.clip(rows, -(2**62), 2**62) - starts
    needs = Requirement(values=InRange(0, count - 1))
    wrong = first_refused(needs, rows)
    if wrong is None or wrong.index is None:
        return None
    actual = Actual(value=str(places.value[wrong.index]), index=wrong.index)
    return refused_value(owner.block, places.argument.pin, places.name, owner.op, needs, actual)


def refused_place(owner: PlanNode, given: Sequence[Given], count: int) -> Problem | None:
    """Return the problem of a place that is none of the ``count`` which the elements of a stage have."""
    places = next(one for one in given if one.argument.name == STAGED[owner.op])
    needs = Requirement(values=InRange(0, count - 1))
    actual = first_refused(needs, places.value) if places.value is not None and count else None
    if actual is None:
        return None
    return refused_value(owner.block, places.argument.pin, places.name, owner.op, needs, actual)


def _wrong_parts(
    owner: PlanNode, given: Mapping[str, Given], shapes: Mapping[str, Shape | None]
) -> Problem | None:
    """Return the problem of rows of an id, a begin and an end that do not part the rows of another input.

    With an id twice, who waits for another id is forgotten but woken later, which ends the process.
    """
    argument, other = PARTS[owner.op]
    parts, shape = given[argument], shapes[other]
    if parts.value is None or not shape or shape[0] is None:
        return None
    needs = say("needs.parts", count=shape[0], other=given[other].name)
    if parts.value.ndim == 2 and parts.value.shape[1] == 3:
        sizes = parts.value[:, 2].astype(object) - parts.value[:, 1]
        if all(size >= 0 for size in sizes) and sum(sizes) <= shape[0]:
            if len(np.unique(parts.value[:, 0])) == len(sizes):
                return None
            needs = say("needs.own-ids")
    sentence = say("value.no-parts", pin=parts.name, op=owner.op, needs=needs)
    actual = parts.actual
    return error(CODE, sentence, owner.block, parts.argument.pin, requirement=needs, actual=actual)


def _singular(owner: PlanNode, given: Given) -> Problem | None:
    """Return the problem of a matrix that cannot be inverted."""
    value = given.value
    if value is None or value.ndim < 2 or value.shape[-1] != value.shape[-2] or not np.isfinite(value).all():
        return None  # refused by the op itself, or NaN at once
    if not value.size or (np.linalg.matrix_rank(value) == value.shape[-1]).all():
        return None
    sentence = say("matrix.singular", input=given.name)
    needs, actual = say("needs.invertible"), said_singular(value)
    return error(CODE, sentence, owner.block, given.argument.pin, requirement=needs, actual=actual)


def _overflow(owner: PlanNode, given: Mapping[str, Given]) -> Problem | None:
    """Return the problem of a division of the least whole number by -1, of which the processor makes a signal."""
    names = DIVISIONS[owner.op]
    values = [value for name in names if (value := given[name].value) is not None]
    if len(values) < len(names) or values[0].dtype.kind != "i":
        return None
    least = int(np.iinfo(values[0].dtype).min)
    if not (values[0] == least).any() or not (values[1] == -1).any():
        return None
    try:
        dividends, divisors = _side_by_side(*values)
    except (IndexError, ValueError):
        return None  # shapes or indices that the op refuses by itself
    if not ((dividends == least) & (divisors == -1)).any():
        return None
    dividend, divisor = (given[name] for name in names[:2])
    needs = say("needs.no-minus-1", dividend=dividend.name, least=str(least))
    sentence = say("value.overflows", pin=divisor.name, op=owner.op, needs=needs)
    place = first(divisor.value, lambda value: value == -1)
    return error(
        CODE,
        sentence,
        owner.block,
        divisor.argument.pin,
        requirement=needs,
        actual=place.actual(divisor) if place is not None else None,
    )


def _side_by_side(dividend: Array, divisor: Array, indices: Array, *shape: Array) -> tuple[Array, Array]:
    """Return the numbers that are divided by each other in the same place.

    ``indices`` are rows of the dividend; with ``shape``, they are those of a sparse dividend of that shape.
    """
    if shape:
        return dividend, np.broadcast_to(divisor, shape[0])[tuple(indices.T)]
    rows = dividend[indices]
    return rows, np.broadcast_to(divisor, rows.shape)
