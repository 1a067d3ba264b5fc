"""Fixtures for the facts about ops: TensorFlow is imported once."""

from __future__ import annotations

import pytest

from tests.support.op_trials import OpTrials


@pytest.fixture(scope="session")
def trials() -> OpTrials:
    """Return the graph in which ops are tried."""
    return OpTrials()
