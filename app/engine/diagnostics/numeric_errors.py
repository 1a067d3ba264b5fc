"""Explains failures of numbers: indices out of range, divisions by zero, NaN, orders, dtypes, matrices."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np

from app.document.model.sentence import Sentence, quote, say
from app.engine.diagnostics.failed_op import (
    Array,
    Explainer,
    Explanation,
    Failure,
    Given,
    Place,
    first,
    first_row,
)
from app.engine.diagnostics.matrix_facts import said_singular
from app.engine.diagnostics.message_patterns import said_shape
from blocks.dtypes import said_dtype
from blocks.op_facts.index_arguments import COUNTS_COLUMNS, INDICES, PERMUTATIONS, POINTS
from blocks.op_facts.siblings import TAKING_UNSORTED_SEGMENTS
from blocks.requirement import Actual, EachOnce, Finite, IndicesBelow, InRange, Requirement, ShapeOf

_SAID = re.compile(r"= (-?\d+|\[[-\d, ]*\]) (?:is not in|does not index|is out)|value of (-?\d+)")
_SAID_SHAPE = re.compile(r"into (?:param )?shape \[([\d, ]*)\]|index < \[([\d, ]*)\]")
_SAID_LIMIT = re.compile(r"\[0, (\d+)\)")


def out_of_range(failure: Failure, found: re.Match[str]) -> Explanation | None:
    """An index beyond what it counts."""
    name, counted = INDICES.get(failure.node.op, ("indices", None))
    listed = [g for g in failure.given if g.argument.name == name]
    negative = (g for g in listed if g.value is not None and (g.value < 0).any())
    indices = next(negative, listed[0] if listed else None)
    if indices is None:
        return None
    table = failure.arg(counted) if counted else None
    limit = _limit(failure, table)
    bad = first(indices.value, lambda v: (v < 0) | (v >= limit)) if limit is not None else None
    needs = _indices_below(_SAID_SHAPE.search(failure.message))
    if (
        failure.node.op == "GatherNd"
        and table is not None
        and table.shape is not None
        and indices.value is not None
    ):
        bad, limit = first_row(indices.value, table.shape), None
        needs = Requirement(values=IndicesBelow(table.shape))
    if failure.node.op in POINTS and table is not None and table.shape and indices.value is not None:
        sizes = np.array(table.shape[: indices.value.shape[-1]])
        bad = first(indices.value, lambda v: (v < 0) | (v >= sizes))
        limit = None
        needs = None if bad is None or bad.at is None else _below(int(sizes[bad.at[-1]]))
    if bad is None and needs is not None and isinstance(needs.values, IndicesBelow):
        bad = _first_point(indices, needs.values)
    if bad is None:
        said = _SAID.search(failure.message)
        bad = Place(said[1] or said[2]) if said else None
    if bad is None and limit is None and needs is None:
        bad = first(indices.value, lambda v: v < 0)
        needs = Requirement(values=InRange(0)) if bad is not None else None
    actual = bad.actual(indices) if bad is not None else None
    index = actual or say("index.some")
    holds = say("index.holds", input=indices.name, index=index, limit=_limits(failure, table, limit, needs))
    if limit is not None:
        below = Requirement(values=InRange(0, limit - 1))
        return Explanation(indices, holds, below if limit else say("needs.no-index"), actual)
    return Explanation(indices, holds, needs, actual)


def _first_point(indices: Given, below: IndicesBelow) -> Place | None:
    """Return the first row of indices that does not point into a shape, with its place."""
    value, shape = indices.value, below.shape
    if value is None or not value.ndim or shape is None or value.shape[-1] > len(shape) or None in shape:
        return None
    return first_row(value, [size or 0 for size in shape])


def _below(size: int) -> Requirement | None:
    return Requirement(values=InRange(0, size - 1)) if size else None


def _limits(
    failure: Failure, table: Given | None, limit: int | None, needs: Requirement | None
) -> Sentence | None:
    """Return what a sentence says of the limit of indices."""
    if table is not None and table.shape is not None:
        if limit is None:
            return say("index.table-shape", table=table.name, shape=table.shape)
        if failure.node.op in COUNTS_COLUMNS:
            return say("index.table-columns", table=table.name, count=limit)
        if table.argument.name == "image":
            return say("index.table-pictures", table=table.name, count=limit)
        return say("index.table-rows", table=table.name, count=limit)
    if limit == 1:
        return say("index.may-only-be", only=0)
    if limit is not None:
        return say("index.may-be", low=0, high=limit - 1)
    return say("index.may-hold", needs=needs) if needs is not None else None


def _limit(failure: Failure, table: Given | None) -> int | None:
    said = _SAID_LIMIT.search(failure.message)
    if said:
        return int(said[1])
    if failure.components:
        return failure.components
    if table is None or not table.shape:
        return None
    return table.shape[-1 if failure.node.op in COUNTS_COLUMNS else 0]


def _indices_below(said: re.Match[str] | None) -> Requirement | None:
    if said is None:
        return None
    sizes = (said[1] or said[2] or "").split(",")
    return Requirement(values=IndicesBelow(tuple(int(n) for n in sizes if n.strip())))


def zero_divisor(failure: Failure, found: re.Match[str]) -> Explanation | None:
    """A division of whole numbers by 0."""
    divisor = failure.arg("y")
    if divisor is None:
        return None
    bad = first(divisor.value, lambda v: v == 0)
    zero = Place("0", bad.at if bad is not None else None).actual(divisor)
    sentence = say("number.zero-divisor", input=divisor.name, zero=zero)
    return Explanation(divisor, sentence, say("needs.no-zero"), zero, hint=say("hint.cast-for-inf"))


def not_finite(failure: Failure, found: re.Match[str]) -> Explanation | None:
    """A NaN or an infinity where the op checks for them."""
    tensor = failure.arg("tensor")
    if tensor is None:
        return None
    needs = Requirement(values=Finite())
    values: Array | None = None if tensor.value is None else tensor.value.astype(np.float64)
    bad = first(values, lambda v: ~np.isfinite(v))
    if bad is not None and values is not None:
        count = int(np.count_nonzero(~np.isfinite(values)))
        actual = bad._replace(value="NaN" if bad.value == "nan" else bad.value).actual(tensor)
        size = int(values.size)
        sentence = say("number.not-finite", input=tensor.name, value=actual, count=count, size=size)
        return Explanation(tensor, sentence, needs, actual)
    kinds = tuple(k for k in ("NaN", "Inf") if k.lower() in found[0].lower())
    some = say("number.kinds", kinds=kinds) if kinds else say("number.some-kind")
    return Explanation(tensor, say("number.holds", input=tensor.name, value=some), needs, some)


def slice_beyond(failure: Failure, found: re.Match[str]) -> Explanation | None:
    """A slice that reaches beyond its tensor."""
    chief, whole = failure.arg(found[1]), failure.arg("input")
    if chief is None:
        return None
    dimension, value = int(found[2]), found[5]
    needs = Requirement(values=InRange(int(found[3]), int(found[4])))
    shape = None
    if whole is not None and whole.shape is not None:
        shape = say("slice.as-input-is", input=whole.name, shape=whole.shape)
    begin = failure.arg("begin")
    start = begin.value.ravel().tolist() if begin is not None and begin.value is not None else []
    if chief is not begin and begin is not None and dimension < len(start):
        size = int(found[4]) + start[dimension]
        shape = say("slice.begins-at", begin=begin.name, start=start[dimension], size=size)
    sentence = say(
        "slice.beyond", input=chief.name, value=value, dimension=dimension, needs=needs, shape=shape
    )
    others = tuple(g for g in (begin, whole) if g is not None and g is not chief)
    requirement = say("needs.for-dimension", needs=needs, dimension=dimension)
    return Explanation(chief, sentence, requirement, Actual(value=value, origins=chief.origins), others)


def perm_repeats(failure: Failure, found: re.Match[str]) -> Explanation | None:
    """A permutation that names a dimension twice, or one that there is not."""
    perm = failure.arg(PERMUTATIONS.get(failure.node.op, "perm"))
    if perm is None or perm.value is None:
        return None
    needs = Requirement(values=EachOnce(int(perm.value.size)))
    sentence = say("number.each-once", input=perm.name, actual=perm.actual, needs=needs)
    return Explanation(perm, sentence, needs, perm.actual)


def unsorted(failure: Failure, found: re.Match[str]) -> Explanation | None:
    """Numbers of segments that get smaller."""
    ids = failure.arg("segment_ids")
    if ids is None:
        return None
    needs = say("needs.rising")
    sentence = say("number.unsorted", input=ids.name, actual=ids.actual or say("number.numbers"), needs=needs)
    sibling = TAKING_UNSORTED_SEGMENTS.get(failure.node.op)
    hint = say("hint.any-order", block=sibling) if sibling else None
    return Explanation(ids, sentence, needs, ids.actual, hint=hint)


def assertion(failure: Failure, found: re.Match[str]) -> Explanation | None:
    """An Assert whose condition is false."""
    condition = failure.arg("condition")
    if condition is None:
        return None
    data = found[1].strip() if found[1] else ""
    sentence = say("assert.false", input=condition.name)
    if data:
        sentence = say("assert.false-with-data", input=condition.name, data=quote(data))
    return Explanation(condition, sentence, Requirement(names=("true",)), Actual(value="false"))


def bad_cast(failure: Failure, found: re.Match[str]) -> Explanation | None:
    """A cast between dtypes that have none."""
    actual, target = map(said_dtype, (found[1], found[2]))
    hint = None
    if actual == "string":
        hint = say("hint.string-to-number")
    elif target == "string":
        hint = say("hint.as-string")
    chief = failure.arg("x")
    sentence = say("dtype.no-cast", input=chief.name if chief else "x", dtype=actual, target=target)
    return Explanation(chief, sentence, say("needs.castable", target=target), Actual(dtype=actual), hint=hint)


def not_invertible(failure: Failure, found: re.Match[str]) -> Explanation | None:
    """A matrix without an inverse, or one that is not positive definite."""
    matrix = failure.arg("input", "matrix")
    if matrix is None:
        return None
    name, shape = matrix.name, matrix.shape
    endless = endless_matrix(failure, found)
    if endless is not None:
        return endless
    if failure.node.op.startswith("Cholesky"):
        needs = say("needs.positive-definite")
        there = (
            say("actual.indefinite") if shape is None else say("actual.not-positive-definite", shape=shape)
        )
        return Explanation(matrix, say("matrix.not-positive-definite", input=name), needs, there)
    main_diagonal = None
    if failure.node.op == "BandedTriangularSolve":
        main_diagonal = 0 if failure.node.attrs.get("lower", True) else -1
    actual = said_singular(matrix.value, main_diagonal)
    return Explanation(matrix, say("matrix.singular", input=name), say("needs.invertible"), actual)


def endless_matrix(failure: Failure, found: re.Match[str]) -> Explanation | None:
    """A matrix that holds NaN or infinity; None where all its numbers are finite, or not known."""
    matrix = failure.arg("input", "matrix")
    if matrix is None or matrix.value is None or matrix.value.dtype.kind not in "fc":
        return None
    bad = first(matrix.value, lambda value: ~np.isfinite(value))
    if bad is None:
        return None
    needs, actual = Requirement(values=Finite()), bad.actual(matrix)
    return Explanation(
        matrix, say("input.requires-gets", input=matrix.name, needs=needs, actual=actual), needs, actual
    )


def components(failure: Failure, found: re.Match[str]) -> Explanation | None:
    """A tensor of another shape than a queue takes."""
    component = next((g for g in failure.given if g.argument.name == "components"), None)
    if component is None:
        return None
    place = int(found[1])
    chief = next((g for g in failure.given if g.argument.place == place), component)
    needs, there = said_shape(found[2]), said_shape(found[3])
    if needs is None or there is None:
        return None
    handle = failure.arg("handle")
    if place > 0 and failure.node.op.startswith("QueueEnqueueMany") and needs[1:] == there[1:]:
        rows = say("needs.number-in-dimension", size=needs[0], dimension=0)
        sentence = say(
            "queue.other-rows", input=chief.name, rows=there[0], other=component.name, needs=needs[0]
        )
        return Explanation(chief, sentence, rows, Actual(shape=there, origins=chief.origins), (component,))
    sentence = say("queue.other-shape", input=chief.name, shape=there, needs=needs)
    requirement, actual = Requirement(shape=ShapeOf(needs)), Actual(shape=there, origins=chief.origins)
    return Explanation(chief, sentence, requirement, actual, (handle,) if handle else ())


def simply(needs: Callable[[re.Match[str]], Requirement | Sentence], *names: str) -> Explainer:
    """Return what blames the first input of these names, related to the others; ``needs`` may read the message."""

    def explain(failure: Failure, found: re.Match[str]) -> Explanation | None:
        named = [g for g in map(failure.arg, names) if g is not None]
        if not named:
            return None
        chief, *others = named
        right, actual = needs(found), chief.actual
        sentence = say("input.requires", input=chief.name, needs=right)
        if actual is not None:
            sentence = say("input.requires-gets", input=chief.name, needs=right, actual=actual)
        return Explanation(chief, sentence, right, actual, tuple(others))

    return explain
