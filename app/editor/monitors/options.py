"""Reads a monitor's options: files are written by anyone, so each value is taken only where it makes sense."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any


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
