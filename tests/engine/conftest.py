"""Fixtures of the engine's tests: engines that need no TensorFlow."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.engine.host import launcher
from app.engine.host.engine import Engine
from tests.support.fake_session import FAKE_SESSION
from tests.support.hanging_import import Hanging


@pytest.fixture(scope="session")
def importable_fakes() -> Iterator[None]:
    """Let worker processes import ``tests.support.fake_session``."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(Path(__file__).parents[2]), prepend=os.pathsep)
        yield


@pytest.fixture
def hanging_import(
    importable_fakes: None, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Hanging:
    """Return a module that worker processes import for ever."""
    hanging = Hanging(tmp_path_factory.mktemp("hanging"))
    monkeypatch.setenv("PYTHONPATH", str(hanging.folder), prepend=os.pathsep)
    return hanging


@pytest.fixture(scope="session", params=["fork", "spawn"])
def _engine_by_way(request: pytest.FixtureRequest, importable_fakes: None) -> Iterator[tuple[str, Engine]]:
    if request.param == "fork" and not launcher.CAN_FORK:
        pytest.skip("this system cannot fork workers")
    with Engine(factory=FAKE_SESSION, preload=()) as engine:
        yield request.param, engine


@pytest.fixture
def fake_engine(_engine_by_way: tuple[str, Engine], monkeypatch: pytest.MonkeyPatch) -> Engine:
    """Return an engine that runs ``fake_session.FakeSession``; workers start in both ways that there are.

    The engine lives on beside other tests, which start workers as the system can: so the way is set for each test.
    """
    way, engine = _engine_by_way
    monkeypatch.setattr(launcher, "CAN_FORK", way == "fork")
    return engine
