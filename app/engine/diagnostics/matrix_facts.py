"""What messages say of a matrix that has no inverse: its shape, and which one it is of several."""

from __future__ import annotations

from typing import Any

import numpy as np

from app.document.model.sentence import Sentence, say

_MOST = 250_000  # numbers that are looked through for it: well below a second


def said_singular(value: np.ndarray[Any, Any] | None) -> Sentence:
    """Return what is there of one matrix, or of several on top of each other; None: its value is not held."""
    if value is None:
        return say("actual.no-inverse")
    at = _first_singular(value)
    if at is None:
        return say("actual.singular", shape=value.shape)
    return say("actual.singular-at", shape=value.shape, index=at)


def _first_singular(value: np.ndarray[Any, Any]) -> tuple[int, ...] | None:
    """Return where the first matrix without an inverse stands among several; None of one, or where none is found."""
    if value.ndim < 3 or value.size > _MOST or value.shape[-1] != value.shape[-2]:
        return None
    if not np.isfinite(value).all():
        return None
    exact = value.astype("complex128" if value.dtype.kind == "c" else "float64")
    places = np.argwhere(np.linalg.matrix_rank(exact) < value.shape[-1])
    return tuple(int(i) for i in places[0]) if len(places) else None
