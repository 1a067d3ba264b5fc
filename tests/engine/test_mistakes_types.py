"""Mistakes of shape and value are found before anything runs: block, pin, what is wanted and what is there."""

from __future__ import annotations

import pytest
from mistakes import Mistake, inferred, told
from mistakes_types import MISTAKES


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda m: m.name)
def test_inference_names_pin_wanted_and_actual(engine, tmp_path, mistake: Mistake):
    problems = inferred(mistake, tmp_path, engine)
    assert told(mistake, problems) == []
    assert problems[0].detail  # TensorFlow's own words can be unfolded
