"""``--times``: a table on stderr of where the measured steps have spent their time, the slowest block first."""

from __future__ import annotations

import sys
from typing import TextIO

from app.engine.host.events import Timed

_OUTSIDE = "(outside of blocks)"


class TimesTable:
    """Sums what was measured of a run."""

    def __init__(self, stream: TextIO | None = None) -> None:
        """Begin with nothing measured."""
        self._stream = stream or sys.stderr
        self._steps = 0
        self._seconds: dict[str, float] = {}

    def add(self, timed: Timed) -> None:
        """Take the sums of further measured steps."""
        self._steps += timed.steps
        for block, seconds in timed.blocks.items():
            self._seconds[block] = self._seconds.get(block, 0.0) + seconds

    def show(self) -> None:
        """Print the table, if anything was measured: microseconds in a step, share of all blocks' time."""
        if not self._steps:
            return
        whole = sum(self._seconds.values()) or 1.0
        count = "1 step" if self._steps == 1 else f"{self._steps} steps"
        print(f"time per block, measured in {count}:", file=self._stream)
        for block, seconds in sorted(self._seconds.items(), key=lambda item: (-item[1], item[0])):
            each = f"{seconds / self._steps * 1e6:12,.1f} us {seconds / whole:6.1%}"
            print(f"{each}  {block or _OUTSIDE}", file=self._stream)
