"""Lets a run whose cluster fails go on in a fresh worker process, from the Variables that were handed over last."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol

from msgspec import structs

from app.document.model.problems import Problem, errors_in, warning
from app.document.model.sentence import Sentence, say
from app.engine.compiler.plan import Plan
from app.engine.compiler.session_state import begin_anew
from app.engine.host.events import ClusterWaits, Event, Going, HandedOver, Held, Listener, Resumed, Stepped
from app.engine.host.lost_tasks import HeldTask, LostTask, lost_tasks
from app.engine.host.supervisor import Ended, Limits, Supervision
from app.engine.ipc.handlers import RUN_PAGE
from app.engine.ipc.messages import ControlRequest, Pace, Pause, Times
from app.engine.ipc.packing import Buffer, pack
from app.engine.ipc.requests import ClusterSession, RunPageReply, RunPageRequest
from app.engine.values.results import PageResult

BETWEEN_LOOKS = 1.0  # seconds between two looks at the tasks while a run goes on
_LOOK = 5.0  # seconds in which a task must answer
# So many calls of a step and seconds may go by until a process that does not come back is ended.
_CALLS, _MARGIN = 3, 10.0
_LOOKS = 3  # after a call that has failed
_BETWEEN_ASKING = 0.5  # seconds between these, and while the cluster is not back
_BETWEEN_STOPS = 0.1  # seconds between two looks whether it is to end
_LASTING = (Pace, Times, Pause)  # requests that hold until another one, or rest, comes
PATIENCE = 120.0  # seconds that a run waits for it at most, each time


class HeldCluster(Protocol):
    """All tasks of a cluster, held for one attempt at a run."""

    @property
    def tasks(self) -> Sequence[HeldTask]:
        """Return them."""

    def session(self, step_limit: float) -> ClusterSession:
        """Return what the worker must know to run a page there."""

    def close(self) -> None:
        """Release what the attempt holds in every task."""


Hold = Callable[[], "HeldCluster | list[Problem]"]  # holds all tasks, or says what stands in the way


class Attempt(Protocol):
    """Has a request met, by a fresh worker process where the last one is gone."""

    def __call__(self, request: RunPageRequest, limits: Limits, listener: Listener) -> Ended:
        """Return how it ended."""


class Resuming:
    """The attempts at one run. Any thread may steer; ``attach`` is called with the supervision of each attempt."""

    def __init__(
        self,
        plan: Plan,
        hold: Hold,
        *,
        retries: int,
        step_limit: float,
        listener: Listener | None,
        patience: float = PATIENCE,
    ) -> None:
        """Go on at most ``retries`` times. No call may take longer than ``step_limit`` seconds."""
        self.problems: list[Problem] = []  # that it went on, each time
        self.spent = 0.0  # seconds of the attempts before the last one, and between them
        self._plan, self._hold, self._listener = plan, hold, listener or _ignore
        self._retries, self._step_limit, self._patience = retries, step_limit, patience
        self._state = threading.Lock()  # guards what follows
        self._stopped = threading.Event()
        self._supervision: Supervision | None = None
        # The last one of each kind, which holds for the next attempt.
        self._settings: dict[type, ControlRequest] = {}
        self._later: list[ControlRequest] = []  # asked between two attempts
        self._noticed: tuple[LostTask, ...] = ()
        self._is_held = False
        self._target: int | None = None
        self._handed_over: HandedOver | None = None

    # --- from any thread
    def attach(self, supervision: Supervision) -> None:
        """Take the supervision of an attempt that is about to begin."""
        with self._state:
            self._supervision = supervision
            for request in (*self._settings.values(), *self._later):
                supervision.control(request)
            self._later.clear()
            if self._stopped.is_set():
                supervision.stop()

    def control(self, request: ControlRequest) -> None:
        """Pass a request that steers the run on, now or to the next attempt."""
        with self._state:
            if isinstance(request, _LASTING):
                self._settings[type(request)] = request
            else:
                self._settings.pop(Pause, None)  # it goes on
            if self._supervision is not None:
                self._supervision.control(request)
            elif not isinstance(request, _LASTING):
                self._later.append(request)

    def stop(self, patient: bool = False) -> None:
        """End the run soon, also where it waits for the cluster."""
        self._stopped.set()
        with self._state:
            if self._supervision is not None:
                self._supervision.stop(patient)

    # --- in the thread of the run
    def conduct(self, request: RunPageRequest, limits: Limits, attempt: Attempt) -> Ended | list[Problem]:
        """Have the request met, and again where the cluster fails; or return why its tasks cannot be held at first."""
        cluster = self._held()
        if cluster is None or isinstance(cluster, list):
            return cluster or Ended(how="stopped", seconds=0.0)
        self._target = request.steps
        while True:
            request = structs.replace(request, cluster=cluster.session(self._step_limit))
            try:
                ended = self._attempted(cluster, request, limits, attempt)
                why = self._why_lost(ended, cluster)
            finally:
                cluster.close()
            if why is None:
                return self._stuck(ended)
            ended = structs.replace(ended, how="lost", why=why)
            if len(self.problems) >= self._retries:
                return ended
            self.spent += ended.seconds
            self._listener(ClusterWaits(why, ended.steps, len(self.problems) + 1, self._retries))
            back = self._wait(limits)
            if isinstance(back, Ended):
                return structs.replace(
                    back, steps=ended.steps, step=ended.step, handed_over=ended.handed_over
                )
            cluster, request = back, self._next(request)
            self._say_resumed(why, ended.steps, request.done)

    def _held(self) -> HeldCluster | list[Problem] | None:
        """Hold all tasks, or return why not; None where the run is to end, which waits for no task."""
        asking = _Asking(self._hold)
        while not asking.over.wait(_BETWEEN_STOPS):
            if self._stopped.is_set():
                asking.give_up()
                return None
        return asking.found

    def completed(self, result: PageResult) -> PageResult:
        """Return what became of the last attempt as that of the run."""
        return replace(
            result, seconds=result.seconds + self.spent, problems=[*self.problems, *result.problems]
        )

    def _attempted(
        self, cluster: HeldCluster, request: RunPageRequest, limits: Limits, attempt: Attempt
    ) -> Ended:
        over = threading.Event()
        self._noticed, self._is_held = (), False
        watch = threading.Thread(target=self._watch, args=(cluster, over), name="cluster watch", daemon=True)
        watch.start()
        left = None if limits.timeout is None else max(0.1, limits.timeout - self.spent)
        silence = _CALLS * self._step_limit + _MARGIN
        try:
            ended = attempt(request, structs.replace(limits, timeout=left, silence=silence), self._on_event)
        finally:
            over.set()
            with self._state:
                self._supervision = None
        if ended.how != "stopped":  # which waits for no task
            watch.join()
        self._handed_over = ended.handed_over or self._handed_over
        return structs.replace(ended, steps=max(ended.steps, request.done), handed_over=self._handed_over)

    def _watch(self, cluster: HeldCluster, over: threading.Event) -> None:
        """Cut the attempt short where a task fails, whatever TensorFlow waits for; not while the run is held."""
        while not over.wait(BETWEEN_LOOKS):
            if self._is_held:
                continue
            lost = lost_tasks(cluster.tasks, _LOOK)
            with self._state:
                if lost and not over.is_set() and self._supervision is not None:
                    self._noticed = lost
                    self._supervision.lose()
                    return

    def _on_event(self, event: Event) -> None:
        """Pass an event on, with the seconds of the whole run."""
        if isinstance(event, Stepped):
            event = structs.replace(event, seconds=event.seconds + self.spent)
        elif isinstance(event, Held):
            self._is_held = True
            with self._state:
                self._settings.pop(Pause, None)
            event = structs.replace(event, seconds=event.seconds + self.spent)
        elif isinstance(event, Going):
            self._is_held, self._target = False, event.target
        self._listener(event)

    def _why_lost(self, ended: Ended, cluster: HeldCluster) -> Sentence | None:
        """Return what has failed of the cluster; None where the run ended for another reason."""
        if ended.how in ("stopped", "timeout", "unready", "unstarted"):
            return None
        reply = _reply_of(ended)
        if reply is not None and not errors_in(reply.problems):
            return None
        is_lost = reply is not None and reply.lost
        lost = self._noticed or self._looked(cluster, _LOOKS if is_lost else 1)
        if lost:
            return say("cluster.tasks", tasks=tuple([task.sentence for task in lost]))
        if ended.how == "lost":
            return say("cluster.step-limit", seconds=self._step_limit)
        if reply is None or not reply.lost:
            return None
        if not reply.late:
            return reply.problems[0].sentence
        return None if self._plan.may_wait else say("cluster.step-limit", seconds=self._step_limit)

    def _looked(self, cluster: HeldCluster, most: int) -> tuple[LostTask, ...]:
        """Return which tasks have failed; they are asked again as a task may notice later than its callers."""
        for number in range(most):
            if number:
                self._stopped.wait(_BETWEEN_ASKING)
            if lost := lost_tasks(cluster.tasks, _LOOK):
                return lost
        return ()

    def _stuck(self, ended: Ended) -> Ended:
        """Return the end of a step that has waited, in a cluster that is well, for something that never came."""
        reply = _reply_of(ended)
        return structs.replace(ended, how="stuck") if reply is not None and reply.late else ended

    def _wait(self, limits: Limits) -> HeldCluster | Ended:
        """Wait until every task can be held again, or return how the run ends where that takes too long."""
        begun, before = time.monotonic(), self.spent
        while True:
            found = self._held()
            self.spent = before + time.monotonic() - begun
            if found is None or self._stopped.is_set():
                end = Ended(how="stopped", seconds=0.0)
            elif limits.timeout is not None and self.spent >= limits.timeout:
                end = Ended(how="timeout", seconds=0.0, timed_out=True)
            elif not isinstance(found, list):
                return found
            elif self.spent - before >= self._patience:
                missing = tuple([problem.sentence for problem in found])
                why = say("cluster.not-back", seconds=self._patience, tasks=missing)
                end = Ended(how="lost", seconds=0.0, why=why)
            else:
                self._stopped.wait(_BETWEEN_ASKING)
                continue
            if found is not None and not isinstance(found, list):
                found.close()
            return end

    def _next(self, request: RunPageRequest) -> RunPageRequest:
        """Return the request of the next attempt: from the Variables handed over last, else from the beginning."""
        if self._handed_over is None:
            return structs.replace(request, steps=self._target)
        parts: list[Buffer] = []
        start = pack(self._handed_over.variables, parts)
        return structs.replace(
            request,
            steps=self._target,
            done=self._handed_over.step,
            start=start,
            start_parts=tuple([part.tobytes() for part in parts]),
        )

    def _say_resumed(self, why: Sentence, done: int, start: int) -> None:
        """Report that the run goes on, from which step, and what begins anew there."""
        anew = tuple(begin_anew(self._plan))
        hint = say("cluster.anew", blocks=anew) if anew else None
        said = say("cluster.resumed", why=why, done=done, step=start)
        self.problems.append(warning("cluster-resumed", said, related=anew, hint=hint))
        self._listener(Resumed(start))


class _Asking:
    """Holds a cluster's tasks in a thread; ``found`` is there once it is ``over``."""

    def __init__(self, hold: Hold) -> None:
        self.over = threading.Event()
        self.found: HeldCluster | list[Problem] = []
        self._hold, self._state, self._is_given_up = hold, threading.Lock(), False
        threading.Thread(target=self._ask, name="cluster", daemon=True).start()

    def give_up(self) -> None:
        """Release the tasks, now or as soon as they are held."""
        with self._state:
            self._is_given_up = True
            is_over = self.over.is_set()
        if is_over:
            self._release()

    def _ask(self) -> None:
        found = self._hold()
        with self._state:
            self.found = found
            self.over.set()
            is_given_up = self._is_given_up
        if is_given_up:
            self._release()

    def _release(self) -> None:
        if not isinstance(self.found, list):
            self.found.close()


def _ignore(event: Event) -> None:
    """Take an event that nobody asked for."""


def _reply_of(ended: Ended) -> RunPageReply | None:
    return RUN_PAGE.read_reply(ended.reply) if ended.how == "replied" else None
