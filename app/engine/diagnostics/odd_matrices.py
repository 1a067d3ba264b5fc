"""Tridiagonal systems that have no solution, or none without an exchange of rows: what comes out is not finite."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from app.document.model.sentence import say
from app.engine.compiler.plan import PlanNode
from app.engine.diagnostics.odd_numbers import Array, Look, Names, Odd, only

_MOST = 3 * 1024  # numbers that are looked at in each step: about a millisecond


def _unsolvable(node: PlanNode, values: Sequence[Array], names: Names) -> Odd | None:
    """Find the first system of which a row leaves 0 to divide by."""
    diagonals = values[0]
    if diagonals.ndim < 2 or diagonals.shape[-2] != 3 or not 0 < diagonals.size <= _MOST:
        return None
    if not np.isfinite(diagonals).all():
        return None  # NaN at once
    exchanges = node.attrs.get("partial_pivoting", True)
    for place in np.ndindex(diagonals.shape[:-2]):
        if _empty_row(diagonals[place], exchanges=True) is not None:
            where = say("odd.at", index=place) if place else None
            sentence = say("odd.no-solution", pin=names[0], where=where)
            return Odd(0, sentence, say("needs.solvable"), say("actual.determinant-0"))
        row = None if exchanges else _empty_row(diagonals[place], exchanges=False)
        if row is not None:
            sentence = say("odd.zero-pivot", pin=names[0], row=row)
            actual = say("actual.zero-pivot", row=row)
            return Odd(0, sentence, say("needs.pivots"), actual, say("hint.partial-pivoting"))
    return None


def _empty_row(system: Array, *, exchanges: bool) -> int | None:
    """Return the first row that leaves 0 to divide by once those above it are taken off, in the op's own dtype.

    With ``exchanges`` the row of the larger first number is taken off the other one. The last number above the
    diagonal and the first one below do not count.
    """
    above, middle, below = system
    pivot, beside = middle[0], above[0]  # of the row that is to be taken off
    with np.errstate(all="ignore"):
        for row in range(len(middle) - 1):
            first, second, third = below[row + 1], middle[row + 1], above[row + 1]
            if exchanges and abs(first) > abs(pivot):
                share = pivot / first
                pivot, beside = beside - share * second, -share * third
            elif pivot == 0:
                return row
            else:
                pivot, beside = second - first / pivot * beside, third
    return len(middle) - 1 if pivot == 0 else None


MATRIX_LOOKS: dict[str, Look] = {"TridiagonalSolve": Look(only(0), _unsolvable)}
