"""Runs something with as much time as it needs to get where a test looks: a loaded machine needs more."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

_Result = TypeVar("_Result")


def with_time_enough(
    run: Callable[[float], _Result],
    got_there: Callable[[_Result], bool],
    limits: Sequence[float] = (0.3, 1.0, 4.0, 16.0),
) -> _Result:
    """Return what a run gives under the first time limit under which it got there, or under the longest."""
    result = run(limits[0])
    for limit in limits[1:]:
        if got_there(result):
            break
        result = run(limit)
    return result
