"""What a session knows of the run before the first step, and the collector once the page is built."""

from __future__ import annotations

import gc
from typing import Any

import msgspec
import pytest

from app.document.resources.grants import NOTHING_MORE, Ground
from app.engine.compiler.collector import collect_as_usual
from app.engine.ipc.requests import RunPageRequest
from app.engine.worker.run_page import built
from tests.support.fake_session import FAKE_SESSION, FakePlan, FakeSession


def built_for(**options: Any) -> FakeSession:
    """Build a page as for a run with these options, and let the collector be as usual again."""
    plan = msgspec.msgpack.encode(FakePlan())
    request = RunPageRequest(
        plan=plan, session=FAKE_SESSION, folder="/", ground=Ground.of("/"), grants=NOTHING_MORE, **options
    )
    nobody: Any = None
    try:
        session = built(request, nobody)
        assert isinstance(session, FakeSession)
        return session
    finally:
        collect_as_usual()


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"steps": 1}, True),
        ({"steps": 2}, False),
        ({"steps": None}, False),
        ({"steps": 1, "until": "count.output > 3"}, False),
        ({"steps": 1, "guard": True}, False),
    ],
)
def test_only_a_run_of_one_plain_step_fetches_all_in_its_first(
    options: dict[str, Any], expected: bool
) -> None:
    assert built_for(**options).fetches_all_first is expected


def test_collector_goes_on_once_the_page_is_built() -> None:
    built_for(steps=1)
    assert gc.isenabled()
