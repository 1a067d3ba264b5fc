"""What a worker loads by name: the handlers of requests, each with the types of its request and its reply.

The only place where code inside the worker is named by text, as ``module:name``: importing it would bring TensorFlow.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

import msgspec

from app.engine.inference.result import Inference
from app.engine.ipc.requests import (
    CheckpointReply,
    ExportReply,
    ExportRequest,
    InferRequest,
    LoadRequest,
    ModelReply,
    ReadModelRequest,
    RunManyReply,
    RunManyRequest,
    RunPageReply,
    RunPageRequest,
    SaveRequest,
    ServeReply,
    ServeRequest,
    TrialReply,
    TrialRequest,
)

_Request = TypeVar("_Request", bound=msgspec.Struct)
_Reply = TypeVar("_Reply", bound=msgspec.Struct)


@dataclass(frozen=True)
class Handler(Generic[_Request, _Reply]):
    """A function ``(body, client)`` of the worker: it decodes a request from ``body`` and replies by ``client``."""

    function: str  # module:name
    request: type[_Request]
    reply: type[_Reply]

    def read_request(self, body: bytes) -> _Request:
        """Return the request that ``body`` encodes; raises msgspec's errors."""
        return msgspec.msgpack.decode(body, type=self.request)

    def read_reply(self, body: bytes) -> _Reply:
        """Return the reply that ``body`` encodes; raises msgspec's errors."""
        return msgspec.msgpack.decode(body, type=self.reply)


RUN_PAGE = Handler("app.engine.worker.run_page:run_page", RunPageRequest, RunPageReply)
RUN_MANY = Handler("app.engine.worker.run_many:run_many", RunManyRequest, RunManyReply)
INFER = Handler("app.engine.tf.infer:run_inference", InferRequest, Inference)
TRY_FIXES = Handler("app.engine.tf.fix_trials:run_trials", TrialRequest, TrialReply)
SAVE_CHECKPOINT = Handler("app.engine.tf.checkpoint:save", SaveRequest, CheckpointReply)
LOAD_CHECKPOINT = Handler("app.engine.tf.checkpoint:load", LoadRequest, CheckpointReply)
READ_MODEL = Handler("app.engine.tf.models.read:read", ReadModelRequest, ModelReply)
EXPORT_MODEL = Handler("app.engine.tf.models.export:export", ExportRequest, ExportReply)
SERVE = Handler("app.engine.tf.task_server:serve", ServeRequest, ServeReply)

RUNNING = frozenset(
    {RUN_PAGE.function, RUN_MANY.function, SERVE.function}
)  # those that run a project's pages

PAGE_SESSION = "app.engine.tf.page_session:PageSession"  # the class whose objects run pages
PRELOADED = ("app.engine.tf.preload",)  # modules that a worker imports before its first request
