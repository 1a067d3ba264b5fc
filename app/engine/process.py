"""The engine: runs plans in a supervised worker process and says what became of them."""

from __future__ import annotations

import os
import threading
from types import TracebackType
from typing import Any

import msgspec

from app.document.problems import error
from app.engine import verdict
from app.engine.launch import ForkLauncher, NotReady, SpawnLauncher, Worker, launcher
from app.engine.protocol import Request, RunOrder, RunReply, encode, unpack
from app.engine.results import PageResult, TensorValue, Value, failed
from app.engine.supervise import Ended, Limits, Listener, Supervision
from blocks.dtypes import label

SESSION = "app.engine.tf_page:PageSession"
_CLEARING_UP = 1.0  # seconds that a worker may take to release a graph before it is replaced
_DIAGNOSIS = 10.0  # seconds at least for finding the block that ended the process


class Engine:
    """Owns the worker process. One run at a time; a healthy worker is used again, a dead one replaced.

    ``start`` begins to import TensorFlow in the background; without it the first run does.
    """

    def __init__(
        self,
        *,
        memory_limit: int | None = None,
        factory: str = SESSION,
        preload: tuple[str, ...] = ("app.engine.tf_preload",),
        standby: bool = False,
    ) -> None:
        """``memory_limit``: bytes that a run may take (default: 80 % of the machine's memory).

        ``factory`` names the page session's class and ``preload`` the modules that a worker imports at its
        start (tests put others there). ``standby`` keeps a second worker warm where the system cannot fork
        (for the editor).
        """
        self._memory_limit = memory_limit or default_memory_limit()
        self._factory = factory
        self._preload = (*preload, factory.partition(":")[0])
        self._standby = standby
        self._launcher: ForkLauncher | SpawnLauncher | None = None
        self._worker: Worker | None = None
        self._supervision: Supervision | None = None
        self._closed = False
        self._turn = threading.Lock()  # held by the run that uses the worker
        self._state = threading.RLock()  # guards the four above

    def start(self) -> None:
        """Begin to import TensorFlow in the background; returns at once and may be called again."""
        with self._state:
            if self._closed:
                raise RuntimeError("the engine is closed")
            if self._launcher is not None and not self._launcher.alive:
                self._launcher.close()
                self._launcher = self._worker = None
            if self._launcher is None:
                self._launcher = launcher(self._preload, self._standby)
            if self._worker is None:
                self._worker = self._launcher.launch()

    def close(self) -> None:
        """End everything that was started, for good; a run under way ends as stopped."""
        with self._state:
            self._closed = True
            if self._supervision is not None:
                self._supervision.cancel()
        with self._turn, self._state:
            if self._launcher is not None:
                self._launcher.close()
            self._launcher = self._worker = None

    def __enter__(self) -> Engine:
        """Start."""
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, tb: TracebackType | None
    ) -> None:
        """Close."""
        self.close()

    def stop(self) -> None:
        """End the run under way after its current step, if there is one; 0.15 s later kill its worker."""
        with self._state:
            if self._supervision is not None:
                self._supervision.stop()

    def run(
        self,
        plan: Any,
        folder: str | os.PathLike[str],
        *,
        steps: int | None = 1,
        timeout: float | None = None,
        wait_limit: float = 30.0,
        memory_limit: int | None = None,
        on_event: Listener | None = None,
        sample_rate: float | None = None,
        variables: bool = False,
    ) -> PageResult:
        """Run a plan and wait for its end. Any thread may call; runs follow one another.

        ``folder`` is the project's, the worker's working directory. ``steps`` None runs until ``stop``.
        ``timeout`` limits the page as a whole and ``wait_limit`` the waiting of one step, in seconds.
        ``memory_limit`` is in bytes. Events go to ``on_event`` in the calling thread, samples at about
        ``sample_rate`` Hz. ``variables`` asks for the Variables' values at the end. Never raises for what
        the page does; the result's problems are those of the run only.
        """
        order = RunOrder(
            plan_type=f"{type(plan).__module__}:{type(plan).__qualname__}",
            plan=encode(plan),
            session=self._factory,
            folder=os.fspath(folder),
            steps=steps,
            sample_rate=sample_rate,
            memory_limit=memory_limit or self._memory_limit,
            trace=len(plan.may_wait) > 1,
            trace_blocks=plan.may_wait,
            variables=variables,
        )
        limits = Limits(timeout=timeout, wait_limit=wait_limit, may_wait=plan.may_wait)
        with self._turn:
            ended = self._conduct(order, limits, on_event)
            if ended.how == "died":
                ended = self._diagnosed(order, limits, ended)
        return _result(ended, plan, limits)

    def _conduct(self, order: RunOrder, limits: Limits, listener: Listener | None = None) -> Ended:
        """Run an order in a fit worker, and begin to replace the worker if it does not survive."""
        worker = self._fit_worker()
        supervision = Supervision(worker, limits, listener)
        with self._state:
            self._supervision = supervision
            if self._closed:
                supervision.cancel()
        survived = False
        try:
            ended = supervision.conduct(Request("app.engine.worker:run_page", encode(order)))
            survived = ended.alive
            return ended
        finally:
            with self._state:
                self._supervision = None
                if not survived:
                    worker.dispose()
                    self._worker = None
                    if worker.was_ready and not self._closed:
                        self.start()

    def _fit_worker(self) -> Worker:
        """Return a worker that has cleared up its last run, or a new one."""
        self.start()
        worker = self._worker
        assert worker is not None
        try:
            if worker.wait_ready(_CLEARING_UP if worker.used else 0.0) or not worker.used:
                return worker
        except NotReady:
            if not worker.was_ready:
                return worker  # the supervision tells why
        with self._state:
            worker.dispose()
            self._worker = None
            self.start()
            assert self._worker is not None
            return self._worker

    def _diagnosed(self, order: RunOrder, limits: Limits, ended: Ended) -> Ended:
        """Repeat a run that ended the process, with marks around each block, to find the block."""
        allowed = max(_DIAGNOSIS, 3 * ended.seconds)
        if limits.timeout is not None:
            allowed = min(allowed, limits.timeout - ended.seconds)
        if allowed <= 0 or self._closed:
            return ended
        again = msgspec.structs.replace(
            order, steps=max(1, ended.step), sample_rate=None, variables=False, trace=True, trace_blocks=None
        )
        second = self._conduct(again, msgspec.structs.replace(limits, timeout=allowed))
        if second.how != "died":
            return ended
        return msgspec.structs.replace(ended, running=second.running, log=ended.log or second.log)


def _result(ended: Ended, plan: Any, limits: Limits) -> PageResult:
    """Say what became of the run."""
    nothing = failed(expected(plan))
    if ended.how == "replied":
        return _reply_result(ended, nothing)
    result = PageResult(ok=False, steps=ended.steps, seconds=ended.seconds, results=nothing)
    if ended.how == "stopped":
        result.interrupted = True
        problem = verdict.stopped(ended.steps)
    elif ended.how == "timeout":
        result.timed_out = True
        problem = verdict.timed_out(limits.timeout or 0.0, ended.steps)
    elif ended.how == "stuck":
        problem = verdict.stuck(limits.wait_limit, ended.step, ended.running, limits.may_wait)
    elif ended.how == "unready":
        problem = verdict.no_tensorflow(ended.log)
    elif ended.failure is not None:
        problem = error(ended.failure.code, f"the run failed: {ended.failure.reason}")
    else:
        problem = verdict.died(ended.status, ended.log, ended.running, ended.steps, ended.step)
    if ended.sample is not None and ended.how in ("stopped", "timeout"):
        result.results = ended.sample.results
    result.problems.append(problem)
    return result


def _reply_result(ended: Ended, nothing: dict[str, Value]) -> PageResult:
    reply = msgspec.msgpack.decode(ended.reply, type=RunReply)
    results = unpack(reply.results, ended.buffers)
    problems = list(reply.problems)
    if reply.stopped:
        problems.append(verdict.stopped(reply.steps))
    if (problems and reply.steps == 0) or any(p.severity == "error" for p in problems):
        results = {**nothing, **results}
    variables = unpack(reply.variables, ended.buffers)
    return PageResult(
        ok=not reply.short and not any(p.severity == "error" for p in problems),
        steps=reply.steps,
        seconds=reply.seconds,
        results=results,
        problems=problems,
        interrupted=reply.stopped,
        variables={name: value for name, value in variables.items() if isinstance(value, TensorValue)},
    )


def expected(plan: Any) -> dict[str, str]:
    """Return the pins that a run of the plan shows: ``block.pin`` -> dtype label."""
    return {
        fetch.key: label(fetch.dtypes[0]) or "" if fetch.dtypes else ""
        for session in plan.sessions
        for fetch in session.fetches
    }


def default_memory_limit() -> int | None:
    """Return 80 % of the memory that this process may use, in bytes; None where the system does not tell."""
    if not hasattr(os, "sysconf"):
        return None
    total = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    try:
        with open("/sys/fs/cgroup/memory.max", encoding="ascii") as limit:  # a container's limit
            text = limit.read().strip()
    except OSError:
        text = "max"
    if text.isdigit():
        total = min(total, int(text))
    return total * 4 // 5
