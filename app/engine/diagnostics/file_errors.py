"""Explains failures of files: pictures that cannot be decoded, files and tensors that are not there."""

from __future__ import annotations

import itertools
import os
import re
import struct
from collections.abc import Iterator
from pathlib import Path

from app.document.model.sentence import Sentence, say
from app.document.resources.near_files import near_files
from app.engine.diagnostics.failed_op import Explanation, Failure, Given
from blocks.catalog import load
from blocks.op_facts.encodings import BMP_METHODS, CHANNELS, DECODES, format_of
from blocks.op_facts.side_effects import EFFECTS
from blocks.requirement import Actual, Requirement

_NAMED = 6  # tensors of a checkpoint that a message lists
_OS_2 = b"\x0c\0\0\0"  # the length of the head of a BMP of the first kind
_WAV_KINDS = {
    1: say("wav.pcm"),
    3: say("wav.float"),
    6: say("wav.a-law"),
    7: say("wav.mu-law"),
    0xFFFE: say("wav.extensible"),
}
_SHOWN = 24  # bytes of a file that a sentence shows
_LONGEST_NAME = 255  # bytes
_FILE_NAME = re.compile(rb"[^\x00-\x1f<>\"|?*]*[^\x00-\x1f<>\"|?*/\\ ]\.[A-Za-z][A-Za-z0-9]{1,8}")


def undecodable(failure: Failure, found: re.Match[str]) -> Explanation | None:
    """Bytes that are not the picture, or the sound, that the op decodes."""
    contents = failure.arg("contents")
    decodes = DECODES.get(failure.node.op)
    if contents is None or decodes is None:
        return None
    needed = say("format.picture") if decodes == "picture" else decodes
    file = next((name for i, name in failure.files.items() if failure.given[i] is contents), None)
    whose = say("file.named", file=file) if file else contents.name
    data = contents.value.item() if contents.value is not None and contents.value.ndim == 0 else None
    if not isinstance(data, bytes):
        return Explanation(contents, say("format.is-none", whose=whose, format=needed), needed_format(needed))
    is_format = format_of(data)
    hint = None
    begins = beginning(data)
    if not data:
        sentence, actual = say("format.empty", whose=whose), say("actual.nothing")
    elif is_format == "BMP" and (kind := bmp_kind(data)) is not None and decodes in ("BMP", "picture"):
        bits, method = kind
        sentence = say("format.bmp-kind", whose=whose, bits=bits)
        if data[14:18] == _OS_2:
            sentence = say("format.bmp-old", whose=whose)
            return Explanation(contents, sentence, say("needs.bmp-kind"), hint=say("hint.bmp-kind"))
        if method:
            sentence = say("format.bmp-packed", whose=whose, bits=bits, method=method)
        actual = say("actual.bmp-kind", bits=bits)
        return Explanation(contents, sentence, say("needs.bmp-kind"), actual, hint=say("hint.bmp-kind"))
    elif is_format == decodes == "WAV" and (sound := wav_kind(data)) is not None:
        sentence, actual = say("format.wav-kind", whose=whose, kind=sound), say("actual.wav-kind", kind=sound)
        return Explanation(contents, sentence, say("needs.wav-kind"), actual, hint=say("hint.wav-kind"))
    elif is_format == decodes == "WAV" and (odd := odd_part(data)):
        sentence, actual = say("format.wav-odd", whose=whose, size=odd), say("actual.wav-odd", size=odd)
        return Explanation(contents, sentence, say("needs.wav-even"), actual, hint=say("hint.wav-plain"))
    elif is_format == decodes:
        sentence = say("format.damaged", whose=whose, format=needed, size=len(data))
        actual = say("actual.damaged", format=needed, size=len(data))
    elif is_format is not None:
        sentence = say("format.other", whose=whose, other=is_format, format=needed)
        actual = say("actual.of-format", format=is_format)
    else:
        sentence = say("format.unknown", whose=whose, begins=begins, format=needed)
        actual = say("actual.bytes", size=len(data), begins=begins)
    if is_format in ("PNG", "JPEG", "GIF", "BMP") and is_format != decodes:
        hint = say("hint.use-block", block=f"Decode{is_format.capitalize()}")
    elif file is None and is_file_name(data):
        hint = say("hint.read-file")
    return Explanation(contents, sentence, needed_format(needed), actual, hint=hint)


def is_file_name(data: bytes) -> bool:
    """Return whether bytes that are to be what is in a file look like the name of one."""
    return len(data) <= _LONGEST_NAME and _FILE_NAME.fullmatch(data) is not None


def window_outside(failure: Failure, found: re.Match[str]) -> Explanation | None:
    """A window to cut out of a JPEG that reaches beyond it; ratio makes the picture smaller before it is cut."""
    contents, window = failure.arg("contents"), failure.arg("crop_window")
    if contents is None or window is None:
        return None
    if contents.value is None:  # bytes of another format have another message
        needs, actual = say("needs.window-inside"), window.actual
        sentence = say("input.requires", input=window.name, needs=needs)
        if actual is not None:
            sentence = say("input.requires-gets", input=window.name, needs=needs, actual=actual)
        return Explanation(window, sentence, needs, actual, (contents,), hint=say("hint.jpeg-size"))
    size = jpeg_size(bytes(contents.value.item()))
    if size is None or window.value is None or window.value.shape != (4,):
        return None
    ratio = int(failure.node.attrs.get("ratio") or 1)
    rows, columns = (-(-n // ratio) for n in size)
    top, left, height, width = map(int, window.value)
    if min(top, left) >= 0 and min(height, width) > 0 and top + height <= rows and left + width <= columns:
        return None
    needs = say("needs.window", height=rows, width=columns)
    if ratio > 1:
        needs = say("needs.window-of-ratio", height=rows, width=columns, ratio=ratio)
    sentence = say("input.requires-gets", input=window.name, needs=needs, actual=window.actual)
    return Explanation(window, sentence, needs, window.actual, (contents,))


def jpeg_size(data: bytes) -> tuple[int, int] | None:
    """Return the height and width that a JPEG's header says; None where it has none."""
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        if data[at + 1] == 0xFF:  # any number of these may stand before a marker
            at += 1
            continue
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack_from(">HH", data, at + 5)
            return height, width
        at += 2 + length
    return None


def refused_channels(failure: Failure, found: re.Match[str]) -> Explanation | None:
    """A number of channels that this file's format has not, though others of the op's formats do."""
    contents = failure.arg("contents")
    if contents is None:
        return None
    data = contents.value.item() if contents.value is not None and contents.value.ndim == 0 else b""
    is_format = format_of(bytes(data))
    takes: tuple[str, ...] = CHANNELS.get(is_format or "", ("0", "1", "3", "4"))
    if is_format == "BMP" and (bmp_header(bytes(data)) or (0, 0))[0] == 8:
        takes = ("0", "1")
    needs = Requirement(names=takes)
    count = int(found[1] or found[2])
    file = next((name for i, name in failure.files.items() if failure.given[i] is contents), None)
    whose = say("file.named", file=file) if file else contents.name
    sentence = say("format.channels", whose=whose, count=count, needs=needs)
    return Explanation(None, sentence, needs, Actual(value=str(count)), pin="attrs")


def bmp_header(data: bytes) -> tuple[int, int] | None:
    """Return the bits a pixel and the method of compression of a BMP; None where it is cut before them."""
    return struct.unpack_from("<HI", data, 28) if len(data) >= 34 else None


def bmp_kind(data: bytes) -> tuple[int, str] | None:
    """Return the bits a pixel and the compression of a BMP of a kind that TensorFlow does not read; None for others."""
    header = bmp_header(data)
    if data[14:18] == _OS_2 and len(data) >= 26:
        return int.from_bytes(data[24:26], "little"), "OS/2"
    if header is None:
        return None
    bits, compression = header
    method = BMP_METHODS.get(compression, "")
    return (bits, method) if method or bits not in (8, 24, 32) else None


def wav_kind(data: bytes) -> Sentence | None:
    """Return of which kind the sound of a WAV is that TensorFlow does not read; None for any other."""
    at = next((at for name, at, _ in _wav_parts(data) if name == b"fmt "), len(data))
    if at + 16 > len(data):
        return None
    code, bits = struct.unpack_from("<H12xH", data, at)
    if (code, bits) == (1, 16):
        return None
    return say("wav.bits", bits=bits, kind=_WAV_KINDS.get(code) or say("wav.other", code=code))


def odd_part(data: bytes) -> int:
    """Return the length of the first part of a WAV before its sound that is odd; 0 where none is."""
    parts = itertools.takewhile(lambda part: part[0] != b"data", _wav_parts(data))
    return next((size for _, at, size in parts if size % 2 and at + size <= len(data)), 0)


def _wav_parts(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Yield the parts of a WAV: the name of each, where its content begins, and its length."""
    at = 12
    while at + 8 <= len(data):
        name, size = struct.unpack_from("<4sI", data, at)
        yield name, at + 8, size
        at += 8 + size + size % 2


def needed_format(name: Sentence | str) -> Sentence:
    """Return the requirement of a file's format."""
    return say("needs.format", format=name)


def beginning(data: bytes) -> Sentence | str:
    """Return the first bytes as a sentence shows them: the first line where it is text, else in hexadecimal."""
    line = data[:_SHOWN].partition(b"\n")[0].rstrip(b"\r")
    more = "..." if len(data.rstrip(b"\r\n")) > len(line) else ""
    text = line.decode("ascii", "ignore")
    if line and len(text) == len(line) and text.isprintable():
        return f'"{text}{more}"'
    return say("format.bytes", bytes=data[:8].hex(" ") + ("..." if len(data) > 8 else ""))


def file_pin(op: str) -> str | None:
    """Return the pin at which blocks of an op name the file that they read; None where they read none by its path."""
    symbol = load().get(op)
    place = next((p for p in EFFECTS[op].places if p.kind == "path"), None) if op in EFFECTS else None
    if symbol is None or place is None:
        return None
    pin = place.pin_of(symbol)
    return pin.name if pin is not None else "attrs"


def missing_file(failure: Failure, found: re.Match[str]) -> Explanation | None:
    """A file that is not there."""
    chief = failure.arg("filename", "file_pattern", "prefix", "filenames", "queue_handle")
    name = found[1].strip("'\" ")
    if failure.node.op in ("Restore", "RestoreSlice") and os.path.isfile(f"{name}.index"):
        sentence, needs = say("checkpoint.newer", file=name), say("needs.old-checkpoint")
        return Explanation(
            chief, sentence, needs, Actual(name=name), hint=say("hint.use-block", block="RestoreV2")
        )
    if chief is not None and name.endswith(".lockfile"):
        return _no_folder(chief)
    sentence = say("file.none", file=name)
    if chief is not None and chief.argument.name == "queue_handle":
        sentence = say("file.none-of-queue", file=name)
    elif chief is not None and chief.source:
        sentence = say("file.none-from", file=name, source=chief.source)
    actual = Actual(name=name, origins=chief.origins if chief is not None else ())
    near = near_files(name, Path())
    hint = say("hint.did-you-mean", names=near) if near else say("hint.relative-path")
    return Explanation(chief, sentence, say("needs.file-name"), actual, hint=hint)


def _no_folder(chief: Given) -> Explanation:
    """A file that is to be written in a folder that is not there: TensorFlow names the one that locks it."""
    file = _text_of(chief) or str(chief.argument)
    sentence = say("file.no-folder-of", folder=os.path.dirname(file), file=file)
    actual = Actual(name=file, origins=chief.origins)
    return Explanation(chief, sentence, say("needs.name-in-folder"), actual, hint=say("hint.relative-path"))


def absent_tensor(failure: Failure, found: re.Match[str]) -> Explanation | None:
    """A tensor that a checkpoint does not hold."""
    chief = failure.arg("tensor_names", "tensor_name")
    file = failure.arg("prefix", "file_pattern")
    name = found[1] or found[2]
    path = _text_of(file)
    where = path or say("file.the-file")
    stored = failure.stored(path) if path else []
    sentence = say("checkpoint.lacks", file=where, name=name)
    if stored:
        more = say("checkpoint.and-more") if len(stored) > _NAMED else None
        sentence = say("checkpoint.holds", file=where, name=name, names=tuple(stored[:_NAMED]), more=more)
    others = (file,) if file is not None else ()
    return Explanation(chief, sentence, say("needs.tensor-name", file=where), Actual(name=name), others)


def _text_of(given: Given | None) -> str:
    """Return the one text that an input holds; "" where it is not known."""
    if given is None or given.value is None or given.value.size != 1:
        return ""
    value = given.value.reshape(-1).tolist()[0]
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
