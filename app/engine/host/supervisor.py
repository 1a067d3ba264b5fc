"""Watches one request in a worker: its events, its end, and every way in which it must be cut short."""

from __future__ import annotations

import contextlib
import queue
import time
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Literal

import msgspec

from app.document.model.sentence import Sentence
from app.engine.host.events import (
    Event,
    HandedOver,
    Held,
    Listener,
    Log,
    Over,
    Pausing,
    Sampled,
    Started,
    Stepped,
)
from app.engine.host.exit_reasons import signal_of
from app.engine.host.launcher import Gone, NotReady, Wake, Worker
from app.engine.ipc.messages import (
    ControlRequest,
    Devices,
    Failed,
    Go,
    Going,
    HandingOver,
    Holding,
    Listening,
    LogText,
    MoreSamples,
    Pause,
    Reply,
    Request,
    Rows,
    RunOver,
    Sample,
    Slow,
    Stop,
    Timed,
)
from app.engine.ipc.packing import Buffer, unpack
from app.engine.ipc.walls import WallsHeld
from app.engine.ipc.watchdog import WaitClock
from app.engine.values.results import TensorValue

_MOST_PATIENCE = 5.0  # seconds that a patient stop waits for the end of a step
GRACE = 0.15  # seconds from the stop request until the worker is killed
_DELIVERY = 10.0  # seconds that the worker is given to deliver what a run has brought
_COMPUTES = 0.03  # CPU seconds since a pause was asked for above which the step computes and does not wait
_START = 30.0  # seconds at least that TensorFlow's import may take where the request has a limit
_POLL = 0.05  # seconds between looks at the progress board


class Limits(msgspec.Struct, frozen=True):
    """When a request is cut short: seconds in all, seconds that a step may wait, the blocks that can wait.

    ``can_hold``: it is one that can be paused. ``silence``: seconds that a step, or what comes before the first one,
    may take in a worker that waits for other machines.
    """

    timeout: float | None = None
    wait_limit: float = 30.0
    may_wait: tuple[str, ...] = ()
    can_hold: bool = False
    silence: float | None = None


How = Literal["replied", "failed", "died", "stuck", "timeout", "stopped", "unready", "unstarted", "lost"]


class Ended(msgspec.Struct, frozen=True, kw_only=True):
    """How a request ended. ``alive``: the worker can take another one."""

    how: How
    seconds: float
    alive: bool = False
    taken: bool = True  # the worker had begun with it
    steps: int = 0  # done
    step: int = 0  # begun
    reply: bytes = b""
    buffers: list[Any] = []
    failure: Failed | None = None
    status: int = 0  # exit status
    last: int = 0  # that of what ended before it was ready, be it the fork server
    log: str = ""  # what the worker printed
    why: Sentence | None = None  # it was not ready
    running: tuple[str, ...] = ()  # blocks marked as begun and not ended
    holding: tuple[str, ...] = ()  # blocks that held up the step that the time limit cut
    waits: bool = False  # they waited for others, and computed nothing
    sample: Sampled | None = None
    handed_over: HandedOver | None = None  # the newest Variables that came before the end
    timed_out: bool = False  # the time limit had asked for the end

    @property
    def is_killed(self) -> bool:
        """Return whether something outside has ended the worker, be it while it started."""
        return self.how in ("died", "unready") and signal_of(self.status) == "SIGKILL"


class Supervision:
    """One request, from its sending to its end. Any thread may stop, control or cancel it."""

    def __init__(self, worker: Worker, limits: Limits, listener: Listener | None = None) -> None:
        """Watch ``worker``; events go to ``listener`` in the thread that calls ``conduct``."""
        self._worker = worker
        self._limits = limits
        self._notify: Listener = listener or _ignore
        self._stopping = self._patient = self._timed_out = self._at_once = False
        self._is_lost = False
        self._kill_at: float | None = None
        self._ending: tuple[How, Mapping[str, Any]] | None = None  # set once the end is decided
        self._clock = self._new_clock()
        self._started = time.monotonic()
        self._shown_steps, self._shown_seconds = 0, 0.0
        self._longest = 0.0  # seconds of a step, about
        self._log_start = self._log_shown = 0
        self._sample: Sampled | None = None
        self._handed_over: HandedOver | None = None
        self._controls: queue.SimpleQueue[ControlRequest] = queue.SimpleQueue()
        self._held_at: float | None = None  # when the run came to a halt
        self._goes = 0  # how often it has gone on
        self._slow: tuple[str, ...] = ()  # blocks that the last slow step spent its time on
        self._pause_at = float("inf")  # when a pause was asked for, or last reported without a block
        self._pause_cpu: float | None = None  # CPU seconds used at that report
        self._seen, self._seen_at = (0, 0), self._started  # steps begun and done, and since when it is so

    def stop(self, patient: bool = False) -> None:
        """Ask the request to end after the current step; GRACE seconds later the worker is killed.

        A ``patient`` stop gives a step the time that such steps have taken so far.
        """
        self._patient = patient
        self._stopping = True
        self._worker.inbox.put((Wake(), []))

    def control(self, request: ControlRequest) -> None:
        """Pass a request that steers the run on to the worker, after those before it."""
        self._controls.put(request)
        self._worker.inbox.put((Wake(), []))

    def cancel(self) -> None:
        """End the request at once."""
        self._kill_at, self._at_once = 0.0, True
        self.stop()

    def lose(self) -> None:
        """End the request at once, as what its worker waits for is gone."""
        self._is_lost = True
        self._worker.inbox.put((Wake(), []))

    def conduct(self, request: Request, buffers: Sequence[Buffer] = ()) -> Ended:
        """Send the request when the worker is ready and wait for its end. Ctrl-C counts as ``stop``."""
        ended = self._begin(request, buffers)
        while ended is None:
            try:
                ended = self._turn() if self._ending is None else self._end(*self._ending)
            except KeyboardInterrupt:
                if self._stopping:
                    self._kill_at, self._at_once = time.monotonic(), True
                self._stopping = True
        return ended

    def _begin(self, request: Request, buffers: Sequence[Buffer]) -> Ended | None:
        timeout = self._limits.timeout
        limit = float("inf") if timeout is None else max(timeout, _START)
        try:
            while not self._worker.wait_ready(_POLL):
                if self._stopping:
                    return Ended(how="stopped", seconds=0.0, alive=True)
                if time.monotonic() - self._started >= limit:
                    return Ended(how="unstarted", seconds=limit, timed_out=True)
        except KeyboardInterrupt:
            return Ended(how="stopped", seconds=0.0, alive=True)
        except NotReady as reason:
            return Ended(
                how="unready",
                seconds=0.0,
                taken=False,
                status=reason.status,
                last=reason.last,
                why=reason.sentence,
            )
        self._log_start = self._log_shown = self._worker.log_size()
        self._started = time.monotonic()
        try:
            self._worker.send(request, buffers)
        except OSError:
            return self._end("died")
        self._notify(Started())
        return None

    def _turn(self) -> Ended | None:
        """Pass requests on, take one message or wait a moment; then look at progress, log and limits."""
        self._pass_on()
        message: object = None
        with contextlib.suppress(queue.Empty):
            message, buffers = self._worker.inbox.get(timeout=_POLL)
        if isinstance(message, Reply):
            return self._end("replied", {"reply": message.body, "buffers": buffers})
        if isinstance(message, Failed):
            return self._end("failed", {"failure": message})
        if isinstance(message, Gone):
            return self._end("died")
        self._on_message(message, buffers if message is not None else [])
        self._report()
        return self._cut_short()

    def _pass_on(self) -> None:
        """Send the requests that came meanwhile."""
        with contextlib.suppress(queue.Empty):
            while True:
                request = self._controls.get_nowait()
                if isinstance(request, (Pause, Go)) and not self._limits.can_hold:
                    continue
                if isinstance(request, Pause):
                    self._pause_at, self._pause_cpu = time.monotonic(), None
                self._send(request)

    def _on_message(self, message: object, buffers: list[Any]) -> None:
        """Take a message that does not end the request."""
        if isinstance(message, Sample):
            self._sample = Sampled(message.step, unpack(message.results, buffers))
            self._notify(self._sample)
            self._send(MoreSamples())
        elif isinstance(message, Holding):
            self._report_steps(message.step)
            self._hold(message, buffers)
        elif isinstance(message, HandingOver):
            self._handed_over = HandedOver(message.step, _tensors(message.variables, buffers))
            self._notify(self._handed_over)
        elif isinstance(message, (Rows, Going, Timed, Listening, Devices)):
            if isinstance(message, Going):
                self._goes += 1
                if self._held_at is not None:
                    self._started += time.monotonic() - self._held_at  # held time does not count
                self._held_at = None
            self._notify(message)
        elif isinstance(message, RunOver):
            self._next_run(message, buffers)
        elif isinstance(message, WallsHeld):
            self._worker.held = message
        elif isinstance(message, Slow):
            self._slow = message.blocks
        elif isinstance(message, LogText):
            self._notify(Log(message.text))

    def _next_run(self, message: RunOver, buffers: list[Any]) -> None:
        """Report that one of many runs is over; the limits are those of the next one from now on."""
        over = Over(message.index, message.body, buffers, self._worker.log_text(self._log_start))
        now = time.monotonic()
        self._log_start = self._worker.log_size()
        self._started, self._shown_steps, self._shown_seconds = now, 0, 0.0
        self._clock = self._new_clock()
        self._notify(over)

    def _new_clock(self) -> WaitClock:
        return WaitClock(min(1.0, self._limits.wait_limit / 3))

    def _hold(self, message: Holding, buffers: list[Any]) -> None:
        self._held_at = time.monotonic()
        results = unpack(message.results, buffers)
        self._sample = Sampled(message.step, results)
        variables = _tensors(message.variables, buffers)
        self._handed_over = HandedOver(message.step, variables) if variables else None
        held = Held(
            step=message.step,
            seconds=message.seconds,
            why=message.why,
            results=results,
            variables=variables,
            problems=message.problems,
        )
        self._notify(held)

    def _report(self) -> None:
        """Report new steps and what the worker has printed."""
        progress = self._worker.progress
        done = progress.done
        if progress.goes == self._goes:  # else a message on its way comes before these steps
            self._report_steps(done)
        size = self._worker.log_size()
        if size > self._log_shown:
            text = self._worker.log_text(self._log_shown)
            self._log_shown = size
            self._notify(Log(text))

    def _report_steps(self, done: int) -> None:
        if done <= self._shown_steps:
            return
        seconds = time.monotonic() - self._started
        each = (seconds - self._shown_seconds) / (done - self._shown_steps)
        self._longest = max(self._longest, each)
        self._shown_steps, self._shown_seconds = done, seconds
        self._notify(Stepped(done, seconds))

    def _cut_short(self) -> Ended | None:
        """Kill the worker where a limit is passed."""
        if self._is_lost:
            return self._end("lost")
        now = time.monotonic()
        progress = self._worker.progress
        step = progress.begun if progress.begun > progress.done else None
        if now - self._pause_at >= GRACE and progress.pausing:
            self._report_pause(now, step or progress.done + 1)
        if self._stopping and self._kill_at is None:
            self._kill_at = now + self._grace()
            self._send(Stop())
        if self._kill_at is not None and now >= self._kill_at and self._is_overdue(now - self._kill_at):
            return self._end("timeout" if self._timed_out else "stopped")
        if self._held_at is not None:
            return None
        timeout = self._limits.timeout
        if timeout is not None and now - self._started >= timeout and not self._stopping:
            self._timed_out = True
            self.stop(patient=True)
        if self._limits.silence is not None and self._is_silent(now, self._limits.silence):
            return self._end("lost")
        if self._limits.may_wait and self._clock.waiting(now, step, progress.cpu) >= self._limits.wait_limit:
            return self._end("stuck")
        return None

    def _report_pause(self, now: float, step: int) -> None:
        """Report what a pause waits for; a step that computed at first may come to wait, which is then reported."""
        blocks = self._holding_up()
        if blocks or self._pause_cpu is None:
            self._notify(Pausing(step, blocks))
        self._pause_cpu = self._worker.progress.cpu
        self._pause_at = now if self._limits.may_wait and not blocks else float("inf")

    def _is_silent(self, now: float, most: float) -> bool:
        """Return whether one step, or all before the first one, has taken longer than it may."""
        seen = self._worker.progress.begun, self._worker.progress.done
        if seen != self._seen:
            self._seen, self._seen_at = seen, now
        is_between = seen[0] == seen[1] > 0
        return not is_between and now - self._seen_at > most

    def _holding_up(self) -> tuple[str, ...]:
        """Return the blocks that may hold up the step: what computes by the last steps' times, else what may wait."""
        if not self._worker.progress.begun:
            return ()  # the page is built
        progress = self._worker.progress
        used = progress.cpu_since_pause if self._pause_cpu is None else progress.cpu - self._pause_cpu
        if not self._limits.may_wait or used > _COMPUTES:
            return self._slow
        return tuple(progress.running()) or self._limits.may_wait

    def _held_up(self, seconds: float) -> tuple[bool, tuple[str, ...]]:
        """Return whether the step under way waits, and what it waits on, or what the last slow step computed."""
        progress = self._worker.progress
        if progress.begun <= progress.done:
            return False, ()
        if self._limits.may_wait:
            waited = self._clock.waiting(time.monotonic(), progress.begun, progress.cpu)
            if waited >= min(1.0, seconds / 2):
                return True, tuple(progress.running()) or self._limits.may_wait
        return False, self._slow

    def _is_overdue(self, seconds: float) -> bool:
        """Return whether to kill a worker that is late: not while large results and Variables are on their way."""
        if not self._worker.inbox.empty():
            return False
        return self._at_once or not self._worker.progress.delivering or seconds >= _DELIVERY

    def _grace(self) -> float:
        """Return the seconds from the stop request until the worker is killed."""
        if not self._patient:
            return GRACE
        # The current step may just have begun, and its results are to follow.
        return max(GRACE, min(2 * self._longest, _MOST_PATIENCE))

    def _send(self, message: ControlRequest) -> None:
        with contextlib.suppress(OSError):  # a dead worker is noticed as Gone
            self._worker.channel.send(message)

    def _end(self, how: How, more: Mapping[str, Any] = MappingProxyType({})) -> Ended:
        """End the request in this way, which stays so where Ctrl-C falls into it: the kill is no death."""
        self._ending = how, more
        seconds = (self._held_at or time.monotonic()) - self._started
        status = 0
        waits, holding = self._held_up(seconds) if how == "timeout" else (False, ())
        if how != "replied":
            self._worker.kill()
            status = self._worker.status.result()
        self._report()
        progress = self._worker.progress
        return Ended(
            how=how,
            seconds=seconds,
            alive=how == "replied",
            taken=progress.taken,
            steps=progress.done,
            step=progress.begun,
            status=status,
            log=self._worker.log_text(self._log_start),
            running=tuple(progress.running()),
            holding=holding,
            waits=waits,
            sample=self._sample,
            handed_over=self._handed_over,
            timed_out=self._timed_out,
            **more,
        )


def _tensors(packed: dict[str, Any], buffers: list[Any]) -> dict[str, TensorValue]:
    values = unpack(packed, buffers)
    return {name: value for name, value in values.items() if isinstance(value, TensorValue)}


def _ignore(event: Event) -> None:
    """Take an event that nobody asked for."""
