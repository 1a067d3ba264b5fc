"""What holds for all tests: generated examples take their time, Ctrl-C reaches what a test starts, one TensorFlow."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from app.engine.host.engine import Engine

settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


@pytest.fixture
def ctrl_c() -> Iterator[None]:
    """Let the processes that a test starts take Ctrl-C, also where the tests are a job in the background.

    The shell starts such a job with the signal ignored, and what the job starts inherits that.
    """
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def hang_up() -> Iterator[None]:
    """Let the processes that a test starts take the end of their terminal, also where the tests run under ``nohup``."""
    if not hasattr(signal, "SIGHUP"):  # Windows
        yield
        return
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    """Return an engine with TensorFlow imported, shared by all tests."""
    with Engine() as engine:
        yield engine
