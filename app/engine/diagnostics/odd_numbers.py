"""Numbers that an op takes without an error though what it makes of them is not what one expects."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from app.document.model.sentence import Sentence, say
from app.engine.compiler.plan import PlanNode
from blocks.dtypes import DTYPES

_Array = np.ndarray[Any, Any]
_TOLERANCE = 1e-3  # of sums and symmetry, relative; half precision has three digits
_MOST_NAMED = 5
_FLOATS = frozenset({"DT_FLOAT", "DT_DOUBLE", "DT_HALF"})


Names = Mapping[int, Sentence | str]  # how sentences call the inputs


class Odd(NamedTuple):
    """What is odd of an input, by its position."""

    position: int
    sentence: Sentence
    hint: Sentence | None = None


class Look(NamedTuple):
    """Which inputs of an op are looked at, on which of its nodes, and by what."""

    positions: Callable[[PlanNode], Sequence[int]]
    judge: Callable[[PlanNode, Sequence[_Array], Names], Odd | None]


def _cut_short(node: PlanNode, values: Sequence[_Array], names: Names) -> Odd | None:
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
    return Odd(0, say("odd.cast", pin=names[0], value=value, where=at, dtype=dtype.label), hint)


def _beyond_depth(node: PlanNode, values: Sequence[_Array], names: Names) -> Odd | None:
    """Find an index that no column stands for; negative ones are the usual way to say none."""
    indices, depth = values
    bad = indices >= depth
    if not bad.any():
        return None
    at, value = _first(bad, indices)
    return Odd(0, say("odd.one-hot", pin=names[0], value=value, where=at, depth=int(depth)))


def _gaps(node: PlanNode, values: Sequence[_Array], names: Names) -> Odd | None:
    """Find the rows that no index names: they hold what the memory held before."""
    used = np.unique(np.concatenate([v.reshape(-1) for v in values])) if values else np.array([])
    if not used.size or used.size == int(used[-1]) + 1:
        return None
    missing = np.setdiff1d(np.arange(used[-1]), used)
    shown = tuple(int(i) for i in missing[:_MOST_NAMED])
    return Odd(0, say("odd.gaps", rows=shown, count=len(missing)))


def _asymmetric(node: PlanNode, values: Sequence[_Array], names: Names) -> Odd | None:
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
    return Odd(0, say("odd.asymmetric", pin=names[0], index=at, other=other, op=node.op))


def _indefinite(matrices: _Array, names: Names) -> Odd | None:
    exact: _Array = matrices.astype("complex128" if matrices.dtype.kind == "c" else "float64")
    try:
        np.linalg.cholesky(exact)
    except np.linalg.LinAlgError:
        return Odd(0, say("odd.indefinite", pin=names[0]))
    return None


def _no_shares(node: PlanNode, values: Sequence[_Array], names: Names) -> Odd | None:
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
    return Odd(1, say("odd.labels", pin=names[1], row=int(rows[0]), sum=total))


def _not_numbers(node: PlanNode, values: Sequence[_Array], names: Names) -> Odd | None:
    """Find NaN among logits: every draw gives some column then."""
    bad = np.isnan(values[0].astype(np.float64))
    if not bad.any():
        return None
    at, _ = _first(bad, values[0])
    return Odd(0, say("odd.nan-logits", pin=names[0], where=at))


def _first(bad: _Array, values: _Array) -> tuple[Sentence | None, str]:
    """Return where the first bad value stands (None in a scalar), and the value."""
    at = tuple(int(i) for i in np.argwhere(bad)[0])
    return say("odd.at", index=at) if at else None, f"{float(values[at]):g}"


def _only(*positions: int) -> Callable[[PlanNode], Sequence[int]]:
    return lambda node: positions


def _of_floats(node: PlanNode) -> Sequence[int]:
    kind = DTYPES[node.attrs["DstT"]].kind if "DstT" in node.attrs else ""
    return (0,) if node.attrs.get("SrcT") in _FLOATS and kind in ("int", "uint") else ()


def _indices(node: PlanNode) -> Sequence[int]:
    return range(int(node.attrs.get("N") or 0))


LOOKS: dict[str, Look] = {
    "Cast": Look(_of_floats, _cut_short),
    "OneHot": Look(_only(0, 1), _beyond_depth),
    "DynamicStitch": Look(_indices, _gaps),
    "ParallelDynamicStitch": Look(_indices, _gaps),
    "Cholesky": Look(_only(0), _asymmetric),
    "SelfAdjointEig": Look(_only(0), _asymmetric),
    "SelfAdjointEigV2": Look(_only(0), _asymmetric),
    "SoftmaxCrossEntropyWithLogits": Look(_only(1), _no_shares),
    "Multinomial": Look(_only(0), _not_numbers),
}
