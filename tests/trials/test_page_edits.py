"""A slice of the trial of edits over pages and their uses."""

from __future__ import annotations

import pytest

from tests.trials.page_edits import Trial


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_random_edits_over_pages_lose_nothing(seed: int) -> None:
    assert Trial(seed).run(300) == []
