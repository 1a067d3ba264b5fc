"""A slice of the trial of a sweep whose workers are killed."""

from __future__ import annotations

import sys

import pytest

from app.engine.host.engine import Engine
from tests.trials.killed_sweep import Trial


@pytest.mark.skipif(sys.platform != "linux", reason="looks for the workers in /proc")
def test_a_sweep_whose_workers_are_killed_has_every_row_once(engine: Engine) -> None:
    trial = Trial(count=24, steps=400, seed=3)
    assert trial.run(engine, jobs=2, after_rows=8) == []
    assert trial.kills
