"""An engine without TensorFlow whose runs can be held: a Variable ``w`` counts the steps of a session."""

from __future__ import annotations

import queue
import threading
from collections.abc import Sequence
from typing import Any

import numpy as np

from app.document.model.problems import Problem, error
from app.engine.host.supervisor import Going, Held, Kept, Pausing, Sampled, Started, Stepped, Timed
from app.engine.values.results import PageResult, TensorValue
from tests.support.fake_engine import FakeEngine

TIMES = {"a": 0.003, "s": 0.001, "": 0.0005}  # seconds of two steps


class HeldEngine(FakeEngine):
    """Steps that are asked for are done at once; without a number they go on until an order comes.

    ``stuck`` names blocks that keep a step from ending until ``loosen``. ``fault`` ends steps as not finite.
    """

    def __init__(self) -> None:
        super().__init__()
        self.stuck: tuple[str, ...] = ()
        self.fault: Problem | None = None
        self.until_step: int | None = None  # the condition comes true then
        self.lost_from: int | None = (
            None  # a stop kills the worker; the Variables of this step were handed over
        )
        self.sessions: list[Session] = []
        self.orders: list[tuple[Any, ...]] = []
        self._loose = threading.Event()
        self._turn = threading.Lock()

    def loosen(self) -> None:
        self._loose.set()

    def run(self, plan: Any, folder: Any, *, steps: int | None, on_event: Any, **more: Any) -> PageResult:
        with self._turn:
            session = Session(self, plan, steps, on_event, more)
            self.runs.append({"plan": plan, "folder": folder, "steps": steps, **more})
            self._stop.clear()
            self._loose.clear()
            self.sessions.append(session)
            return session.conduct()

    def stop(self) -> None:
        super().stop()
        for session in self.sessions[-1:]:
            session.put("stop")

    close_session = stop

    def close(self) -> None:
        self.closed = True
        self.stop()

    def pause(self) -> None:
        self._order("pause")

    def go(self, steps: int | None = None) -> None:
        self._order("go", steps)

    def set_pace(self, seconds: float | None) -> None:
        self._order("pace", seconds)

    def set_times(self, on: bool) -> None:
        self._order("times", on)

    def _order(self, *order: Any) -> None:
        self.orders.append(order)
        if self.sessions:
            self.sessions[-1].put(*order)


class Session:
    """One run: its Variables start from ``start`` or 0 and grow by 1 with each step."""

    def __init__(
        self, engine: HeldEngine, plan: Any, steps: int | None, tell: Any, more: dict[str, Any]
    ) -> None:
        self._engine, self._plan, self._tell, self._more = engine, plan, tell, more
        self._orders: queue.Queue[tuple[Any, ...]] = queue.Queue()
        self._goal = steps
        self.step = 0
        start = more.get("start") or {}
        self.values = {
            v.block: start[v.block].array if v.block in start else np.float32(0) for v in plan.variables
        }

    def put(self, *order: Any) -> None:
        self._orders.put(order)

    def conduct(self) -> PageResult:
        self._tell(Started())
        while True:
            why = self._steps()
            if why == "stop":
                return self._stopped()
            self._tell(Held(self.step, 0.5, why, self._results(), self._variables(), self._problems(why)))
            order = self._order(("go", "stop"))
            if order[0] == "stop":
                return PageResult(
                    ok=True, steps=self.step, results=self._results(), variables=self._variables()
                )
            self._goal = None if order[1] is None else self.step + order[1]
            self._tell(Going(self.step))

    def _steps(self) -> str:
        """Do steps; return why they end."""
        while self._goal is None or self.step < self._goal:
            if self._engine.stuck:
                order = self._order(("pause", "stop"))
                if order[0] == "stop":
                    return "stop"
                self._tell(Pausing(self.step + 1, self._engine.stuck))
                self._engine._loose.wait(20)
                self._engine.stuck = ()
                self._one_step()
                return "paused"
            self._one_step()
            if self._engine.fault is not None:
                return "guard"
            if self._engine.until_step is not None and self.step >= self._engine.until_step:
                return "reached"
            endless = self._goal is None and self._engine.until_step is None
            if endless or (self.step == 1 and self._goal == 1000):  # 1000 steps take for ever
                order = self._order(("pause", "stop"))
                return "paused" if order[0] == "pause" else "stop"
        return "done"

    def _one_step(self) -> None:
        self.step += 1
        self.values = {block: value + np.float32(1) for block, value in self.values.items()}
        self._tell(Stepped(self.step, self.step / 100))
        self._tell(Sampled(self.step, self._results()))
        if self._more.get("times"):
            self._tell(Timed(2, TIMES))
        if self._engine.lost_from == self.step:
            self._tell(Kept(self.step, self._variables()))

    def _order(self, wanted: Sequence[str]) -> tuple[Any, ...]:
        while True:
            order = self._orders.get(timeout=20)
            if order[0] == "times":
                self._more["times"] = order[1]
                if order[1]:
                    self._tell(Timed(2, TIMES))
            if order[0] in wanted:
                return order

    def _stopped(self) -> PageResult:
        stopped = [Problem(severity="info", code="stopped", message="the run was stopped")]
        if self._engine.lost_from is None:
            return PageResult(
                ok=False,
                interrupted=True,
                steps=self.step,
                results=self._results(),
                problems=stopped,
                variables=self._variables(),
            )
        kept = {b: TensorValue("float32", np.float32(self._engine.lost_from)) for b in self.values}
        return PageResult(
            ok=False,
            interrupted=True,
            steps=self.step,
            problems=stopped,
            variables=kept,
            kept_step=self._engine.lost_from,
        )

    def _problems(self, why: str) -> list[Problem]:
        return [self._engine.fault] if why == "guard" and self._engine.fault is not None else []

    def _results(self) -> dict[str, Any]:
        keys = [f.key for s in self._plan.sessions for f in s.fetches]
        return {k: TensorValue("float32", np.full((2, 3), self.step, "float32")) for k in keys}

    def _variables(self) -> dict[str, TensorValue]:
        return {block: TensorValue("float32", np.asarray(v)) for block, v in self.values.items()}


def not_finite(block: str, pin: str) -> Problem:
    """The problem of a guard that hits."""
    return error("not-finite", f"{block}.{pin} is not finite", block, pin)
