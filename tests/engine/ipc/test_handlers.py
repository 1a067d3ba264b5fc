"""What the worker loads by name is there, takes a body and a client, and reads its own kind of request."""

from __future__ import annotations

import importlib
import inspect
from typing import Any

import msgspec
import pytest

from app.engine.ipc import handlers
from app.engine.ipc.handlers import Handler
from app.engine.ipc.requests import LoadRequest, SaveRequest
from app.engine.worker.main import load

HANDLERS = {name: found for name, found in vars(handlers).items() if isinstance(found, Handler)}


@pytest.mark.parametrize("name", HANDLERS)
def test_a_handler_takes_a_body_and_a_client(name: str) -> None:
    assert list(inspect.signature(load(HANDLERS[name].function)).parameters) == ["body", "client"]


def test_the_page_session_and_what_is_preloaded_are_there() -> None:
    assert inspect.isclass(load(handlers.PAGE_SESSION))
    assert all(inspect.ismodule(importlib.import_module(name)) for name in handlers.PRELOADED)


def test_a_request_of_another_kind_is_refused() -> None:
    body = msgspec.msgpack.encode(SaveRequest("here", {}, ()))
    assert handlers.SAVE_CHECKPOINT.read_request(body) == SaveRequest("here", {}, ())
    wrong: Handler[Any, Any] = Handler("", SaveRequest, LoadRequest)
    with pytest.raises(msgspec.ValidationError):
        wrong.read_request(msgspec.msgpack.encode(LoadRequest("here")))
