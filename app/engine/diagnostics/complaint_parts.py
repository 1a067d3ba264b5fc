"""What the rows of the table of messages are made of: requirements and facts, read out of a match or a site."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from app.document.model.sentence import Sentence, say
from app.engine.diagnostics.complaint import Match, Names, Needs, Seen, Site
from app.engine.diagnostics.failed_op import values_text
from app.engine.diagnostics.message_patterns import said_shape
from blocks.dtypes import said_dtype
from blocks.requirement import Actual, InRange, Requirement, ShapeOf, of_dtypes

NUMBER = r"(-?\d+)"
SHAPE = r"(\[[\d,? -]*\])"
SPLITS = "rt_nested_splits params_nested_splits splits row_splits input_splits data_splits ragged_row_splits"
FLOATS = of_dtypes("float16", "bfloat16", "float32", "float64")


def least(low: float) -> Requirement:
    return Requirement(values=InRange(low))


def from_to(low: float, high: float) -> Requirement:
    return Requirement(values=InRange(low, high))


def one_of(*names: str) -> Requirement:
    return Requirement(names=names)


ABOVE_0 = Requirement(values=InRange(0, open=True))


def above(name: str) -> Needs:
    """Return the requirement of a number above another argument's."""

    def needs(m: Match, site: Site) -> Sentence:
        value = site.value(name)
        if value is None or value.size != 1:
            return say("needs.above-of", name=name)
        return say("needs.above-value", name=name, value=values_text(value.ravel().tolist(), False))

    return needs


def below(group: int, low: int = 0) -> Needs:
    """Return the requirement of numbers below the one that a group says."""
    return lambda m, site: from_to(low, int(m[group]) - 1)


def up_to(group: int, low: int = 0) -> Needs:
    return lambda m, site: from_to(low, int(m[group]))


def from_group(low: int, high: int) -> Needs:
    """Return the requirement of numbers from one group's to below another's."""
    return lambda m, site: from_to(int(m[low]), int(m[high]) - 1)


def shaped(group: int) -> Needs:
    return lambda m, site: Requirement(shape=ShapeOf(said_shape(m[group]) or ()))


def shape_of(name: str) -> Needs:
    """Return the requirement of the shape that another argument has."""

    def needs(m: Match, site: Site) -> Requirement | None:
        shape = site.shape(name)
        return None if shape is None else Requirement(shape=ShapeOf(shape))

    return needs


def dtype(group: int) -> Needs:
    return lambda m, site: of_dtypes(said_dtype(m[group]))


def is_value(group: int) -> Any:
    return lambda m, site: Actual(value=m[group])


def is_value_at(group: int, *places: int) -> Any:
    return lambda m, site: Actual(value=m[group], index=tuple(int(m[p]) for p in places))


def is_dtype(group: int) -> Any:
    return lambda m, site: Actual(dtype=said_dtype(m[group]))


def is_shape(group: int) -> Any:
    return lambda m, site: Actual(shape=said_shape(m[group]))


def has_shape(*names: str) -> Any:
    """Return what says the shape of the first of these arguments that the op has."""

    def got(m: Match, site: Site) -> Actual | None:
        shape = next((s for s in map(site.shape, names) if s is not None), None)
        return None if shape is None else Actual(shape=shape)

    return got


def is_count(group: int) -> Any:
    return lambda m, site: Actual(count=int(m[group]))


def size_in(size: int, dimension: int) -> Any:
    return lambda m, site: say("needs.number-in-dimension", size=int(m[size]), dimension=int(m[dimension]))


def elements(group: int) -> Any:
    return lambda m, site: say("needs.elements", count=int(m[group]))


def adding_up(group: int) -> Needs:
    return lambda m, site: say("needs.sum", count=int(m[group]))


def sum_of(name: str) -> Any:
    """Return what says a vector and what its numbers make together."""

    def got(m: Match, site: Site) -> Any:
        value = site.value(name)
        if value is None:
            return None
        text = values_text(value.ravel().tolist(), True)
        return say("actual.sum", value=text, count=int(value.sum()))

    return got


def length_of(name: str) -> Any:
    """Return what counts the elements of a vector."""

    def got(m: Match, site: Site) -> Actual | None:
        shape = site.shape(name)
        return Actual(count=shape[0]) if shape else None

    return got


def said_name(group: int) -> Names:
    return lambda m, site: m[group]


def index_rows(name: str) -> Needs:
    """Return how many numbers a row of indices may have: one for each dimension of an argument."""

    def needs(m: Match, site: Site) -> Any:
        shape = site.shape(name)
        return None if shape is None else say("needs.index-rows", rank=len(shape), pin=name)

    return needs


def bad_row(indices: str, sizes: str) -> Any:
    """Return what names the first row of indices that lies beyond the sizes that an argument holds."""

    def got(m: Match, site: Site) -> Actual | None:
        rows, limits = site.value(indices), site.value(sizes)
        if rows is None or limits is None or rows.ndim != 2 or rows.shape[1] != limits.size:
            return None
        bad = np.argwhere(((rows < 0) | (rows >= limits)).any(-1))
        if not len(bad):
            return None
        at = int(bad[0][0])
        return Actual(value=str(rows[at].tolist()), index=(at,))

    return got


def ends_with_count(*names: str) -> Needs:
    def needs(m: Match, site: Site) -> Any:
        shapes = (site.shape(name) for name in names)
        shape = next((s for s in shapes if s), None)
        return say("needs.splits-of", count=shape[0]) if shape and shape[0] is not None else None

    return needs


def _unlike(site: Site, name: str) -> tuple[Seen, Seen] | None:
    """Return the first tensor of a list with another number of rows than most have, and one that has as many as these.

    Where no number is the most frequent, that of the first tensor counts.
    """
    parts = [(i, i.shape[0]) for i in site.inputs if i.argument.name == name and i.shape]
    counts = Counter(rows for _, rows in parts).most_common(2)
    if len(counts) < 2:
        return None
    usual = parts[0][1] if counts[0][1] == counts[1][1] else counts[0][0]
    like = next(i for i, rows in parts if rows == usual)
    return next(i for i, rows in parts if rows != usual), like


def unlike_rows(name: str) -> Names:
    """Return the tensor of a list that has another number of rows than the others, and one of these."""

    def names(m: Match, site: Site) -> str:
        found = _unlike(site, name)
        return name if found is None else " ".join(f"{name}[{i.argument.place}]" for i in found)

    return names


def rows_of_most(name: str) -> Needs:
    """Return the requirement of as many rows as the other tensors of a list have."""

    def needs(m: Match, site: Site) -> Any:
        found = _unlike(site, name)
        rows = found[1].shape[0] if found is not None and found[1].shape else None
        return None if rows is None else say("needs.number-in-dimension", size=rows, dimension=0)

    return needs


def unlike_shape(name: str) -> Any:
    def got(m: Match, site: Site) -> Actual | None:
        found = _unlike(site, name)
        return None if found is None else Actual(shape=found[0].shape)

    return got
