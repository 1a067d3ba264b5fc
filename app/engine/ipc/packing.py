"""Values on the wire: their arrays' bytes are taken out, sent as buffers, and put in again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
import numpy as np

from app.engine.values.results import ListValue, NoValue, TensorValue, Value, numpy_dtype

Buffer = np.ndarray[Any, Any]


class PackedTensor(msgspec.Struct, frozen=True, tag="tensor", array_like=True):
    """A tensor whose bytes are the frame's buffer ``part``."""

    dtype: str
    shape: tuple[int, ...]
    part: int


class PackedStrings(msgspec.Struct, frozen=True, tag="strings", array_like=True):
    """A string tensor: int64 lengths in buffer ``part``, all bytes joined in the next one."""

    shape: tuple[int, ...]
    part: int


class PackedNone(msgspec.Struct, frozen=True, tag="none", array_like=True):
    """A pin without a value."""

    dtype: str
    reason: str


class PackedList(msgspec.Struct, frozen=True, tag="list", array_like=True):
    """An output that is a list."""

    items: tuple[PackedTensor | PackedStrings | PackedNone, ...]


Packed = PackedTensor | PackedStrings | PackedNone | PackedList


def pack(results: Mapping[str, Value], buffers: list[Buffer]) -> dict[str, Packed]:
    """Return the results without their arrays, whose bytes are appended to ``buffers``."""
    return {key: _pack(value, buffers) for key, value in results.items()}


def unpack(results: Mapping[str, Packed], buffers: Sequence[Buffer]) -> dict[str, Value]:
    """Put results and the frame's buffers together again; the arrays share the buffers' memory."""
    return {key: _unpack(value, buffers) for key, value in results.items()}


def _pack(value: Value, buffers: list[Buffer]) -> Packed:
    if isinstance(value, ListValue):
        return PackedList(tuple(_pack_one(item, buffers) for item in value.items))
    return _pack_one(value, buffers)


def _pack_one(
    value: TensorValue | NoValue, buffers: list[Buffer]
) -> PackedTensor | PackedStrings | PackedNone:
    if isinstance(value, NoValue):
        return PackedNone(value.dtype, value.reason)
    part = len(buffers)
    if value.dtype == "string":
        items: list[bytes] = value.array.reshape(-1).tolist()
        buffers.append(_flat(np.fromiter(map(len, items), dtype=np.int64, count=len(items))))
        buffers.append(np.frombuffer(b"".join(items), dtype=np.uint8))
        return PackedStrings(value.shape, part)
    buffers.append(_flat(value.array))
    return PackedTensor(value.dtype, value.shape, part)


def _flat(array: Buffer) -> Buffer:
    return np.ascontiguousarray(array).reshape(-1).view(np.uint8)


def _unpack(packed: Packed, buffers: Sequence[Buffer]) -> Value:
    if isinstance(packed, PackedList):
        return ListValue(tuple(_unpack_one(item, buffers) for item in packed.items))
    return _unpack_one(packed, buffers)


def _unpack_one(
    packed: PackedTensor | PackedStrings | PackedNone, buffers: Sequence[Buffer]
) -> TensorValue | NoValue:
    if isinstance(packed, PackedNone):
        return NoValue(packed.dtype, packed.reason)  # type: ignore[arg-type]
    if isinstance(packed, PackedStrings):
        array = np.empty(packed.shape, dtype=object)
        flat = array.reshape(-1)
        for i, text in enumerate(_split(buffers[packed.part], buffers[packed.part + 1])):
            flat[i] = text
        return TensorValue("string", array)
    array = buffers[packed.part].view(numpy_dtype(packed.dtype)).reshape(packed.shape)
    return TensorValue(packed.dtype, array)


def _split(lengths: Buffer, joined: Buffer) -> Iterable[bytes]:
    start = 0
    for length in lengths.view(np.int64).tolist():
        yield joined[start : start + length].tobytes()
        start += length
