"""The loop that does the steps of a run: fetches no more than it must, samples, keeps a pace, hands Variables over."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from app.document.model.problems import Problem
from app.engine.ipc.messages import Buffer, Keeping, Packed, RunOrder, Slow, Timed, Why, pack
from app.engine.values.results import Value, tensor_of
from app.engine.worker.client import Link
from app.engine.worker.watcher import Watcher

_SLOW = 0.02  # seconds; such steps fetch their results, so that no further step must be done to get them
_ROW_RATE = 500.0  # rows a second at most of what is only looked at, after the first _DENSE steps
_DENSE = 1000
_KEEPING_SHARE = 0.02  # of the time may be spent on handing Variables over
_BETWEEN_MEASURED = 0.05  # seconds at least between two steps that are measured
_BETWEEN_TIMED = 0.25  # seconds between two messages of where the time goes
_VERY_SLOW = 0.1  # seconds; a pause may have to wait for such a step, and is to name the blocks
_BETWEEN_LOOKS = 2.0  # seconds between two looks at where such steps spend their time
_MOST_OF_A_STEP = 0.8  # of its time: the blocks that take so much hold a step up
_FIRST_KEEP = 0.25  # seconds: what runs for a short time is handed over more often, as little is lost then

End = Why | Literal["stopped"]
# Gives some or all (None) results of the last step
Shown = Callable[[frozenset[str] | None], dict[str, Value]]


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
        self.fault: Problem | None = None  # what the guard has found in the last step
        self._shown: Shown | None = None  # of the last step, where it fetched
        self._probes = order.until is not None or bool(order.guard)  # each step may be the last one
        self._seconds = float("inf")  # that the last step took
        self._quick: Any = None  # the session's quick way to step; False where there is none
        self._every = 1  # steps from one row of what is watched to the next
        self._plain: Any = None  # the same without what is watched, where that need not be read at every step
        self._take: Callable[[int, Sequence[Any]], bool] | None = None  # notes what a quick step has read
        self._began = float("-inf")
        self._keeper = _Keeper(session, order.keep_every, link, clock)
        self._times = _Times(session, link, order.hold)
        if order.guard:
            session.set_guard(order.guard)  # after its start values are there

    def run(self) -> End:
        """Do steps until something ends them.

        A wish to end or to pause is met after a step whose results are at hand: after a slow one at once, else
        after one further step that fetches. So results and Variables always belong to one step.
        """
        end = self._run()
        self._times.finish()
        return end

    def _run(self) -> End:
        while self.target is None or self.done < self.target:
            if self._link.pace is not None:
                self._keep_pace()
            wish = self._wish()
            if wish and (self.done == 0 or self._shown is not None):
                return self._granted(wish)
            is_last = wish is not None or self.done + 1 == self.target
            if is_last or not self._can_burst():
                end = self._step(is_last)
            else:
                end, wish = self._burst(), None
            if end is not None:
                return end
            if wish:
                return "done" if self.done == self.target else self._granted(wish)
        return "done"

    def results(self) -> dict[str, Value]:
        """Return what the last step shows; before the first one nothing has a value."""
        if self._shown is None:
            return {}
        results = self._shown(None)
        for key in self._order.unshown:
            results.pop(key, None)
        return results

    def variables(self, buffers: list[Buffer]) -> dict[str, Packed]:
        """Return the Variables' values, packed."""
        return _variables(self._session, buffers)

    def _wish(self) -> Literal["stopped", "paused"] | None:
        if self._link.stopped:
            return "stopped"
        return "paused" if self._link.pausing else None

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

    def _can_burst(self) -> bool:
        """Tell whether the next steps are small and nobody wants more than numbers of them.

        The quick way to do such steps is prepared when it is first wanted.
        """
        link = self._link
        if self._seconds > _SLOW or link.times or link.sampler.wants(self._order.sample_rate):
            return False
        if self._quick is None:
            self._quick = self._session.quick(self._watcher.keys, self._probes) or False
            if self._quick:
                self._take = self._watcher.taker(self._quick.columns) if self._watcher.keys else None
                if self._watcher.may_thin and not self._probes:
                    self._plain = self._session.quick(frozenset(), False)
        return bool(self._quick)

    def _burst(self) -> End | None:
        """Do steps of which nothing but numbers is to be seen, up to the next one that must do more.

        TensorFlow's threads fall asleep while Python works: each microsecond between two steps costs two.
        """
        link, rate, step, now = self._link, self._order.sample_rate, self._quick.run, time.monotonic
        begin, end, wants, take = link.board.begin_step, link.board.end_step, link.sampler.wants, self._take
        guard = bool(self._order.guard)
        left = -1 if self.target is None else self.target - self.done - 1  # the last one is not plain
        reached = bad = False
        first, before = self.done, now()
        began, every = before, self._every
        while left and not (link.stopped or link.pausing or link.times or wants(rate)):
            self._began = before
            begin()
            if every > 1 and (self.done + 1) % every:
                values = self._plain.run()
            else:
                values = step()
            end()
            self.done += 1
            left -= 1
            reached = take is not None and bool(values) and take(self.done, values)
            bad = guard and not values[-1]
            after = now()
            self._seconds, before = after - before, after
            if not self.done % _DENSE and self._plain is not None:
                every = self._every = max(1, int((self.done - first) / (_ROW_RATE * (after - began))))
            if reached or bad or self._seconds > _SLOW or after >= self._keeper.next or link.pace is not None:
                break
        if self.done == first:
            return None
        self._shown = self._quick.shown()
        if bad:
            self.fault = self._session.find_fault(self.done, self._shown)
            return "guard"
        if not reached and before >= self._keeper.next:
            self._keeper.keep(self.done)
        return "reached" if reached else None

    def _step(self, is_last: bool) -> End | None:
        """Do one step; returns why the run ends with it, if it does."""
        link, session, keys, rate = self._link, self._session, self._watcher.keys, self._order.sample_rate
        due = link.sampler.wants(rate)
        began = self._began = time.monotonic()
        link.board.begin_step()
        watched: Mapping[str, Any] = {}
        self._times.begin(is_first=self.done == 0 and self.target != 1, is_slow=self._seconds > _VERY_SLOW)
        with self._times:
            if self._probes:
                self._shown, watched = session.probe(keys)
            elif is_last or due or self._seconds > _SLOW:
                self._shown = session.hold()
            else:
                self._shown = None
                watched = session.watch(keys) if keys else session.step() or {}
        link.board.end_step()
        self.done += 1
        self._seconds = time.monotonic() - began
        if keys and not watched and self._shown is not None:
            watched = self._shown(keys)
        end = self._end_of_step(watched)
        if due and rate is not None and end is None and not is_last:
            link.sampler.add(self.done, self.results(), rate)
        if end is None and not is_last and time.monotonic() >= self._keeper.next:
            self._keeper.keep(self.done)
        return end

    def _end_of_step(self, watched: Mapping[str, Any]) -> End | None:
        """Note what is watched; returns why the step ends the run, if it does."""
        reached = bool(watched) and self._watcher.take(self.done, watched)
        self.fault = None
        if self._order.guard and not self._session.is_finite:
            self.fault = self._session.find_fault(self.done, self._shown)
            return "guard"
        return "reached" if reached else None


class _Times:
    """Measures some of the steps: where that is wanted it tells the sums four times a second.

    In a run that can be paused it also looks where slow steps spend their time, so that a pause that must wait for
    one can name the blocks.
    """

    def __init__(self, session: Any, link: Link, hold: bool) -> None:
        self._session, self._link, self._hold = session, link, hold
        self._next = self._tell_at = 0.0
        self._steps = 0
        self._sums: dict[str, float] = {}
        self._look_at = 0.0
        self._told_slow: tuple[str, ...] = ()

    def begin(self, is_first: bool, is_slow: bool) -> None:
        """Decide on the next step. The first one tells nothing: kernels warm up in it."""
        self._counts = self._link.times and not is_first and time.monotonic() >= self._next
        looks = is_slow and self._hold and time.monotonic() >= self._look_at
        self._session.measuring = self._counts or looks

    def __enter__(self) -> None:
        self._began = time.monotonic()

    def __exit__(self, kind: object, *more: object) -> None:
        if not self._session.measuring:
            return
        self._session.measuring = False
        taken = self._session.stopwatch.take()
        if kind is not None:
            return
        now = time.monotonic()
        if self._hold and now - self._began > _VERY_SLOW:
            self._look_at = now + _BETWEEN_LOOKS
            self._tell_slow(taken)
        if not self._counts:
            return
        self._steps += 1
        for block, seconds in taken.items():
            self._sums[block] = self._sums.get(block, 0.0) + seconds
        self._next = now + max(_BETWEEN_MEASURED, now - self._began)
        if now >= self._tell_at:
            self.finish()

    def _tell_slow(self, taken: Mapping[str, float]) -> None:
        """Tell the one to three blocks that took most of the step, where they are others than before."""
        ranked = sorted((b for b in taken if b), key=lambda b: -taken[b])
        most, blocks = _MOST_OF_A_STEP * sum(taken.values()), list[str]()
        for block in ranked[:3]:
            if sum(taken[b] for b in blocks) < most:
                blocks.append(block)
        if tuple(blocks) != self._told_slow:
            self._told_slow = tuple(blocks)
            self._link.send(Slow(self._told_slow))

    def finish(self) -> None:
        """Tell what was measured since the last time."""
        if self._steps:
            self._link.send(Timed(self._steps, self._sums))
            self._steps, self._sums = 0, {}
            self._tell_at = time.monotonic() + _BETWEEN_TIMED


class _Keeper:
    """Hands the Variables over every few seconds, from ``next`` on; rarer where that would cost too much."""

    def __init__(self, session: Any, every: float | None, link: Link, clock: Clock) -> None:
        self._session, self._every, self._link, self._clock = session, every, link, clock
        self.next = float("inf") if every is None else time.monotonic() + min(_FIRST_KEEP, every)

    def keep(self, step: int) -> None:
        """Hand over."""
        assert self._every is not None
        began = time.monotonic()
        buffers: list[Buffer] = []
        variables = _variables(self._session, buffers)
        if not variables:
            self.next = float("inf")
            return
        self._link.send(Keeping(step, variables), buffers)
        now = time.monotonic()
        wanted = min(self._every, max(_FIRST_KEEP, self._clock.seconds))
        self.next = now + max(wanted, (now - began) / _KEEPING_SHARE)


def _variables(session: Any, buffers: list[Buffer]) -> dict[str, Packed]:
    return pack({name: tensor_of(array) for name, array in session.variables().items()}, buffers)
