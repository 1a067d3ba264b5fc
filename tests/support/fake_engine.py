"""An engine without TensorFlow: answers at once, waits until it is stopped, or is held and goes on."""

from __future__ import annotations

import queue
import threading
from pathlib import Path
from typing import Any

import numpy as np

from app.document.model.diagram import Page
from app.document.model.problems import Problem, error
from app.engine.compiler.make_plan import make_plan
from app.engine.host.supervisor import Going, Held, Kept, Pausing, Started, Stepped, Timed
from app.engine.inference.result import Inference
from app.engine.values.results import PageResult, TensorValue
from blocks.tensor_spec import TensorSpec


class FakeEngine:
    """Gives every fetched output the numbers 0..5 in shape [2, 3]. ``endless`` runs until ``stop``.

    With ``hold`` each Variable's value is the number of steps done. A run, or a ``go``, without a number of
    steps waits in its 1000th step for ``pause`` or ``stop``; where ``stuck`` names a block, a pause only gives
    Pausing, and a stop kills: the Variables are those of the last Kept or Held.
    """

    def __init__(self) -> None:
        self.endless = False
        self.crash: str | None = None  # the block that ends the worker
        self.runs: list[dict[str, Any]] = []
        self.closed = False
        self.inferred = 0
        self.refused: list[str] = []
        self.stuck: str | None = None  # the block that a pause waits for
        self.guarded: str | None = None  # the output at which the guard ends a held run
        self.paces: list[float | None] = []  # as set_pace was called
        self._times = False
        self._stop = threading.Event()
        self._orders: queue.SimpleQueue[tuple[str, Any]] = queue.SimpleQueue()

    def start(self) -> None:
        """Ready at once."""

    def stop(self) -> None:
        self._stop.set()
        self._orders.put(("stop", None))

    def close(self) -> None:
        self.closed = True
        self.stop()

    def pause(self) -> None:
        self._orders.put(("pause", None))

    def go(self, steps: int | None = None) -> None:
        self._orders.put(("go", steps))

    def set_pace(self, seconds: float | None) -> None:
        self.paces.append(seconds)

    def set_times(self, on: bool) -> None:
        self._times = on

    def ask(self, handler: str, order: Any, reply: Any, *, timeout: float | None = None) -> Problem:
        """Answer no other question: there is no worker."""
        return error("no-tensorflow", "the fake engine has no worker")

    def infer(self, plan: Any, folder: Any, *, timeout: float | None = None) -> Inference:
        """Every output is a float32 of shape [2, ?]; blocks named in ``refused`` do not fit."""
        self.inferred += 1
        plan = make_plan(plan, Path(folder), everything=True) if isinstance(plan, Page) else plan
        types = {key: TensorSpec("float32", (2, None)) for key in plan.outputs}
        problems = [error("bad-shape", f"{b} refuses these shapes", b) for b in self.refused]
        return Inference(types=types, problems=problems)

    def run(self, plan: Any, folder: Any, *, steps: int | None, on_event: Any, **more: Any) -> PageResult:
        self.runs.append({"plan": plan, "folder": folder, "steps": steps, **more})
        self._stop.clear()
        self._orders = queue.SimpleQueue()
        self._times = bool(more.get("times"))
        on_event(Started())
        if self.endless:
            self._stop.wait(20)
            return PageResult(ok=False, interrupted=True, problems=[error("stopped", "the run was stopped")])
        if self.crash is not None:
            died = error("aborted", f"{self.crash} ended the TensorFlow process", self.crash)
            return PageResult(ok=False, problems=[died])
        if more.get("hold"):
            return _HeldRun(self, plan, on_event).run(steps)
        on_event(Stepped(steps or 1, 0.01))
        keys = [f.key for s in plan.sessions for f in s.fetches]
        values = {k: TensorValue("float32", np.arange(6, dtype="float32").reshape(2, 3)) for k in keys}
        variables = {v.block: TensorValue("float32", np.float32(7.5)) for v in plan.variables}
        return PageResult(ok=True, steps=steps or 1, seconds=0.01, results=values, variables=variables)


class _HeldRun:
    """One run that is held after its steps."""

    def __init__(self, engine: FakeEngine, plan: Any, on_event: Any) -> None:
        self.engine, self.plan, self.tell = engine, plan, on_event
        self.done = 0
        self.kept: int | None = None

    def run(self, steps: int | None) -> PageResult:
        """Do the steps, then what is ordered, until the stop."""
        why = self._steps(steps)
        while why is not None:
            problems = []
            if why == "guard":
                pin = self.engine.guarded or ""
                problems = [error("not-finite", f"{pin} is NaN in step {self.done}", *pin.split(".", 1))]
            self.kept = self.done
            self.tell(Held(self.done, 0.01, why, self._values(), self._variables(), problems))
            steps = self._next_go()
            if steps == 0:
                return self._result(ok=not problems, problems=problems)
            self.tell(Going(self.done))
            why = self._steps(steps)
        stopped = [error("stopped", "the run was stopped")]
        if self.engine.stuck is None:
            return self._result(ok=False, interrupted=True, problems=stopped)
        kept = self._variables(self.kept) if self.kept is not None else {}
        result = self._result(ok=False, interrupted=True, problems=stopped)
        result.variables, result.kept_step = kept, self.kept
        return result

    def _next_go(self) -> int | None:
        """Wait for the order to go on; 0 is the stop."""
        while True:
            what, steps = self.engine._orders.get(timeout=20)
            if what != "pause":
                return steps if what == "go" else 0

    def _steps(self, steps: int | None) -> str | None:
        """Do steps; return why they end, None for a stop."""
        self.done += steps or 1000
        self.tell(Stepped(self.done, 0.01))
        if self.engine._times:
            self.tell(Timed(1, dict.fromkeys(self.plan.used_blocks, 0.001) | {"": 0.0005}))
        if self.engine.guarded is not None:
            return "guard"
        if steps is not None:
            return "done"
        self.kept = self.done - 1
        self.tell(Kept(self.kept, self._variables(self.kept)))
        while True:
            what, _ = self.engine._orders.get(timeout=20)
            if what == "stop":
                return None
            if what == "pause" and self.engine.stuck is None:
                return "paused"
            if what == "pause":
                self.tell(Pausing(self.done + 1, (self.engine.stuck,)))

    def _values(self) -> dict[str, Any]:
        keys = [f.key for s in self.plan.sessions for f in s.fetches]
        return {k: TensorValue("float32", np.arange(6, dtype="float32").reshape(2, 3)) for k in keys}

    def _variables(self, step: int | None = None) -> dict[str, TensorValue]:
        number = np.float32(self.done if step is None else step)
        return {v.block: TensorValue("float32", number) for v in self.plan.variables}

    def _result(self, **members: Any) -> PageResult:
        return PageResult(
            steps=self.done,
            seconds=0.01,
            results=self._values(),
            variables=self._variables(),
            **members,
        )
