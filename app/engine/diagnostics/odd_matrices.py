"""Tridiagonal systems that have no solution, or none without an exchange of rows: what comes out is not finite."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from app.document.model.sentence import say
from app.engine.compiler.plan import PlanNode
from app.engine.diagnostics.odd_numbers import Array, Look, Names, Odd, only


def _unsolvable(node: PlanNode, values: Sequence[Array], names: Names) -> Odd | None:
    """Find the first system of which a row leaves 0 to divide by."""
    diagonals = values[0]
    if (
        diagonals.ndim < 2
        or diagonals.shape[-2] != 3
        or not diagonals.size
        or not np.isfinite(diagonals).all()
    ):
        return None  # refused by the op itself, or NaN at once
    exchanges = node.attrs.get("partial_pivoting", True)
    for place in np.ndindex(diagonals.shape[:-2]):
        system = diagonals[place].astype("complex128" if diagonals.dtype.kind == "c" else "float64")
        if np.linalg.matrix_rank(_matrix(system)) < system.shape[-1]:
            sentence = say(
                "odd.no-solution", pin=names[0], where=say("odd.at", index=place) if place else None
            )
            return Odd(0, sentence, say("needs.solvable"), say("actual.determinant-0"))
        row = None if exchanges else _empty_row(system)
        if row is not None:
            sentence = say("odd.zero-pivot", pin=names[0], row=row)
            actual = say("actual.zero-pivot", row=row)
            return Odd(0, sentence, say("needs.pivots"), actual, say("hint.partial-pivoting"))
    return None


def _matrix(system: Array) -> Array:
    """Return the matrix of three diagonals, as the op reads them: the last above and the first below do not count."""
    above, middle, below = system
    return np.diag(middle) + np.diag(above[:-1], 1) + np.diag(below[1:], -1)


def _empty_row(system: Array) -> int | None:
    """Return the first row that leaves 0 on the diagonal once those above it are taken off."""
    above, middle, below = system
    pivot = middle[0]
    for row in range(len(middle)):
        if row:
            pivot = middle[row] - below[row] * above[row - 1] / pivot
        if pivot == 0:
            return row
    return None


MATRIX_LOOKS: dict[str, Look] = {"TridiagonalSolve": Look(only(0), _unsolvable)}
