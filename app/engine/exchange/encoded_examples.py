"""Examples of what lies encoded in a text: a picture, a sound, a record of features, as the op decodes it."""

from __future__ import annotations

import math
import struct
import zlib
from base64 import b64decode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from app.engine.exchange.calls import FlatGraph, FlatNode
from app.engine.exchange.graph import Func, Function, Tensor

_SIDE = 32  # pixels of the picture
_GREY = 128
_JPEG = (
    "/9j/4AAQSkZJRgABAQEBLAEsAAD/2wBDAKBueIx4ZKCMgoy0qqC+8P//8Nzc8P////////////////////////////////////////////////"
    "//////////2wBDAaq0tPDS8P//////////////////////////////////////////////////////////////////////////////wAARCAAg"
    "ACADASIAAhEBAxEB/8QAFAABAAAAAAAAAAAAAAAAAAAAAP/EABQQAQAAAAAAAAAAAAAAAAAAAAD/xAAUAQEAAAAAAAAAAAAAAAAAAAAA/8QAFB"
    "EBAAAAAAAAAAAAAAAAAAAAAP/aAAwDAQACEQMRAD8AAAAAAAAA/9k="
)  # a grey picture of that size
_JPEGS = frozenset({"DecodeJpeg", "DecodeAndCropJpeg", "ExtractJpegShape"})
_PICTURES = frozenset({"DecodePng", "DecodeImage", "DecodeGif", "DecodeBmp"})
_PARSERS = frozenset({"ParseExample", "ParseExampleV2", "ParseSingleExample"})
_RATE = 16_000  # samples in a second
_MOST_SAMPLES = 1 << 20
_MOST_VALUES = 1 << 16  # of a feature
_LISTS = {"DT_STRING": 1, "DT_FLOAT": 2, "DT_INT64": 3}  # the number of a feature's field by dtype


class _Decoder(NamedTuple):
    """What decodes a text, and the constants of its graph or function."""

    op: str
    attrs: Mapping[str, Any]
    inputs: Sequence[Tensor | None]


def encoded_example(
    flat: FlatGraph, functions: Mapping[str, Function], takers: Iterable[FlatNode]
) -> bytes | None:
    """Return an example for a text of which the nodes are downstream, None where none of them decodes it."""
    for decoder in _decoders(flat, functions, takers):
        if decoder.op in _JPEGS:
            return b64decode(_JPEG)
        if decoder.op in _PICTURES:
            return _png()
        if decoder.op == "DecodeWav":
            return _wav(decoder.attrs)
        if decoder.op in _PARSERS:
            return _record(decoder)
    return None


def _decoders(
    flat: FlatGraph, functions: Mapping[str, Function], takers: Iterable[FlatNode]
) -> Iterator[_Decoder]:
    """Give nodes that may decode, then those of the functions that the nodes call."""
    called: dict[str, None] = {}
    for node in takers:
        constants = [_constant(flat.nodes[ref.node].attrs) for ref in node.inputs]
        yield _Decoder(node.op, node.attrs, constants)
        called.update(dict.fromkeys(_called(node.attrs)))
    todo = list(called)
    for name in todo:
        function = functions.get(name)
        for inner in function.nodes.values() if function is not None else ():
            yield _Decoder(inner.op, inner.attrs, ())
            new = [one for one in _called(inner.attrs) if one not in called]
            called.update(dict.fromkeys(new))
            todo += new


def _called(attrs: Mapping[str, Any]) -> list[str]:
    values = [one for value in attrs.values() for one in (value if isinstance(value, list) else [value])]
    return [value.name for value in values if isinstance(value, Func)]


def _constant(attrs: Mapping[str, Any]) -> Tensor | None:
    value = attrs.get("value")
    return value if isinstance(value, Tensor) else None


def _png() -> bytes:
    rows = (b"\0" + bytes([_GREY] * 3 * _SIDE)) * _SIDE

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", _SIDE, _SIDE, 8, 2, 0, 0, 0)
    parts = (chunk(b"IHDR", head), chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def _wav(attrs: Mapping[str, Any]) -> bytes:
    samples = int(attrs.get("desired_samples", -1))
    count = samples if 0 < samples <= _MOST_SAMPLES else _RATE
    channels = max(1, min(int(attrs.get("desired_channels", -1)), 8))
    data = bytes(2 * channels * count)
    form = struct.pack("<HHIIHH", 1, channels, _RATE, 2 * channels * _RATE, 2 * channels, 16)
    body = b"WAVEfmt " + struct.pack("<I", len(form)) + form + b"data" + struct.pack("<I", len(data)) + data
    return b"RIFF" + struct.pack("<I", len(body)) + body


# --- records: the message tf.train.Example


def _record(decoder: _Decoder) -> bytes | None:
    """Return a record with each dense feature, of zeros; None where the file does not say which there are."""
    keys, dtypes = _dense_keys(decoder), decoder.attrs.get("Tdense", [])
    shapes = decoder.attrs.get("dense_shapes", [])
    if not len(keys) == len(dtypes) == len(shapes):
        return None
    entries = b""
    for key, dtype, shape in zip(keys, dtypes, shapes, strict=True):
        count = math.prod(abs(size) for size in shape or ())
        if dtype not in _LISTS or count > _MOST_VALUES:
            return None
        entries += _field(1, _field(1, key) + _field(2, _feature(dtype, count)))
    return _field(1, entries)


def _dense_keys(decoder: _Decoder) -> list[bytes]:
    if decoder.op == "ParseSingleExample":
        return list(decoder.attrs.get("dense_keys", []))
    if decoder.op == "ParseExampleV2":
        said = decoder.inputs[3] if len(decoder.inputs) > 3 else None
        return [bytes(key) for key in said.array.reshape(-1)] if said is not None else []
    first = 2 + int(decoder.attrs.get("Nsparse", 0))
    given = decoder.inputs[first : first + int(decoder.attrs.get("Ndense", 0))]
    return [bytes(key.array.reshape(-1)[0]) for key in given if key is not None and key.array.size]


def _feature(dtype: str, count: int) -> bytes:
    if dtype == "DT_STRING":
        return _field(1, _field(1, b"") * count)
    return _field(_LISTS[dtype], _field(1, bytes(4 * count if dtype == "DT_FLOAT" else count)))


def _field(number: int, data: bytes) -> bytes:
    """Return a field of a message that holds bytes."""
    size, length = len(data), b""
    while size > 127:
        length += bytes([size & 127 | 128])
        size >>= 7
    return bytes([number << 3 | 2]) + length + bytes([size]) + data
