"""What monitors read: elements that pins name, and series that stay small without losing an extreme."""

import numpy as np
import pytest

from app.editor.monitors.element import look_up, split_pin
from app.editor.monitors.history import Histories
from app.editor.results.store import ResultStore
from app.editor.values.series import STRETCHES, Series
from app.engine.values.results import ListValue, NoValue, TensorValue


def _tensor(values: object, dtype: str = "float32") -> TensorValue:
    return TensorValue(dtype, np.asarray(values, dtype=dtype))


@pytest.fixture
def store() -> ResultStore:
    made = ResultStore()
    texts = np.array([b"a", "é".encode()], dtype=object)
    values = {
        "x.output": _tensor([[1, 2], [3, 4]]),
        "n.output": _tensor(7, "int64"),
        "s.output": TensorValue("string", texts),
        "list.outputs": ListValue((_tensor([5, 6]), NoValue("float32", "dead"))),
        "dead.output": NoValue("float32", "dead"),
    }
    made.put("page", values, 1)
    return made


@pytest.mark.parametrize(
    ("pin", "number"),
    [
        ("x.output[0][1]", 2.0),
        ("x.output[1][0]", 3.0),
        ("n.output", 7.0),
        ("list.outputs[0][1]", 6.0),
        ("x.output", None),
        ("x.output[1]", None),
        ("s.output[0]", None),
    ],
)
def test_a_pin_names_an_element_by_its_indices(store: ResultStore, pin: str, number: float | None) -> None:
    assert look_up(store, "page", pin).number() == number


def test_fewer_indices_name_a_part_of_the_tensor(store: ResultStore) -> None:
    found = look_up(store, "page", "x.output[1]")
    assert found.array is not None
    assert found.array.tolist() == [3.0, 4.0]
    assert found.dtype == "float32"


@pytest.mark.parametrize(
    ("pin", "why"),
    [
        ("x.output[2][0]", "shape [2, 2]"),
        ("x.output[0][0][0]", "shape [2, 2]"),
        ("dead.output", "not taken"),
        ("list.outputs", "a list of 2 tensors: name one, as list.outputs[0]"),
        ("list.outputs[1]", "not taken"),
        ("list.outputs[5]", "no element list.outputs[5]"),
        ("y.output", "run the page"),
        ("x.output[a]", "is not block.pin"),
    ],
)
def test_a_pin_without_a_value_says_why(store: ResultStore, pin: str, why: str) -> None:
    found = look_up(store, "page", pin)
    assert found.array is None
    assert why in found.why


def test_pins_are_split() -> None:
    assert split_pin("a.b") == ("a.b", ())
    assert split_pin("a.b[10][2]") == ("a.b", (10, 2))


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
    assert series.is_thinned


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


def test_a_history_grows_by_steps_and_starts_anew_with_the_run() -> None:
    store = ResultStore()
    histories = Histories(store, "page")
    series = histories.follow("a.output[1]")
    for step in (1, 5, 9):
        store.put("page", {"a.output": _tensor([0, step])}, step)
        store.put("other", {"a.output": _tensor([0, -1])}, step)
    store.mark_stale("page")  # announces a change, but brings no new value
    assert series.points == [(1, 1.0), (5, 5.0), (9, 9.0)]
    assert histories.follow("a.output[1]") is series
    assert histories.follow("a.output[0]").points == [(9, 0.0)]
    store.restart("page")
    assert series.points == []
    store.put("page", {"a.output": _tensor([0, 3])}, 1)
    assert series.points == [(1, 3.0)]


def test_a_history_follows_the_pages_name() -> None:
    store = ResultStore()
    histories = Histories(store, "page")
    series = histories.follow("a.output")
    store.rename("page", "new")
    store.put("new", {"a.output": _tensor(4)}, 2)
    assert series.points == [(2, 4.0)]


def test_rows_of_watched_pins_fill_a_history_and_samples_add_nothing_to_it() -> None:
    store = ResultStore()
    histories = Histories(store, "page")
    series, other = histories.follow("a.output[0]"), histories.follow("b.output")
    histories.add_rows(["a.output[0]", "unknown"], 1, [(0.5, 1.0), (0.25, 2.0), (None, 3.0), (0.125, 4.0)])
    store.put("page", {"a.output": _tensor([9]), "b.output": _tensor(7)}, 3)
    assert series.points == [(1, 0.5), (2, 0.25), (4, 0.125)]
    assert other.points == [(3, 7.0)]
    store.restart("page")
    store.put("page", {"a.output": _tensor([9]), "b.output": _tensor(7)}, 1)
    assert series.points == [(1, 9.0)]
