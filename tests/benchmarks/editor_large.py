"""Opening, editing and closing a page of 10,000 blocks in the window: against 1,000, and how long anything holds it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache

from tests.benchmarks.bench import Comparison, Row
from tests.support.window_stand import Hold
from tests.trials.large_page import measure

LARGE, SMALL = 10_000, 1_000
_BEFORE = ("open, to the first picture",)
_FAR = ("fit the page", "zoom by wheel", "pan, whole page in view", "move over the whole page", "select all")
_ALL = (
    "drag all", "undo the drag", "copy all", "delete all", "undo the deletion of all", "delete all again",
    "undo that again", "paste all", "undo the paste",
)  # fmt: skip


@cache
def _acts(count: int) -> dict[str, Hold]:
    """Do all acts on a page of so many blocks, once."""
    sys.setswitchinterval(0.0005)  # as the program does
    return {hold.act: hold for hold in measure(count)}


def _time(names: Callable[[str], bool]) -> Callable[[], Comparison]:
    """Compare the whole time of the window's thread in these acts."""

    def compare() -> Comparison:
        small, large = (sum(h.total for a, h in _acts(n).items() if names(a)) for n in (SMALL, LARGE))
        return Comparison(ours=large, theirs=small, ratio=large / small, extra=large - small)

    return compare


def _hold(names: Callable[[str], bool]) -> Callable[[], Comparison]:
    """Give the longest hold by the window's own work in these acts, whatever else the machine does."""

    def compare() -> Comparison:
        small, large = (max(h.own for a, h in _acts(n).items() if names(a)) for n in (SMALL, LARGE))
        return Comparison(ours=large, theirs=small, ratio=large / small, extra=large)

    return compare


def _near(act: str) -> bool:
    return act not in (*_BEFORE, *_FAR, *_ALL, "close")


_AGAINST = "the same, 1,000 blocks"
ROWS = [
    Row("open 10,000 blocks, to the first picture", _AGAINST, 12.0, _time(lambda act: act in _BEFORE)),
    Row("edit a page of 10,000 blocks, 24 acts", _AGAINST, 12.0, _time(_near)),
    Row("edit all of 10,000 blocks at once, 9 acts", _AGAINST, 12.0, _time(lambda act: act in _ALL)),
    Row("longest hold of an edit, 10,000 blocks", _AGAINST, 0.05, _hold(_near), "extra"),
    Row("longest hold with the whole page in view", _AGAINST, 0.05, _hold(lambda act: act in _FAR), "extra"),
    Row("longest hold of an edit of all blocks", _AGAINST, 0.05, _hold(lambda act: act in _ALL), "extra"),
    Row(
        "longest hold while it closes, 10,000 blocks",
        _AGAINST,
        0.05,
        _hold(lambda act: act == "close"),
        "extra",
    ),
]
