"""Numbers that an op takes without an error though what it makes of them is not what one expects."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from app.document.model.sentence import Sentence, say
from app.engine.compiler.plan import PlanNode
from blocks.dtypes import DTYPES
from blocks.requirement import Actual, Finite, InRange, Requirement

Array = np.ndarray[Any, Any]
_TOLERANCE = 1e-3  # of sums and symmetry, relative; half precision has three digits
_MOST_NAMED = 5
_FLOATS = frozenset({"DT_FLOAT", "DT_DOUBLE", "DT_HALF"})


Names = Mapping[int, Sentence | str]  # how sentences call the inputs


class Odd(NamedTuple):
    """What is odd of an input, by its position, with what one gives there as a rule and what it got."""

    position: int
    sentence: Sentence
    needs: Requirement | Sentence
    actual: Actual | Sentence
    hint: Sentence | None = None


class Look(NamedTuple):
    """Which inputs of an op are looked at, on which of its nodes, and by what.

    Of the inputs ``by_shape`` no number counts.
    """

    positions: Callable[[PlanNode], Sequence[int]]
    judge: Callable[[PlanNode, Sequence[Array], Names], Odd | None]
    by_shape: Container[int] = ()


def _cut_short(node: PlanNode, values: Sequence[Array], names: Names) -> Odd | None:
    """Find a number that no whole number of the dtype stands for: a Cast gives the least one, or any."""
    dtype = DTYPES[node.attrs["DstT"]]
    low = 0.0 if dtype.kind == "uint" else -(2.0 ** (dtype.bits - 1))
    high = 2.0 ** (dtype.bits - (dtype.kind == "int"))
    with np.errstate(invalid="ignore"):
        whole = np.trunc(values[0].astype(np.float64))
        bad = ~((whole >= low) & (whole < high))
    if not bad.any():
        return None
    at, value = _first(bad, values[0])
    hint = say("hint.clip-first")
    sentence = say("odd.cast", pin=names[0], value=value, where=_where(at), dtype=dtype.label)
    needs = Requirement(values=InRange(int(low), int(high) - 1))
    return Odd(0, sentence, needs, Actual(value=value, index=at), hint)


def _beyond_depth(node: PlanNode, values: Sequence[Array], names: Names) -> Odd | None:
    """Find an index that no column stands for; negative ones are the usual way to say none."""
    indices, depth = values
    bad = indices >= depth
    if not bad.any():
        return None
    at, value = _first(bad, indices)
    sentence = say("odd.one-hot", pin=names[0], value=value, where=_where(at), depth=int(depth))
    return Odd(0, sentence, Requirement(values=InRange(0, int(depth) - 1)), Actual(value=value, index=at))


def _gaps(node: PlanNode, values: Sequence[Array], names: Names) -> Odd | None:
    """Find the rows that no index names: they hold what the memory held before."""
    used = np.unique(np.concatenate([v.reshape(-1) for v in values])) if values else np.array([])
    if not used.size or used.size == int(used[-1]) + 1:
        return None
    missing = np.setdiff1d(np.arange(used[-1]), used)
    shown = tuple(int(i) for i in missing[:_MOST_NAMED])
    sentence, actual = say("odd.gaps", rows=shown, count=len(missing)), say("actual.no-index-of", rows=shown)
    return Odd(0, sentence, say("needs.each-row"), actual)


def _asymmetric(node: PlanNode, values: Sequence[Array], names: Names) -> Odd | None:
    """Find a matrix of which the op reads the lower triangle only, and that differs from its upper one."""
    matrices = values[0]
    if matrices.ndim < 2 or matrices.shape[-1] != matrices.shape[-2]:
        return None
    turned = np.conj(np.swapaxes(matrices, -1, -2))
    with np.errstate(invalid="ignore"):
        bad = np.abs(matrices - turned) > _TOLERANCE * (np.abs(matrices) + np.abs(turned))
    if not bad.any():
        return _indefinite(matrices, names) if node.op == "Cholesky" else None
    at = tuple(int(i) for i in np.argwhere(bad)[0])
    other = (*at[:-2], at[-1], at[-2])
    sentence = say("odd.asymmetric", pin=names[0], index=at, other=other, op=node.op)
    return Odd(0, sentence, say("needs.symmetric"), Actual(value=str(matrices[at]), index=at))


def _indefinite(matrices: Array, names: Names) -> Odd | None:
    exact: Array = matrices.astype("complex128" if matrices.dtype.kind == "c" else "float64")
    try:
        np.linalg.cholesky(exact)
    except np.linalg.LinAlgError:
        actual = say("actual.not-positive-definite", shape=matrices.shape)
        return Odd(0, say("odd.indefinite", pin=names[0]), say("needs.positive-definite"), actual)
    return None


def _no_shares(node: PlanNode, values: Sequence[Array], names: Names) -> Odd | None:
    """Find a row of labels that are no shares of a whole."""
    labels = values[0].astype(np.float64)
    if labels.ndim < 1 or not labels.size:
        return None
    sums = labels.sum(-1)
    bad = ~(np.abs(sums - 1) <= 10 * _TOLERANCE)
    if not bad.any():
        return None
    rows = np.flatnonzero(bad)
    total = f"{sums.reshape(-1)[rows[0]]:g}"
    sentence = say("odd.labels", pin=names[1], row=int(rows[0]), sum=total)
    return Odd(1, sentence, say("needs.shares"), say("actual.row-sum", row=int(rows[0]), sum=total))


def _not_numbers(node: PlanNode, values: Sequence[Array], names: Names) -> Odd | None:
    """Find NaN among logits: every draw gives some column then."""
    bad = np.isnan(values[0].astype(np.float64))
    if not bad.any():
        return None
    at, _ = _first(bad, values[0])
    sentence = say("odd.nan-logits", pin=names[0], where=_where(at))
    return Odd(0, sentence, Requirement(values=Finite()), Actual(value="NaN", index=at))


def _below_0(node: PlanNode, values: Sequence[Array], names: Names) -> Odd | None:
    """Find a rate below 0: what is drawn then is 0, or anything."""
    (position,) = NUMBER_LOOKS[node.op].positions(node)
    found = _outside(values[0], 0.0, np.inf)
    if found is None:
        return None
    at, value = found
    sentence = say("odd.rate", pin=names[position], value=value, where=_where(at))
    return Odd(position, sentence, Requirement(values=InRange(0)), Actual(value=value, index=at))


def _no_probability(node: PlanNode, values: Sequence[Array], names: Names) -> Odd | None:
    """Find a probability that is not from 0 to 1."""
    (position,) = NUMBER_LOOKS[node.op].positions(node)
    found = _outside(values[0], 0.0, 1.0)
    if found is None:
        return None
    at, value = found
    sentence = say("odd.probability", pin=names[position], value=value, where=_where(at))
    return Odd(position, sentence, Requirement(values=InRange(0, 1)), Actual(value=value, index=at))


def _not_above_0(node: PlanNode, values: Sequence[Array], names: Names) -> Odd | None:
    """Find a number that is not above 0, for which nan is drawn."""
    (position,) = NUMBER_LOOKS[node.op].positions(node)
    found = _outside(values[0], 0.0, np.inf, is_open=True)
    if found is None:
        return None
    at, value = found
    sentence = say("odd.not-above-0", pin=names[position], value=value, where=_where(at), op=node.op)
    return Odd(position, sentence, Requirement(values=InRange(0, open=True)), Actual(value=value, index=at))


def _no_scale(node: PlanNode, values: Sequence[Array], names: Names) -> Odd | None:
    """Find a scale that is not above 0: the numbers are divided by it."""
    position = NUMBER_LOOKS[node.op].positions(node)[0]
    found = _outside(values[0], 0.0, np.inf, is_open=True)
    if found is None:
        return None
    at, value = found
    sentence = say("odd.scale", pin=names[position], value=value, where=_where(at))
    return Odd(position, sentence, Requirement(values=InRange(0, open=True)), Actual(value=value, index=at))


def _no_quantization(node: PlanNode, values: Sequence[Array], names: Names) -> Odd | None:
    """Find a scale that is not above 0, or a zero point beyond the ends: 0 itself is cut off then."""
    found = _no_scale(node, values, names)
    low, high = (node.attrs.get(f"quantization_{end}_val") for end in ("min", "max"))
    if found is not None or not isinstance(low, int) or not isinstance(high, int) or low > high:
        return found
    outside = _outside(values[1], low, high)
    if outside is None:
        return None
    at, value = outside
    sentence = say("odd.zero-point", pin=names[2], value=value, where=_where(at), low=low, high=high)
    return Odd(2, sentence, Requirement(values=InRange(low, high)), Actual(value=value, index=at))


def _bounds_crossed(node: PlanNode, values: Sequence[Array], names: Names) -> Odd | None:
    """Find a lower bound above the upper one: every number becomes the lower bound then."""
    low, high = values
    try:
        bad = np.asarray(low > high)
    except (TypeError, ValueError):
        return None  # shapes that the op refuses by itself, or complex numbers
    if not bad.any():
        return None
    at = tuple(int(i) for i in np.argwhere(bad)[0])
    lower, upper = (f"{float(np.broadcast_to(v, bad.shape)[at]):g}" for v in (low, high))
    sentence = say("odd.bounds", low=names[1], high=names[2], lower=lower, upper=upper, where=_where(at))
    needs = say("needs.at-least-value", name="clip_value_min", value=lower)
    return Odd(2, sentence, needs, Actual(value=upper, index=at if high.ndim else ()))


def _cut_labels(node: PlanNode, values: Sequence[Array], names: Names) -> Odd | None:
    """Find a label that no class stands for: it ends its sequence, as the blank does."""
    inputs, labels = values
    if inputs.ndim != 3 or not (labels >= inputs.shape[2] - 1).any():
        return None
    highest = inputs.shape[2] - 2
    at, value = _first(labels > highest, labels)
    sentence = say("odd.label", pin=names[2], value=value, where=_where(at), classes=inputs.shape[2])
    return Odd(2, sentence, Requirement(values=InRange(0, highest)), Actual(value=value, index=at))


def _no_share(node: PlanNode, values: Sequence[Array], names: Names) -> Odd | None:
    """Find a share of the boxes above the whole: no cut covers as much, and the whole picture is given."""
    (position,) = NUMBER_LOOKS[node.op].positions(node)
    found = _outside(values[0], -np.inf, 1.0)
    if found is None:
        return None
    needs, actual = Requirement(values=InRange(0, 1)), Actual(value=found[1])
    sentence = say("odd.attr", pin=names[position], needs=needs, actual=actual, result=say("odd.no-box"))
    return Odd(position, sentence, needs, actual)


def _no_pivot(node: PlanNode, values: Sequence[Array], names: Names) -> Odd | None:
    """Find a 0 on the diagonal of a triangular matrix, which has no inverse then."""
    matrices = values[0]
    if matrices.ndim < 2 or matrices.shape[-1] != matrices.shape[-2]:
        return None
    places = np.argwhere(np.diagonal(matrices, axis1=-2, axis2=-1) == 0)
    if not len(places):
        return None
    at = tuple(int(i) for i in (*places[0], places[0][-1]))
    return Odd(
        0, say("odd.no-pivot", pin=names[0], index=at), say("needs.invertible"), Actual(value="0", index=at)
    )


def _outside(
    values: Array, low: float, high: float, *, is_open: bool = False
) -> tuple[tuple[int, ...], str] | None:
    """Return the place and the text of the first number outside of a range; None where all are inside.

    ``is_open``: the lowest number does not count as inside.
    """
    numbers = values.astype(np.float64)
    is_above = numbers > low if is_open else numbers >= low
    bad = ~(is_above & (numbers <= high))
    return _first(bad, values) if bad.any() else None


def _first(bad: Array, values: Array) -> tuple[tuple[int, ...], str]:
    """Return where the first bad value stands, and the value."""
    at = tuple(int(i) for i in np.argwhere(bad)[0])
    return at, f"{float(values[at]):g}"


def _where(at: tuple[int, ...]) -> Sentence | None:
    """Return what a sentence says of a place; None of that of a scalar."""
    return say("odd.at", index=at) if at else None


def only(*positions: int) -> Callable[[PlanNode], Sequence[int]]:
    """Return what chooses these inputs at every node of an op."""
    return lambda node: positions


def _of_floats(node: PlanNode) -> Sequence[int]:
    kind = DTYPES[node.attrs["DstT"]].kind if "DstT" in node.attrs else ""
    return (0,) if node.attrs.get("SrcT") in _FLOATS and kind in ("int", "uint") else ()


def _indices(node: PlanNode) -> Sequence[int]:
    return range(int(node.attrs.get("N") or 0))


NUMBER_LOOKS: dict[str, Look] = {
    "Cast": Look(_of_floats, _cut_short),
    "OneHot": Look(only(0, 1), _beyond_depth),
    "DynamicStitch": Look(_indices, _gaps),
    "ParallelDynamicStitch": Look(_indices, _gaps),
    "Cholesky": Look(only(0), _asymmetric),
    "SelfAdjointEig": Look(only(0), _asymmetric),
    "SelfAdjointEigV2": Look(only(0), _asymmetric),
    "SoftmaxCrossEntropyWithLogits": Look(only(1), _no_shares),
    "Multinomial": Look(only(0), _not_numbers),
    "StatelessMultinomial": Look(only(0), _not_numbers),
    "MatrixTriangularSolve": Look(only(0), _no_pivot),
    "ClipByValue": Look(only(1, 2), _bounds_crossed),
    "CTCLoss": Look(only(0, 2), _cut_labels),
    "UniformQuantize": Look(only(1, 2), _no_quantization),
    "SampleDistortedBoundingBoxV2": Look(only(2), _no_share),
    "StatelessSampleDistortedBoundingBox": Look(only(2), _no_share),
    "RandomGamma": Look(only(1), _not_above_0),
    "StatelessRandomGammaV2": Look(only(2), _not_above_0),
    "StatelessRandomGammaV3": Look(only(4), _not_above_0),
    "RandomPoisson": Look(only(1), _below_0),
    "RandomPoissonV2": Look(only(1), _below_0),
    "StatefulRandomBinomial": Look(only(4), _no_probability),
    "StatelessRandomBinomial": Look(only(3), _no_probability),
    "StatelessRandomPoisson": Look(only(2), _below_0),
}
