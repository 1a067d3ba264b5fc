"""What a measured comparison is, and how it is taken: both sides in turn, in one run, medians."""

from __future__ import annotations

import gc
import resource
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Comparison:
    """Medians of both sides in seconds, and the median of what each round compared."""

    ours: float
    theirs: float
    ratio: float
    extra: float  # seconds


@dataclass(frozen=True)
class Row:
    """One line of the table. ``goal`` bounds the ratio, or the extra seconds where ``kind`` says so."""

    what: str
    against: str
    goal: float
    measure: Callable[[], Comparison]
    kind: Literal["ratio", "extra"] = "ratio"


def side_by_side(
    ours: Callable[[], object],
    theirs: Callable[[], object],
    rounds: int = 7,
    clock: Callable[[], float] = time.perf_counter,
) -> Comparison:
    """Time both sides in turn, after one round that does not count; what they return is dropped.

    With ``time.process_time`` or `children_time` as the clock only the work itself counts: where one side takes much
    longer than the other, other processes of the machine would break into it alone.
    """
    pairs = []
    for number in range(rounds + 1):
        first, second = (ours, theirs) if number % 2 else (theirs, ours)  # neither side always goes first
        times = {side: _timed(side, clock) for side in (first, second)}
        if number:
            pairs.append((times[ours], times[theirs]))
    return Comparison(
        ours=statistics.median(a for a, _ in pairs),
        theirs=statistics.median(b for _, b in pairs),
        ratio=statistics.median(a / b for a, b in pairs),
        extra=statistics.median(a - b for a, b in pairs),
    )


def children_time() -> float:
    """Return the seconds that the processes begun here, and ended by now, had of the processor, as a clock."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _timed(side: Callable[[], object], clock: Callable[[], float]) -> float:
    """Return the seconds of one call, without what the garbage of the other side costs."""
    gc.collect()
    started = clock()
    side()
    return clock() - started
