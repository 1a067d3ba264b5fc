"""Explains texts that do not read in the form that an op takes: base64, JSON; which of several, and where in it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import numpy as np

from app.document.model.sentence import Sentence, say
from app.engine.diagnostics.failed_op import Explanation, Failure, Given, Place, first, values_text
from blocks.requirement import Actual

_WEB_SAFE = re.compile(rb"[A-Za-z0-9_-]*={0,2}\Z")
_CLOSERS = {"{": "}", "[": "]"}
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_REFUSED = re.compile(r"(?:@ (?P<part>[\w.\[\]]+):.*)?\(offset (?P<place>\d+)\): (?P<reason>.+)")
_SHOWN = 20  # characters of a text from where it does not read


def not_base64(failure: Failure, found: re.Match[str]) -> Explanation | None:
    """A text of several that is no web-safe base64."""
    chief = failure.arg("input")
    if chief is None:
        return None
    needs, bad = say("needs.base64"), _first_text(chief, lambda text: not _is_base64(text))
    actual = chief.actual if bad is None else bad.actual(chief)
    is_plain = bad is not None and bool({"+", "/"} & set(bad.value))
    sentence = say(
        "input.requires-gets", input=chief.name, needs=needs, actual=actual or say("number.some-kind")
    )
    return Explanation(chief, sentence, needs, actual, hint=say("hint.web-safe") if is_plain else None)


def not_json(failure: Failure, found: re.Match[str]) -> Explanation | None:
    """A text of several that does not read as JSON: says at which of its characters."""
    chief = failure.arg("json_examples")
    if chief is None:
        return None
    needs = say("needs.json-example")
    bad = _first_text(chief, lambda text: _break_of(text) is not None)
    if bad is None or chief.value is None or bad.at is None:  # it is JSON, but no Example
        sentence = say("example.refused", input=chief.name, needs=needs, fault=_refusal(found[1]))
        return Explanation(chief, sentence, needs, chief.actual, hint=say("hint.example-form"))
    text = bytes(chief.value[bad.at])
    place = _break_of(text) or 0
    where = say("odd.at", index=bad.at) if bad.at else None
    broken = say("example.broken", input=chief.name, where=where, fault=_fault(text, place))
    there = Actual(value=bad.value, index=bad.at, origins=chief.origins)
    return Explanation(chief, broken, needs, there)


def _first_text(given: Given, is_bad: Callable[[bytes], bool]) -> Place | None:
    """Return the first text of an input that is not as it should be, with its place."""
    bad = first(given.value, lambda texts: np.vectorize(lambda text: is_bad(bytes(text)), [bool])(texts))
    if bad is None or bad.at is None or given.value is None:
        return None
    return Place(values_text([given.value[bad.at]], False), bad.at)


def _is_base64(text: bytes) -> bool:
    """Return whether a text is web-safe base64, whose padding may be left out."""
    return bool(_WEB_SAFE.match(text)) and len(text.rstrip(b"=")) % 4 != 1


def _break_of(text: bytes) -> int | None:
    """Return at which character a text does not go on as JSON; None where all of it reads."""
    try:
        json.loads(text.decode("utf-8", "replace"))
    except json.JSONDecodeError as fault:
        return fault.pos
    return None


def _refusal(words: str) -> Sentence | str:
    """Return what is said of JSON that is no Example: the reason, and at which character and part of the message.

    The reader of messages strews spaces of any number into its words, so that nobody compares them.
    """
    plain = re.sub(r"\s+", " ", words).strip()
    found = _REFUSED.search(plain)
    if found is None:
        return plain
    part = say("example.in-part", part=found["part"]) if found["part"] else None
    return say("example.at-character", reason=found["reason"], place=int(found["place"]), part=part)


def _fault(text: bytes, place: int) -> Sentence:
    """Return what is said of the place at which JSON breaks: what stands there, or what is missing at the end."""
    whole = text.decode("utf-8", "replace")
    rest = whole[place:].strip()
    if rest:
        return say("example.breaks-at", place=place, rest=rest[:_SHOWN])
    open_still: list[str] = []
    for sign in _STRING.sub("", whole):
        if sign in _CLOSERS:
            open_still.append(_CLOSERS[sign])
        elif open_still and sign == open_still[-1]:
            open_still.pop()
    return say("example.ends-early", missing="".join(reversed(open_still)) or "...")
