"""The structure of a literal: braces and separators to a shape and the texts of its scalars. Iterative."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from app.document.literals.types import LiteralError
from app.document.model.sentence import say

MAX_RANK = 254  # TensorFlow's limit on the number of dimensions (tensor_shape.h)

_PIECE = re.compile(r"[{}]|[^{}]+")
_SCALAR = re.compile(r"[^{},;\s][^{},;]*")
_QUOTED = re.compile(r'"([^"\\]*(?:\\.[^"\\]*)*)"', re.DOTALL)
_ESCAPE = re.compile(r'\\(["\\])')
_SPACE = re.compile(r"\s*")
_BARE = {True: re.compile(r"[^{},;]+"), False: re.compile(r"[^{},]+")}


# One step of the structure: its kind ("{", "}", "," for a separator, "=" for a run of scalars), its
# position and the scalars. A plain tuple, because a long text makes millions of them.
Event = tuple[str, int, list[str]]


class Scan(NamedTuple):
    """What the structure of a text says: the shape and the scalars' texts, flat and row-major."""

    shape: tuple[int, ...]
    scalars: list[str]


def scan_numbers(text: str) -> Scan:
    """Read the structure of a text of numbers or words; raises LiteralError."""
    return _build(_number_events(text), len(text))


def scan_strings(text: str) -> Scan:
    """Read the structure of a text of strings, without quotes and escapes; raises LiteralError."""
    return _build(string_events(text), len(text))


def scalar_position(text: str, index: int) -> int:
    """Return where the scalar of that flat index begins in a text of numbers or words."""
    for number, found in enumerate(_SCALAR.finditer(text)):
        if number == index:
            return found.start()
    return 0


def split_top_level(text: str, strings: bool) -> list[tuple[int, str]]:
    """Split at the separators outside all braces; return the parts with their positions.

    A last separator may stand. ``strings`` says whether quotes count. Raises LiteralError on an empty part.
    """
    events = string_events(text) if strings else _structure_events(text)
    parts: list[tuple[int, str]] = []
    depth = begin = 0
    for kind, position, _ in events:
        if kind == "{":
            depth += 1
        elif kind == "}":
            depth -= 1
        elif kind == "," and depth <= 0:
            if not text[begin:position].strip():
                raise LiteralError(say("literal.empty-element"), position, say("hint.value-before"))
            parts.append((begin, text[begin:position]))
            begin = position + 1
    if text[begin:].strip():
        parts.append((begin, text[begin:]))
    return parts


def _structure_events(text: str) -> Iterator[Event]:
    for found in re.finditer(r"[{},;]", text):
        kind = found[0]
        yield ("," if kind == ";" else kind, found.start(), [])


def _number_events(text: str) -> Iterator[Event]:
    """Yield the events of a text without strings; the scalars between two braces come as one run."""
    for found in _PIECE.finditer(text):
        piece, position = found[0], found.start()
        if piece in ("{", "}"):
            yield (piece, position, [])
        else:
            yield from _run_events(piece, position)


def _run_events(piece: str, position: int) -> Iterator[Event]:
    scalars = [s.strip() for s in piece.replace(";", ",").split(",")]
    if len(scalars) > 1 and not scalars[0]:
        yield (",", position + re.search("[,;]", piece).start(), [])  # type: ignore[union-attr]
        del scalars[0]
        if not scalars[0] and len(scalars) == 1:
            return
    trailing = len(scalars) > 1 and not scalars[-1]
    if trailing:
        del scalars[-1]
    if "" in scalars and len(scalars) > 1:
        raise LiteralError(say("literal.empty-element"), _second_separator(piece, position), _EMPTY_HINT)
    if scalars != [""]:
        yield ("=", position + len(piece) - len(piece.lstrip(",; \t\r\n")), scalars)
    elif trailing:  # two separators and nothing else
        raise LiteralError(say("literal.empty-element"), _second_separator(piece, position), _EMPTY_HINT)
    if trailing:
        yield (",", position + max(piece.rfind(","), piece.rfind(";")), [])


def _second_separator(piece: str, position: int) -> int:
    found = re.search(r"[,;]\s*([,;])", piece)
    return position if found is None else position + found.start(1)


def string_events(text: str) -> Iterator[Event]:
    """Yield the events of a text of strings, one by one.

    A scalar that begins with a quote is quoted; any other is bare and goes on to the next ``,`` or brace,
    outside all braces also to the next ``;``.
    """
    position, depth, end = 0, 0, len(text)
    after_value = False
    while True:
        position = _SPACE.match(text, position).end()  # type: ignore[union-attr]
        if position >= end:
            return
        char = text[position]
        if char in "{}":
            depth += 1 if char == "{" else -1
            yield (char, position, [])
            after_value = char == "}"
            position += 1
        elif char == "," or (char == ";" and (after_value or depth <= 0)):
            yield (",", position, [])
            after_value = False
            position += 1
        elif char == '"':
            found = _QUOTED.match(text, position)
            if found is None:
                raise LiteralError(say("literal.unclosed-quote"), position, say("hint.close-quote"))
            yield ("=", position, [_ESCAPE.sub(r"\1", found[1])])
            after_value = True
            position = found.end()
        else:
            found = _BARE[depth <= 0].match(text, position)
            assert found is not None  # the character is none of those that the pattern excludes
            yield ("=", position, [found[0].rstrip().replace("\\\\", "\\")])
            after_value = False
            position = found.end()


_EMPTY_HINT = say("hint.value-on-both-sides")


class _Nest:
    """The open braces. The first row fixes the rank and the size of each dimension; the others must match."""

    def __init__(self) -> None:
        self.rank: int | None = None
        self.sizes: dict[int, int] = {}
        self.counts: list[int] = []
        self.opened: list[int] = []

    def open(self, position: int) -> None:
        depth = len(self.counts)
        if depth == self.rank:
            raise LiteralError(say("literal.ragged"), position, say("hint.single-value-here"))
        if depth >= MAX_RANK:
            raise LiteralError(say("literal.too-deep", most=MAX_RANK), position, say("hint.fewer-braces"))
        if depth:
            self.counts[-1] += 1
        self.counts.append(0)
        self.opened.append(position)

    def scalars(self, number: int, position: int) -> None:
        depth = len(self.counts)
        if self.rank is None:
            self.rank = depth
        elif depth != self.rank:
            raise LiteralError(say("literal.ragged"), position, say("hint.brace-here"))
        self.counts[-1] += number

    def close(self, position: int) -> None:
        if not self.counts:
            raise LiteralError(say("literal.brace-too-many"), position, say("hint.remove-brace"))
        number = self.counts.pop()
        self.opened.pop()
        depth = len(self.counts)
        if self.rank is None:  # the first brace to close is empty
            self.rank = depth + 1
        expected = self.sizes.setdefault(depth, number)
        if number != expected:
            hint = say("hint.row-lengths", count=number, first=expected)
            raise LiteralError(say("literal.ragged"), position, hint)

    def shape(self) -> tuple[int, ...]:
        return tuple(self.sizes[d] for d in range(self.rank or 0))


def _build(events: Iterable[Event], end: int) -> Scan:
    nest = _Nest()
    values: list[str] = []
    braces = separated = False  # a brace, a top-level separator was met
    ready, dangling = True, False  # an element may begin here; a separator was the last thing
    for kind, position, scalars in events:
        if kind == ",":
            if ready:
                raise LiteralError(say("literal.empty-element"), position, _EMPTY_HINT)
            separated = ready = dangling = True
            continue
        if kind == "}":
            if dangling:
                raise LiteralError(say("literal.empty-element"), position, say("hint.remove-separator"))
            nest.close(position)
            ready = False
            continue
        if not nest.counts and (braces or (kind == "{" and values)):
            raise LiteralError(say("literal.several-tensors"), position, say("hint.braces-around"))
        if not ready:
            raise LiteralError(say("literal.no-separator"), position, say("hint.comma-between-elements"))
        dangling = False
        if kind == "{":
            nest.open(position)
            braces, ready = True, True
            continue
        values.extend(scalars)
        ready = False
        if nest.counts:
            nest.scalars(len(scalars), position)
    if nest.opened:
        raise LiteralError(say("literal.unclosed-brace"), nest.opened[-1], say("hint.close-braces"))
    if braces:
        return Scan(nest.shape(), values)
    if not values:
        raise LiteralError(say("literal.empty"), 0, say("hint.type-value"))
    return Scan((len(values),) if separated or len(values) > 1 else (), values)
