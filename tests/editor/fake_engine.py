"""An engine without TensorFlow: answers at once, or waits until it is stopped."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np

from app.document.pin_type import PinType
from app.document.problems import error
from app.engine.infer_types import Inference
from app.engine.results import PageResult, TensorValue
from app.engine.supervise import Started, Stepped


class FakeEngine:
    """Gives every fetched output the numbers 0..5 in shape [2, 3]. ``endless`` runs until ``stop``."""

    def __init__(self) -> None:
        self.endless = False
        self.crash: str | None = None  # the block that ends the worker
        self.runs: list[dict[str, Any]] = []
        self.closed = False
        self.inferred = 0
        self.refused: list[str] = []
        self._stop = threading.Event()

    def start(self) -> None:
        """Ready at once."""

    def stop(self) -> None:
        self._stop.set()

    def close(self) -> None:
        self.closed = True
        self._stop.set()

    def infer(self, plan: Any, folder: Any, *, timeout: float | None = None) -> Inference:
        """Every output is a float32 of shape [2, ?]; blocks named in ``refused`` do not fit."""
        self.inferred += 1
        types = {key: PinType("float32", (2, None)) for key in plan.outputs}
        problems = [error("bad-shape", f"{b} refuses these shapes", b) for b in self.refused]
        return Inference(types=types, problems=problems)

    def run(self, plan: Any, folder: Any, *, steps: int | None, on_event: Any, **more: Any) -> PageResult:
        self.runs.append({"plan": plan, "folder": folder, "steps": steps, **more})
        self._stop.clear()
        on_event(Started())
        if self.endless:
            self._stop.wait(20)
            return PageResult(ok=False, interrupted=True, problems=[error("stopped", "the run was stopped")])
        if self.crash is not None:
            died = error("aborted", f"{self.crash} ended the TensorFlow process", self.crash)
            return PageResult(ok=False, problems=[died])
        on_event(Stepped(steps or 1, 0.01))
        keys = [f.key for s in plan.sessions for f in s.fetches]
        values = {k: TensorValue("float32", np.arange(6, dtype="float32").reshape(2, 3)) for k in keys}
        variables = {v.block: TensorValue("float32", np.float32(7.5)) for v in plan.variables}
        return PageResult(ok=True, steps=steps or 1, seconds=0.01, results=values, variables=variables)
