"""Rows and numbers in disorder where an op takes their rising order as given, and gives wrong numbers otherwise."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from app.document.model.sentence import say
from app.engine.compiler.plan import PlanNode
from app.engine.diagnostics.odd_numbers import Array, Look, Names, Odd, only
from blocks.requirement import Actual


def _disordered_rows(node: PlanNode, values: Sequence[Array], names: Names) -> Odd | None:
    """Find the first row of a sparse tensor's indices that comes before the row above it."""
    for position, rows in zip(ORDER_LOOKS[node.op].positions(node), values, strict=True):
        row = _first_falling(rows) if rows.ndim == 2 and rows.size else None
        if row is not None:
            place = f"[{','.join(map(str, rows[row].tolist()))}]"
            sentence = say("odd.disordered", pin=names[position], row=row, place=place, op=node.op)
            actual = Actual(value=place, index=(row,))
            return Odd(position, sentence, say("needs.rows-in-order"), actual, say("hint.reorder"))
    return None


def _first_falling(rows: Array) -> int | None:
    """Return the first row that is below the one above it, by the first column in which they differ."""
    above, below = rows[:-1], rows[1:]
    column = (above != below).argmax(1)
    at = np.arange(len(below))
    falling = np.flatnonzero(below[at, column] < above[at, column])
    return int(falling[0]) + 1 if len(falling) else None


def _unsorted(node: PlanNode, values: Sequence[Array], names: Names) -> Odd | None:
    """Find a number below the one before it in a row that is searched by halves."""
    rows = values[0]
    if not rows.ndim:
        return None  # the op refuses it
    falling = np.argwhere(rows[..., 1:] < rows[..., :-1])
    if not len(falling):
        return None
    at = (*(int(i) for i in falling[0][:-1]), int(falling[0][-1]) + 1)
    value = f"{float(rows[at]):g}"
    sentence = say("odd.unsorted", pin=names[0], value=value, index=at)
    return Odd(0, sentence, say("needs.rising-order"), Actual(value=value, index=at))


def _each_sparse(node: PlanNode) -> Sequence[int]:
    return range(int(node.attrs.get("N") or 0))


ORDER_LOOKS: dict[str, Look] = {
    **dict.fromkeys(
        ("SparseAdd", "SparseSparseMaximum", "SparseSparseMinimum", "EditDistance"),
        Look(only(0, 3), _disordered_rows),
    ),
    **dict.fromkeys(("SparseSoftmax", "SparseTensorToCSRSparseMatrix"), Look(only(0), _disordered_rows)),
    **dict.fromkeys(
        ("SparseCross", "SparseCrossV2", "SparseCrossHashed"), Look(_each_sparse, _disordered_rows)
    ),
    "LowerBound": Look(only(0), _unsorted),
    "UpperBound": Look(only(0), _unsorted),
}
