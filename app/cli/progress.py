"""A progress bar on stderr: only on a terminal, and gone when the run ends."""

from __future__ import annotations

import sys
import time
from typing import TextIO

_WIDTH = 30  # characters of the bar
_AFTER = 0.5  # seconds before it appears: short runs show none
_BETWEEN = 0.1  # seconds between two drawings


class Progress:
    """Draws ``page [#####.....] 50/100`` over itself; draws nothing where ``stream`` is no terminal."""

    def __init__(self, page: str, steps: int, stream: TextIO | None = None) -> None:
        """Begin with no step done."""
        self._page = page
        self._steps = steps
        self._stream = stream or sys.stderr
        self._shows = self._stream.isatty()
        self._next = time.monotonic() + _AFTER
        self._drawn = 0

    def __enter__(self) -> Progress:
        """Nothing is drawn yet."""
        return self

    def __exit__(self, *how: object) -> None:
        """Wipe the bar away, so that what follows starts on a clean line."""
        if self._drawn:
            self._write("")

    def update(self, done: int) -> None:
        """Say that so many steps are done."""
        now = time.monotonic()
        if self._shows and now >= self._next:
            self._next = now + _BETWEEN
            full = _WIDTH * min(done, self._steps) // self._steps
            self._write(f"{self._page} [{'#' * full}{'.' * (_WIDTH - full)}] {done}/{self._steps}")

    def _write(self, text: str) -> None:
        self._stream.write("\r" + text.ljust(self._drawn) + ("" if text else "\r"))
        self._stream.flush()
        self._drawn = len(text)
