"""Conditions that end a run, such as ``cost.output < 0.01``: read from text and tested; nothing is evaluated."""

from __future__ import annotations

import contextlib
import operator
import re
from collections.abc import Callable
from typing import Any

import msgspec

from app.document.model.address import Address, parse_address
from app.document.model.sentence import Sentence, Unreadable, say

_NO_PIN = re.compile(r"[\s<>=!]")  # what a pin that a person types does not hold
_COMPARISON = re.compile(r"[<>=!]+")
_WHOLE = re.compile(r"[+-]?[0-9]+\Z")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?\Z")
_DIGITS = 19  # with the sign
_WORDS = {"true": 1, "false": 0, "inf": float("inf"), "+inf": float("inf"), "-inf": float("-inf")}
_TESTS: dict[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}


class Condition(msgspec.Struct, frozen=True):
    """A comparison of one element with a number."""

    element: Address
    comparison: str  # one of < <= > >= == !=
    number: int | float

    def __str__(self) -> str:
        """Return the spelling that ``parse_condition`` reads."""
        return f"{self.element} {self.comparison} {self.number!r}"

    def holds(self, value: Any) -> bool:
        """Return whether a number (Python's or NumPy's) meets the condition; NaN only ever meets ``!=``.

        A float compares in its own dtype, so that a float32 of 0.1 equals the 0.1 of the text.
        """
        dtype = getattr(value, "dtype", None)
        if dtype is None:
            return bool(self.compare(value, self.number))
        return bool(self.compare(value.item(), self.number_in(dtype)))

    def number_in(self, dtype: Any) -> int | float:
        """Return the number as a NumPy dtype holds it, with which Python's number of an element is compared."""
        if dtype.kind in "biu":
            return self.number  # integers are compared exactly, whatever their size
        return float(dtype.type(self.number))  # which Python's float holds exactly, of bfloat16 as well

    @property
    def compare(self) -> Callable[[Any, Any], Any]:
        """Return what compares an element, on its left, with the number."""
        return _TESTS[self.comparison]


def parse_element(text: str) -> Address:
    """Read ``block.pin``, ``block.pin[0][1]`` or ``use/block.pin``; raises Unreadable."""
    typed = text.strip()
    with contextlib.suppress(ValueError):
        element = parse_address(typed)
        if not _NO_PIN.search(element.pin):
            return element
    raise Unreadable(say("pin.unreadable", text=typed))


def parse_condition(text: str) -> Condition:
    """Read ``block.pin < number``; raises Unreadable."""
    signs = _COMPARISON.findall(text)
    if len(signs) != 1 or signs[0] not in _TESTS:
        raise Unreadable(say("condition.unreadable", text=text, why=_comparison_fault(signs)))
    left, _, right = text.partition(signs[0])
    return Condition(parse_element(left), signs[0], _number(right.strip()))


def _comparison_fault(signs: list[str]) -> Sentence:
    if not signs:
        return say("condition.compares-nothing", signs=tuple(_TESTS))
    if len(signs) > 1:
        return say("condition.compares-twice")
    return say("condition.no-comparison", sign=signs[0], signs=tuple(_TESTS))


def _number(text: str) -> int | float:
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    if _WHOLE.match(text) and len(text) <= _DIGITS:  # beyond 64 bits a float compares as well
        return int(text)
    if not _NUMBER.match(text):
        raise Unreadable(say("condition.no-number", text=text))
    return float(text)
