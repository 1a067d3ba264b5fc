"""Watches one request in a worker: its events, its end, and every way in which it must be cut short."""

from __future__ import annotations

import contextlib
import queue
import time
from collections.abc import Callable
from typing import Any, Literal

import msgspec

from app.engine.launch import Gone, NotReady, Wake, Worker
from app.engine.protocol import Failed, LogText, MoreSamples, Reply, Request, Rows, Sample, Stop, unpack
from app.engine.results import Value
from app.engine.watchdog import WaitClock

GRACE = 0.15  # seconds from the wish to stop until the worker is killed
_POLL = 0.05  # seconds between looks at the board


class Started(msgspec.Struct, frozen=True):
    """The worker has begun with the page."""


class Stepped(msgspec.Struct, frozen=True):
    """So many steps are done after so many seconds; sent now and then, not for every step."""

    step: int
    seconds: float


class Sampled(msgspec.Struct, frozen=True):
    """The results of a step in the middle of a run."""

    step: int
    results: dict[str, Value]


class Log(msgspec.Struct, frozen=True):
    """What the worker printed, or a traceback."""

    text: str


Event = Started | Stepped | Sampled | Rows | Log
Listener = Callable[[Event], object]


class Limits(msgspec.Struct, frozen=True):
    """When a request is cut short: seconds in all, seconds that a step may wait, the blocks that can wait."""

    timeout: float | None = None
    wait_limit: float = 30.0
    may_wait: tuple[str, ...] = ()


class Ended(msgspec.Struct, frozen=True, kw_only=True):
    """How a request ended. ``alive`` tells whether the worker can take another one."""

    how: Literal["replied", "failed", "died", "stuck", "timeout", "stopped", "unready"]
    seconds: float
    alive: bool = False
    taken: bool = True  # the worker had begun with it
    steps: int = 0  # done
    step: int = 0  # begun
    reply: bytes = b""
    buffers: list[Any] = []
    failure: Failed | None = None
    status: int = 0  # exit status
    log: str = ""  # what the worker printed; with "unready" the reason
    running: tuple[str, ...] = ()  # blocks marked as begun and not ended
    sample: Sampled | None = None


class Supervision:
    """One request, from its sending to its end. ``stop`` may be called from any thread."""

    def __init__(self, worker: Worker, limits: Limits, listener: Listener | None = None) -> None:
        """Watch ``worker``; events go to ``listener`` in the thread that calls ``conduct``."""
        self._worker = worker
        self._limits = limits
        self._tell: Listener = listener or _ignore
        self._stopping = False
        self._kill_at: float | None = None
        self._clock = WaitClock(min(1.0, limits.wait_limit / 3))
        self._started = time.monotonic()
        self._shown_steps = 0
        self._log_start = self._log_shown = 0
        self._sample: Sampled | None = None

    def stop(self) -> None:
        """Ask the request to end after the current step; GRACE seconds later the worker is killed."""
        self._stopping = True
        self._worker.inbox.put((Wake(), []))

    def cancel(self) -> None:
        """End the request at once."""
        self._kill_at = 0.0
        self.stop()

    def conduct(self, request: Request) -> Ended:
        """Send the request when the worker is ready and wait for its end. Ctrl-C counts as ``stop``."""
        ended = self._begin(request)
        while ended is None:
            try:
                ended = self._turn()
            except KeyboardInterrupt:
                if self._stopping:
                    self._kill_at = time.monotonic()
                self._stopping = True
        return ended

    def _begin(self, request: Request) -> Ended | None:
        try:
            while not self._worker.wait_ready(_POLL):
                if self._stopping:
                    return Ended(how="stopped", seconds=0.0, alive=True)
        except KeyboardInterrupt:
            return Ended(how="stopped", seconds=0.0, alive=True)
        except NotReady as reason:
            return Ended(how="unready", seconds=0.0, log=str(reason))
        self._log_start = self._log_shown = self._worker.log_size()
        self._started = time.monotonic()
        try:
            self._worker.order(request)
        except OSError:
            return self._end("died")
        self._tell(Started())
        return None

    def _turn(self) -> Ended | None:
        """Take one message or wait a moment; then look at the board, the log and the limits."""
        message: object = None
        with contextlib.suppress(queue.Empty):
            message, buffers = self._worker.inbox.get(timeout=_POLL)
        if isinstance(message, Reply):
            return self._end("replied", reply=message.body, buffers=buffers)
        if isinstance(message, Failed):
            return self._end("failed", failure=message)
        if isinstance(message, Gone):
            return self._end("died")
        if isinstance(message, Sample):
            self._sample = Sampled(message.step, unpack(message.results, buffers))
            self._tell(self._sample)
            self._send(MoreSamples())
        elif isinstance(message, Rows):
            self._tell(message)
        elif isinstance(message, LogText):
            self._tell(Log(message.text))
        self._report()
        return self._cut_short()

    def _report(self) -> None:
        """Tell of new steps and of what the worker has printed."""
        done = self._worker.board.done
        if done > self._shown_steps:
            self._shown_steps = done
            self._tell(Stepped(done, time.monotonic() - self._started))
        size = self._worker.log_size()
        if size > self._log_shown:
            text = self._worker.log_text(self._log_shown)
            self._log_shown = size
            self._tell(Log(text))

    def _cut_short(self) -> Ended | None:
        """Kill the worker where a limit is passed."""
        now = time.monotonic()
        if self._stopping and self._kill_at is None:
            self._kill_at = now + GRACE
            self._send(Stop())
        if self._kill_at is not None and now >= self._kill_at and self._worker.inbox.empty():
            return self._end("stopped")
        if self._limits.timeout is not None and now - self._started >= self._limits.timeout:
            return self._end("timeout")
        if self._limits.may_wait:
            board = self._worker.board
            step = board.begun if board.begun > board.done else None
            if self._clock.waiting(now, step, board.cpu) >= self._limits.wait_limit:
                return self._end("stuck")
        return None

    def _send(self, message: Stop | MoreSamples) -> None:
        with contextlib.suppress(OSError):  # a dead worker is noticed as Gone
            self._worker.channel.send(message)

    def _end(self, how: Any, **more: Any) -> Ended:
        seconds = time.monotonic() - self._started
        status = 0
        if how != "replied":
            self._worker.kill()
            status = self._worker.status.result()
        self._report()
        board = self._worker.board
        return Ended(
            how=how,
            seconds=seconds,
            alive=how == "replied",
            taken=board.taken,
            steps=board.done,
            step=board.begun,
            status=status,
            log=self._worker.log_text(self._log_start),
            running=tuple(board.running()),
            sample=self._sample,
            **more,
        )


def _ignore(event: Event) -> None:
    """Take an event that nobody wants."""
