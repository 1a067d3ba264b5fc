"""Conditions that end a run, such as ``cost.output < 0.01``: read from text and tested; nothing is evaluated."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from typing import Any

import msgspec

_PIN = re.compile(
    r"(?P<block>[A-Za-z0-9][A-Za-z0-9_-]*)\.(?P<pin>[^\[\]\s<>=!]+)(?P<index>(?:\[[0-9]+\])*)\Z"
)
_COMPARISON = re.compile(r"[<>=!]+")
_WHOLE = re.compile(r"[+-]?[0-9]+\Z")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?\Z")
_WORDS = {"true": 1, "false": 0, "inf": float("inf"), "+inf": float("inf"), "-inf": float("-inf")}
_TESTS: dict[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}
_OPERATORS = ", ".join(_TESTS)


class Element(msgspec.Struct, frozen=True):
    """One element of an output pin: ``block.pin[0][1]``; without index the only element of the pin's tensor."""

    block: str
    pin: str
    index: tuple[int, ...] = ()

    def __str__(self) -> str:
        """Return the spelling that ``parse_element`` reads."""
        return f"{self.block}.{self.pin}" + "".join(f"[{i}]" for i in self.index)


class Condition(msgspec.Struct, frozen=True):
    """A comparison of one element with a number."""

    element: Element
    comparison: str  # one of < <= > >= == !=
    number: int | float

    def __str__(self) -> str:
        """Return the spelling that ``parse_condition`` reads."""
        return f"{self.element} {self.comparison} {self.number!r}"

    def holds(self, value: Any) -> bool:
        """Tell whether a number (Python's or NumPy's) meets the condition; NaN only ever meets ``!=``.

        A float compares in its own dtype, so that a float32 of 0.1 equals the 0.1 of the text.
        """
        number: Any = self.number
        dtype = getattr(value, "dtype", None)
        if dtype is not None and dtype.kind in "biu":
            value = value.item()  # whole numbers compare exactly, whatever their size
        elif dtype is not None:
            number = dtype.type(number)
        return bool(_TESTS[self.comparison](value, number))


def parse_element(text: str) -> Element:
    """Read ``block.pin`` or ``block.pin[0][1]``; raises ValueError with a sentence for the user."""
    found = _PIN.match(text.strip())
    if not found:
        raise ValueError(f"{text.strip()!r} is not a pin: write block.pin, or block.pin[0][1] for an element")
    index = tuple(int(i) for i in found["index"].replace("[", "").split("]") if i)
    return Element(found["block"], found["pin"], index)


def parse_condition(text: str) -> Condition:
    """Read ``block.pin < number``; raises ValueError with a sentence for the user."""
    signs = _COMPARISON.findall(text)
    if len(signs) != 1 or signs[0] not in _TESTS:
        raise ValueError(f"{text!r} is not a condition: {_comparison_fault(signs)}")
    left, _, right = text.partition(signs[0])
    return Condition(parse_element(left), signs[0], _number(right.strip()))


def _comparison_fault(signs: list[str]) -> str:
    if not signs:
        return f"it compares nothing; write one of {_OPERATORS}, as in cost.output < 0.01"
    if len(signs) > 1:
        return "it holds more than one comparison"
    return f"{signs[0]!r} is no comparison; write one of {_OPERATORS}"


def _number(text: str) -> int | float:
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    if _WHOLE.match(text):
        return int(text)
    if not _NUMBER.match(text):
        raise ValueError(f"{text!r} is not a number: a pin is compared with a number, true, false or inf")
    return float(text)
