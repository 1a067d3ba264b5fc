"""Arrays beside a project on their way to the worker, which opens no file of them."""

from __future__ import annotations

import msgspec

from app.document.model.sentence import Sentence
from app.engine.ipc.packing import Packed


class SentArray(msgspec.Struct, frozen=True):
    """An array by its file's whole path and its key, its bytes in the frame's buffers; or why there is none."""

    path: str
    key: str
    value: Packed | None = None
    fault: Sentence | None = None
