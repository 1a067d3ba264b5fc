"""The texts that a pin is given one after the other: as they are, a range of numbers, or the lines of a file."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from decimal import Decimal, DecimalException
from pathlib import Path

import msgspec

from app.document.model.sentence import Unreadable, quote, say

MOST_RUNS = 100_000  # of one sweep
_MOST_BYTES = 1 << 24  # of a file of values
_MOST_DIGITS = 60
_DIGITS = 12  # of a number of a logarithmic range


class Varied(msgspec.Struct, frozen=True):
    """A pin, by its address, and the texts that it takes."""

    pin: str
    texts: tuple[str, ...]


def varied(pin: str, words: Iterable[str]) -> Varied:
    """Return the texts that words stand for: ``range:FROM:TO:STEP``, ``log:FROM:TO:COUNT``, ``@FILE`` or themselves.

    Raises Unreadable.
    """
    texts: list[str] = []
    for word in words:
        texts += _texts_of(word)
        if len(texts) > MOST_RUNS:
            raise Unreadable(say("sweep.too-many", most=MOST_RUNS))
    if not texts:
        raise Unreadable(say("sweep.no-values", pin=pin))
    return Varied(pin, tuple(texts))


def _texts_of(word: str) -> Iterable[str]:
    kind, colon, rest = word.partition(":")
    if colon and kind in ("range", "log"):
        parts = rest.split(":")
        if len(parts) != 3:
            raise Unreadable(say("sweep.range-parts", text=word))
        return _range(word, parts) if kind == "range" else _log(word, parts)
    return _lines(word[1:]) if word.startswith("@") else (word,)


def _lines(name: str) -> list[str]:
    """Return the lines of a file that are not empty."""
    try:
        with open(Path(name), encoding="utf-8-sig") as file:
            text = file.read(_MOST_BYTES + 1)
    except (OSError, ValueError) as fault:
        reason = (fault.strerror or str(fault)) if isinstance(fault, OSError) else str(fault)
        raise Unreadable(say("sweep.file", file=name, why=quote(reason))) from fault
    if len(text) > _MOST_BYTES:
        raise Unreadable(say("sweep.file-too-large", file=name))
    return [line.strip() for line in text.splitlines() if line.strip()]


def _range(word: str, parts: list[str]) -> Iterator[str]:
    """Give FROM, FROM + STEP and so on up to TO, which is among them where the steps meet it; nothing is rounded."""
    (first, last, step), suffix = _numbers(word, parts), _suffix(parts)
    if step == 0 or (last - first) * step < 0:
        raise Unreadable(say("sweep.range-step", text=word))
    count = int((last - first) / step) + 1
    if count > MOST_RUNS:
        raise Unreadable(say("sweep.too-many", most=MOST_RUNS))
    digits = max(0, *(-int(number.as_tuple().exponent) for number in (first, step)))
    is_whole = not any(c in part for part in parts for c in ".eE") and not suffix
    for i in range(count):
        text = f"{first + i * step:.{digits}f}"
        yield (text if is_whole or "." in text else f"{text}.0") + suffix


def _log(word: str, parts: list[str]) -> Iterator[str]:
    """Give COUNT numbers from FROM to TO, each so many times the one before."""
    first, last, number = (float(part) for part in _numbers(word, parts))
    count = int(number)
    if first <= 0 or last <= 0 or count != number or count < 1 or not (math.isfinite(first / last)):
        raise Unreadable(say("sweep.log-parts", text=word))
    if count > MOST_RUNS:
        raise Unreadable(say("sweep.too-many", most=MOST_RUNS))
    for i in range(count):
        share = i / (count - 1) if count > 1 else 0.0
        value = last if i and i == count - 1 else first * (last / first) ** share
        text = f"{value:.{_DIGITS}g}"
        yield (text if any(c in text for c in ".e") else f"{text}.0") + _suffix(parts)


def _numbers(word: str, parts: list[str]) -> list[Decimal]:
    try:
        numbers = [Decimal(part.strip().removesuffix("f")) for part in parts]
    except DecimalException as fault:
        raise Unreadable(say("sweep.range-parts", text=word)) from fault
    if not all(n.is_finite() and abs(n.adjusted()) < _MOST_DIGITS for n in numbers):
        raise Unreadable(say("sweep.range-parts", text=word))
    return numbers


def _suffix(parts: list[str]) -> str:
    """Return the ``f`` of a float32, where any of the first two parts has it."""
    return "f" if any(part.strip().endswith("f") for part in parts[:2]) else ""


def words_of(text: str) -> list[str]:
    """Return the words of a text that a person types: apart by blanks, but not those in quotes, braces or brackets."""
    words, word, depth, quoted, escaped = list[str](), "", 0, False, False
    for character in text:
        if quoted:
            quoted = escaped or character != '"'
            escaped = character == "\\" and not escaped
        elif character == '"':
            quoted = True
        elif character in "{[":
            depth += 1
        elif character in "}]":
            depth -= 1
        elif character.isspace() and depth <= 0:
            words, word = [*words, word] if word else words, ""
            continue
        word += character
    return [*words, word] if word else words
