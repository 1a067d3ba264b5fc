"""The engine: runs plans in a supervised worker process and says what became of them."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterable, Sequence
from types import TracebackType
from typing import Any, TypeVar

import msgspec

from app.document.model.diagram import ArrayRef, Page
from app.document.model.problems import Problem
from app.document.resources.companion_files import Companions
from app.document.resources.function_pages import NO_PAGES, FunctionPages
from app.document.resources.grants import Bounds
from app.document.resources.search_path import user_folders
from app.engine.analysis.cluster_fit import misfits_of, strangers_of
from app.engine.analysis.touches import refusals_of
from app.engine.cluster.access import Access
from app.engine.compiler.containers import within_container
from app.engine.compiler.plan import Plan
from app.engine.compiler.plan_problems import unfed_arguments
from app.engine.compiler.run_values import RunValues
from app.engine.host.allowed_paths import make_missing
from app.engine.host.around import Around, for_types, traced
from app.engine.host.events import Event, Listener, Over
from app.engine.host.exit_reasons import cause, signal_of
from app.engine.host.followed_types import FollowedTypes
from app.engine.host.free_memory import default_memory_limit
from app.engine.host.interface import ONE_STEP, ManyEnd, RunRequest
from app.engine.host.launcher import Home, NotReady, Worker
from app.engine.host.leases import hold
from app.engine.host.outcome import many_end, over_result, page_result, problem_of, unfinished, unrun
from app.engine.host.page_request import page_request
from app.engine.host.resuming import Resuming
from app.engine.host.supervisor import Ended, Limits, Supervision
from app.engine.inference.result import Inference
from app.engine.ipc.channel import encode
from app.engine.ipc.handlers import INFER, PAGE_SESSION, PRELOADED, RUN_MANY, RUN_PAGE, SERVE, Handler
from app.engine.ipc.messages import ControlRequest, Go, Pace, Pause, Request, Times
from app.engine.ipc.packing import Buffer
from app.engine.ipc.requests import (
    InferRequest,
    RunManyRequest,
    RunPageRequest,
    ServeRequest,
)
from app.engine.ipc.walls import NO_FILES, Walls, WallsHeld
from app.engine.values.results import PageResult

_CLEARING_UP = 1.0  # seconds that a worker may take to release a graph before it is replaced
_DIAGNOSIS = 10.0  # seconds at least for each attempt to find the block that ended the process
_LOOK = 3.0  # seconds at most to find the block in which a run was that took too long
_HAND_OVER = 5.0  # seconds between two hand-overs of Variables that only a cluster that fails will need
_ATTEMPTS = 3  # at finding it: blocks that run beside it differ from run to run

_Request = TypeVar("_Request", bound=msgspec.Struct)
_Reply = TypeVar("_Reply", bound=msgspec.Struct)


class Engine:
    """Owns a worker process. One request at a time; a healthy worker is used again, a dead one replaced.

    ``start`` begins to import TensorFlow in the background; without it the first request does.
    """

    def __init__(
        self,
        *,
        memory_limit: int | None = None,
        factory: str = PAGE_SESSION,
        preload: tuple[str, ...] = PRELOADED,
        standby: bool = False,
        beside: Engine | None = None,
    ) -> None:
        """``memory_limit``: bytes that a run may take (default: 80 % of what is free as it begins).

        ``factory`` names the page session's class and ``preload`` the modules that a worker imports at its
        start (tests put others there). ``standby`` holds a second worker ready where the system cannot fork
        (for the editor). ``beside`` makes a further worker on another engine's import of TensorFlow, so
        that, say, types are inferred while a page runs; factory, preload and standby are then the other's.
        """
        self._memory_limit = memory_limit
        self._factory: str = beside._factory if beside else factory
        self._home: Home = beside._home if beside else Home((*preload, factory.partition(":")[0]), standby)
        self._home.enter()
        self._worker: Worker | None = None
        self._supervision: Supervision | None = None
        self._resuming: Resuming | None = None  # of a run on a cluster
        self._walls_held: WallsHeld | None = None
        self._closed = False
        self._types = FollowedTypes()
        self._asking = threading.Lock()  # held while the types of a page that is followed are asked
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
            if self._resuming is not None:
                self._resuming.stop()
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

    def companion(self) -> Engine:
        """Return a second engine on this one's import of TensorFlow, to be closed by itself."""
        return Engine(beside=self)

    @property
    def walls_held(self) -> WallsHeld | None:
        """Return which walls held around the last run; None before there was one."""
        return self._walls_held

    def stop(self, *, patient: bool = False) -> None:
        """End the run under way after its current step, if there is one; 0.15 s later kill its worker.

        A ``patient`` stop kills only where the step takes longer than such steps have taken so far, or 5 s.
        """
        with self._state:
            if self._resuming is not None:
                self._resuming.stop(patient)
            elif self._supervision is not None:
                self._supervision.stop(patient)

    def pause(self) -> None:
        """Hold a run begun with ``hold`` after its current step, if it is not held already: Held follows.

        Where that takes long, Pausing comes first.
        """
        self._control(Pause())

    def go(self, steps: int | None = None) -> None:
        """Let a held run go on for so many steps (None: until stopped); Going follows, at last Held again.

        In a run that is not held, that is done when it is; a pause that comes before takes it back.
        """
        self._control(Go(steps))

    def set_pace(self, seconds: float | None) -> None:
        """Let a step of the run under way begin at most every so many seconds (None: as fast as it goes)."""
        self._control(Pace(seconds))

    def set_times(self, on: bool) -> None:
        """Measure where the steps of the run under way spend their time (Timed events), or no longer."""
        self._control(Times(on))

    def _control(self, request: ControlRequest) -> None:
        with self._state:
            if self._resuming is not None:
                self._resuming.control(request)
            elif self._supervision is not None:
                self._supervision.control(request)

    def run(
        self,
        plan: Plan,
        folder: str | os.PathLike[str],
        request: RunRequest = ONE_STEP,
        *,
        on_event: Listener | None = None,
    ) -> PageResult:
        """Run a plan and wait for its end. Any thread may call; runs follow one another.

        ``folder`` is the project's, the worker's working directory. Events go to ``on_event`` in the calling
        thread. Ctrl-C stops the run as ``stop`` does. Never raises for what the page does; the result's problems
        are those of the run only. What the plan says to touch beyond the bounds is refused before anything runs.
        """
        bounds = request.bounds(folder)
        refused = [*unfed_arguments(plan), *refusals_of(plan, bounds)]
        if request.cluster is None:
            refused += strangers_of(plan)
            return unrun(plan, refused) if refused else self._run(plan, folder, request, bounds, on_event)
        if refused := [*refused, *misfits_of(plan, request.cluster.cluster)]:
            return unrun(plan, refused)
        return self._run_on_cluster(plan, folder, request, bounds, request.cluster, on_event)

    def _run(
        self,
        plan: Plan,
        folder: str | os.PathLike[str],
        request: RunRequest,
        bounds: Bounds,
        on_event: Listener | None,
    ) -> PageResult:
        """Run a plan that stays within its bounds."""
        wire = self._on_the_wire(plan, folder, request, bounds)
        make_missing(request.grants.write)
        around = Around(Walls.around(bounds, sandbox=request.sandbox)).with_plan(plan)
        limits = Limits(
            timeout=request.timeout,
            wait_limit=request.wait_limit,
            may_wait=plan.may_wait,
            can_hold=request.hold,
        )
        with self._turn:
            ended = self._conduct(RUN_PAGE, wire, limits, around, on_event)
            if ended.how == "died":
                ended = self._diagnosed(wire, limits, around, ended, plan)
            elif ended.how == "timeout" and not ended.holding:
                ended = self._looked_at(wire, limits, around, ended, plan)
        return page_result(ended, plan, limits)

    def _run_on_cluster(
        self,
        plan: Plan,
        folder: str | os.PathLike[str],
        request: RunRequest,
        bounds: Bounds,
        access: Access,
        on_event: Listener | None,
    ) -> PageResult:
        """Run a plan on a cluster; go on where a task of it is lost."""
        cluster = access.cluster
        if request.retries and request.hand_over_every is None:
            request = msgspec.structs.replace(request, hand_over_every=_HAND_OVER)
        wire = msgspec.structs.replace(self._on_the_wire(plan, folder, request, bounds), trace=False)
        make_missing(request.grants.write)
        ports = (cluster.address_of(cluster.master).port,)
        around = Around(Walls.around(bounds, sandbox=request.sandbox, ports=ports)).with_plan(plan)
        limits = Limits(timeout=request.timeout, wait_limit=cluster.step_limit, can_hold=request.hold)

        def attempt(request: RunPageRequest, limits: Limits, listener: Listener) -> Ended:
            assert request.cluster is not None
            inside = encode(within_container(plan, request.cluster.container))
            request = msgspec.structs.replace(request, plan=inside)
            return self._conduct(RUN_PAGE, request, limits, around, listener)

        resuming = Resuming(
            plan,
            lambda: hold(access),
            retries=request.retries,
            step_limit=cluster.step_limit,
            listener=on_event,
        )
        with self._turn:
            with self._state:
                self._resuming = resuming
                if self._closed:
                    resuming.stop()
            try:
                ended = resuming.conduct(wire, limits, attempt)
            finally:
                with self._state:
                    self._resuming = None
        if isinstance(ended, list):
            return unrun(plan, ended)
        limits = msgspec.structs.replace(limits, may_wait=plan.may_wait)
        return resuming.completed(page_result(ended, plan, limits))

    def serve(self, request: ServeRequest, walls: Walls, on_event: Listener) -> Ended:
        """Have the worker be a task of a cluster until ``stop``, or until it ends; return how that came about."""
        with self._turn:
            return self._conduct(SERVE, request, Limits(), Around(walls), on_event)

    @property
    def beats(self) -> int:
        """Return a number that grows while a request goes on, unless the worker is stopped."""
        with self._state:
            return 0 if self._worker is None else self._worker.progress.beats

    def run_many(
        self,
        plan: Plan,
        folder: str | os.PathLike[str],
        request: RunRequest,
        runs: Sequence[RunValues],
        on_over: Callable[[int, PageResult], object],
    ) -> ManyEnd:
        """Run a shared plan with the values of each run, one after the other, and wait for their end.

        ``on_over`` is called in the calling thread with the place of each run that comes to its end by itself; the
        first one that does not ends this. The limits of ``request`` are those of each run. Nothing is found out of a
        run that ended the process: see `run`.
        """
        bounds = request.bounds(folder)
        if refused := [*unfed_arguments(plan), *refusals_of(plan, bounds), *strangers_of(plan)]:
            return ManyEnd("cut", unrun(plan, refused))
        wire = RunManyRequest(page=self._on_the_wire(plan, folder, request, bounds), runs=tuple(runs))
        make_missing(request.grants.write)
        around = Around(Walls.around(bounds, sandbox=request.sandbox)).with_plan(plan)
        limits = Limits(timeout=request.timeout, wait_limit=request.wait_limit, may_wait=plan.may_wait)

        def on_event(event: Event) -> None:
            if isinstance(event, Over):
                on_over(event.index, over_result(event, plan))

        with self._turn:
            ended = self._conduct(RUN_MANY, wire, limits, around, on_event)
        return many_end(ended, plan, limits)

    def _on_the_wire(
        self, plan: Plan, folder: str | os.PathLike[str], request: RunRequest, bounds: Bounds
    ) -> RunPageRequest:
        """Return what the worker is sent to run a plan."""
        limit = request.memory_limit or self._memory_limit or default_memory_limit()
        return page_request(plan, folder, request, bounds, self._factory, limit)

    def ask(
        self,
        handler: Handler[_Request, _Reply],
        request: _Request,
        *,
        timeout: float | None = None,
        walls: Walls = NO_FILES,
        arrays: Iterable[ArrayRef] = (),
    ) -> _Reply | Problem:
        """Have a handler of the worker answer ``request`` within ``timeout`` seconds (None: no limit).

        ``walls`` stand around the worker meanwhile; ``arrays``, by the whole paths of their files, are read here and
        sent along. Returns the answer, or the problem that prevented it.
        """
        return self._answer(handler, request, Around(walls).with_arrays(arrays), timeout)

    def _answer(
        self, handler: Handler[_Request, _Reply], request: _Request, around: Around, timeout: float | None
    ) -> _Reply | Problem:
        limits = Limits(timeout=timeout)
        with self._turn:
            ended = self._conduct(handler, request, limits, around)
        if ended.how == "replied":
            return handler.read_reply(ended.reply)
        return problem_of(ended, limits)

    def infer(
        self,
        subject: Plan | Page,
        folder: str | os.PathLike[str],
        *,
        timeout: float | None = None,
        is_copy: bool = False,
        companions: Companions | None = None,
        functions: FunctionPages = NO_PAGES,
    ) -> Inference:
        """Return dtypes and static shapes of a page, or of a plan made with ``everything``; runs nothing of it.

        A page is planned in the worker, which costs the calling process next to nothing; ``functions`` are the pages
        that stand as blocks on it. ``is_copy``: the page never changes, and shares what has not changed with the copy
        asked about before; then only the difference is sent.
        ``companions``: which files beside the project may be read (None: as of a saved project).
        Where inference does not end well, or not within ``timeout`` seconds, the only problem says so.
        """
        companions = companions or Companions.of(folder, user_folders())
        archives, around = for_types(subject, companions, functions)
        if not isinstance(subject, Page):
            return self._inferred(InferRequest(subject, os.fspath(folder)), around, timeout)
        if not is_copy:
            return self._inferred(
                FollowedTypes().request(subject, folder, archives, functions), around, timeout
            )
        with self._asking:
            types = self._types
            request = types.next_request(subject, folder, archives, functions)
            answer = None if request is None else self._answer(INFER, request, around, timeout)
            if isinstance(answer, Problem) and answer.code == "timeout":
                types.forget()
                return Inference(types={}, problems=[answer])
            if request is None or not isinstance(answer, Inference) or answer.is_unknown:
                types.forget()
                request = types.request(subject, folder, archives, functions)
                answer = self._inferred(request, around, timeout)
            return types.take(subject, request, answer) if answer.plan_problems is not None else answer

    def _inferred(self, request: InferRequest, around: Around, timeout: float | None) -> Inference:
        answer = self._answer(INFER, request, around, timeout)
        if isinstance(answer, Problem) and answer.code in ("aborted", "out-of-memory") and not answer.block:
            # Again, to learn which block it is.
            answer = self._answer(INFER, msgspec.structs.replace(request, trace=True), around, timeout)
        return answer if isinstance(answer, Inference) else Inference(types={}, problems=[answer])

    def _conduct(
        self,
        handler: Handler[_Request, Any],
        request: _Request,
        limits: Limits,
        around: Around,
        listener: Listener | None = None,
    ) -> Ended:
        """Have a request met; by a second worker if the first one was dead before it saw the request."""
        asked = Request(handler.function, encode(request), around.walls, around.arrays)
        ended = self._conduct_once(asked, around.buffers, limits, listener)
        if (ended.how == "died" or ended.is_killed) and not ended.taken and not self._closed:
            ended = self._conduct_once(asked, around.buffers, limits, listener)
        return ended

    def _conduct_once(
        self, request: Request, buffers: Sequence[Buffer], limits: Limits, listener: Listener | None
    ) -> Ended:
        """Have a request met by a fit worker, and begin to replace the worker if it does not survive."""
        worker = self._fit_worker(request)
        supervision = Supervision(worker, limits, listener)
        with self._state:
            self._supervision = supervision
            if self._resuming is not None:
                self._resuming.attach(supervision)
            if self._closed:
                supervision.cancel()
        survived = False
        try:
            ended = supervision.conduct(request, buffers)
            survived = ended.alive
            return ended
        finally:
            with self._state:
                self._supervision = None
                self._walls_held = worker.held or self._walls_held
                if not survived:
                    self._drop(worker)
                    if worker.was_ready and not self._closed:
                        self.start()

    def _fit_worker(self, request: Request) -> Worker:
        """Return a worker for the request that has cleared up its last run, or a new one."""
        self.start()
        worker = self._worker
        assert worker is not None
        try:
            patience = _CLEARING_UP if worker.used else 0.0
            if worker.fits(request) and (worker.wait_ready(patience) or not worker.used):
                return worker
        except NotReady:
            if not worker.was_ready:
                return worker  # the supervision reports why
        with self._state:
            self._drop(worker)
            self.start()
            assert self._worker is not None
            return self._worker

    def _drop(self, worker: Worker) -> None:
        worker.dispose()
        self._worker = None

    def _diagnosed(
        self, request: RunPageRequest, limits: Limits, around: Around, ended: Ended, plan: Plan
    ) -> Ended:
        """Repeat a run that ended the process, with marks around each block, to find the block.

        Blocks that run side by side with the culprit are marked as well: what all attempts have in common
        counts.
        """
        again = traced(request, ended)
        if (
            sys.platform == "linux"
            and signal_of(ended.status) in ("SIGSEGV", "SIGBUS")
            and not cause(ended.log)
        ):
            again = msgspec.structs.replace(again, is_room_watched=True)  # perhaps it was for lack of memory
        spent, suspects = ended.seconds, set[str]()
        for attempt in range(_ATTEMPTS):
            allowed = max(_DIAGNOSIS, 3 * ended.seconds)
            if limits.timeout is not None:
                allowed = min(allowed, limits.timeout - spent)
            if allowed <= 0 or self._closed or signal_of(ended.status) == "SIGKILL":
                break  # SIGKILL comes from outside, most often as memory runs out
            second = self._conduct(RUN_PAGE, again, msgspec.structs.replace(limits, timeout=allowed), around)
            spent += second.seconds
            if second.how != "died":
                break
            if again.is_room_watched and cause(second.log):
                ended = msgspec.structs.replace(ended, log=second.log)
            running = set(unfinished(second.running, plan))
            suspects = suspects & running if attempt else running
            if len(suspects) <= 1:
                break
        return msgspec.structs.replace(ended, running=tuple(sorted(suspects)))

    def _looked_at(
        self, request: RunPageRequest, limits: Limits, around: Around, ended: Ended, plan: Plan
    ) -> Ended:
        """Repeat a run that its time limit cut for a short while, with marks around each block, to find what ran."""
        if limits.timeout is None or self._closed:
            return ended
        short = msgspec.structs.replace(limits, timeout=min(limits.timeout, _LOOK))
        second = self._conduct(RUN_PAGE, traced(request, ended), short, around)
        if second.how != "timeout" or second.step != ended.step:
            return ended
        return msgspec.structs.replace(ended, holding=unfinished(second.running, plan))
