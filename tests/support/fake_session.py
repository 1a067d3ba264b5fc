"""A page session without TensorFlow: its plan says step by step how it behaves (imported by real workers)."""

from __future__ import annotations

import gc
import os
import signal
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

import msgspec
import numpy as np

from app.document.model.problems import Problem, error
from app.document.model.sentence import quote
from app.engine.compiler.plan import Fetch, Plan, PlanSession
from app.engine.compiler.run_values import RunValues
from app.engine.ipc.handlers import Handler
from app.engine.ipc.requests import ClusterSession
from app.engine.values.results import TensorValue, Value
from app.engine.values.run_fault import RunFault
from app.engine.worker.client import Client
from app.engine.worker.session import Keys, Room, Shown

_SHOWN = Fetch("count.output", ("count:0",), ("DT_INT64",))


_SESSION = PlanSession(block="session", targets=(), fetches=(_SHOWN,))


class FakePlan(Plan, frozen=True, kw_only=True):
    """``acts`` maps the number of a step (0 = the build, -1 = the close, -2 = any step) to what happens then.

    An act is a name in ``_ACTS`` and the block that does it: "abort b".
    """

    page: str = "fake"
    sessions: tuple[PlanSession, ...] = (_SESSION,)
    acts: dict[int, tuple[str, ...]] = msgspec.field(default_factory=dict)


class _Count:
    """What a step shows: its number."""

    def __init__(self, step: int) -> None:
        self._step = step

    def __call__(self, keys: Keys) -> dict[str, Value]:
        return {"count.output": TensorValue("int64", np.array(self._step))}

    def tensors(self) -> dict[str, Any]:
        return {}


FAKE_SESSION = "tests.support.fake_session:FakeSession"


class FakeSession:
    """Counts its steps; ``count.output`` is the number of the step."""

    plan_type: ClassVar[type[Plan]] = FakePlan
    warnings: ClassVar[Sequence[Problem]] = ()
    devices: tuple[str, ...] = ()

    def __init__(
        self,
        plan: Plan,
        folder: str,
        trace: Callable[[str, str], None] | None = None,
        trace_blocks: frozenset[str] | None = None,
        room: Room | None = None,
        cluster: ClusterSession | None = None,
        fetches_all_first: bool = False,
    ) -> None:
        """Take the arguments of the real session."""
        assert isinstance(plan, FakePlan)
        self.fetches_all_first = fetches_all_first
        self._plan = plan
        self._trace = trace
        self._blocks = trace_blocks
        self._step = 0
        self.running = False
        self.stopwatch = self
        self.is_finite = True
        self.may_end = False
        self._act(plan.acts.get(0, ()))

    def renew(self, values: RunValues) -> None:
        """Count from 0 again."""
        self._step = 0

    def initialise(self) -> None:
        """Nothing to initialise."""

    def step(self) -> None:
        """Do what the plan says for this step."""
        self._step += 1
        self._act(self._plan.acts.get(-2, ()))
        self._act(self._plan.acts.get(self._step, ()))

    def restore(self, values: dict[str, Any]) -> None:
        """The counter always starts from 0."""

    def hold(self) -> Shown:
        """Do a step that fetches; the answer gives its number."""
        self.step()
        return _Count(self._step)

    def watch(self, keys: frozenset[str]) -> dict[str, Any]:
        """Do a step and return its number."""
        return self.hold()(keys)

    def probe(self, keys: frozenset[str]) -> tuple[Shown, dict[str, Any]]:
        """Do a step that may be the last one; step 5 is not finite."""
        shown = self.hold()
        self.is_finite = self._step != 5
        return shown, shown(keys)

    def quick(self, keys: frozenset[str], probe: bool, inline: bool = False) -> None:
        """There is no quicker way."""

    def set_guard(self, guard: bool | Sequence[str]) -> None:
        """The guard only ever finds step 5."""

    def find_fault(self, step: int, shown: Shown) -> Problem:
        """Blame the counter."""
        return error("not-finite", quote(f"count.output is NaN in step {step}"), "count", "output")

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
        [error("run-failed", quote("a is wrong"), block="a")],
        {"count.output": TensorValue("int64", np.array(7))},
    )


def _wrong() -> None:
    raise KeyError("something unforeseen")


def _memory() -> None:
    np.ones(1 << 40, dtype=np.uint8)


def _allocate() -> None:
    np.empty(1 << 30, dtype=np.uint8)


def _starve() -> None:
    try:
        used = np.ones(1 << 27)  # a gigabyte
    except MemoryError:
        os.kill(os.getpid(), signal.SIGSEGV)  # as an op that does not look whether it got what it asked for
    threading.Event().wait()
    del used


def _compute() -> None:
    end = time.process_time() + 1.0
    while time.process_time() < end:
        pass


def _abort_once() -> None:
    if not os.path.exists("aborted"):
        with open("aborted", "w"):
            os.abort()


def _write_processes() -> None:
    with open("processes", "w") as fifo:
        fifo.write(f"{os.getpid()} {os.getppid()}")


class Question(msgspec.Struct):
    """A request of another kind than a page's run."""

    number: int


class Answer(msgspec.Struct):
    """What it gives back."""

    double: int


def double(body: bytes, client: Client) -> None:
    """Answer a Question; 13 is refused."""
    number = DOUBLE.read_request(body).number
    if number == 13:
        raise ValueError("13 brings bad luck")
    client.reply(Answer(2 * number))


DOUBLE = Handler("tests.support.fake_session:double", Question, Answer)


_GROWN: list[list[object]] = []
_THRESHOLD = gc.get_threshold()
_ACTS: dict[str, Callable[[], object]] = {
    "pass": lambda: None,
    "breathe": lambda: time.sleep(0.001),
    "grow": lambda: _GROWN.extend([] for _ in range(50_000)),
    "usual": lambda: _fault() if gc.get_threshold() != _THRESHOLD else None,
    "doze": lambda: time.sleep(1.5),
    "abort": os.abort,
    "check": _check_failed,
    "exit0": lambda: os._exit(0),
    "abort_once": _abort_once,
    "processes": _write_processes,
    "fpe": lambda: os.kill(os.getpid(), signal.SIGFPE),
    "hang": threading.Event().wait,
    "compute": _compute,
    "fault": _fault,
    "wrong": _wrong,
    "memory": _memory,
    "gigabyte": _allocate,
    "starve": _starve,
    "print": lambda: (print("words on stdout", flush=True), os.write(1, b"\x00\xff from C\n")),
}
