"""Samples of a fast run: evenly spread, in order, in bounded memory, and never what came later."""

from typing import Any

import numpy as np
import pytest

from app.engine.ipc.packing import unpack
from app.engine.values.results import TensorValue
from app.engine.worker import sampling
from app.engine.worker.sampling import Sampler


class _Clock:
    """Time that passes only when a test lets it."""

    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> _Clock:
    made = _Clock()
    monkeypatch.setattr(sampling, "time", made)
    return made


def _run(sampler: Sampler, clock: _Clock, steps: int, seconds: float, rate: float, size: int = 1) -> None:
    """Do steps of an equal length; their value is their number."""
    for step in range(1, steps + 1):
        if sampler.is_due(rate):
            sampler.add(step, {"x.y": TensorValue("float32", np.full(size, step, "f4"))}, rate)
        clock.now += seconds


def _steps(sent: list[Any]) -> list[int]:
    for sample, buffers in sent:
        values = unpack(sample.results, buffers)
        assert values["x.y"].array[0] == sample.step  # type: ignore[union-attr]
    return [sample.step for sample, _ in sent]


def test_a_viewer_that_never_answers_still_gets_an_even_course(clock: _Clock) -> None:
    sent: list[Any] = []
    sampler = Sampler(lambda sample, buffers: sent.append((sample, buffers)))
    _run(sampler, clock, 10_000, 0.0001, 10_000)
    assert len(sent) == 1
    sampler.finish()
    steps = _steps(sent)
    assert steps == sorted(steps)
    assert steps[0] == 1
    assert 40 <= len(steps) <= 130
    assert max(np.diff(steps)) <= 10_000 / 20


def test_large_samples_come_only_to_a_viewer_that_is_free(clock: _Clock) -> None:
    sent: list[Any] = []
    sampler = Sampler(lambda sample, buffers: sent.append((sample, buffers)))
    _run(sampler, clock, 100, 0.1, 1000, size=100_000)
    assert _steps(sent) == [1]
    sampler.viewer_is_free = True
    _run(sampler, clock, 1, 0.1, 1000, size=100_000)
    assert len(sent) == 2
    sampler.finish()
    assert len(sent) == 2


def test_no_more_samples_than_the_rate_allows(clock: _Clock) -> None:
    sent: list[Any] = []
    sampler = Sampler(lambda sample, buffers: sent.append((sample, buffers)))
    _run(sampler, clock, 100, 0.01, 10)
    sampler.finish()
    assert 9 <= len(sent) <= 11


def test_a_run_without_a_rate_is_not_sampled(clock: _Clock) -> None:
    assert not Sampler(lambda *_: None).is_due(None)


def test_a_waiting_sample_does_not_show_what_a_later_step_wrote_in_place(clock: _Clock) -> None:
    sent: list[Any] = []
    sampler = Sampler(lambda sample, buffers: sent.append((sample, buffers)))
    array = np.zeros(1, "f4")
    for step in (1, 2, 3):
        array[0] = step
        clock.now += 1
        assert sampler.is_due(10)
        sampler.add(step, {"x.y": TensorValue("float32", array)}, 10)
    array[0] = 99
    sampler.finish()
    assert _steps(sent[1:]) == [2, 3]
