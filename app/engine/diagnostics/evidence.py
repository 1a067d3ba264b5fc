"""Finds what a message without a row in the table speaks of: by names in it, and by numbers, words and shapes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from app.document.model.sentence import Sentence, quote, say
from app.engine.diagnostics.complaint import Seen, Site
from app.engine.diagnostics.message_patterns import reading_of, said_shape
from app.engine.diagnostics.verdict import Verdict, of_attr, of_input, reasons
from blocks.catalog import load
from blocks.requirement import Actual, Elementwise, Requirement, ShapeOf, accepts

_MOST_READ = 100_000  # elements of an input in which a number is looked for
_LEAST_SCORE = 1.5
# Names that messages use as common words.
_COMMON = frozenset(
    {
        "input",
        "inputs",
        "data",
        "shape",
        "size",
        "value",
        "values",
        "index",
        "handle",
        "output",
        "dtype",
        "type",
    }
)
_NUMBER = re.compile(r"(?<![\w.\[,-])-?\d+(?:\.\d+)?(?![\w\]]|\.\d)")
_SHAPE = re.compile(r"\[[\d, ]*\]")
_BAD = re.compile(
    r"(?:got|but is|was|given|found|received|invalid|:|(?<![<>!=])=)[:\s]*(-?\d+(?:\.\d+)?)(?![\w.]*\])", re.I
)
_SAME = re.compile(r"\bsame (?:size and )?shape\b")
_RANKS = re.compile(r"\brank:? \d+")
_LEADING = re.compile(r"^(?:to )?(?:be )?(?:of )?")
_PHRASE = re.compile(
    r"\b(?:must|should|needs? to|has to|have to)(?: (?:be|have|contain|match|equal))?\s+(?P<must>.+?)"
    r"(?=,? (?:but|got|was|found|instead|received|given)\b|[;:]|\. |\.$|, (?!or\b|and\b|[^(\[]*[)\]])|$)"
    r"|\b[Ee]xpect(?:ed|s|ing)?:?\s+(?P<expected>.+?)"
    r"(?=,? (?:but|got|found|instead|received)\b|[;:]|\. |\.$|, (?!or\b|and\b|[^(\[]*[)\]])|$)"
)


class _Candidate(NamedTuple):
    name: str
    seen: Seen | None  # None: an attr
    value: Any


def guessed(message: str, site: Site) -> Verdict | None:
    """Return what a message most likely blames and requires; None where nothing in it points anywhere."""
    needs = reading_of(message).requirement or said_requirement(message)
    candidates = list(_candidates(site))
    scores = [_score(one, message) + _breaks(one, needs) for one in candidates]
    best = max(scores, default=0.0)
    if best < _LEAST_SCORE and (best <= 0 or scores.count(best) > 1):
        return None
    chosen = candidates[len(scores) - 1 - scores[::-1].index(best)]  # of several it is the last
    if _SAME.search(message):
        needs = _like_another(site, chosen) or needs
    needs = needs or say("needs.other-value")
    actual = of_attr(chosen.value) if chosen.seen is None else _in_input(chosen.seen, needs, message)
    others = () if chosen.seen is None else reasons(site, chosen.seen, needs, message)
    return Verdict(chosen.seen, chosen.name, needs, actual, others)


def _like_another(site: Site, chosen: _Candidate) -> Requirement | None:
    """Return the shape of the first input of another shape; None where there is none."""
    seen = chosen.seen
    shapes = [
        i.shape for i in site.inputs if i.shape is not None and seen is not None and i.shape != seen.shape
    ]
    return Requirement(shape=ShapeOf(shapes[0])) if shapes else None


def _breaks(one: _Candidate, needs: Requirement | Sentence | None) -> float:
    """Return how much speaks against what does not hold what a message requires."""
    values = needs.values if isinstance(needs, Requirement) else None
    if not isinstance(values, Elementwise) or one.value is None or isinstance(one.value, (str, bytes, bool)):
        return 0.0
    array = np.asarray(one.value)
    if array.dtype.kind not in "iuf" or array.size > _MOST_READ:
        return 0.0
    return 0.0 if np.all(accepts(values, array)) else 1.2


def said_requirement(message: str) -> Sentence | None:
    """Return what a message says that something must be, in its own words."""
    found = _PHRASE.search(message)
    words = (found["must"] or found["expected"]).strip() if found else ""
    return quote(_LEADING.sub("", words)) if len(words) > 2 else None


def _candidates(site: Site) -> Iterator[_Candidate]:
    for seen in site.inputs:
        yield _Candidate(seen.argument.name, seen, seen.value)
    op = load().op(site.op)
    types = {a.type_attr or a.type_list_attr or a.number_attr for a in op.inputs} if op is not None else set()
    for attr in op.attrs if op is not None else ():
        if attr.name not in types:
            yield _Candidate(attr.name, None, site.attrs.get(attr.name, attr.default))


def _score(one: _Candidate, message: str) -> float:
    score = _name_score(one.name, message)
    if one.name.endswith("shape") and re.search(r"[Ss]parse ?[Tt]ensor", message) and "rank" in message:
        score += 2  # a sparse tensor has as many dimensions as its shape has numbers
    message = _RANKS.sub("", message)
    if one.seen is None and isinstance(one.value, str) and len(one.value) > 1:
        score += 2 * (re.search(rf"(?<!\w){re.escape(one.value)}(?!\w)", message) is not None)
    bad = set(_BAD.findall(message))
    for number in set(_NUMBER.findall(message)) | bad:
        if _holds(one.value, float(number)):
            score += 1.6 if number in bad else 0.4
    shapes = [said_shape(text) for text in _SHAPE.findall(message)]
    if one.seen is not None and one.seen.shape and one.seen.shape in shapes:
        score += 1.5
    if one.seen is not None and isinstance(one.value, np.ndarray) and one.value.ndim == 1 and one.value.size:
        score += 1.5 * (tuple(one.value.tolist()) in shapes)  # a shape given as numbers
    return score


def _name_score(name: str, message: str) -> float:
    """Return how clearly a message names an argument or attr: as it is, or its words with spaces between."""
    if len(name) < 3:
        return 0.0
    if _spoken(name, message):
        return 0.5 if name in _COMMON else 3.0 if "_" in name else 2.0
    words = name.split("_")
    is_shortened = len(words) > 2 and _spoken("_".join(words[1:]), message)
    return 1.5 if is_shortened else 0.0


def _spoken(name: str, message: str) -> bool:
    spoken = name.replace("_", "[_ ]")
    return re.search(rf"(?<![A-Za-z]){spoken}s?(?![A-Za-z_])", message, re.I) is not None


def _holds(value: Any, number: float) -> bool:
    """Return whether a value, or one of its elements, is a number."""
    if value is None or isinstance(value, (str, bytes, bool)):
        return False
    array = np.asarray(value)
    return array.dtype.kind in "iuf" and array.size <= _MOST_READ and bool((array == number).any())


def _in_input(seen: Seen, needs: Requirement | Sentence, message: str) -> Any:
    """Return the number of a message and its place in an input that holds it, else what the input is."""
    for text in _BAD.findall(message):
        if _holds(seen.value, float(text)) and seen.value is not None:
            place = np.argwhere(np.asarray(seen.value) == float(text))[0]
            return Actual(value=text, index=tuple(int(i) for i in place))
    return of_input(seen, needs)
