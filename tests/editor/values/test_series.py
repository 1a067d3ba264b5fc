"""A number by step: small without losing an extreme, whole in its last steps, and blind to what is not finite."""

import numpy as np
import pytest

from app.editor.values.series import STRETCHES, Series


def test_a_series_stays_bounded_and_keeps_every_extreme_and_both_ends() -> None:
    series = Series()
    spikes = {777: 50.0, 31_000: -50.0, 99_000: 49.0}
    for step in range(1, 100_001):
        series.add(step, spikes.get(step, float(np.sin(step / 500))))
    assert len(series.points) <= 2 * STRETCHES + 2
    assert spikes.items() <= dict(series.points).items()
    assert series.points[0][0] == 1
    assert series.points[-1][0] == 100_000
    assert [s for s, _ in series.points] == sorted({s for s, _ in series.points})
    assert series.count == 100_000


def test_a_million_steps_keep_the_shape_of_the_whole_run() -> None:
    values = np.sin(np.arange(1_000_000) / 20_000) + np.where(np.arange(1_000_000) % 99_991 == 0, 3.0, 0.0)
    series = Series()
    for start in range(0, 1_000_000, 5000):
        series.extend(start + 1, values[start : start + 5000].tolist())
    steps, shown = (np.array(part) for part in zip(*series.points, strict=True))
    assert len(steps) <= 2 * STRETCHES + 2
    assert np.diff(steps).max() <= 4 * 1_000_000 / STRETCHES  # no part of the run is left out
    np.testing.assert_array_equal(shown, values[steps - 1])  # only values that there were
    for peak in range(0, 1_000_000, 99_991):
        assert peak + 1 in steps
    bins = np.array_split(values, 200)
    ends = np.cumsum([len(b) for b in bins])
    for part, end in zip(bins, ends, strict=True):
        here = shown[(steps > end - len(part)) & (steps <= end)]
        assert here.max() == pytest.approx(part.max(), abs=0.06)
        assert here.min() == pytest.approx(part.min(), abs=0.06)


def test_the_last_steps_stay_whole() -> None:
    series = Series()
    series.extend(1, [float(n % 7) for n in range(50_000)])
    assert series.last(3) == [(n + 1, float(n % 7)) for n in (49_997, 49_998, 49_999)]
    assert [s for s, _ in series.last(1000)] == list(range(49_001, 50_001))
    assert series.last(30_000)[0][0] > 20_000


@pytest.mark.parametrize("steps", [60, 700, 30_000])
def test_steps_that_are_done_anew_take_the_place_of_those_before(steps: int) -> None:
    series = Series()
    series.extend(1, [0.0] * steps)
    series.go_back(50)
    series.extend(51, [1.0] * (steps - 50))
    assert {value for step, value in series.points if step <= 50} == {0.0}
    assert {value for step, value in series.points if step > 50} == {1.0}
    assert series.points[-1] == (steps, 1.0)
    assert series.left_out() == 0


def test_a_series_that_goes_back_to_its_begin_is_empty() -> None:
    series = Series()
    series.extend(1, [1.0, 2.0])
    series.go_back(0)
    assert (series.points, series.current) == ([], None)


def test_steps_that_are_known_and_steps_without_a_value_add_nothing() -> None:
    series = Series()
    series.extend(1, [1.0, None, 3.0])
    series.add(3, 99.0)
    series.add(4, 4.0)
    assert series.points == [(1, 1.0), (3, 3.0), (4, 4.0)]


def test_values_that_are_not_finite_are_counted_and_leave_the_curve_alone() -> None:
    series = Series()
    for step, value in enumerate((1.0, float("nan"), float("inf"), 2.0)):
        series.add(step, value)
    assert series.points == [(0, 1.0), (3, 2.0)]
    assert series.not_finite == 2
