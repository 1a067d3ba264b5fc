"""Steps are recorded while nothing shows them, for several runs, in bounded memory."""

from typing import Any

import numpy as np
import pytest

from app.editor.results import recorder as module
from app.editor.results.recorder import MOST_RUNS, MOST_STEPS, Recorder
from app.editor.results.store import ResultStore
from app.engine.values.results import ListValue, TensorValue


def _value(array: Any) -> TensorValue:
    array = np.asarray(array)
    return TensorValue(array.dtype.name, array)


def _steps(recorder: Recorder, key: str) -> list[int]:
    run = recorder.last("page", key)
    return [step for step, _ in run.values] if run is not None else []


def test_named_outputs_and_single_numbers_are_recorded_with_no_window_open() -> None:
    store = ResultStore()
    recorder = Recorder(store, lambda _: ["w.output[1]"])
    for step in (1, 2, 5):
        store.put(
            "page",
            {"w.output": _value([1.0, step]), "loss.output": _value(step / 2), "x.output": _value([0, 0])},
            step,
        )
    assert _steps(recorder, "w.output") == [1, 2, 5]
    assert _steps(recorder, "loss.output") == [1, 2, 5]
    assert _steps(recorder, "x.output") == []  # nobody has named it
    run = recorder.last("page", "w.output")
    assert run is not None
    assert run.values[-1][1].array.tolist() == [1.0, 5.0]


def test_an_element_of_a_list_is_recorded_as_its_tensor() -> None:
    store = ResultStore()
    recorder = Recorder(store, lambda _: ["s.output[1][0]"])
    store.put("page", {"s.output": ListValue([_value([1, 2]), _value([3, 4])])}, 1)
    run = recorder.last("page", "s.output[1]")
    assert run is not None
    assert run.values[0][1].array.tolist() == [3, 4]


def test_the_last_runs_stay_by_name() -> None:
    store = ResultStore()
    recorder = Recorder(store)
    for number in range(8):
        store.restart("page")
        for step in range(1, 4):
            store.put("page", {"loss.output": _value(float(number))}, step)
    runs = recorder.runs("page", "loss.output")
    assert [run.name for run in runs] == [f"run {n}" for n in range(8 - MOST_RUNS + 1, 9)]
    assert [float(run.values[0][1].array) for run in runs] == [3.0, 4.0, 5.0, 6.0, 7.0]
    store.forget("page")
    assert recorder.runs("page", "loss.output") == []


def test_a_long_run_is_thinned_evenly_with_its_ends() -> None:
    store = ResultStore()
    recorder = Recorder(store)
    for step in range(10, 60_010, 10):
        store.put("page", {"loss.output": _value(float(step))}, step)
    steps = _steps(recorder, "loss.output")
    assert MOST_STEPS / 2 <= len(steps) <= MOST_STEPS
    assert (steps[0], steps[-1]) == (10, 60_000)
    gaps = np.diff(steps[:-1])
    assert gaps.max() < 2 * gaps.min()


def test_memory_is_bounded_over_all_pages_and_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST_BYTES", 1 << 20)
    store = ResultStore()
    recorder = Recorder(store, lambda _: ["w.output"])
    for _ in range(3):
        store.restart("page")
        for step in range(1, 101):
            store.put("page", {"w.output": _value(np.full(1000, step, np.float64))}, step)
            held = sum(run.bytes for run in recorder.runs("page", "w.output"))
            assert held <= 1 << 20
    assert _steps(recorder, "w.output")[-1] == 100
    assert len(recorder.runs("page", "w.output")) < 3  # earlier runs go first


def test_large_values_are_recorded_while_a_window_shows_them_only() -> None:
    store = ResultStore()
    recorder = Recorder(store, lambda _: ["w.output"])
    large = _value(np.zeros(100_000))
    store.put("page", {"w.output": large}, 1)
    assert _steps(recorder, "w.output") == []
    recorder.follow("page", "w.output")
    store.put("page", {"w.output": large}, 2)
    assert _steps(recorder, "w.output") == [1, 2]
    recorder.leave("page", "w.output")
    store.put("page", {"w.output": large}, 3)
    assert _steps(recorder, "w.output") == [1, 2]
    store.put("page", {"w.output": _value(np.zeros(2_000_000))}, 4)
    recorder.follow("page", "w.output")
    assert _steps(recorder, "w.output") == [1, 2]


def test_what_a_file_holds_of_an_earlier_run_is_no_step() -> None:
    store = ResultStore()
    recorder = Recorder(store)
    store.put_saved("page", {"loss.output": _value(1.0)})
    assert recorder.runs("page", "loss.output") == []


def test_a_renamed_page_takes_its_steps_along() -> None:
    store = ResultStore()
    recorder = Recorder(store)
    store.put("page", {"loss.output": _value(1.0)}, 1)
    store.rename("page", "other")
    assert [run.name for run in recorder.runs("other", "loss.output")] == ["run 1"]
