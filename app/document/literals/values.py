"""Texts of value pins and attrs: shapes, types, numbers, bools, strings and their lists, read and written."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from app.document.literals.formatter import format_literal, format_literal_list, quoted
from app.document.literals.parser import parse_literal, parse_literal_list
from app.document.literals.scalars import reader
from app.document.literals.scanner import string_events
from app.document.literals.types import LiteralError, Shape
from app.document.model.sentence import Sentence, say
from app.document.model.spelling import nearest
from blocks.dtypes import BY_LABEL, DTYPES
from blocks.symbol import PinKind

_OPEN, _CLOSE = "{[", "}]"
_UNKNOWN_SIZE = frozenset({"?", "-1", "None"})
_UNKNOWN_RANK = frozenset({"?", "unknown", "<unknown>"})
_TOKEN = re.compile(r"[{}\[\],;]|[^{}\[\],;]+")
Reader = tuple[Callable[[str], Any], Sentence]  # reads one trimmed word; says what would be right
_INT: Reader = (reader(DTYPES["DT_INT64"]), say("hint.whole-number"))
_FLOAT: Reader = (reader(DTYPES["DT_DOUBLE"]), say("hint.number"))
_BOOL: Reader = (reader(DTYPES["DT_BOOL"]), say("hint.bool"))
_DTYPE_WORDS = {
    "float": "DT_FLOAT",
    "double": "DT_DOUBLE",
    "half": "DT_HALF",
    "int": "DT_INT32",
    "long": "DT_INT64",
    "boolean": "DT_BOOL",
    "str": "DT_STRING",
    "complex": "DT_COMPLEX128",
    **{label: t.name for label, t in BY_LABEL.items()},
}


def parse_shape(text: str) -> Shape:
    """Read a shape: ``{2,3}``, ``[2][3]``, ``[2,3]``, ``2;3``, ``2,3``, ``7``; ``{}`` is a scalar.

    Returns the sizes, -1 for an unknown one (``-1``, ``?``); None for an unknown rank (``?`` alone or
    ``unknown``). Raises LiteralError.
    """
    return _shape(text, 0)


def parse_shape_list(text: str) -> list[Shape]:
    """Read a list of shapes: ``{2,2},{3}``, ``{{2,2},{3}}``, ``[2][2];[3]`` or ``2;3`` (two shapes).

    ``{}`` is an empty list, ``{{}}`` the list of one scalar. Raises LiteralError.
    """
    begin, inner = _unwrapped(text)
    if inner is None:
        return []
    if inner.lstrip()[0] not in _OPEN:  # the braces were those of the only shape
        begin, inner = 0, text
    return [_shape(part, begin + position) for position, part in _split_outside_brackets(inner, begin)]


def parse_dtype(text: str) -> str:
    """Return the DT_ name of ``DT_FLOAT``, ``DT_FLOAT_REF``, ``float32``, ``float`` or ``tf.float32``.

    Raises LiteralError.
    """
    return _dtype(text.strip(), _indent(text))


def parse_dtype_list(text: str) -> list[str]:
    """Read dtypes with ``,`` or ``;`` between, with or without braces; raises LiteralError."""
    return [_dtype(word, position) for position, word in _flat_items(text)]


def parse_int(text: str) -> int:
    """Read one integer of at most 64 bits; ``5.000000`` is 5. Raises LiteralError."""
    return _one(_INT, text)


def parse_int_list(text: str) -> list[int]:
    """Read integers: ``{1,1}``, ``[1,1]``, ``1,1`` or ``1;1``; raises LiteralError."""
    return _several(_INT, text)


def parse_float(text: str) -> float:
    """Read one number; raises LiteralError."""
    return _one(_FLOAT, text)


def parse_float_list(text: str) -> list[float]:
    """Read numbers: ``{1,0.5f}``, ``[1,0.5]``, ``1,0.5`` or ``1;0.5``; raises LiteralError."""
    return _several(_FLOAT, text)


def parse_bool(text: str) -> bool:
    """Read ``true``, ``TRUE``, ``True``, ``1`` or their opposites; raises LiteralError."""
    return _one(_BOOL, text)


def parse_string(text: str) -> str:
    r"""Read one string: quoted as in a literal, or bare (trimmed; \\ is one backslash, all else stands)."""
    bare = text.strip()
    if not bare.startswith('"'):
        return bare.replace("\\\\", "\\")
    events = list(string_events(text))
    if len(events) != 1:
        raise LiteralError(say("literal.text-after-quote"), events[1][1], say("hint.quote-within"))
    return events[0][2][0]


def parse_string_list(text: str) -> list[str]:
    """Read strings, quoted or bare, with ``,`` or ``;`` between; braces may stand. Raises LiteralError."""
    begin, inner = _unwrapped(text)
    if inner is None:
        return []
    values: list[str] = []
    ready = True
    for kind, position, found in string_events(inner):
        if kind in "{}":
            raise LiteralError(say("literal.brace-in-strings"), begin + position, say("hint.put-in-quotes"))
        if kind == "," and ready:
            raise LiteralError(say("literal.empty-element"), begin + position, say("hint.empty-string"))
        if kind == "=" and not ready:
            raise LiteralError(
                say("literal.no-separator"), begin + position, say("hint.comma-between-strings")
            )
        ready = kind == ","
        values.extend(found)
    return values


def parse_value(kind: PinKind, text: str, dtype: str | None = None) -> Any:
    """Read the text of a pin or attr of that kind; ``dtype`` is for tensor kinds. Raises LiteralError.

    Types come as DT_ names, shapes as tuples (None for an unknown rank), tensors as Literal. A kind that
    takes no text is an error.
    """
    if kind in ("tensor", "tensor_value", "client_tensor", "initializer"):
        return parse_literal(text, dtype)
    if kind == "list(tensor)":
        return parse_literal_list(text, dtype)
    read = _READERS.get(kind)
    if read is None:
        raise LiteralError(say("literal.takes-no-text"), None, say("hint.wire-it"))
    return _read_cached(kind, text) if len(text) <= 500 and not kind.startswith("list") else read(text)


@lru_cache(maxsize=4096)
def _read_cached(kind: PinKind, text: str) -> Any:
    return _READERS[kind](text)


def format_value(kind: PinKind, value: Any) -> str:
    """Return the text that ``parse_value`` reads as this value of the kind."""
    if kind in ("tensor", "tensor_value", "client_tensor", "initializer"):
        return format_literal(value)
    if kind == "list(tensor)":
        return format_literal_list(value)
    if kind in ("list(int)", "list(float)", "list(string)", "list(func)"):
        return "{" + ",".join(_format_one(kind[5:-1], v, within=True) for v in value) + "}"
    if kind == "list(type)":
        return ",".join(value) if value else "{}"
    if kind == "list(shape)":
        return "{{}}" if value == [()] else ",".join(map(format_shape, value)) or "{}"
    return _format_one(kind, value, within=False)


def format_shape(shape: Shape) -> str:
    """Return a shape as ``{2,3}``, ``?`` for an unknown rank, ``{}`` for a scalar."""
    return "?" if shape is None else "{" + ",".join(map(str, shape)) + "}"


def _format_one(kind: str, value: Any, within: bool) -> str:
    if kind == "shape":
        return format_shape(value)
    if kind == "bool":
        return "true" if value else "false"
    if kind == "float":
        return repr(float(value))
    if kind in ("string", "func"):
        plain = re.fullmatch(r"[\w./:+-](?:[\w./:+ -]*[\w./:+-])?", value) is not None
        return value if plain and not within else quoted(value)
    return str(value)


def _one(read: Reader, text: str) -> Any:
    word = text.strip()
    if not word:
        raise LiteralError(say("literal.empty"), 0, read[1])
    return _at(read, word, _indent(text))


def _several(read: Reader, text: str) -> list[Any]:
    return [_at(read, word, position) for position, word in _flat_items(text)]


def _at(read: Reader, word: str, position: int) -> Any:
    try:
        return read[0](word)
    except LiteralError as fault:
        raise LiteralError(fault.reason, position, read[1]) from None


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip())


def _unwrapped(text: str) -> tuple[int, str | None]:
    """Return where the text within the braces or brackets around the whole begins, and it; None if blank."""
    begin, end = _indent(text), len(text.rstrip())
    if begin < end and text[begin] in _OPEN:
        closing = _closing(text, begin)
        if closing < 0:
            raise LiteralError(say("literal.unclosed-bracket"), begin, say("hint.close-brackets"))
        if closing == end - 1:
            inner = text[begin + 1 : closing]
            return begin + 1, inner if inner.strip() else None
    return 0, text if text.strip() else None


def _closing(text: str, begin: int) -> int:
    """Return where the bracket that opens at ``begin`` closes; -1 if it does not."""
    required: list[str] = []
    for found in re.finditer(r'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\]]', text[begin:], re.DOTALL):
        char = found[0]
        if char in _OPEN:
            required.append(_CLOSE[_OPEN.index(char)])
        elif char in _CLOSE and (not required or required.pop() != char):
            return -1
        if not required and char in _CLOSE:
            return begin + found.start()
    return -1


def _flat_items(text: str) -> Iterator[tuple[int, str]]:
    """Yield the trimmed words of a flat list with their positions; a last separator may stand."""
    begin, inner = _unwrapped(text)
    if inner is None:
        return
    position = begin
    parts = re.split("[,;]", inner)
    for number, part in enumerate(parts):
        word = part.strip()
        if word:
            yield position + _indent(part), word
        elif number < len(parts) - 1:
            raise LiteralError(say("literal.empty-element"), position + len(part), say("hint.value-before"))
        position += len(part) + 1


def _split_outside_brackets(text: str, offset: int) -> Iterator[tuple[int, str]]:
    depth = begin = 0
    for found in _TOKEN.finditer(text + ","):
        token = found[0]
        if token in _OPEN:
            depth += 1
        elif token in _CLOSE:
            depth -= 1
        elif token in ",;" and (depth <= 0 or found.start() == len(text)):
            part = text[begin : found.start()]
            if part.strip():
                yield begin, part
            elif found.start() < len(text):
                raise LiteralError(
                    say("literal.empty-element"), offset + found.start(), say("hint.shape-before")
                )
            begin = found.end()


def _shape(text: str, offset: int) -> Shape:
    word = text.strip()
    if word in _UNKNOWN_RANK:
        return None
    if not word:
        raise LiteralError(say("literal.empty"), offset, say("hint.type-shape"))
    sizes: list[int] = []
    opened: list[tuple[str, int]] = []
    ready = True  # a size may stand here
    closed = False  # a bracket has closed
    for found in _TOKEN.finditer(text):
        token, position = found[0].strip(), offset + found.start() + _indent(found[0])
        if not token:
            continue
        if token in _OPEN:
            if opened or (sizes and not closed):
                raise LiteralError(say("literal.brace-in-shape"), position, say("hint.shape-forms"))
            opened.append((_CLOSE[_OPEN.index(token)], position))
            ready = True
        elif token in _CLOSE:
            if not opened or opened.pop()[0] != token:
                raise LiteralError(
                    say("literal.bracket-too-many"), position, say("hint.remove-word", word=token)
                )
            closed, ready = True, False
        elif token in ",;":
            if ready:
                raise LiteralError(say("literal.empty-element"), position, say("hint.size-before"))
            ready = True
        elif closed and not opened:
            raise LiteralError(say("literal.after-bracket", word=token), position, say("hint.shape-forms"))
        else:
            sizes.append(_size(token, position))
            ready = False
    if opened:
        raise LiteralError(
            say("literal.unclosed-bracket"), opened[0][1], say("hint.write-at-end", word=opened[0][0])
        )
    return tuple(sizes)


def _size(word: str, position: int) -> int:
    if word in _UNKNOWN_SIZE:
        return -1
    try:
        size = _at(_INT, word, position)
    except LiteralError as fault:
        raise LiteralError(fault.reason, position, say("hint.shape-forms")) from None
    if size < -1:
        raise LiteralError(say("literal.no-size", word=word), position, say("hint.sizes"))
    return size


def _dtype(word: str, position: int) -> str:
    name = word.strip("\"'").removesuffix("_REF").removesuffix("_ref")
    if name.upper() in DTYPES:
        return name.upper()
    plain = re.sub(r"^(tf|np|numpy|tensorflow|dtypes)\.", "", name.lower())
    if plain in _DTYPE_WORDS:
        return _DTYPE_WORDS[plain]
    if not word:
        raise LiteralError(say("literal.empty"), position, say("hint.type-dtype"))
    near = nearest(name, DTYPES)
    hint = say("hint.did-you-mean", names=near) if near else say("hint.dtype-names")
    raise LiteralError(say("literal.no-dtype-word", word=word), position, hint)


_READERS: dict[str, Callable[[str], Any]] = {
    "type": parse_dtype,
    "list(type)": parse_dtype_list,
    "shape": parse_shape,
    "list(shape)": parse_shape_list,
    "int": parse_int,
    "list(int)": parse_int_list,
    "float": parse_float,
    "list(float)": parse_float_list,
    "bool": parse_bool,
    "string": parse_string,
    "list(string)": parse_string_list,
    "func": parse_string,
    "list(func)": parse_string_list,
}
