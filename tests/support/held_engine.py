"""An engine without TensorFlow whose runs can be held: a Variable ``w`` counts the steps of a session."""

from __future__ import annotations

import os
import queue
import threading
from collections.abc import Callable

import numpy as np

from app.document.model.problems import Problem, error, info
from app.document.model.sentence import quote
from app.engine.compiler.plan import Plan
from app.engine.host.events import (
    Event,
    Going,
    HandedOver,
    Held,
    Listener,
    Pausing,
    Sampled,
    Started,
    Stepped,
    Timed,
)
from app.engine.host.interface import ONE_STEP, RunRequest
from app.engine.ipc.messages import ControlRequest, Go, HoldReason, Pace, Pause, Stop, Times
from app.engine.values.results import PageResult, TensorValue, Value
from tests.support.fake_engine import FakeEngine, Run, shown

TIMES = {"a": 0.003, "s": 0.001, "": 0.0005}  # seconds of two steps


class HeldEngine(FakeEngine):
    """Steps that are asked for are done at once; without a number they go on until a request comes.

    ``stuck_blocks`` names blocks that hold up a step until ``loosen``. ``fault`` ends steps as not finite.
    """

    def __init__(self) -> None:
        super().__init__()
        self.stuck_blocks: tuple[str, ...] = ()
        self.fault: Problem | None = None
        self.until_step: int | None = None  # the condition comes true then
        self.lost_from: int | None = None  # a stop kills the worker; this step's Variables were handed over
        self.sessions: list[Session] = []
        self.asked: list[ControlRequest] = []
        self.loose = threading.Event()
        self._turn = threading.Lock()

    def loosen(self) -> None:
        self.loose.set()

    def run(
        self,
        plan: Plan,
        folder: str | os.PathLike[str],
        request: RunRequest = ONE_STEP,
        *,
        on_event: Listener | None = None,
    ) -> PageResult:
        assert on_event is not None
        with self._turn:
            session = Session(self, plan, request, on_event)
            self.runs.append(Run(plan, folder, request))
            self.loose.clear()
            self.sessions.append(session)
            return session.conduct()

    def stop(self, *, patient: bool = False) -> None:
        for session in self.sessions[-1:]:
            session.controls.put(Stop())

    def pause(self) -> None:
        self._control(Pause())

    def go(self, steps: int | None = None) -> None:
        self._control(Go(steps))

    def set_pace(self, seconds: float | None) -> None:
        self._control(Pace(seconds))

    def set_times(self, on: bool) -> None:
        self._control(Times(on))

    def _control(self, request: ControlRequest) -> None:
        self.asked.append(request)
        if self.sessions:
            self.sessions[-1].controls.put(request)


class Session:
    """One run: its Variables start from the request's values or 0 and grow by 1 with each step."""

    def __init__(
        self, engine: HeldEngine, plan: Plan, request: RunRequest, notify: Callable[[Event], object]
    ) -> None:
        self.controls: queue.Queue[ControlRequest] = queue.Queue()
        self._engine, self._plan, self._notify = engine, plan, notify
        self._times = request.times
        self._goal = request.steps
        self.step = 0
        start = request.start
        zero = np.asarray(0, "float32")
        self.values = {v.block: start[v.block].array if v.block in start else zero for v in plan.variables}

    def conduct(self) -> PageResult:
        self._notify(Started())
        while True:
            why = self._steps()
            if why is None:
                return self._stopped()
            self._notify(Held(self.step, 0.5, why, self._results(), self._variables(), self._problems(why)))
            request = self._next(Go, Stop)
            if not isinstance(request, Go):
                return PageResult(
                    ok=True, steps=self.step, results=self._results(), variables=self._variables()
                )
            self._goal = None if request.steps is None else self.step + request.steps
            self._notify(Going(self.step))

    def _steps(self) -> HoldReason | None:
        """Do steps; return why they end, None for a stop."""
        while self._goal is None or self.step < self._goal:
            if self._engine.stuck_blocks:
                if isinstance(self._next(Pause, Stop), Stop):
                    return None
                self._notify(Pausing(self.step + 1, self._engine.stuck_blocks))
                self._engine.loose.wait(20)
                self._engine.stuck_blocks = ()
                self._one_step()
                return "paused"
            self._one_step()
            if self._engine.fault is not None:
                return "guard"
            if self._engine.until_step is not None and self.step >= self._engine.until_step:
                return "reached"
            endless = self._goal is None and self._engine.until_step is None
            if endless or (self.step == 1 and self._goal == 1000):  # 1000 steps take for ever
                return "paused" if isinstance(self._next(Pause, Stop), Pause) else None
        return "done"

    def _one_step(self) -> None:
        self.step += 1
        self.values = {block: value + np.float32(1) for block, value in self.values.items()}
        self._notify(Stepped(self.step, self.step / 100))
        self._notify(Sampled(self.step, self._results()))
        if self._times:
            self._notify(Timed(2, TIMES))
        if self._engine.lost_from == self.step:
            self._notify(HandedOver(self.step, self._variables()))

    def _next(self, *kinds: type[ControlRequest]) -> ControlRequest:
        """Wait for a request of one of these kinds."""
        while True:
            request = self.controls.get(timeout=20)
            if isinstance(request, Times):
                self._times = request.on
                if request.on:
                    self._notify(Timed(2, TIMES))
            if isinstance(request, kinds):
                return request

    def _stopped(self) -> PageResult:
        stopped = [info("stopped", quote("the run was stopped"))]
        if self._engine.lost_from is None:
            return PageResult(
                ok=False,
                interrupted=True,
                steps=self.step,
                results=self._results(),
                problems=stopped,
                variables=self._variables(),
            )
        number = np.asarray(self._engine.lost_from, "float32")
        return PageResult(
            ok=False,
            interrupted=True,
            steps=self.step,
            problems=stopped,
            variables={block: TensorValue("float32", number) for block in self.values},
            variables_step=self._engine.lost_from,
        )

    def _problems(self, why: HoldReason) -> list[Problem]:
        return [self._engine.fault] if why == "guard" and self._engine.fault is not None else []

    def _results(self) -> dict[str, Value]:
        return {k: TensorValue("float32", np.full((2, 3), self.step, "float32")) for k in shown(self._plan)}

    def _variables(self) -> dict[str, TensorValue]:
        return {block: TensorValue("float32", np.asarray(v)) for block, v in self.values.items()}


def not_finite(block: str, pin: str) -> Problem:
    """The problem of a guard that hits."""
    return error("not-finite", quote(f"{block}.{pin} is not finite"), block, pin)
