"""A number within the text of a pin: read, and written anew in the same spelling (``{0.5f}``, ``3``, ``1e-3``)."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

_NUMBER = re.compile(
    r"(?P<before>[\s{]*)(?P<number>[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)(?P<suffix>f?)(?P<after>[\s}]*)\Z"
)
_DIGITS = 7


@dataclass(frozen=True)
class LiteralNumber:
    """The number and what stands around it."""

    value: float
    is_whole: bool
    before: str = ""
    suffix: str = ""
    after: str = ""

    def with_value(self, value: float) -> str:
        """Return the text with another value; a whole number stays one."""
        if self.is_whole:
            number = str(round(value))
        else:
            number = f"{value:.{_DIGITS}g}"
            number += "" if any(c in number for c in ".en") else ".0"  # the point makes it a float
        return f"{self.before}{number}{self.suffix}{self.after}"


def read_number(text: str) -> LiteralNumber | None:
    """Return the only number of a text, None where the text is anything else."""
    found = _NUMBER.match(text)
    if found is None:
        return None
    number = found["number"]
    value = float(number)
    if not math.isfinite(value):
        return None
    is_whole = not found["suffix"] and not any(c in number for c in ".eE")
    return LiteralNumber(value, is_whole, found["before"], found["suffix"], found["after"])


def slider_ends(number: LiteralNumber) -> tuple[float, float]:
    """Return ends for a slider that begins at a number: from zero to twice it, or around zero."""
    value = number.value
    if number.is_whole:
        return (0, max(10, 2 * value)) if value >= 0 else (2 * value, -2 * value)
    if value == 0:
        return -1.0, 1.0
    return (0.0, 2 * value) if value > 0 else (2 * value, -2 * value)
