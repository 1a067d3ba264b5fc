"""Explains failures of files of records: damaged, cut short, compressed in another way than their reader expects."""

from __future__ import annotations

import os
import re
import struct
from collections.abc import Callable

from app.document.model.problems import Problem, error
from app.document.model.sentence import say
from app.engine.diagnostics.failed_op import Explanation, Failure
from app.engine.diagnostics.file_errors import beginning
from app.engine.diagnostics.file_reader import FileReader
from blocks.requirement import Actual, Requirement

_FRAME = 16  # bytes of a record beside its data: its length, and two checksums
_BEGIN = 24
_METHODS = ("GZIP", "ZLIB")
_NEGATIVE = 1 << 63


def bad_record(failure: Failure, found: re.Match[str]) -> Explanation | None:
    """A record that does not read: the file is compressed, or holds no records, or the record is damaged or cut."""
    reader = _of_given_names(failure)
    if reader is None:
        return None
    if found["at"] == "0":
        packed = _first(
            reader, lambda file: bool(compression_of(file)) and compression_of(file) != reader.compression
        )
        if packed is not None:
            return _other_compression(failure, reader, packed)
        if reader.compression and reader.compression not in _METHODS:
            return _unknown_compression(failure, reader)
    place = int(found["at"])
    is_cut = found["what"] == "truncated"
    file = _first(reader, lambda file: _is_cut(file, place) if is_cut else _size(file) > place)
    if file is None:
        return None
    chief = failure.arg("queue_handle", "iterator", "filenames")
    if is_cut:
        return Explanation(
            chief,
            say("run.record-cut", file=file, position=place, size=_size(file)),
            say("needs.whole-records"),
            Actual(name=file),
        )
    if place == 0:
        begins = beginning(_begin(file))
        actual = say("actual.file-beginning", file=file, begins=begins)
        return Explanation(
            chief, say("run.no-records", file=file, begins=begins), say("needs.records"), actual
        )
    return Explanation(
        chief,
        say("run.record-damaged", file=file, position=place),
        say("needs.whole-records"),
        Actual(name=file),
    )


def not_compressed(failure: Failure, found: re.Match[str]) -> Explanation | None:
    """A file that is not compressed, or in another way, where the reader is to unpack it."""
    reader = _of_given_names(failure)
    other = (
        _first(reader, lambda file: compression_of(file) != reader.compression)
        if reader is not None
        else None
    )
    return _other_compression(failure, reader, other) if reader is not None and other is not None else None


def misread(reader: FileReader | None) -> Problem | None:
    """Return why a reader finds nothing in its files: they are compressed in another way; None where they are not.

    Records of fixed length are not looked at by TensorFlow, so that a file that does not unpack seems to be empty.
    """
    if reader is None or not reader.key:
        return None
    other = _first(reader, lambda file: compression_of(file) != reader.compression)
    if other is None or not (reader.compression or compression_of(other)):
        return None
    why = _compressed_otherwise(reader, other)
    pin = reader.key if reader.has_pin else "attrs"
    return error(
        "no-data",
        why.sentence,
        reader.block,
        pin,
        requirement=why.requirement,
        actual=why.actual,
        hint=why.hint,
    )


def odd_length(failure: Failure, found: re.Match[str]) -> Explanation | None:
    """A file whose length is no multiple of its records' size, or too short for its header and footer.

    One that is compressed is of any length.
    """
    reader = failure.reader
    if (
        reader is not None
        and reader.key
        and not reader.compression
        and compression_of(found["file"]) == "GZIP"
    ):
        return _other_compression(failure, reader, found["file"])
    around, size, record = (
        int(found["header"]) + int(found["footer"]),
        int(found["size"]),
        int(found["record"]),
    )
    if size >= _NEGATIVE:  # TensorFlow counts without a sign
        whole = size - (1 << 64) + around
        chief = failure.arg("header_bytes" if int(found["header"]) else "footer_bytes", "iterator")
        sentence = say("run.short-file", file=found["file"], size=whole, around=around)
        return Explanation(chief, sentence, say("needs.bytes-of-file", size=whole), chief and chief.actual)
    sentence = say("run.odd-length", file=found["file"], size=size, record=record)
    if around:
        sentence = say("run.odd-body", file=found["file"], size=size, record=record, around=around)
    needs = say("needs.record-of", size=size)
    return Explanation(failure.arg("record_bytes", "iterator"), sentence, needs, Actual(value=str(record)))


def compression_of(file: str) -> str:
    """Return how a file is compressed, by its first bytes: GZIP, ZLIB, or "" for neither."""
    return compression_of_bytes(_begin(file))


def compression_of_bytes(begin: bytes) -> str:
    """Return how bytes are compressed by the first of them: GZIP, ZLIB, or "" for neither."""
    if begin.startswith(b"\x1f\x8b"):
        return "GZIP"
    is_zlib = len(begin) > 1 and begin[0] == 0x78 and int.from_bytes(begin[:2], "big") % 31 == 0
    return "ZLIB" if is_zlib else ""


def _other_compression(failure: Failure, reader: FileReader, file: str) -> Explanation:
    chief = failure.arg("reader_handle", "iterator", reader.key)
    return _compressed_otherwise(reader, file)._replace(chief=chief)


def _compressed_otherwise(reader: FileReader, file: str) -> Explanation:
    """Explain a file that is compressed in another way than its reader expects."""
    there = compression_of(file)
    if there:
        sentence = say("run.compressed", file=file, compression=there, reader=reader.name)
        hint = say("hint.compression", key=f"{reader.key}_", compression=there, reader=reader.name)
        if reader.has_pin:
            hint = say("hint.compression-pin", pin=reader.key, compression=there)
    else:
        sentence = say("run.not-compressed", file=file, reader=reader.name, compression=reader.compression)
        hint = say("hint.no-compression", key=f"{reader.key}_", reader=reader.name)
        if reader.has_pin:
            hint = say("hint.no-compression-pin", pin=reader.key)
    needs = Requirement(names=(there or '""',))
    return Explanation(None, sentence, needs, Actual(name=reader.compression or '""'), hint=hint)


def _unknown_compression(failure: Failure, reader: FileReader) -> Explanation:
    """Explain the name of no method, which TensorFlow takes for none."""
    needs, actual = Requirement(names=('""', *_METHODS)), Actual(name=reader.compression)
    sentence = say("input.requires-gets", input=reader.key, needs=needs, actual=actual)
    return Explanation(failure.arg(reader.key, "reader_handle"), sentence, needs, actual)


def _of_given_names(failure: Failure) -> FileReader | None:
    """Return the reader with the names that it was given, where these are held; else with those that it may have."""
    given = failure.arg("filenames")
    if failure.reader is None or given is None or given.value is None:
        return failure.reader
    names = [name.decode("utf-8", "surrogateescape") for name in given.value.reshape(-1).tolist()]
    return failure.reader._replace(files=tuple(names))


def _first(reader: FileReader, holds: Callable[[str], bool]) -> str | None:
    return next((file for file in reader.files if _size(file) and holds(file)), None)


def _size(file: str) -> int:
    """Return a file's length; 0 for what is no file."""
    try:
        return os.path.getsize(file) if os.path.isfile(file) else 0
    except (OSError, ValueError):
        return 0


def _begin(file: str, position: int = 0) -> bytes:
    try:
        with open(file, "rb") as opened:
            opened.seek(position)
            return opened.read(_BEGIN)
    except OSError:
        return b""


def _is_cut(file: str, place: int) -> bool:
    """Return whether the record that begins at a place ends behind the end of the file."""
    begin = _begin(file, place)
    return len(begin) >= 8 and place + struct.unpack_from("<Q", begin)[0] + _FRAME > _size(file)
