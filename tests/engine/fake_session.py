"""A page session that needs no TensorFlow: its plan says step by step how it behaves (imported by real workers)."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import msgspec
import numpy as np

from app.document.problems import error
from app.engine.faults import RunFault
from app.engine.results import TensorValue, Value


class FakeFetch(msgspec.Struct):
    """A pin that the plan shows."""

    key: str
    dtypes: tuple[str, ...]


class FakeSessionPlan(msgspec.Struct):
    """A ClientSession of the plan."""

    fetches: tuple[FakeFetch, ...]


class FakePlan(msgspec.Struct):
    """``acts`` maps the number of a step (0 = the build) to what happens in it; see ``_act``."""

    acts: dict[int, tuple[str, ...]] = {}
    may_wait: tuple[str, ...] = ()
    sessions: tuple[FakeSessionPlan, ...] = (FakeSessionPlan((FakeFetch("count.output", ("DT_INT64",)),)),)
    pause: float = 0.0  # seconds of each step


class FakeSession:
    """Counts its steps; ``count.output`` is the number of the step."""

    def __init__(
        self,
        plan: FakePlan,
        folder: str,
        trace: Callable[[str, str], None] | None = None,
        trace_blocks: frozenset[str] | None = None,
    ) -> None:
        """Take the arguments of the real session."""
        self._plan = plan
        self._trace = trace
        self._blocks = trace_blocks
        self._step = 0
        self._act(plan.acts.get(0, ()))

    def initialise(self) -> None:
        """Nothing to initialise."""

    def step(self, fetch: bool) -> dict[str, Value] | None:
        """Do what the plan says for this step."""
        self._step += 1
        if self._plan.pause:
            time.sleep(self._plan.pause)
        self._act(self._plan.acts.get(self._step, ()))
        return {"count.output": TensorValue("int64", np.array(self._step))} if fetch else None

    def variables(self) -> dict[str, Any]:
        """Return the counter as the only Variable."""
        return {"count": np.array(self._step)}

    def close(self) -> None:
        """Do what the plan says for the end (step -1)."""
        self._act(self._plan.acts.get(-1, ()))

    def _act(self, acts: tuple[str, ...]) -> None:
        for act in acts:
            what, _, block = act.partition(" ")
            if self._trace and block and (self._blocks is None or block in self._blocks):
                self._trace(block, "begin")
            _ACTS[what]()
            if self._trace and block and (self._blocks is None or block in self._blocks):
                self._trace(block, "end")


def _check_failed() -> None:
    os.write(2, b"F0000 00:00:1700000000.000000 7 tensor.cc:42] Check failed: size > 0 (-1 vs. 0)\n")
    os.abort()


def _fault() -> None:
    raise RunFault([error("run-failed", "a is wrong", block="a")], {"count.output": TensorValue("int64", np.array(7))})


def _wrong() -> None:
    raise KeyError("something unforeseen")


def _memory() -> None:
    np.ones(1 << 40, dtype=np.uint8)


def _allocate() -> None:
    np.ones(1 << 30, dtype=np.uint8)


def _compute() -> None:
    end = time.process_time() + 1.5
    while time.process_time() < end:
        pass


_ACTS: dict[str, Callable[[], object]] = {
    "pass": lambda: None,
    "abort": os.abort,
    "check": _check_failed,
    "exit0": lambda: os._exit(0),
    "fpe": lambda: os.kill(os.getpid(), signal.SIGFPE),
    "hang": threading.Event().wait,
    "compute": _compute,
    "fault": _fault,
    "wrong": _wrong,
    "memory": _memory,
    "gigabyte": _allocate,
    "print": lambda: (print("words on stdout"), os.system("echo more words")),
    "stderr": lambda: print("words on stderr", file=sys.stderr, flush=True),
}
