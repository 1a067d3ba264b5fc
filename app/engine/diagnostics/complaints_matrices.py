"""Messages about matrices that are made of their diagonals, each with what is at fault."""

from __future__ import annotations

from typing import Any

from app.document.model.sentence import say
from app.engine.diagnostics.complaint import Complaint, Match, Site, complaint
from app.engine.diagnostics.complaint_parts import NUMBER


def _least_size(m: Match, site: Site) -> int | None:
    """Return how many rows or columns a matrix has at least for its diagonals to fit."""
    diagonal, band = site.shape("diagonal"), site.value("k")
    if not diagonal or diagonal[-1] is None or band is None or not band.size:
        return None
    lower, upper = int(band.min()), int(band.max())
    return diagonal[-1] - min(upper, 0) if m[1] == "rows" else diagonal[-1] + max(lower, 0)


def _least(m: Match, site: Site) -> Any:
    size = _least_size(m, site)
    return None if size is None else say("needs.at-least-for-diagonals", count=size)


MATRIX_COMPLAINTS: tuple[Complaint, ...] = (
    complaint(r"num_(rows|cols) is too small", lambda m, site: f"num_{m[1]}", _least),
    complaint(
        rf"num_rows and num_cols are not consistent with .* num_rows = {NUMBER} != min_num_rows = {NUMBER}, "
        rf"num_cols = {NUMBER} != min_num_cols = {NUMBER}",
        "num_cols num_rows",
        lambda m, site: say("needs.exactly-for-diagonals", count=int(m[4])),
    ),
    complaint(
        rf"The number of rows of `?diagonal`? doesn't match the number of diagonals implied from .* "
        rf"d_lower = {NUMBER}, d_upper = {NUMBER}",
        "diagonal k",
        lambda m, site: say("needs.row-for-each-diagonal", count=int(m[2]) - int(m[1]) + 1),
    ),
)
