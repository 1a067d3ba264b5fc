"""The engine, its sessions and what stands in for them in tests have one interface; mypy reads this file."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from app.engine.host.engine import Engine
from app.engine.host.interface import EngineInterface
from app.engine.worker.session import SessionClass
from tests.support.fake_engine import FakeEngine
from tests.support.fake_session import FakeSession
from tests.support.held_engine import HeldEngine

ENGINES: list[Callable[[], EngineInterface]] = [Engine, FakeEngine, HeldEngine]
SESSIONS: list[SessionClass] = [FakeSession]

if TYPE_CHECKING:  # it brings TensorFlow
    from app.engine.tf.page_session import PageSession

    SESSIONS.append(PageSession)


@pytest.mark.parametrize("make", ENGINES)
def test_an_engine_has_all_of_the_interface(make: Callable[[], EngineInterface]) -> None:
    names = {name for name in vars(EngineInterface) if not name.startswith("_")}
    assert names <= set(dir(make))
