"""Reads a monitor's options: files are written by anyone, so each value is taken only where it makes sense."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

_RGB = re.compile(r"#([0-9a-fA-F]{2})([0-9a-fA-F]{2})([0-9a-fA-F]{2})")


class Options:
    """The options of one monitor. A value of another kind counts as absent; the file keeps it."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        """Read these values."""
        self._values = values

    def flag(self, name: str, default: bool) -> bool:
        """Return a switch."""
        value = self._values.get(name)
        return value if isinstance(value, bool) else default

    def text(self, name: str) -> str:
        """Return a text, "" where there is none."""
        value = self._values.get(name)
        return value.strip() if isinstance(value, str) else ""

    def texts(self, name: str) -> list[str]:
        """Return a list of texts."""
        value = self._values.get(name)
        return [str(v) for v in value] if isinstance(value, list) else []

    def sizes(self, name: str) -> tuple[int, ...]:
        """Return a shape, empty where there is none."""
        value = self._values.get(name)
        good = isinstance(value, list) and all(type(v) is int and 0 < v < 1 << 20 for v in value)
        return tuple(value) if good and value is not None else ()

    def colours(self, name: str) -> list[tuple[int, int, int]]:
        """Return the colours of a list of ``#rrggbb``."""
        found = [_RGB.fullmatch(text) for text in self.texts(name)]
        return [(int(m[1], 16), int(m[2], 16), int(m[3], 16)) for m in found if m]

    def number(self, name: str) -> float | None:
        """Return a finite number, None where there is none."""
        value = self._values.get(name)
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
            return None
        return float(value)

    def whole(self, name: str, default: int, low: int, high: int) -> int:
        """Return a whole number within bounds."""
        value = self.number(name)
        return default if value is None else int(min(max(value, low), high))

    def choice(self, name: str, choices: Sequence[str]) -> str:
        """Return one of the choices, the first where none is named."""
        value = self._values.get(name)
        return value if isinstance(value, str) and value in choices else choices[0]
