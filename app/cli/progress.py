"""A progress line on stderr: only on a terminal, and gone when the run ends."""

from __future__ import annotations

import shutil
import sys
import time
from typing import TextIO

_WIDTH = 30  # characters of the bar
_AFTER = 0.5  # seconds before it appears: short runs show none
_BETWEEN = 0.1  # seconds between two drawings


class Progress:
    """Draws ``page [#####.....] 50/100  800 steps/s  loss.output=0.25`` over itself, on a terminal only."""

    def __init__(self, page: str, steps: int | None, stream: TextIO | None = None) -> None:
        """Begin with no step done; without a number of ``steps`` there is no bar."""
        self._page = page
        self._steps = steps
        self._stream = stream or sys.stderr
        self._shows = self._stream.isatty()
        self._next = time.monotonic() + _AFTER
        self._drawn = 0
        self._watched = ""
        self._last = (0, 0.0)  # steps and seconds when it was drawn

    def __enter__(self) -> Progress:
        """Nothing is drawn yet."""
        return self

    def __exit__(self, *how: object) -> None:
        """Wipe the line away, so that what follows starts on a clean one."""
        if self._drawn:
            self._write("")

    def watch(self, texts: dict[str, str]) -> None:
        """Take the newest watched values, as text by name; they are drawn with the next update."""
        self._watched = "".join(f"  {name}={text or 'none'}" for name, text in texts.items())

    def update(self, done: int, seconds: float = 0.0) -> None:
        """Say that so many steps are done after so many seconds."""
        now = time.monotonic()
        if not self._shows or now < self._next:
            return
        self._next = now + _BETWEEN
        steps, before = self._last
        rate = f"  {(done - steps) / (seconds - before):,.0f} steps/s" if seconds > before else ""
        self._last = (done, seconds)
        # One character less than the terminal has: a full line would break into two.
        columns = shutil.get_terminal_size().columns - 1
        self._write(f"{self._page} {self._count(done)}{rate}{self._watched}"[:columns])

    def _count(self, done: int) -> str:
        if self._steps is None:
            return f"step {done}"
        full = _WIDTH * min(done, self._steps) // self._steps if self._steps > 0 else _WIDTH
        return f"[{'#' * full}{'.' * (_WIDTH - full)}] {done}/{self._steps}"

    def _write(self, text: str) -> None:
        self._stream.write("\r" + text.ljust(self._drawn) + ("" if text else "\r"))
        self._stream.flush()
        self._drawn = len(text)
