"""Writes results to an ``.npz`` file: readable without pickle, atomic, the same bytes for the same values."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import IO, Any

import numpy as np

from app.document.model.sentence import say
from app.document.resources.companion_files import CompanionFault
from app.document.resources.npz_archive import NpzArchive
from app.document.storage.atomic import write_atomic
from app.engine.values.results import ListValue, TensorValue, Value, plain_array, tensor_of

_Array = np.ndarray[Any, Any]
LENGTHS = "#lengths"  # behind a key: the true lengths of strings
_LONGEST_TEXT = 1 << 30  # bytes of all strings of one array together, with the NULs at their ends
_PLAIN = "biufcSU"  # kinds of arrays whose bytes are all that they are
_EPOCH = (1980, 1, 1, 0, 0, 0)  # zip's first date: the file is not to say when it was written


def write_npz(path: str | os.PathLike[str], results: Mapping[str, Value]) -> None:
    """Write the values under their keys (``block.pin``; the elements of a list as ``block.pin[0]``).

    Pins without a value are left out. Types that NumPy does not have are written as the next one that holds
    every value: bfloat16 and float8 as float32, int4 as int8, quantised ones as their integers. Strings are
    an array of Unicode (``U``) where all are UTF-8, else of bytes (``S``). NumPy drops NUL characters at a
    string's end; where there are any, ``KEY#lengths`` holds the true lengths in bytes. Raises OSError; the
    old file is then untouched.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
        for key, array in arrays_of(results):
            entry = zipfile.ZipInfo(f"{key}.npy", _EPOCH)
            with archive.open(entry, "w", force_zip64=True) as member:
                _write_array(member, array)
    write_atomic(path, buffer.getvalue())


def _write_array(member: IO[bytes], array: _Array) -> None:
    """Write an array as ``np.lib.format`` does, whose header is made once for all arrays that are alike."""
    if array.dtype.kind not in _PLAIN:
        np.lib.format.write_array(member, array, allow_pickle=False)  # refuses what is none
        return
    by_columns = array.flags.f_contiguous and not array.flags.c_contiguous
    member.write(_header(array.dtype, array.shape, by_columns))
    flat = np.ascontiguousarray(array.T if by_columns else array).reshape(-1)
    member.write(flat.view(np.uint8).data)


@lru_cache(maxsize=256)
def _header(kind: np.dtype[Any], shape: tuple[int, ...], by_columns: bool) -> bytes:
    header = io.BytesIO()
    fields = {"descr": np.lib.format.dtype_to_descr(kind), "fortran_order": by_columns, "shape": shape}
    np.lib.format.write_array_header_1_0(header, fields)
    return header.getvalue()


def arrays_of(results: Mapping[str, Value]) -> Iterator[tuple[str, _Array]]:
    """Yield key and array of each tensor as `write_npz` writes it."""
    for key, value in results.items():
        items = enumerate(value.items) if isinstance(value, ListValue) else [(None, value)]
        for index, item in items:
            if isinstance(item, TensorValue):
                yield from _tensor(key if index is None else f"{key}[{index}]", item)


def _tensor(key: str, value: TensorValue) -> Iterator[tuple[str, _Array]]:
    if value.dtype != "string":
        yield key, np.asanyarray(plain_array(value))
        return
    texts: list[bytes] = value.array.reshape(-1).tolist()
    padded = any(text.endswith(b"\0") for text in texts)
    yield key, _string_array(texts, padded).reshape(value.shape)
    if padded:
        yield f"{key}{LENGTHS}", np.array([len(text) for text in texts], dtype=np.int64).reshape(value.shape)


def _string_array(texts: list[bytes], padded: bool) -> _Array:
    if not padded:
        try:
            return np.array([text.decode() for text in texts], dtype=np.str_)
        except UnicodeDecodeError:
            return np.array(texts, dtype=np.bytes_)
    return np.array(texts, dtype=np.bytes_)


def stored_array(archive: NpzArchive, file: str, key: str) -> TensorValue:
    """Return an array of an open file, called so in messages, as it was written; raises CompanionFault."""
    array, ends = archive.array(key), key + LENGTHS
    lengths = archive.array(ends) if array.dtype.kind in "SU" and ends in archive.keys else None
    return tensor_of(whole_texts(array, lengths, file, key))


def whole_texts(array: _Array, lengths: _Array | None, file: str, key: str) -> _Array:
    """Return strings as bytes with the NULs that NumPy drops at their ends; other arrays as they are.

    ``lengths`` is what `write_npz` has written of them. Raises CompanionFault where that does not fit.
    """
    if array.dtype.kind not in "SU" or lengths is None:
        return array
    flat = [t.encode() if isinstance(t, str) else t for t in array.reshape(-1).tolist()]
    fits = lengths.shape == array.shape and lengths.dtype.kind in "iu"
    if not fits or (flat and not 0 <= int(lengths.min()) <= int(lengths.max()) <= _LONGEST_TEXT // len(flat)):
        raise CompanionFault(say("snapshot.lengths", file=file, key=key))
    texts = np.empty(array.shape, dtype=object)
    texts.reshape(-1)[:] = [t.ljust(int(n), b"\0") for t, n in zip(flat, lengths.reshape(-1), strict=True)]
    return texts
