"""Fixtures of the engine's tests: one warm TensorFlow for all, and engines without TensorFlow that start at once."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.engine.process import Engine


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    """Return an engine with TensorFlow imported, shared by all tests."""
    with Engine() as engine:
        yield engine


@pytest.fixture(scope="session")
def _fake_sessions_importable() -> Iterator[None]:
    """Let worker processes import ``fake_session`` from this folder."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(Path(__file__).parent), prepend=os.pathsep)
        yield


@pytest.fixture(scope="session")
def fake_engine(_fake_sessions_importable: None) -> Iterator[Engine]:
    """Return an engine that runs ``fake_session.FakeSession`` without TensorFlow, shared by all tests."""
    with Engine(factory="fake_session:FakeSession", preload=()) as engine:
        yield engine
