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
    # Notes what a step has read; what it returns is true where that ends the run.
    take: Callable[[int, Sequence[Any]], Any] | None
    can_wait: bool  # whether that may be done later, for several steps together


class Backlog:
    """What steps have read that is noted for several together: a call between two steps finds its memory cold."""

    def __init__(self, take: Callable[[int, Sequence[Any]], Any] | None) -> None:
        """Keep nothing yet; ``take`` notes one step."""
        self._take = take
        self._steps: list[Sequence[Any]] = []
        self.add = self._steps.append

    def note(self, last: int) -> None:
        """Note the steps that were added, of which ``last`` was the last one."""
        if self._take is not None:
            for step, values in enumerate(self._steps, last + 1 - len(self._steps)):
                self._take(step, values)
        self._steps.clear()


class Trials:
    """How long the steps of both ways have taken. The runs of one graph share it, as each may be short."""

    def __init__(self) -> None:
        self.best = [float("inf"), float("inf")]  # seconds of a step, by way
        self.spent = 0.0
        self.turn = 0

    @property
    def are_over(self) -> bool:
        """Return whether a way is chosen."""
        return self.turn >= _TURNS

    @property
    def chosen(self) -> int:
        """Return the way whose turn it is, or the quicker one once the trials are over."""
        return self.best.index(min(self.best)) if self.are_over else self.turn % 2


class QuickWays:
    """The ways of one run. ``way`` is the one whose turn it is, None where its steps cannot be done quickly."""

    def __init__(self, session: Session, watcher: Watcher, probes: bool, trials: Trials) -> None:
        """Prepare the first way, and the other one where the trials have come to it.

        ``probes``: each step may be the last one.
        """
        self._session, self._watcher, self._probes, self._trials = session, watcher, probes, trials
        self.way = self._prepared(inline=False)
        self._ways = [self.way] if self.way is not None else []
        if self._ways and trials.turn and (not trials.are_over or trials.chosen):
            self._add_other()

    @property
    def most(self) -> int | None:
        """Return after how many steps it is to be reported what they took; None once a way is chosen."""
        return None if self._trials.are_over else _TRIAL

    def report(self, steps: int, seconds: float) -> None:
        """Take in how long so many steps of the way have taken, and choose the way of the next ones."""
        trials = self._trials
        if trials.are_over:
            return
        at = trials.chosen
        trials.best[at] = min(trials.best[at], seconds / steps)
        trials.spent += seconds
        if len(self._ways) > 1:
            trials.turn += 1
            self.way = self._ways[trials.chosen]
        elif trials.spent >= _FIRST:
            trials.turn = 1 if trials.best[0] < _LONG else _TURNS
            if not trials.are_over:
                self._add_other()

    def _add_other(self) -> None:
        """Prepare the way in the asking thread, and take the one whose turn it is; without it the first one stays."""
        other = self._prepared(inline=True)
        if other is None:
            self._trials.turn, self._trials.best[1] = _TURNS, float("inf")
            return
        self._ways.append(other)
        self.way = self._ways[self._trials.chosen]

    def _prepared(self, inline: bool) -> Way | None:
        keys = self._watcher.keys
        steps = self._session.quick(keys, self._probes, inline)
        if steps is None:
            return None
        thins = self._watcher.may_thin and not self._probes
        plain = self._session.quick(frozenset(), False, inline) if thins else None
        take = self._watcher.taker(steps.columns) if keys else None
        return Way(steps, plain, take, can_wait=self._watcher.can_wait and steps.scalars)
