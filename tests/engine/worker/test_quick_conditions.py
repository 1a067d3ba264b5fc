"""A condition tested by the quick way between short steps holds for the same numbers as `Condition.holds`."""

from __future__ import annotations

import numpy as np
import pytest

from app.document.model.conditions import parse_condition
from app.engine.compiler.plan import Until, Watched
from app.engine.worker.watcher import Watcher

NUMBERS = [-np.inf, -1.0, 0.1, 0.5, 2.0, np.inf, np.nan]


def watcher_of(condition, watch=()):
    element = Watched("a.y", "a.y")
    return Watcher(watch, Until(element, parse_condition(condition)), lambda rows: None)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("number", ["0.1", "0.5", "-1", "inf", "1e300"])
@pytest.mark.parametrize("comparison", ["<", "<=", ">", ">=", "==", "!="])
@pytest.mark.filterwarnings("ignore:overflow encountered in cast")
def test_quick_test_of_a_float_is_that_of_the_condition(dtype, number, comparison):
    watcher = watcher_of(f"a.y {comparison} {number}")
    assert watcher.quick_end is None  # before an element was seen
    watcher.taker({"a.y": 1})(1, [None, dtype(2.0)])
    column, test = watcher.quick_end
    assert column == 1
    for value in map(dtype, NUMBERS):
        assert bool(test(value)) == watcher._until.condition.holds(value), value
        own = float(np.array(float(number)).astype(dtype))
        by_hand = {"<": value < own, "<=": value <= own, ">": value > own, ">=": value >= own,
                   "==": value == own, "!=": value != own}  # fmt: skip
        assert bool(test(value)) == by_hand[comparison]


@pytest.mark.parametrize("value", [np.int32(2), np.uint8(2), np.bool_(True)])
def test_whole_numbers_are_compared_exactly_by_the_usual_way(value):
    watcher = watcher_of("a.y > 1.5")
    take = watcher.taker({"a.y": 0})
    assert [bool(take(step, [value])) for step in (1, 2)] == [value > 1.5] * 2
    assert watcher.quick_end is None


def test_a_watched_pin_beside_the_condition_is_noted_in_every_step():
    watcher = watcher_of("a.y < 0", (Watched("b.y", "b.y"),))
    watcher.taker({"a.y": 0, "b.y": 1})(1, [np.float32(1), np.float32(2)])
    assert watcher.quick_end is None
