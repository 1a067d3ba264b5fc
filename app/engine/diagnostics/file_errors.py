"""Words for failures of files: pictures that cannot be decoded, files and tensors that are not there."""

from __future__ import annotations

import re

from app.engine.diagnostics.failed_op import Failure, Told, values_text

_NAMED = 6  # tensors of a checkpoint that a message lists
_SHOWN = 24  # bytes of a file that a message shows

_BEGINNINGS = (
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"BM", "BMP"),
    (b"RIFF", "WAV"),
)
_WANTS_FORMAT = {
    "DecodePng": "PNG", "DecodeJpeg": "JPEG", "DecodeAndCropJpeg": "JPEG", "DecodeGif": "GIF", "DecodeBmp": "BMP",
    "DecodeWav": "WAV", "DecodeImage": "picture",
}  # fmt: skip


def undecodable(failure: Failure, found: re.Match[str]) -> Told | None:
    """Bytes that are not the picture, or the sound, that the op decodes."""
    contents = failure.arg("contents")
    wanted = _WANTS_FORMAT.get(failure.node.op)
    if contents is None or wanted is None:
        return None
    file = next((name for i, name in failure.files.items() if failure.given[i] is contents), None)
    whose = f"the file {file}" if file else str(contents)
    data = contents.value.item() if contents.value is not None and contents.value.ndim == 0 else None
    if not isinstance(data, bytes):
        return Told(contents, f"{whose} is no {wanted}", wanted)
    is_format = next((name for start, name in _BEGINNINGS if data.startswith(start)), None)
    begins = begin_text(data)
    if not data:
        message, actual = f"{whose} is empty", "nothing"
    elif is_format == wanted:
        message = f"{whose} begins as a {wanted} but is damaged or cut short after {len(data)} bytes"
        actual = f"a damaged {wanted} of {len(data)} bytes"
    elif is_format:
        message, actual = f"{whose} is a {is_format}, no {wanted}", f"a {is_format}"
    else:
        message, actual = (
            f"{whose} begins with {begins}, and is no {wanted}",
            f"{len(data)} bytes, first {begins}",
        )
    hint = (
        f"use the block Decode{is_format.capitalize()}"
        if is_format in ("PNG", "JPEG", "GIF", "BMP")
        else None
    )
    return Told(contents, message, f"a {wanted}", actual, hint=None if is_format == wanted else hint)


def begin_text(data: bytes) -> str:
    """Return the first bytes as a message shows them: as text where they are text, else in hexadecimal."""
    first = data[:_SHOWN]
    more = "..." if len(data) > _SHOWN else ""
    text = first.decode("ascii", "ignore")
    if len(text) == len(first) and text.isprintable():
        return f'"{text}{more}"'
    return "the bytes " + first[:8].hex(" ") + ("..." if len(data) > 8 else "")


FILE_ATTRS = {"ImmutableConst": "memory_region_name"}  # ops that name a file in an attr: its pin


def missing_file(failure: Failure, found: re.Match[str]) -> Told | None:
    chief = failure.arg("filename", "file_pattern", "prefix", "filenames", "queue_handle")
    name = found[1].strip("'\" ")
    message = f"there is no file {name}"
    if chief is not None and chief.argument.name == "queue_handle":
        message = f"the queue gives the file name {name}, and there is no such file"
    elif chief is not None and chief.source:
        message += f" (the name comes from {chief.source})"
    return Told(chief, message, "the name of a file", name, hint="a path is relative to the project's folder")


def absent_tensor(failure: Failure, found: re.Match[str]) -> Told | None:
    chief = failure.arg("tensor_names", "tensor_name")
    file = failure.arg("prefix", "file_pattern")
    name = found[1] or found[2]
    where = values_text(file.value) if file is not None and file.value is not None else "the file"
    message = f"{where} holds no tensor named {name}"
    stored = failure.stored(where)
    if stored:
        more = ", ..." if len(stored) > _NAMED else ""
        message += f"; it holds {', '.join(stored[:_NAMED])}{more}"
    return Told(chief, message, f"the name of a tensor in {where}", name, (file,) if file is not None else ())
