"""What the editor knows of a run: a copy of its page, the state that it leaves, its end, and its speed."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec

from app.document.model.diagram import Page
from app.document.model.problems import Problem
from app.document.model.stored_values import under_new_ids
from app.editor.runs.consents import Permits

if TYPE_CHECKING:
    from app.engine.analysis.asks import Ask
    from app.engine.values.results import PageResult, TensorValue

_SPEED_SPAN = 1.5  # seconds over which the speed is the mean

# Stands, among the names of snapshots, for the state that the next step goes on from.
PRESENT = "present state"

# "asks": nothing has run, as the user has to allow something first.
Why = Literal["done", "paused", "reached", "guard", "ended", "stopped", "failed", "problems", "asks", "fault"]


class State(msgspec.Struct, frozen=True):
    """The Variables of a page after a step; that is all that outlives a session."""

    values: Mapping[str, TensorValue]
    step: int

    def under(self, moved: Mapping[str, str]) -> State:
        """Return the state with the blocks under their new ids, by the old ones."""
        return State(under_new_ids(moved, self.values), self.step) if moved else self


class PageRequest(msgspec.Struct, eq=False):
    """What is to be run: a copy of the page, its folder, so many steps (None: until stopped), from a state.

    ``strict``: a state that does not fit the page is a fault; else what does not fit starts anew. ``rest``: not so
    many steps, but what is left of the page's own number when it goes on. ``permits``: what the project may touch.
    """

    page: Page
    folder: Path
    steps: int | None
    start: State
    strict: bool = False
    rest: bool = False
    permits: Permits = msgspec.field(default_factory=Permits)


class RunEnd(msgspec.Struct):
    """How a run came to rest. ``held``: the session lives on, and the next step goes on exactly in it.

    ``problems`` are the plan's; ``result`` is the engine's, None where the plan stopped the run. ``step`` counts
    over all that the page's state has behind it, ``variables_step`` to the Variables that are left (None: none).
    """

    why: Why = "done"
    held: bool = False
    problems: list[Problem] = []
    result: PageResult | None = None
    used: tuple[str, ...] = ()
    step: int = 0
    variables_step: int | None = None
    asks: list[Ask] = []  # what the run would have to be allowed
    fault: str = ""  # the report of a fault of the program itself


def steps_left(steps: int | None, done: int) -> int | None:
    """Return how many steps "continue" runs: to the end of the run that was paused, or another run's number."""
    return None if steps is None else steps - done % steps


class Speed:
    """Steps a second, as the mean of the last moments."""

    def __init__(self) -> None:
        """Begin without any."""
        self._seen: deque[tuple[float, int]] = deque()

    def clear(self) -> None:
        """Forget what was before a pause."""
        self._seen.clear()

    def add(self, step: int, seconds: float) -> None:
        """Take a number of steps and the time at which they were done."""
        self._seen.append((seconds, step))
        while len(self._seen) > 2 and seconds - self._seen[0][0] > _SPEED_SPAN:
            self._seen.popleft()

    @property
    def rate(self) -> float | None:
        """Return the steps a second; None while that is not known."""
        if len(self._seen) < 2:
            return None
        (began, first), (ended, last) = self._seen[0], self._seen[-1]
        return (last - first) / (ended - began) if ended > began and last > first else None


def rate_text(rate: float | None) -> str:
    """Return ``1,530 steps/s`` or ``0.8 steps/s``; nothing where the rate is unknown."""
    if rate is None:
        return ""
    return f"{rate:,.0f} steps/s" if rate >= 10 else f"{rate:.2g} steps/s"


def duration_text(seconds: float) -> str:
    """Return a time with three digits: ``12.3 µs``, ``1.25 ms``, ``2.1 s``."""
    for unit, size in (("s", 1.0), ("ms", 1e-3)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds * 1e6:.3g} µs"
