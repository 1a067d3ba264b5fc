"""A page session without TensorFlow: its plan says step by step how it behaves (imported by real workers)."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable
from typing import Any

import msgspec
import numpy as np

from app.document.model.problems import Problem, error
from app.engine.compiler.errors import RunFault
from app.engine.values.results import TensorValue, Value
from app.engine.worker.client import Link


class FakeFetch(msgspec.Struct):
    """A pin that the plan shows."""

    key: str
    dtypes: tuple[str, ...]


class FakeSessionPlan(msgspec.Struct):
    """A ClientSession of the plan."""

    fetches: tuple[FakeFetch, ...]


class FakeNode(msgspec.Struct):
    """A node of the plan, for who feeds whom."""

    name: str
    block: str
    inputs: tuple[str, ...] = ()


class FakePlan(msgspec.Struct):
    """``acts`` maps the number of a step (0 = the build, -1 = the close, -2 = any step) to what happens then.

    An act is a name in ``_ACTS`` and the block that does it: "abort b".
    """

    acts: dict[int, tuple[str, ...]] = {}
    may_wait: tuple[str, ...] = ()
    sessions: tuple[FakeSessionPlan, ...] = (FakeSessionPlan((FakeFetch("count.output", ("DT_INT64",)),)),)
    nodes: tuple[FakeNode, ...] = ()
    guard: bool = False
    unshown: tuple[str, ...] = ()


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
        self.measuring = False
        self.stopwatch = self
        self.is_finite = True
        self._act(plan.acts.get(0, ()))

    def initialise(self) -> None:
        """Nothing to initialise."""

    def step(self) -> None:
        """Do what the plan says for this step."""
        self._step += 1
        self._act(self._plan.acts.get(-2, ()))
        self._act(self._plan.acts.get(self._step, ()))

    def hold(self) -> Callable[[frozenset[str] | None], dict[str, Value]]:
        """Do a step that fetches; the answer gives its number."""
        self.step()
        return lambda wanted: {"count.output": TensorValue("int64", np.array(self._step))}

    def watch(self, keys: frozenset[str]) -> dict[str, Value]:
        """Do a step and return its number."""
        return self.hold()(keys)

    def probe(
        self, keys: frozenset[str]
    ) -> tuple[Callable[[frozenset[str] | None], dict[str, Value]], dict[str, Value]]:
        """Do a step that may be the last one; step 5 is not finite."""
        shown = self.hold()
        self.is_finite = self._step != 5
        return shown, shown(keys)

    def quick(self, keys: frozenset[str], probe: bool) -> None:
        """There is no quicker way."""

    def set_guard(self, guard: object) -> None:
        """The guard only ever finds step 5."""

    def find_fault(self, step: int, shown: object) -> Problem:
        """Blame the counter."""
        return error("not-finite", f"count.output is NaN in step {step}", "count", "output")

    def take(self) -> dict[str, float]:
        """Be one's own stopwatch: a step takes a millisecond."""
        return {"count": 0.001}

    def variables(self) -> dict[str, Any]:
        """Return the counter and the worker's process id."""
        return {"count": np.array(self._step), "pid": np.array(os.getpid())}

    def close(self) -> None:
        """Do what the plan says for the end (step -1)."""
        self._act(self._plan.acts.get(-1, ()))

    def _act(self, acts: tuple[str, ...]) -> None:
        for act in acts:
            what, _, block = act.partition(" ")
            traced = self._trace if self._blocks is None or block in self._blocks else None
            if traced:
                traced(block, "begin")
            if what == "start":  # a block that runs beside the following ones
                continue
            _ACTS[what]()
            if traced:
                traced(block, "end")


def _check_failed() -> None:
    os.write(2, b"F0000 00:00:1700000000.000000 7 tensor.cc:42] Check failed: size > 0 (-1 vs. 0)\n")
    os.abort()


def _fault() -> None:
    raise RunFault(
        [error("run-failed", "a is wrong", block="a")], {"count.output": TensorValue("int64", np.array(7))}
    )


def _wrong() -> None:
    raise KeyError("something unforeseen")


def _memory() -> None:
    np.ones(1 << 40, dtype=np.uint8)


def _allocate() -> None:
    np.empty(1 << 30, dtype=np.uint8)


def _compute() -> None:
    end = time.process_time() + 1.0
    while time.process_time() < end:
        pass


def _abort_once() -> None:
    if not os.path.exists("aborted"):
        with open("aborted", "w"):
            os.abort()


def _tell_processes() -> None:
    with open("processes", "w") as fifo:
        fifo.write(f"{os.getpid()} {os.getppid()}")


class Question(msgspec.Struct):
    """A request of another kind than a page's run."""

    number: int


class Answer(msgspec.Struct):
    """What it gives back."""

    double: int


def double(body: bytes, link: Link) -> None:
    """Answer a Question; 13 is refused."""
    number = msgspec.msgpack.decode(body, type=Question).number
    if number == 13:
        raise ValueError("13 brings bad luck")
    link.reply(Answer(2 * number))


_ACTS: dict[str, Callable[[], object]] = {
    "pass": lambda: None,
    "breathe": lambda: time.sleep(0.001),
    "doze": lambda: time.sleep(1.5),
    "abort": os.abort,
    "check": _check_failed,
    "exit0": lambda: os._exit(0),
    "abort_once": _abort_once,
    "processes": _tell_processes,
    "fpe": lambda: os.kill(os.getpid(), signal.SIGFPE),
    "hang": threading.Event().wait,
    "compute": _compute,
    "fault": _fault,
    "wrong": _wrong,
    "memory": _memory,
    "gigabyte": _allocate,
    "print": lambda: (print("words on stdout", flush=True), os.write(1, b"\x00\xff from C\n")),
}
