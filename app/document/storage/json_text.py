"""From bytes to JSON values: every fault of encoding or syntax becomes a FileProblem with line and column."""

from __future__ import annotations

import json
import math
import re
from typing import Any, NoReturn

import msgspec

from app.document.model.sentence import Sentence, quote, say, why_of
from app.document.storage.errors import FileProblem

# More than a project ever needs, and well below Python's recursion limit, which a save must not meet.
MAX_DEPTH = 100

_CONFLICT = re.compile(r"^(<{7}|\|{7}|={7}|>{7})(?: .*)?$", re.MULTILINE)
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|-?Infinity|NaN|[{}\[\],:]', re.DOTALL)


class _Refused(ValueError):
    """A value that JSON readers let pass and we do not."""


def parse_json(data: bytes | str, file: str = "") -> Any:
    """Return the JSON value of a file's content.

    Raises:
        FileProblem: the content is not UTF-8 or not JSON, holds a key twice, a NaN, an infinity or half a
            character, or is nested too deep.
    """
    content = data if isinstance(data, bytes) else data.encode("utf-8", "surrogatepass")
    try:
        value = msgspec.json.decode(content)
        if not _may_repeat_keys(content, value):
            return value
    except (msgspec.MsgspecError, ValueError, RecursionError):  # older msgspec: no ValueError of its own
        pass  # read again below, by a slower decoder that knows where the fault is
    return _parse_slowly(content, file)


def _may_repeat_keys(content: bytes, value: Any) -> bool:
    """Return False where no object of the content can hold a key twice.

    The fast decoder keeps the last of equal keys; each one that it drops takes a colon with it, and only an
    escaped colon in a text could make up for that.
    """
    if b"\\" in content and b"\\u" in content:
        return True
    return content.count(b":") != msgspec.json.encode(value).count(b":")


def _parse_slowly(data: bytes, file: str) -> Any:
    text = _decoded(data, file)
    if not text.strip():
        raise FileProblem(say("json.empty"), file=file, line=1, column=1)
    try:
        value = _DECODER.decode(text)
    except json.JSONDecodeError as fault:
        _raise_syntax(text, fault, file)
    except RecursionError:
        raise FileProblem(say("json.too-deep"), file=file, line=1, column=1) from None
    except _Refused as fault:
        _raise_refused(text, str(fault), file)
    except ValueError as fault:  # a whole number of thousands of digits
        raise FileProblem(say("json.bad-number", why=why_of(fault)), file=file, line=1, column=1) from None
    if "\\u" in text:
        _check_halves(text, value, file)
    return value


def check_plain(value: Any) -> Sentence | None:
    """Return what is wrong with a JSON value that is to be kept (overflow, too deep nesting), or None."""
    todo = [(value, 1)]
    while todo:
        item, depth = todo.pop()
        if depth > MAX_DEPTH:
            return say("json.deeper-than", levels=MAX_DEPTH)
        if type(item) is float and not math.isfinite(item):
            return say("json.out-of-range")
        if type(item) is dict:
            todo.extend((v, depth + 1) for v in item.values())
        elif type(item) is list:
            todo.extend((v, depth + 1) for v in item)
    return None


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Refused("twice")
    return found


def _constant(name: str) -> NoReturn:
    raise _Refused(name)


_DECODER = json.JSONDecoder(object_pairs_hook=_pairs, parse_constant=_constant)


def _decoded(data: bytes, file: str) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or (b"\0" in data[:2] and len(data) > 1):
        raise FileProblem(say("json.utf-16"), file=file, line=1, column=1, hint=say("hint.convert-page"))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line, column = _line_column(data[: fault.start].decode("utf-8-sig"), fault.start)
        raise FileProblem(say("json.not-utf-8"), file=file, line=line, column=column) from None
    if "\0" in text:
        line, column = _line_column(text, text.index("\0"))
        raise FileProblem(say("json.binary"), file=file, line=line, column=column)
    return text


def _line_column(text: str, position: int) -> tuple[int, int]:
    """Return line and column from 1; the column counts characters."""
    before = text[:position]
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1


def _raise_syntax(text: str, fault: json.JSONDecodeError, file: str) -> NoReturn:
    marker = _CONFLICT.search(text)
    if marker:
        line, column = _line_column(text, marker.start())
        reason, hint = say("json.conflict-marker", marker=marker[1]), say("hint.resolve-conflict")
        raise FileProblem(reason, file=file, line=line, column=column, hint=hint) from None
    if fault.pos >= len(text.rstrip()):
        line, column = _line_column(text, len(text))
        raise FileProblem(say("json.ends-early"), file=file, line=line, column=column) from None
    why = fault.msg[:1].lower() + fault.msg[1:].removesuffix(" at").removesuffix(" starting")
    raise FileProblem(
        say("json.invalid", why=quote(why)), file=file, line=fault.lineno, column=fault.colno
    ) from None


def _raise_refused(text: str, what: str, file: str) -> NoReturn:
    """Find the place of the repeated key or the NaN that stopped the decoder."""
    position, key = _second_key(text) if what == "twice" else _first_constant(text)
    line, column = _line_column(text, position)
    reason = say("json.key-twice", key=key) if what == "twice" else say("json.no-number", word=key)
    raise FileProblem(reason, file=file, line=line, column=column) from None


def _second_key(text: str) -> tuple[int, str]:
    """Return position and spelling of the first key that repeats one of its own object."""
    open_objects: list[set[str] | None] = []  # None stands for a list
    expects_key = False
    for token in _TOKEN.finditer(text):
        mark = token[0]
        if mark in "{[":
            open_objects.append(set() if mark == "{" else None)
            expects_key = mark == "{"
        elif mark in "}]":
            open_objects.pop()
            expects_key = False
        elif mark == ",":
            expects_key = open_objects[-1] is not None
        elif mark == ":":
            expects_key = False
        elif expects_key:
            keys = open_objects[-1]
            key = json.loads(mark)
            if keys is not None and key in keys:
                return token.start(), mark
            if keys is not None:
                keys.add(key)
    return 0, '""'


def _first_constant(text: str) -> tuple[int, str]:
    return next(((t.start(), t[0]) for t in _TOKEN.finditer(text) if t[0][-1] in "Ny"), (0, "NaN"))


def _check_halves(text: str, value: Any, file: str) -> None:
    """Refuse ``\\ud83d`` without its other half: no UTF-8 file can hold it."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError as fault:
        half = f"\\u{ord(fault.object[fault.start]):04x}"
        line, column = _line_column(text, max(text.lower().find(half), 0))
        raise FileProblem(
            say("json.half-character", half=half), file=file, line=line, column=column
        ) from None
    except RecursionError:
        raise FileProblem(say("json.too-deep"), file=file, line=1, column=1) from None
