"""The arrays that came with the request under way: the worker opens none of the project's files for them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from app.document.model.diagram import ArrayRef
from app.document.model.sentence import say
from app.document.resources.companion_files import CompanionFault
from app.engine.ipc.arrays import SentArray
from app.engine.ipc.packing import Buffer, unpack
from app.engine.values.results import TensorValue

_held: dict[tuple[str, str], SentArray] = {}
_buffers: Sequence[Buffer] = ()


def hold_arrays(arrays: Sequence[SentArray], buffers: Sequence[Buffer]) -> None:
    """Hold the arrays of a request, in place of those of the last one."""
    global _buffers
    _held.clear()
    _held.update({(array.path, array.key): array for array in arrays})
    _buffers = buffers


def array_at(ref: ArrayRef) -> np.ndarray[Any, Any]:
    """Return an array; raises CompanionFault where it could not be read."""
    sent = _held.get((ref.npz, ref.key))
    if sent is None:
        raise CompanionFault(say("array.not-sent", file=ref.npz, key=ref.key))
    if sent.value is None or sent.fault is not None:
        raise CompanionFault(sent.fault or say("array.not-sent", file=ref.npz, key=ref.key))
    value = unpack({ref.key: sent.value}, _buffers)[ref.key]
    assert isinstance(value, TensorValue)
    return value.array
