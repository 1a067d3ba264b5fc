"""Mistakes that need no TensorFlow to be found: block, pin, what is required and what is there."""

from __future__ import annotations

import pytest

from tests.support.mistakes import Mistake, missed, planned
from tests.support.mistakes_check import MISTAKES


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda m: m.name)
def test_plan_names_pin_requirement_and_actual(tmp_path, mistake: Mistake):
    assert missed(mistake, planned(mistake, tmp_path)) == []
