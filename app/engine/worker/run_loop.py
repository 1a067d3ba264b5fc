"""The loop that does the steps of a run: fetches no more than it must, samples, holds a pace, hands Variables over."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, Literal

from app.document.model.problems import Problem, info
from app.document.model.sentence import say
from app.engine.ipc.messages import HandingOver, HoldReason, Slow, Timed
from app.engine.ipc.packing import Buffer, Packed, pack
from app.engine.ipc.requests import RunPageRequest
from app.engine.values.results import Value, tensor_of
from app.engine.values.run_fault import EndOfData
from app.engine.worker.client import Client
from app.engine.worker.quick_ways import Backlog, QuickWays, Trials
from app.engine.worker.session import Session, Shown
from app.engine.worker.watcher import Watcher

_SLOW = 0.02  # seconds; such steps fetch their results, so that no further step must be done to get them
_ROW_RATE = 500.0  # rows a second at most of what is only looked at, after the first _DENSE steps
_DENSE = 1000
_MEASURED = 0.02  # seconds at least from which the rate of steps is taken: some clocks are no finer
_HAND_OVER_SHARE = 0.02  # of the time may be spent on handing Variables over
_BETWEEN_MEASURED = 0.1  # seconds at least between two steps that are measured
_BETWEEN_TIMED = 0.25  # seconds between two messages of where the time goes
_VERY_SLOW = 0.1  # seconds; a pause may have to wait for such a step, and is to name the blocks
_BETWEEN_LOOKS = 2.0  # seconds between two looks at where such steps spend their time
_MOST_OF_A_STEP = 0.8  # of its time: the blocks that take so much hold a step up
_PROBED_TOGETHER = 0.03  # seconds of short steps that may have to be done again for what the last one shows
_FIRST_HAND_OVER = 0.25  # seconds: short runs are handed over more often, as little is lost then

End = HoldReason | Literal["stopped"]


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

    def __init__(
        self,
        session: Session,
        request: RunPageRequest,
        client: Client,
        watcher: Watcher,
        clock: Clock,
        trials: Trials,
    ) -> None:
        """Step ``session`` as ``request`` says and as the program asks meanwhile by ``client``.

        ``trials`` is what earlier runs of the session have shown of its ways.
        """
        self._session, self._request, self._client, self._watcher = session, request, client, watcher
        self._trials = trials
        self.done = request.done
        self.target = request.steps
        self.fault: Problem | None = None  # what the guard has found in the last step, or the end of the data
        self._shown: Shown | None = None  # of the last step, where it fetched
        # Each step may be the last one.
        self._probes = request.until is not None or bool(request.guard) or session.may_end
        self._seconds = float("inf")  # that the last step took
        self._quick: QuickWays | None = None  # prepared when steps turn out to be short
        self._every = 1  # steps from one row of what is watched to the next
        self._began = float("-inf")
        self._hand_overs = _HandOvers(session, request.hand_over_every, client, clock)
        self._times = _Times(session, client, request.hold)
        if request.guard:
            session.set_guard(request.guard)  # after its start values are there

    def run(self) -> End:
        """Do steps until something ends them.

        A request to stop or to pause is met after a step whose results are at hand: after a slow one at once, else
        after one further step that fetches. So results and Variables always belong to one step.
        """
        end = self._run()
        self._times.finish()
        return end

    def _run(self) -> End:
        while self.target is None or self.done < self.target:
            if self._client.pace is not None:
                self._wait_for_pace()
            asked = self._asked_for()
            if asked and (self._is_first or self._shown is not None):
                return self._acknowledged(asked)
            is_last = asked is not None or self.done + 1 == self.target
            try:
                if is_last or not self._can_burst():
                    end = self._step(is_last)
                else:
                    end, asked = self._burst(), None
            except EndOfData as found:
                return self._data_ended(found)
            if end is not None:
                return end
            if asked:
                return "done" if self.done == self.target else self._acknowledged(asked)
        return "done"

    def _data_ended(self, found: EndOfData) -> End:
        """End with the step before, as there is no element for the next one; raises the fault where there is none."""
        if self._is_first:
            raise found
        self._client.progress.end_step()
        self.fault = info("data-ended", say("data.ended", block=found.block, steps=self.done), found.block)
        return "ended"

    @property
    def _is_first(self) -> bool:
        """Return whether the session has done no step yet."""
        return self.done == self._request.done

    def results(self) -> dict[str, Value]:
        """Return what the last step shows; before the first one nothing has a value."""
        if self._shown is None:
            return {}
        results = self._shown(None)
        for key in self._request.unshown:
            results.pop(key, None)
        return results

    def variables(self, buffers: list[Buffer]) -> dict[str, Packed]:
        """Return the Variables' values, packed."""
        return _variables(self._session, buffers)

    def _asked_for(self) -> Literal["stopped", "paused"] | None:
        if self._client.stopped:
            return "stopped"
        return "paused" if self._client.pausing else None

    def _acknowledged(self, asked: Literal["stopped", "paused"]) -> End:
        if asked == "paused":
            self._client.take_pause()
        return asked

    def _wait_for_pace(self) -> None:
        """Wait until the next step may begin, or the program asks for something."""
        while self._client.pace is not None and self._asked_for() is None:
            left = self._began + self._client.pace - time.monotonic()
            if left <= 0:
                return
            self._client.wait_for_news(left)

    def _can_burst(self) -> bool:
        """Return whether the next steps are small and nothing but numbers of them is asked for.

        The quick way to do such steps is prepared when it is first used.
        """
        client = self._client
        if self._seconds > _SLOW or client.sampler.is_due(self._request.sample_rate):
            return False
        if client.times and time.monotonic() >= self._times.next:
            return False
        if self._quick is None:
            self._quick = QuickWays(self._session, self._watcher, self._probes, self._trials)
        return self._quick.way is not None

    def _burst(self) -> End | None:
        """Do steps of which nothing but numbers is to be seen, up to the next one that must do more.

        TensorFlow's threads fall asleep while Python works: each microsecond between two steps costs two.
        """
        client, ways = self._client, self._quick
        assert ways is not None
        assert ways.way is not None
        quick, plain, take, can_wait = ways.way
        rate, step, now, is_due = self._request.sample_rate, quick.run, time.monotonic, client.sampler.is_due
        begin, end = client.progress.begin_step, client.progress.end_step
        guard = bool(self._request.guard)
        left = -1 if self.target is None else self.target - self.done - 1  # the last one is not plain
        if ways.most is not None:
            left = ways.most if left < 0 else min(left, ways.most)
        quick.begin()
        times = client.times
        end_at = min(self._hand_overs.next, self._times.next) if times else self._hand_overs.next
        if take is not None:
            end_at = min(end_at, self._watcher.next)
        reached = bad = False
        first, before = self.done, now()
        if self._probes:
            end_at = min(end_at, before + _PROBED_TOGETHER)
        began, every = before, self._every
        backlog = Backlog(take)
        put_off = backlog.add if can_wait and every == 1 else None
        column, quick_end = (quick.scalars and self._watcher.quick_end) or (0, None)
        while left and not (client.stopped or client.pausing or client.times is not times or is_due(rate)):
            self._began = before
            begin()
            try:
                if every > 1 and plain is not None and (self.done + 1) % every:
                    values = plain.run()
                else:
                    values = step()
            except Exception as fault:
                backlog.note(self.done)
                if isinstance(fault, EndOfData) and self.done > first:
                    self._shown = quick.shown(self.done - first)
                raise
            end()
            self.done += 1
            left -= 1
            if put_off is not None:
                put_off(values)
            elif quick_end is not None:
                reached = quick_end(values[column])
            elif take is not None and values and take(self.done, values):
                reached = True
            bad = guard and not values[-1]
            after = now()
            self._seconds, before = after - before, after
            if not self.done % _DENSE:
                backlog.note(self.done)
                if plain is not None and after - began > _MEASURED:
                    every = self._every = max(1, int((self.done - first) / (_ROW_RATE * (after - began))))
                    put_off = put_off if every == 1 else None
            if reached or bad or self._seconds > _SLOW or after >= end_at or client.pace is not None:
                break
        if self.done == first:
            return None
        ways.report(self.done - first, before - began)
        self._shown = quick.shown(self.done - first)
        backlog.note(self.done)
        self._watcher.look(before)
        if bad:
            return self._guard_hit()
        if not reached and before >= self._hand_overs.next:
            self._hand_over()
        return "reached" if reached else None

    def _step(self, is_last: bool) -> End | None:
        """Do one step; returns why the run ends with it, if it does."""
        client, session, keys, rate = (
            self._client,
            self._session,
            self._watcher.keys,
            self._request.sample_rate,
        )
        due = client.sampler.is_due(rate)
        began = self._began = time.monotonic()
        client.progress.begin_step()
        watched: Mapping[str, Any] = {}
        self._times.begin(is_first=self._is_first and self.target != 1, is_slow=self._seconds > _VERY_SLOW)
        with self._times:
            if self._probes:
                self._shown, watched = session.probe(keys)
            elif is_last or due or self._seconds > _SLOW:
                self._shown = session.hold()
            else:
                self._shown = None
                watched = session.watch(keys) if keys else _stepped(session)
        client.progress.end_step()
        self.done += 1
        self._seconds = time.monotonic() - began
        if keys and not watched and self._shown is not None:
            watched = self._shown(keys)
        end = self._end_of_step(watched)
        if due and rate is not None and end is None and not is_last:
            client.sampler.add(self.done, self.results(), rate)
        if end is None and not is_last and time.monotonic() >= self._hand_overs.next:
            self._hand_over()
        return end

    def _hand_over(self) -> None:
        """Hand the Variables over; the rows of the steps behind them are reported first, as others may go on there."""
        self._watcher.finish()
        self._hand_overs.hand_over(self.done)

    def _end_of_step(self, watched: Mapping[str, Any]) -> End | None:
        """Note what is watched; returns why the step ends the run, if it does."""
        reached = bool(watched) and self._watcher.take(self.done, watched)
        self.fault = None
        if self._request.guard and not self._session.is_finite:
            return self._guard_hit()
        return "reached" if reached else None

    def _guard_hit(self) -> End:
        """End with the fault of the last step, which was probed."""
        assert self._shown is not None
        self.fault = self._session.find_fault(self.done, self._shown)
        return "guard"


class _Times:
    """Measures some of the steps: where that is asked for it reports the sums four times a second.

    In a run that can be paused it also looks where slow steps spend their time, so that a pause that must wait for
    one can name the blocks.
    """

    def __init__(self, session: Session, client: Client, hold: bool) -> None:
        self._session, self._client, self._hold = session, client, hold
        self.next = self._report_at = 0.0  # ``next``: when the next one is due
        self._steps = 0
        self._sums: dict[str, float] = {}
        self._look_at = 0.0
        self._reported_slow: tuple[str, ...] = ()

    def begin(self, is_first: bool, is_slow: bool) -> None:
        """Decide on the next step. The first one says nothing: kernels warm up in it."""
        self._counts = self._client.times and not is_first and time.monotonic() >= self.next
        looks = is_slow and self._hold and time.monotonic() >= self._look_at
        self._session.stopwatch.running = self._counts or looks

    def __enter__(self) -> None:
        self._began = time.monotonic()

    def __exit__(self, kind: object, *more: object) -> None:
        if not self._session.stopwatch.running:
            return
        self._session.stopwatch.running = False
        taken = self._session.stopwatch.take()
        if kind is not None:
            return
        now = time.monotonic()
        if self._hold and now - self._began > _VERY_SLOW:
            self._look_at = now + _BETWEEN_LOOKS
            self._report_slow(taken)
        if not self._counts:
            return
        self._steps += 1
        for block, seconds in taken.items():
            self._sums[block] = self._sums.get(block, 0.0) + seconds
        self.next = now + max(_BETWEEN_MEASURED, now - self._began)
        if now >= self._report_at:
            self.finish()

    def _report_slow(self, taken: Mapping[str, float]) -> None:
        """Report the one to three blocks that took most of the step, where they are others than before."""
        ranked = sorted((b for b in taken if b), key=lambda b: -taken[b])
        most, blocks = _MOST_OF_A_STEP * sum(taken.values()), list[str]()
        for block in ranked[:3]:
            if sum(taken[b] for b in blocks) < most:
                blocks.append(block)
        if tuple(blocks) != self._reported_slow:
            self._reported_slow = tuple(blocks)
            self._client.send(Slow(self._reported_slow))

    def finish(self) -> None:
        """Report what was measured since the last time."""
        if self._steps:
            self._client.send(Timed(self._steps, self._sums))
            self._steps, self._sums = 0, {}
            self._report_at = time.monotonic() + _BETWEEN_TIMED


class _HandOvers:
    """Hands the Variables over every few seconds, from ``next`` on; rarer where that would cost too much."""

    def __init__(self, session: Session, every: float | None, client: Client, clock: Clock) -> None:
        self._session, self._every, self._client, self._clock = session, every, client, clock
        self.next = float("inf") if every is None else time.monotonic() + min(_FIRST_HAND_OVER, every)

    def hand_over(self, step: int) -> None:
        """Hand the Variables over as they are after ``step``."""
        assert self._every is not None
        began = time.monotonic()
        buffers: list[Buffer] = []
        variables = _variables(self._session, buffers)
        if not variables:
            self.next = float("inf")
            return
        self._client.send(HandingOver(step, variables), buffers)
        now = time.monotonic()
        gap = min(self._every, max(_FIRST_HAND_OVER, self._clock.seconds))
        self.next = now + max(gap, (now - began) / _HAND_OVER_SHARE)


def _stepped(session: Session) -> Mapping[str, Any]:
    """Do a step of which nothing is read."""
    session.step()
    return {}


def _variables(session: Session, buffers: list[Buffer]) -> dict[str, Packed]:
    return pack({name: tensor_of(array) for name, array in session.variables().items()}, buffers)
