"""The loop that does the steps of a run: fetches no more than it must, samples, keeps a pace, hands Variables over."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any, Literal

from app.engine.link import Link
from app.engine.protocol import Buffer, Keeping, Packed, RunOrder, Why, pack
from app.engine.results import Value, tensor_of
from app.engine.watching import Watcher

_SLOW = (
    0.02  # seconds; the results of such steps are at hand, so that no further step must be done to get them
)
_KEEPING_SHARE = 0.02  # of the time may be spent on handing Variables over
_FIRST_KEEP = 0.25  # seconds: what runs for a short time is handed over more often, as little is lost then

End = Why | Literal["stopped"]
Held = Callable[
    [frozenset[str] | None], dict[str, Value]
]  # gives some or all (None) results of the last step


class Clock:
    """The seconds that a run has taken, without those in which it was held."""

    def __init__(self) -> None:
        """Start."""
        self._origin = time.perf_counter()
        self._held_since: float | None = None

    def hold(self) -> None:
        """Stand still from now on."""
        self._held_since = time.perf_counter()

    def go(self) -> None:
        """Go on."""
        if self._held_since is not None:
            self._origin += time.perf_counter() - self._held_since
            self._held_since = None

    @property
    def seconds(self) -> float:
        """Return the time taken so far."""
        return (self._held_since or time.perf_counter()) - self._origin


class RunLoop:
    """The steps of one run in the worker. ``done`` counts them, ``target`` is where they end (None: nowhere)."""

    def __init__(self, session: Any, order: RunOrder, link: Link, watcher: Watcher, clock: Clock) -> None:
        """Step ``session`` as ``order`` wants and as the program orders by ``link``."""
        self._session, self._order, self._link, self._watcher = session, order, link, watcher
        self.done = 0
        self.target = order.steps
        self._held: Held | None = None  # of the last step, where it fetched
        self._step_seconds = float("inf")  # of the last step
        self._began = float("-inf")
        self._keeper = _Keeper(session, order.keep_every, link, clock)

    def run(self) -> End:
        """Do steps until something ends them.

        A wish to end or to pause is met after a step whose results are at hand: after a slow one at once, else
        after one further step that fetches. So results and Variables always belong to one step.
        """
        while self.target is None or self.done < self.target:
            self._keep_pace()
            wish = self._wish()
            if wish and (self.done == 0 or self._held is not None):
                return self._granted(wish)
            if self._step(is_last=wish is not None or self.done + 1 == self.target):
                return "reached"
            if wish:
                return "done" if self.done == self.target else self._granted(wish)
        return "done"

    def results(self) -> dict[str, Value]:
        """Return what the last step shows; before the first one nothing has a value."""
        return self._held(None) if self._held is not None else {}

    def variables(self, buffers: list[Buffer]) -> dict[str, Packed]:
        """Return the Variables' values, packed."""
        return _variables(self._session, buffers)

    def _wish(self) -> Literal["stopped", "paused"] | None:
        if self._link.stopped:
            return "stopped"
        return "paused" if self._order.hold and self._link.pausing else None

    def _granted(self, wish: Literal["stopped", "paused"]) -> End:
        if wish == "paused":
            self._link.take_pause()
        return wish

    def _keep_pace(self) -> None:
        """Wait until the next step may begin, or the program wants something."""
        while self._link.pace is not None and self._wish() is None:
            left = self._began + self._link.pace - time.monotonic()
            if left <= 0:
                return
            self._link.wait_for_news(left)

    def _step(self, is_last: bool) -> bool:
        """Do one step; tells whether it meets the condition."""
        link, watcher, rate = self._link, self._watcher, self._order.sample_rate
        due = link.sampler.wants(rate)
        began = self._began = time.monotonic()
        link.board.begin_step()
        watched: Mapping[str, Value] = {}
        if is_last or due or self._step_seconds > _SLOW or self._order.until is not None:
            self._held = self._session.hold()
        elif watcher.keys:
            self._held, watched = None, self._session.watch(watcher.keys)
        else:
            self._held = None
            self._session.step()
        link.board.end_step()
        self.done += 1
        self._step_seconds = time.monotonic() - began
        if self._held is not None and watcher.keys:
            watched = self._held(watcher.keys)
        reached = bool(watcher.keys) and watcher.take(self.done, watched)
        if due and rate is not None and not reached and not is_last:
            assert self._held is not None
            link.sampler.add(self.done, self._held(None), rate)
        if not is_last:
            self._keeper.after_step(self.done)
        return reached


class _Keeper:
    """Hands the Variables over every few seconds; rarer where that would cost too much."""

    def __init__(self, session: Any, every: float | None, link: Link, clock: Clock) -> None:
        self._session, self._every, self._link, self._clock = session, every, link, clock
        self._last = 0.0
        self._gap = 0.0 if every is None else min(_FIRST_KEEP, every)

    def after_step(self, step: int) -> None:
        """Hand over where it is time."""
        if self._every is None:
            return
        now = self._clock.seconds
        if now - self._last < self._gap:
            return
        buffers: list[Buffer] = []
        self._link.send(Keeping(step, _variables(self._session, buffers)), buffers)
        self._last = self._clock.seconds
        wanted = min(self._every, max(_FIRST_KEEP, now))
        self._gap = max(wanted, (self._last - now) / _KEEPING_SHARE)


def _variables(session: Any, buffers: list[Buffer]) -> dict[str, Packed]:
    return pack({name: tensor_of(array) for name, array in session.variables().items()}, buffers)
