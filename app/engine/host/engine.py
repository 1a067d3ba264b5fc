"""The engine: runs plans in a supervised worker process and says what became of them."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, TypeVar

import msgspec

from app.document.model.diagram import Page
from app.document.model.problems import Problem
from app.engine.host.exit_reasons import way_out
from app.engine.host.launcher import Home, NotReady, Worker
from app.engine.host.outcome import page_result, problem_of, unfinished
from app.engine.host.supervisor import Ended, Limits, Listener, Supervision
from app.engine.inference.result import Inference, InferOrder
from app.engine.ipc.messages import Buffer, Go, Order, Pace, Pause, Request, RunOrder, Times, encode, pack
from app.engine.values.results import PageResult, TensorValue
from app.engine.watch_types import Until, Watched

SESSION = "app.engine.tf.page_session:PageSession"
TENSORFLOW = ("app.engine.tf.preload",)
_RUN_PAGE = "app.engine.worker.run_page:run_page"
_INFER = "app.engine.tf.infer:run_inference"
_CLEARING_UP = 1.0  # seconds that a worker may take to release a graph before it is replaced
_DIAGNOSIS = 10.0  # seconds at least for each attempt to find the block that ended the process
_ATTEMPTS = 3  # at finding it: blocks that run beside it differ from run to run

_Reply = TypeVar("_Reply", bound=msgspec.Struct)


class Engine:
    """Owns a worker process. One request at a time; a healthy worker is used again, a dead one replaced.

    ``start`` begins to import TensorFlow in the background; without it the first request does.
    """

    def __init__(
        self,
        *,
        memory_limit: int | None = None,
        factory: str = SESSION,
        preload: tuple[str, ...] = TENSORFLOW,
        standby: bool = False,
        beside: Engine | None = None,
    ) -> None:
        """``memory_limit``: bytes that a run may take (default: 80 % of the machine's memory).

        ``factory`` names the page session's class and ``preload`` the modules that a worker imports at its
        start (tests put others there). ``standby`` keeps a second worker warm where the system cannot fork
        (for the editor). ``beside`` makes a further worker on another engine's import of TensorFlow, so
        that, say, types are inferred while a page runs; factory, preload and standby are then the other's.
        """
        self._memory_limit = memory_limit or default_memory_limit()
        self._factory: str = beside._factory if beside else factory
        self._home: Home = beside._home if beside else Home((*preload, factory.partition(":")[0]), standby)
        self._home.enter()
        self._worker: Worker | None = None
        self._supervision: Supervision | None = None
        self._closed = False
        self._turn = threading.Lock()  # held by the request that uses the worker
        self._state = threading.RLock()  # guards the worker, the supervision and closed

    def start(self) -> None:
        """Begin to import TensorFlow in the background; returns at once and may be called again."""
        with self._state:
            if self._closed:
                raise RuntimeError("the engine is closed")
            if self._worker is None:
                self._worker = self._home.launch()

    def close(self) -> None:
        """End everything that was started, for good; a run under way ends as stopped (not for on_event)."""
        with self._state:
            if self._closed:
                return
            self._closed = True
            if self._supervision is not None:
                self._supervision.cancel()
        with self._turn, self._state:
            worker, self._worker = self._worker, None
            self._home.leave(worker)

    def __enter__(self) -> Engine:
        """Start."""
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, tb: TracebackType | None
    ) -> None:
        """Close."""
        self.close()

    def stop(self, *, patient: bool = False) -> None:
        """End the run under way after its current step, if there is one; 0.15 s later kill its worker.

        A ``patient`` stop kills only where the step takes longer than such steps have taken so far, or 5 s.
        """
        with self._state:
            if self._supervision is not None:
                self._supervision.stop(patient)

    def pause(self) -> None:
        """Hold a run begun with ``hold`` after its current step, if it is not held already: Held follows.

        Where that takes long, Pausing tells.
        """
        self._order(Pause())

    def go(self, steps: int | None = None) -> None:
        """Let a held run go on for so many steps (None: until stopped); Going follows, at last Held again.

        In a run that is not held, that is done when it is; a pause that comes before takes it back.
        """
        self._order(Go(steps))

    def set_pace(self, seconds: float | None) -> None:
        """Let a step of the run under way begin at most every so many seconds (None: as fast as it goes)."""
        self._order(Pace(seconds))

    def set_times(self, on: bool) -> None:
        """Measure where the steps of the run under way spend their time (Timed events), or no longer."""
        self._order(Times(on))

    def _order(self, order: Order) -> None:
        with self._state:
            if self._supervision is not None:
                self._supervision.order(order)

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
        watch: Sequence[Watched] = (),
        until: Until | None = None,
        start: Mapping[str, TensorValue] | None = None,
        hold: bool = False,
        pace: float | None = None,
        guard: bool | Sequence[str] | None = None,
        keep_every: float | None = None,
        times: bool = False,
    ) -> PageResult:
        """Run a plan and wait for its end. Any thread may call; runs follow one another.

        ``folder`` is the project's, the worker's working directory. ``steps`` None runs until ``stop``.
        ``timeout`` limits the page as a whole (not TensorFlow's own start) and ``wait_limit`` the waiting
        of one step, in seconds. ``memory_limit`` is in bytes. Events go to ``on_event`` in the calling
        thread, samples at about ``sample_rate`` Hz. ``variables`` asks for the Variables' values at the
        end. ``watch`` (a plan's ``watched``) sends the elements of every step as Rows; ``until`` (a plan's)
        ends the run after the first step that meets it; ``start`` gives Variables other values to start
        from, by block (see ``snapshots.fitting``). Ctrl-C stops the run as ``stop`` does. Never raises for
        what the page does; the result's problems are those of the run only.

        ``hold`` keeps the session and its state when the steps are done, the condition came true, the guard
        found something or ``pause`` was called: Held tells, and the run waits for ``go`` or ``stop``, which
        ends a held run at once and well. ``pace`` is the least time from one step's begin to the next one's,
        in seconds. ``guard`` ends (or holds) the run with the first step in which a float output is NaN or
        infinite, of the results named or of all (True); None: as the plan has it. Every ``keep_every``
        seconds the Variables are handed over (Kept), so that not all is lost where the worker must be
        killed. ``times`` measures the blocks (Timed).
        """
        parts: list[Buffer] = []
        packed = pack(start or {}, parts)
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
            watch=tuple(watch),
            until=until,
            start=packed,
            start_parts=tuple(part.tobytes() for part in parts),
            unshown=plan.unshown,
            hold=hold,
            pace=pace,
            guard=_guarded(plan.guard if guard is None else guard),
            keep_every=keep_every,
            times=times,
        )
        limits = Limits(timeout=timeout, wait_limit=wait_limit, may_wait=plan.may_wait, can_hold=hold)
        with self._turn:
            ended = self._conduct(_RUN_PAGE, order, limits, on_event)
            if ended.how == "died":
                ended = self._diagnosed(order, limits, ended, plan)
        return page_result(ended, plan, limits)

    def ask(
        self, handler: str, order: msgspec.Struct, reply: type[_Reply], *, timeout: float | None = None
    ) -> _Reply | Problem:
        """Have our own ``module:function(body, link)`` answer ``order`` within ``timeout`` seconds.

        Returns the answer, or the problem that prevented it.
        """
        limits = Limits(timeout=timeout)
        with self._turn:
            ended = self._conduct(handler, order, limits)
        if ended.how == "replied":
            return msgspec.msgpack.decode(ended.reply, type=reply)
        return problem_of(ended, limits)

    def infer(self, plan: Any, folder: str | os.PathLike[str], *, timeout: float | None = None) -> Inference:
        """Return dtypes and static shapes of a page, or of a plan made with ``everything``; runs nothing of it.

        A page is planned in the worker, which costs the calling process next to nothing. Where inference does not
        end well, or not within ``timeout`` seconds, the only problem says so.
        """
        page = plan if isinstance(plan, Page) else None
        order = InferOrder(None if page else plan, os.fspath(folder), page)
        answer = self.ask(_INFER, order, Inference, timeout=timeout)
        if isinstance(answer, Problem) and answer.code in ("aborted", "out-of-memory") and not answer.block:
            order.trace = True  # again, to learn which block it is
            answer = self.ask(_INFER, order, Inference, timeout=timeout)
        return answer if isinstance(answer, Inference) else Inference(types={}, problems=[answer])

    def _conduct(
        self, handler: str, order: msgspec.Struct, limits: Limits, listener: Listener | None = None
    ) -> Ended:
        """Have an order done; by a second worker if the first one had died before it saw the order."""
        ended = self._conduct_once(handler, order, limits, listener)
        if ended.how == "died" and not ended.taken and not self._closed:
            ended = self._conduct_once(handler, order, limits, listener)
        return ended

    def _conduct_once(
        self, handler: str, order: msgspec.Struct, limits: Limits, listener: Listener | None
    ) -> Ended:
        """Have an order done by a fit worker, and begin to replace the worker if it does not survive."""
        worker = self._fit_worker()
        supervision = Supervision(worker, limits, listener)
        with self._state:
            self._supervision = supervision
            if self._closed:
                supervision.cancel()
        survived = False
        try:
            ended = supervision.conduct(Request(handler, encode(order)))
            survived = ended.alive
            return ended
        finally:
            with self._state:
                self._supervision = None
                if not survived:
                    self._drop(worker)
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
            self._drop(worker)
            self.start()
            assert self._worker is not None
            return self._worker

    def _drop(self, worker: Worker) -> None:
        worker.dispose()
        self._worker = None

    def _diagnosed(self, order: RunOrder, limits: Limits, ended: Ended, plan: Any) -> Ended:
        """Repeat a run that ended the process, with marks around each block, to find the block.

        Blocks that run side by side with the culprit are marked as well: what all attempts have in common
        counts.
        """
        again = msgspec.structs.replace(
            order,
            steps=max(1, ended.step),
            sample_rate=None,
            variables=False,
            trace=True,
            trace_blocks=None,
            hold=False,
            pace=None,
            keep_every=None,
            times=False,
        )
        spent, suspects = ended.seconds, set[str]()
        for attempt in range(_ATTEMPTS):
            allowed = max(_DIAGNOSIS, 3 * ended.seconds)
            if limits.timeout is not None:
                allowed = min(allowed, limits.timeout - spent)
            if allowed <= 0 or self._closed or way_out(ended.status) == "SIGKILL":
                break  # SIGKILL comes from outside, most often for want of memory
            second = self._conduct(_RUN_PAGE, again, msgspec.structs.replace(limits, timeout=allowed))
            spent += second.seconds
            if second.how != "died":
                break
            running = set(unfinished(second.running, plan))
            suspects = suspects & running if attempt else running
            if len(suspects) <= 1:
                break
        return msgspec.structs.replace(ended, running=tuple(sorted(suspects)))


def _guarded(guard: bool | Sequence[str]) -> bool | tuple[str, ...]:
    return guard if isinstance(guard, bool) else tuple(guard)


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
