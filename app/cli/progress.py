"""A progress line on stderr: only on a terminal, only for a run that lasts, and gone when the run ends."""

from __future__ import annotations

import math
import sys
import time
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from app.cli.progress_line import ProgressLine

_AFTER = 1.0  # seconds from the first step until it appears: short runs show none, and do not import rich
_BETWEEN = 0.1  # seconds between two drawings


class Progress:
    """Decides when the progress of a run is drawn; the drawing itself is rich's."""

    def __init__(self, page: str, steps: int | None, stream: TextIO | None = None) -> None:
        """Begin with no step done; without a number of ``steps`` there is no bar."""
        self._page = page
        self._steps = steps
        self._stream = stream or sys.stderr
        self._next: float | None = None if self._stream.isatty() else math.inf
        self._watched = ""
        self._line: ProgressLine | None = None

    def __enter__(self) -> Progress:
        """Nothing is drawn yet."""
        return self

    def __exit__(self, *how: object) -> None:
        """Wipe the line away, so that what follows starts on a clean one."""
        if self._line is not None:
            self._line.stop()

    def print(self, text: str) -> None:
        """Write a text of whole lines to the stream, in the place of the progress, which is drawn anew below it."""
        if not text:
            return
        if self._line is not None:
            self._line.stop()
        self._stream.write(text)
        self._stream.flush()

    def watch(self, texts: dict[str, str]) -> None:
        """Take the newest watched values, as text by name; they are drawn with the next update."""
        self._watched = "  ".join(f"{name}={text or 'none'}" for name, text in texts.items())

    def update(self, done: int) -> None:
        """Take the number of steps done, and draw it where it is time to."""
        now = time.monotonic()
        if self._next is None:
            self._next = now + _AFTER
        if now < self._next:
            return
        self._next = now + _BETWEEN
        if self._line is None:
            from app.cli.progress_line import ProgressLine  # here: rich takes up to 0.2 s to import

            self._line = ProgressLine(self._page, self._steps, self._stream)
        self._line.draw(done, self._watched)
