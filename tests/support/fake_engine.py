"""An engine without TensorFlow: answers at once, waits until it is stopped, or is held and goes on."""

from __future__ import annotations

import os
import queue
import threading
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import msgspec
import numpy as np

from app.document.model.diagram import ArrayRef, Page
from app.document.model.problems import Problem, error
from app.document.model.sentence import quote
from app.document.resources.companion_files import Companions
from app.document.resources.function_pages import NO_PAGES, FunctionPages
from app.document.resources.own_blocks import OwnBlocks
from app.engine.compiler.make_plan import make_plan
from app.engine.compiler.plan import Plan
from app.engine.compiler.run_values import RunValues, with_values
from app.engine.host.events import Event, Going, HandedOver, Held, Listener, Pausing, Started, Stepped, Timed
from app.engine.host.interface import ONE_STEP, ManyEnd, RunRequest
from app.engine.inference.result import Inference
from app.engine.ipc.handlers import Handler
from app.engine.ipc.messages import ControlRequest, Go, HoldReason, Pause, Stop
from app.engine.ipc.walls import NO_FILES, Walls, WallsHeld
from app.engine.values.results import PageResult, TensorValue, Value
from blocks.tensor_spec import TensorSpec

_Request = TypeVar("_Request", bound=msgspec.Struct)
_Reply = TypeVar("_Reply", bound=msgspec.Struct)


class Run(NamedTuple):
    """What an engine was asked to run."""

    plan: Plan
    folder: str | os.PathLike[str]
    request: RunRequest


class FakeEngine:
    """Gives every fetched output the numbers 0..5 in shape [2, 3]. ``endless`` runs until ``stop``.

    With ``hold`` each Variable's value is the number of steps done. A run, or a ``go``, without a number of
    steps waits in its 1000th step for ``pause`` or ``stop``; where ``stuck`` names a block, a pause only gives
    Pausing, and a stop kills: the Variables are those of the last HandedOver or Held.
    """

    def __init__(self) -> None:
        self.endless = False
        self.crash: str | None = None  # the block that ends the worker
        self.runs: list[Run] = []
        self.closed = False
        self.inferred = 0
        self.refused: list[str] = []
        self.stuck: str | None = None  # the block that a pause waits for
        self.guarded: str | None = None  # the output at which the guard ends a held run
        self.paces: list[float | None] = []  # as set_pace was called
        self.times = False
        self.controls: queue.SimpleQueue[ControlRequest] = queue.SimpleQueue()
        self._stop = threading.Event()

    def start(self) -> None:
        """Ready at once."""

    def companion(self) -> FakeEngine:
        """It can do all at once."""
        return self

    def stop(self, *, patient: bool = False) -> None:
        self._stop.set()
        self.controls.put(Stop())

    walls_held: WallsHeld | None = None

    def close(self) -> None:
        self.closed = True
        self.stop()

    def pause(self) -> None:
        self.controls.put(Pause())

    def go(self, steps: int | None = None) -> None:
        self.controls.put(Go(steps))

    def set_pace(self, seconds: float | None) -> None:
        self.paces.append(seconds)

    def set_times(self, on: bool) -> None:
        self.times = on

    def ask(
        self,
        handler: Handler[_Request, _Reply],
        request: _Request,
        *,
        timeout: float | None = None,
        walls: Walls = NO_FILES,
        arrays: Iterable[ArrayRef] = (),
    ) -> _Reply | Problem:
        """Answer no other question: there is no worker."""
        return error("no-tensorflow", quote("the fake engine has no worker"))

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
        """Every output is a float32 of shape [2, ?]; blocks named in ``refused`` do not fit."""
        self.inferred += 1
        if isinstance(subject, Page):
            own = OwnBlocks.known([subject], Path(folder), functions)
            outputs = make_plan(subject, Path(folder), everything=True, own=own).outputs
        else:
            outputs = subject.outputs
        types = {key: TensorSpec("float32", (2, None)) for key in outputs}
        problems = [error("bad-shape", quote(f"{b} refuses these shapes"), b) for b in self.refused]
        return Inference(types=types, problems=problems)

    def run(
        self,
        plan: Plan,
        folder: str | os.PathLike[str],
        request: RunRequest = ONE_STEP,
        *,
        on_event: Listener | None = None,
    ) -> PageResult:
        notify = on_event or _ignore
        self.runs.append(Run(plan, folder, request))
        self._stop.clear()
        self.controls = queue.SimpleQueue()
        self.times = request.times
        notify(Started())
        if self.endless:
            self._stop.wait(20)
            return PageResult(
                ok=False, interrupted=True, problems=[error("stopped", quote("the run was stopped"))]
            )
        if self.crash is not None:
            died = error("aborted", quote(f"{self.crash} ended the TensorFlow process"), self.crash)
            return PageResult(ok=False, problems=[died])
        if request.hold:
            return _HeldRun(self, plan, notify).run(request.steps)
        steps = request.steps or 1
        notify(Stepped(steps, 0.01))
        variables = {v.block: TensorValue("float32", np.asarray(7.5, "float32")) for v in plan.variables}
        return PageResult(ok=True, steps=steps, seconds=0.01, results=six_numbers(plan), variables=variables)

    def run_many(
        self,
        plan: Plan,
        folder: str | os.PathLike[str],
        request: RunRequest,
        runs: Sequence[RunValues],
        on_over: Callable[[int, PageResult], object],
    ) -> ManyEnd:
        for index, values in enumerate(runs):
            result = self.run(with_values(plan, values), folder, request)
            if result.interrupted:
                return ManyEnd("stopped", result)
            on_over(index, result)
        return ManyEnd("over")


class _HeldRun:
    """One run that is held after its steps."""

    def __init__(self, engine: FakeEngine, plan: Plan, notify: Callable[[Event], object]) -> None:
        self.engine, self.plan, self.notify = engine, plan, notify
        self.done = 0
        self.handed_over: int | None = None  # the step of the Variables that a killed run leaves

    def run(self, steps: int | None) -> PageResult:
        """Do the steps, then what is asked for, until the stop."""
        why = self._steps(steps)
        while why is not None:
            problems = []
            if why == "guard":
                block, _, pin = (self.engine.guarded or "").partition(".")
                found = quote(f"{block}.{pin} is NaN in step {self.done}")
                problems = [error("not-finite", found, block, pin)]
            self.handed_over = self.done
            self.notify(Held(self.done, 0.01, why, six_numbers(self.plan), self._variables(), problems))
            go = self._next_go()
            if go is None:
                return self._result(ok=not problems, problems=problems)
            self.notify(Going(self.done))
            why = self._steps(go.steps)
        stopped = [error("stopped", quote("the run was stopped"))]
        result = self._result(ok=False, interrupted=True, problems=stopped)
        if self.engine.stuck is not None:
            known = self.handed_over
            result.variables = self._variables(known) if known is not None else {}
            result.variables_step = known
        return result

    def _next_go(self) -> Go | None:
        """Wait for the request to go on; None for a stop."""
        while True:
            request = self.engine.controls.get(timeout=20)
            if not isinstance(request, Pause):
                return request if isinstance(request, Go) else None

    def _steps(self, steps: int | None) -> HoldReason | None:
        """Do steps; return why they end, None for a stop."""
        self.done += steps or 1000
        self.notify(Stepped(self.done, 0.01))
        if self.engine.times:
            self.notify(Timed(1, dict.fromkeys(self.plan.used_blocks, 0.001) | {"": 0.0005}))
        if self.engine.guarded is not None:
            return "guard"
        if steps is not None:
            return "done"
        self.handed_over = self.done - 1
        self.notify(HandedOver(self.handed_over, self._variables(self.handed_over)))
        while True:
            request = self.engine.controls.get(timeout=20)
            if isinstance(request, Stop):
                return None
            if isinstance(request, Pause) and self.engine.stuck is None:
                return "paused"
            if isinstance(request, Pause) and self.engine.stuck is not None:
                self.notify(Pausing(self.done + 1, (self.engine.stuck,)))

    def _variables(self, step: int | None = None) -> dict[str, TensorValue]:
        number = np.asarray(self.done if step is None else step, "float32")
        return {v.block: TensorValue("float32", number) for v in self.plan.variables}

    def _result(self, **members: Any) -> PageResult:
        return PageResult(
            steps=self.done,
            seconds=0.01,
            results=six_numbers(self.plan),
            variables=self._variables(),
            **members,
        )


def shown(plan: Plan) -> list[str]:
    """Return the keys of the results that a run of the plan shows."""
    return [f.key for s in plan.sessions for f in s.fetches]


def six_numbers(plan: Plan) -> dict[str, Value]:
    """Return the numbers 0..5 in shape [2, 3] for every result."""
    return {k: TensorValue("float32", np.arange(6, dtype="float32").reshape(2, 3)) for k in shown(plan)}


def _ignore(event: Event) -> None:
    """Take an event that nobody asked for."""
