"""The page session as the worker's loop sees it: what builds a page and does its steps, by TensorFlow or in a test."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from app.document.model.problems import Problem
from app.engine.compiler.plan import Plan
from app.engine.compiler.run_values import RunValues
from app.engine.ipc.requests import ClusterSession
from app.engine.values.results import Value

Keys = frozenset[str] | None  # keys of results, ``block.pin``; None: all
Trace = Callable[[str, str], None]  # called with a block and "begin" or "end"


class Room(NamedTuple):
    """The bytes that a run may take: an op for its outputs, and all that a step shows together."""

    op: int
    shown: int


class Shown(Protocol):
    """What a step shows, to be asked before the next one, which may change the memory that tensors share."""

    def __call__(self, keys: Keys) -> dict[str, Value]:
        """Return some results or all."""

    def tensors(self) -> dict[str, Any]:
        """Return the arrays of all results, by tensor."""


class QuickSteps(Protocol):
    """Steps that read some plain numbers: the shortest way from one to the next."""

    @property
    def columns(self) -> Mapping[str, int]:
        """Return the place of each key's value in what ``run`` returns."""

    @property
    def scalars(self) -> bool:
        """Return whether these values are numbers in every step, never arrays."""

    def run(self) -> Sequence[Any]:
        """Do a step; return NumPy numbers and arrays, what the guard's checks say last."""

    def begin(self) -> None:
        """Get ready for the next steps, before the first of them."""

    def shown(self, steps: int) -> Shown | None:
        """Return what the last one of so many steps since ``begin`` shows; None where steps are not probed."""


class Stopwatch(Protocol):
    """Measures the steps that are done while it is ``running``."""

    running: bool

    def take(self) -> dict[str, float]:
        """Return the seconds by block since the last time."""


class Session(Protocol):
    """One page, built and ready to step. Not thread-safe; its methods raise RunFault where the page is to blame."""

    is_finite: bool  # so were the guarded tensors in the step last probed
    devices: tuple[str, ...]  # of the cluster on which it runs; none: it runs in this process
    may_end: bool  # a step may raise EndOfData, which leaves everything as it was before that step

    @property
    def warnings(self) -> Sequence[Problem]:
        """Return what the page asks for and does not get here, and what was odd of its data so far."""

    @property
    def stopwatch(self) -> Stopwatch:
        """Return what measures."""

    def renew(self, values: RunValues) -> None:
        """Get ready for another run of a shared plan, with values of its own, as if it had just been built."""

    def initialise(self) -> None:
        """Give every Variable its start value."""

    def restore(self, values: dict[str, Any]) -> None:
        """Set Variables to arrays, by block."""

    def variables(self) -> dict[str, Any]:
        """Return the array of every Variable that has a value, by block."""

    def step(self) -> None:
        """Do a step; fetch nothing."""

    def hold(self) -> Shown:
        """Do a step that fetches all."""

    def watch(self, keys: frozenset[str]) -> dict[str, Any]:
        """Do a step; return only the results ``keys``: Values, or NumPy scalars."""

    def probe(self, keys: frozenset[str]) -> tuple[Shown, Mapping[str, Any]]:
        """Do a step that might be the last one; return the results ``keys`` too, and set ``is_finite``."""

    def quick(self, keys: frozenset[str], probe: bool, inline: bool = False) -> QuickSteps | None:
        """Return the shortest way to do steps that read ``keys`` (or are probed); None if there is none.

        ``inline``: in the calling thread, without others beside it; the same bits.
        """

    def set_guard(self, guard: bool | Sequence[str]) -> None:
        """Let ``probe`` look at the floats among these results, or among all (True)."""

    def find_fault(self, step: int, shown: Shown) -> Problem:
        """Return the problem of a step that was not finite."""

    def close(self) -> None:
        """Release what was built."""


class SessionClass(Protocol):
    """What makes page sessions, found by name: ``RunPageRequest.session``."""

    plan_type: type[Plan]

    def __call__(
        self,
        plan: Plan,
        folder: str,
        trace: Trace | None = None,
        trace_blocks: frozenset[str] | None = None,
        room: Room | None = None,
        cluster: ClusterSession | None = None,
        fetches_all_first: bool = False,
    ) -> Session:
        """Build a page; ``trace`` is called around blocks (all, or ``trace_blocks``).

        What is known to take more than ``room`` is refused (None: no limit is known). ``cluster`` is where the page
        runs (None: in this process). ``fetches_all_first``: the first step will be a ``hold``.
        """
