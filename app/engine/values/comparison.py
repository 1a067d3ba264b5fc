"""Compares two sets of Variables' values: what differs, by how much, and where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.engine.values.results import TensorValue, plain_array
from blocks.tensor_spec import shape_text

_Array = np.ndarray[Any, Any]


@dataclass(frozen=True, eq=False)
class Difference:
    """One Variable of two states. ``array`` is second minus first, None where they cannot be subtracted.

    ``largest`` is the greatest absolute difference and ``mean`` the mean of all absolute ones; NaN in both places
    counts as no difference, in one of them both are NaN. ``words`` says why there are no numbers.
    """

    block: str
    shape: str
    largest: float | None = None
    mean: float | None = None
    array: _Array | None = None
    words: str = ""


def differences(first: Mapping[str, TensorValue], second: Mapping[str, TensorValue]) -> list[Difference]:
    """Return one row for each Variable of either side, in the first one's order."""
    return [_difference(block, first.get(block), second.get(block)) for block in {**first, **second}]


def _difference(block: str, one: TensorValue | None, other: TensorValue | None) -> Difference:
    if one is None or other is None:
        known = one if one is not None else other
        assert known is not None
        return Difference(block, _shape(known), words="only in the " + ("second" if one is None else "first"))
    if one.shape != other.shape:
        return Difference(block, f"{_shape(one)} and {_shape(other)}", words="the shapes differ")
    if "string" in (one.dtype, other.dtype):
        count = (
            int(np.count_nonzero(one.array != other.array)) if one.dtype == other.dtype else one.array.size
        )
        words = "the same texts" if not count else f"{count} of {one.array.size} texts differ"
        return Difference(block, _shape(one), words=words)
    array = _minus(plain_array(other), plain_array(one))
    if not array.size:
        return Difference(block, _shape(one), array=array, words="no elements")
    sizes = np.abs(array)
    return Difference(block, _shape(one), float(sizes.max()), float(sizes.mean()), array)


def _minus(one: _Array, other: _Array) -> _Array:
    """Subtract as double or complex numbers; equal elements give 0, also infinite ones and NaN."""
    kind = np.complex128 if "c" in (one.dtype.kind, other.dtype.kind) else np.float64
    a, b = one.astype(kind), other.astype(kind)
    with np.errstate(invalid="ignore", over="ignore"):
        found = a - b
    same = (a == b) | (np.isnan(a) & np.isnan(b))
    return np.asarray(np.where(same, 0, found))


def _shape(value: TensorValue) -> str:
    return f"{value.dtype} {shape_text(value.shape)}"
