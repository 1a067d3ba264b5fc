"""Which required pins that hold nothing are faults by now: a block that was just placed has not gone wrong yet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from app.document.model.problems import Problem
from app.document.model.sentence import say

_EMPTY = "unwired-input"  # the code of a required pin that is neither wired nor typed


class Demands:
    """By page: the pins whose field was left empty, or that were empty when the page was run. All others may wait."""

    def __init__(self) -> None:
        """Begin with no pin demanded."""
        self._pins: dict[str, set[tuple[str | None, str | None]]] = {}

    def demand(self, page: str, pins: Iterable[tuple[str | None, str | None]]) -> None:
        """Let these pins, as (block, pin), be faults while they hold nothing."""
        self._pins.setdefault(page, set()).update(pins)

    def demand_all(self, page: str, problems: Iterable[Problem]) -> None:
        """Let all pins that hold nothing now be faults: the page is to run."""
        self.demand(page, ((p.block, p.pin) for p in problems if p.code == _EMPTY))

    def forget(self) -> None:
        """Drop everything: another document comes."""
        self._pins.clear()

    def softened(self, page: str, problems: Sequence[Problem]) -> list[Problem]:
        """Return the problems as they are to be shown: pins that may wait need a value, and are no errors."""
        demanded = self._pins.get(page, set())
        return [
            p if p.code != _EMPTY or p.pin is None or (p.block, p.pin) in demanded else _waiting(p)
            for p in problems
        ]


def _waiting(problem: Problem) -> Problem:
    return msgspec.structs.replace(
        problem, severity="warning", sentence=say("pin.needs-a-value", pin=problem.pin)
    )
