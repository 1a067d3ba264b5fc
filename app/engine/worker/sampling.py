"""Decides which steps of a run are sampled, and lets small samples wait until the viewer can take them."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from app.engine.ipc.messages import Sample
from app.engine.ipc.packing import Buffer, pack
from app.engine.values.results import Value

_WORK_PER_SAMPLE = 4.0  # a sample is followed by at least so many times as long without one
_FREE_SAMPLES = 100  # but for the first small ones: the beginning is where values change the most
_FINENESS = 500  # samples in the time that the run has taken so far, so that a curve is evenly fine
_SLOWEST = 0.04  # seconds; long runs are sampled at least so often where the rate allows it
_SMALL = 256 << 10  # bytes; larger samples do not wait: none is made before the last one was taken
_MOST_WAITING = 128


class Sampler:
    """The samples of one run. A viewer that is slow for a moment still gets an even course of small ones."""

    def __init__(self, send: Callable[[Sample, list[Buffer]], None]) -> None:
        """Send samples by this function."""
        self._send = send
        self.renew()

    def renew(self) -> None:
        """Get ready for another run."""
        self.viewer_is_free = True
        self._next = self._began = 0.0
        self._made = 0
        self._gap = 0.0  # seconds; grows where samples had to be thinned
        self._is_small = False  # so was the last sample
        self._waiting: list[tuple[float, Sample, list[Buffer]]] = []

    def is_due(self, rate: float | None) -> bool:
        """Return whether a sample is due: at most ``rate`` a second, large ones only to a viewer that is free."""
        if rate is None or time.monotonic() < self._next:
            return False
        return self.viewer_is_free or self._is_small

    def add(self, step: int, results: Mapping[str, Value], rate: float) -> None:
        """Take the results of a step in mid-run: send them, or let them wait for the viewer."""
        began = time.monotonic()
        buffers: list[Buffer] = []
        sample = Sample(step, pack(results, buffers))
        self._is_small = sum(b.nbytes for b in buffers) <= _SMALL
        if not self._is_small:
            self._waiting.clear()  # older ones would come after it
            self._deliver(sample, buffers)
        else:
            # Copies: what a later step writes in place must not show in a sample that waits.
            self._waiting.append((began, sample, [b.copy() for b in buffers]))
            self._thin()
            if self.viewer_is_free:
                self._deliver(*self._waiting.pop(0)[1:])
        if not self._waiting:
            self._gap = 0.0
        self._made += 1
        self._next = self._next_time(began, 1 / rate)

    def _next_time(self, began: float, least: float) -> float:
        """Return when the next sample may be made, after one that was begun at a time."""
        self._began = self._began or began
        now = time.monotonic()
        even = min((now - self._began) / _FINENESS, _SLOWEST)
        pause = 0.0 if self._is_small and self._made < _FREE_SAMPLES else _WORK_PER_SAMPLE * (now - began)
        return max(began + max(least, self._gap, even), now + pause)

    def finish(self) -> None:
        """Send what still waits, before the run's reply."""
        for _, sample, buffers in self._waiting:
            self._send(sample, buffers)
        self._waiting.clear()

    def _deliver(self, sample: Sample, buffers: list[Buffer]) -> None:
        self.viewer_is_free = False
        self._send(sample, buffers)

    def _thin(self) -> None:
        """Leave out every second sample where too many wait, and make further ones half as often."""
        if len(self._waiting) >= _MOST_WAITING:
            self._gap = 2 * (self._waiting[-1][0] - self._waiting[0][0]) / len(self._waiting)
            self._waiting = self._waiting[::2]
