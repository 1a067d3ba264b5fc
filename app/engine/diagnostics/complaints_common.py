"""Messages of one form that many ops share: the name of what is at fault is part of the message."""

from __future__ import annotations

import numpy as np

from app.document.model.sentence import say
from app.engine.diagnostics.complaint import Complaint, Match, Site, complaint
from app.engine.diagnostics.complaint_parts import NUMBER, SHAPE, is_count, is_shape, is_value, least
from app.engine.diagnostics.message_patterns import said_shape
from blocks.requirement import InRange, RankOf, Requirement, ShapeOf, SizesFrom

_DECIMAL = r"(-?\d+(?:\.\d+)?)"
_NAME = r"`?\b(\w+)`?"
_SIGNS = r"(>=|<=|>|<|at least|at most|greater than|less than)"


def _number(text: str) -> int | float:
    return float(text) if "." in text else int(text)


def _bound(sign: str, end: int | float) -> Requirement:
    """Return the requirement of numbers on one side of an end."""
    is_open = sign in (">", "<", "greater than", "less than")
    is_low = sign.startswith((">", "g")) or sign == "at least"
    return Requirement(values=InRange(end, None, is_open) if is_low else InRange(None, end, is_open))


def _not_negative(m: Match, site: Site) -> Requirement:
    """Return the requirement of a number that is below 0, or that is no int32 and so taken for another one."""
    value = site.value(_spoken(m, site))
    return Requirement(values=InRange(0, 2**31 - 1 if value is not None and (value >= 0).all() else None))


def _spoken(m: Match, site: Site) -> str:
    """Return the name that the first words of a message stand for: with ``_`` in place of spaces."""
    return "_".join(m[1].lower().split())


def _largest(m: Match, site: Site) -> str:
    """Return which input holds the whole number that is furthest from 0: it makes the product too large."""
    held = {
        i.argument.name: i.value for i in site.inputs if i.value is not None and i.value.dtype.kind in "iu"
    }
    sizes = {name: int(np.abs(value.astype(np.float64)).max()) for name, value in held.items() if value.size}
    return max(sizes, key=lambda name: sizes[name], default="")


COMMON_COMPLAINTS: tuple[Complaint, ...] = (
    complaint(
        rf"{_NAME} (?:must|should)(?: be)? {_SIGNS} {_DECIMAL}(?![\w.]*\w|-)",
        _spoken,
        lambda m, site: _bound(m[2], _number(m[3])),
    ),
    complaint(
        rf"(?:Expected|Requires?|Needs?) {_NAME} {_SIGNS} {_DECIMAL}(?![\w.]*\w|-)",
        _spoken,
        lambda m, site: _bound(m[2], _number(m[3])),
    ),
    complaint(
        rf"{_NAME} must be at least {NUMBER}-(?:D|dim)",
        _spoken,
        lambda m, site: Requirement(shape=RankOf((int(m[2]),), "least")),
    ),
    complaint(rf"{_NAME} == {NUMBER} must not be negative", _spoken, _not_negative),
    complaint(
        rf"{_NAME} must have shape {SHAPE}, (?:not|but got|got) {SHAPE}",
        _spoken,
        lambda m, site: Requirement(shape=ShapeOf(said_shape(m[2]) or ())),
        is_shape(3),
    ),
    complaint(
        rf"Rank of (\w+) must be {NUMBER}, got {NUMBER}",
        _spoken,
        lambda m, site: Requirement(shape=RankOf((int(m[2]),))),
        lambda m, site: say("actual.rank", rank=int(m[3])),
    ),
    complaint(
        r"(\w+(?: \w+)*) field must specify (\d+) dimensions",
        _spoken,
        lambda m, site: say("needs.count-of-numbers", count=int(m[2])),
    ),
    complaint(rf"Expected a non-negative (\w+), got {NUMBER}", _spoken, least(0)),
    complaint(
        rf"(\w+)(?: to \w+)? must be a non[- ]negative number, but got:? {NUMBER}",
        _spoken,
        least(0),
        is_value(2),
    ),
    complaint(
        rf"Expected len\((\w+)\) == (\w+) but got:? {NUMBER} vs\.? {NUMBER}",
        lambda m, site: f"{m[1]} {m[2]}",
        lambda m, site: say("needs.count-as", count=int(m[4]), name=m[2]),
        is_count(3),
    ),
    complaint(
        rf"Encountered overflow when multiplying {NUMBER} with {NUMBER}",
        _largest,
        say("needs.sizes-that-fit"),
    ),
    complaint(r"(\w+) can only have one -1", _spoken, Requirement(values=SizesFrom(0, one_open=True))),
    complaint(
        rf"(\w+) has incorrect number of elements: {NUMBER} should be:? {NUMBER}",
        _spoken,
        lambda m, site: say("needs.count-of-numbers", count=int(m[3])),
        is_count(2),
    ),
)
