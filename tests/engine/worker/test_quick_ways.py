"""Of the two ways to do short steps the quicker one stays; long steps are never tried in the asking thread."""

from __future__ import annotations

from typing import Any

import pytest

from app.engine.worker.quick_ways import QuickWays, Trials
from app.engine.worker.watcher import Watcher


class _Session:
    """Has both ways, or only the usual one."""

    def __init__(self, has_inline: bool = True) -> None:
        self._has_inline = has_inline

    def quick(self, keys: frozenset[str], probe: bool, inline: bool = False) -> Any:
        """Return the name of the way."""
        return ("inline" if inline else "threads") if self._has_inline or not inline else None


def chosen(
    usual: float,
    inline: float,
    has_inline: bool = True,
    turns: int = 1000,
    trials: Trials | None = None,
) -> list[str]:
    """Return the ways of a run's steps, turn by turn, if a step takes so many seconds in either way."""
    session: Any = _Session(has_inline)
    watcher = Watcher((), None, lambda rows: None)
    ways = QuickWays(session, watcher, probes=False, trials=trials or Trials())
    found: list[str] = []
    for _ in range(turns):
        assert ways.way is not None
        name: Any = ways.way.steps
        found.append(name)
        steps = ways.most or 100
        ways.report(steps, steps * (inline if name == "inline" else usual))
    return found


@pytest.mark.parametrize(
    ("usual", "inline", "stays"),
    [(50e-6, 14e-6, "inline"), (50e-6, 90e-6, "threads"), (900e-6, 1e-5, "inline")],
)
def test_the_quicker_way_stays_after_both_were_tried(usual: float, inline: float, stays: str) -> None:
    ways = chosen(usual, inline)
    assert set(ways) == {"threads", "inline"}
    assert set(ways[-100:]) == {stays}


def test_long_steps_are_left_to_threads() -> None:
    assert set(chosen(2e-3, 1e-6)) == {"threads"}


def test_short_runs_never_prepare_the_other_way() -> None:
    assert set(chosen(50e-6, 1e-6)[:10]) == {"threads"}


def test_where_blocks_may_wait_threads_stay() -> None:
    assert set(chosen(50e-6, 1e-6, has_inline=False)) == {"threads"}


@pytest.mark.parametrize(
    ("usual", "inline", "stays"),
    [(50e-6, 14e-6, "inline"), (50e-6, 90e-6, "threads"), (2e-3, 1e-6, "threads")],
)
@pytest.mark.parametrize("has_inline", [True, False])
def test_short_runs_of_one_graph_try_the_ways_together(
    usual: float, inline: float, stays: str, has_inline: bool
) -> None:
    trials = Trials()
    runs = [chosen(usual, inline, has_inline, turns=6, trials=trials) for _ in range(60)]
    assert set(runs[0]) == {"threads"}
    assert set(runs[-1]) == {stays if has_inline else "threads"}
