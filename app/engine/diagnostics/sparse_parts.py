"""Finds which of an op's sparse tensors a message is about: the one whose indices and shape do not go together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from app.document.model.sentence import say
from app.engine.diagnostics.complaint import Match, Site
from blocks.requirement import Actual, IndicesBelow, Requirement


def _tensors(site: Site) -> Iterator[tuple[str, str]]:
    """Give the names of the indices and of the shape of each sparse tensor that an op has."""
    names = dict.fromkeys(i.argument.name for i in site.inputs)
    for indices in (name for name in names if name.endswith("indices")):
        prefix = indices.removesuffix("indices")
        shapes = (prefix + end for end in ("shape", "dense_shape"))
        shape = next((name for name in (*shapes, "output_shape") if name in names), None)
        if shape is not None:
            yield indices, shape


def unlike_shape(m: Match, site: Site) -> str:
    """Return the shape that has not as many numbers as its rows of indices, and those."""
    for indices, shape in _tensors(site):
        rows, sizes = site.shape(indices), site.shape(shape)
        if rows is not None and sizes is not None and len(rows) == 2 and sizes[:1] != rows[1:]:
            return f"{shape} {indices}"
    return ""


def numbers_of_row(m: Match, site: Site) -> Any:
    """Return how many sizes go with the rows of indices."""
    _, _, indices = unlike_shape(m, site).partition(" ")
    rows = site.shape(indices)
    count = rows[1] if rows else None
    return None if count is None else say("needs.sizes-of-rows", count=count, pin=indices)


def _outside(site: Site) -> tuple[str, tuple[int, ...], Actual] | None:
    """Return the indices that do not lie within their shape, that shape, and the first of those rows."""
    for indices, shape in _tensors(site):
        rows, sizes = site.value(indices), site.value(shape)
        if rows is None or sizes is None or rows.ndim != 2 or rows.shape[1:] != sizes.shape:
            continue
        bad = np.flatnonzero(((rows < 0) | (rows >= sizes)).any(-1))
        if bad.size:
            at = int(bad[0])
            limits = tuple(int(size) for size in sizes)
            return indices, limits, Actual(value=str(rows[at].tolist()), index=(at,))
    return None


def outside_name(m: Match, site: Site) -> str:
    """Return the indices that do not lie within their shape."""
    found = _outside(site)
    return found[0] if found else ""


def outside_needs(m: Match, site: Site) -> Requirement | None:
    """Return the requirement of indices within their shape."""
    found = _outside(site)
    return Requirement(values=IndicesBelow(found[1])) if found else None


def outside_row(m: Match, site: Site) -> Actual | None:
    """Return the first row of indices that does not lie within their shape."""
    found = _outside(site)
    return found[2] if found else None
