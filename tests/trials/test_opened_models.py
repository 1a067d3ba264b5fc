"""A slice of the trial of random models: each shows the bits of TensorFlow, and what Keras predicts."""

from __future__ import annotations

import pytest

from tests.trials.opened_models import run

pytestmark = [pytest.mark.timeout(120), pytest.mark.filterwarnings("ignore::DeprecationWarning")]


@pytest.mark.parametrize("kind", ["cnn", "lookups", "module", "checkpoint"])
def test_random_models_show_what_tensorflow_gives(kind: str) -> None:
    """One of each of some kinds; the tool tries all of them."""
    assert run(1, 3, kind) == {"same bits": 1}
