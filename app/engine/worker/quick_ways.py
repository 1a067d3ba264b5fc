"""Chooses how the short steps of a page are done: by TensorFlow's threads, or in the thread that asks for them.

To wake a thread and to be woken by it takes longer than a small step itself; where blocks of a step can run side by
side, threads are quicker. Both give the same bits, so both are tried, and the quicker one stays.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from app.engine.worker.session import QuickSteps, Session
from app.engine.worker.watcher import Watcher

_TRIAL = 16  # steps in a turn; the quickest turn of a way counts, as the machine may have other work
_TURNS = 21  # in which the ways take part one after the other
_FIRST = 0.05  # seconds of steps the usual way before the other one is prepared, which takes time of its own
_LONG = 1e-3  # seconds; steps that take so long gain nothing in the asking thread


class Way(NamedTuple):
    """One way to do quick steps: with what is watched and, where that need not be read in each of them, without."""

    steps: QuickSteps
    plain: QuickSteps | None
    take: Callable[[int, Sequence[Any]], bool] | None  # notes what a step has read


class QuickWays:
    """The ways of one run. ``way`` is the one whose turn it is, None where its steps cannot be done quickly."""

    def __init__(self, session: Session, watcher: Watcher, probes: bool) -> None:
        """Prepare the first way; ``probes``: each step may be the last one."""
        self._session, self._watcher, self._probes = session, watcher, probes
        self.way = self._prepared(inline=False)
        self._ways = [self.way] if self.way is not None else []
        self._best = [float("inf"), float("inf")]  # seconds of a step, by way
        self._spent = 0.0
        self._turn = 0

    @property
    def most(self) -> int | None:
        """Return after how many steps it is to be reported what they took; None once a way is chosen."""
        return _TRIAL if self._turn < _TURNS else None

    def report(self, steps: int, seconds: float) -> None:
        """Take in how long so many steps of the way have taken, and choose the way of the next ones."""
        if self._turn >= _TURNS:
            return
        at = self._turn % 2
        self._best[at] = min(self._best[at], seconds / steps)
        self._spent += seconds
        if len(self._ways) > 1:
            self._turn += 1
        elif self._spent >= _FIRST:
            other = self._prepared(inline=True) if self._best[0] < _LONG else None
            self._ways += [other] if other is not None else []
            self._turn = 1 if other is not None else _TURNS
        is_over = self._turn >= _TURNS
        self.way = self._ways[self._best.index(min(self._best)) if is_over else self._turn % 2]

    def _prepared(self, inline: bool) -> Way | None:
        keys = self._watcher.keys
        steps = self._session.quick(keys, self._probes, inline)
        if steps is None:
            return None
        thins = self._watcher.may_thin and not self._probes
        plain = self._session.quick(frozenset(), False, inline) if thins else None
        return Way(steps, plain, self._watcher.taker(steps.columns) if keys else None)
