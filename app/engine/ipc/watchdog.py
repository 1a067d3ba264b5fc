"""Distinguishes steps that wait, compute or are stopped: the worker's heartbeat, the program's clock of waiting."""

from __future__ import annotations

import threading
import time

from app.engine.ipc.progress_board import ProgressBoard

BEAT = 0.1  # seconds
BUSY = 0.05  # share of one processor above which a process computes; the heartbeat needs less than 0.002


class Heartbeat:
    """Says on the progress board that the process lives, and its CPU time, while a request runs."""

    def __init__(self, progress: ProgressBoard) -> None:
        """Publish on the progress board."""
        self._progress = progress
        self._end = threading.Event()

    def __enter__(self) -> None:
        """Start the beating thread."""
        self._end.clear()
        self._thread = threading.Thread(target=self._beat, name="heartbeat", daemon=True)
        self._thread.start()

    def __exit__(self, *exc: object) -> None:
        """Stop it."""
        self._end.set()
        self._thread.join()

    def _beat(self) -> None:
        while not self._end.wait(BEAT):
            self._progress.beat(time.process_time())


class Pulse:
    """Whether a number that grows while a process lives has grown of late; it is asked now and then."""

    def __init__(self, seconds: float) -> None:
        """Take a process for stopped whose number has not grown for so long."""
        self._seconds = seconds
        self._last, self._at = -1, 0.0

    def beats(self, now: float, number: int) -> bool:
        """Return whether the process lives."""
        if number != self._last:
            self._last, self._at = number, now
        return now - self._at < self._seconds


class WaitClock:
    """How long the current step has waited without computing. It is fed with readings and has no clock."""

    def __init__(self, window: float = 1.0) -> None:
        """Judge the CPU use over windows of so many seconds (a Windows CPU clock ticks only every 16 ms)."""
        self._window = window
        self._step: int | None = None
        self._since = 0.0
        self._from = (0.0, 0.0)

    def waiting(self, now: float, step: int | None, cpu: float) -> float:
        """Return for how many seconds the step has waited; ``step`` is None between steps."""
        if step is None or step != self._step:
            self._step, self._since, self._from = step, now, (now, cpu)
            return 0.0
        then, cpu_then = self._from
        if now - then >= self._window:
            if cpu - cpu_then > BUSY * (now - then):
                self._since = now
            self._from = (now, cpu)
        return now - self._since
