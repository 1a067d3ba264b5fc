"""What messages say of a matrix that has no inverse: its shape, and which one it is of several."""

from __future__ import annotations

from typing import Any

import numpy as np

from app.document.model.sentence import Sentence, say

_MOST = 250_000  # numbers that are looked through for it: well below a second


def said_singular(value: np.ndarray[Any, Any] | None, main_diagonal: int | None = None) -> Sentence:
    """Return what is there of one matrix, or of several on top of each other; None: its value is not held.

    Of a triangular matrix in bands, which are its diagonals, ``main_diagonal`` is the row that holds the main one.
    """
    if value is None:
        return say("actual.no-inverse")
    if main_diagonal is not None:
        return _said_of_bands(value, main_diagonal)
    at = _first_singular(value)
    if at is None:
        return say("actual.singular", shape=value.shape)
    return say("actual.singular-at", shape=value.shape, index=at)


def _said_of_bands(bands: np.ndarray[Any, Any], main_diagonal: int) -> Sentence:
    """Return where the first 0 stands on the main diagonal of triangular matrices in bands."""
    zeros = bands[..., main_diagonal, :] == 0 if bands.ndim > 1 and bands.shape[-2] else np.array([])
    if not zeros.any():
        return say("actual.no-inverse")
    *matrix, column = (int(i) for i in np.argwhere(zeros)[0])
    return say("actual.zero-in-band", index=(*matrix, main_diagonal % bands.shape[-2], column))


def _first_singular(value: np.ndarray[Any, Any]) -> tuple[int, ...] | None:
    """Return where the first matrix without an inverse stands among several; None of one, or where none is found."""
    if value.ndim < 3 or value.size > _MOST or value.shape[-1] != value.shape[-2]:
        return None
    if not np.isfinite(value).all():
        return None
    exact = value.astype("complex128" if value.dtype.kind == "c" else "float64")
    places = np.argwhere(np.linalg.matrix_rank(exact) < value.shape[-1])
    return tuple(int(i) for i in places[0]) if len(places) else None
