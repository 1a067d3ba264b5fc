"""What is said of a fault, as data: which sentences, with which parameters. `tests/messages` tests their words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from app.document.model.sentence import Explained, Sentence, say


def sentences(part: Any) -> Iterator[Sentence]:
    """Yield a sentence and all those within it."""
    if isinstance(part, tuple):
        for item in part:
            yield from sentences(item)
    elif isinstance(part, Sentence):
        yield part
        for _, value in part.params:
            yield from sentences(value)


def is_like(part: Any, expected: Any) -> bool:
    """Return whether something is as expected. It may hold more: parameters, names of a list, words of a quotation."""
    if isinstance(part, Sentence) and isinstance(expected, Sentence):
        given = dict(part.params)
        if part.key == expected.key == "quote":
            return str(expected["words"]) in str(part["words"])
        return part.key == expected.key and all(
            name in given and is_like(given[name], value) for name, value in expected.params
        )
    if isinstance(part, tuple) and isinstance(expected, tuple):
        if all(isinstance(name, str) for name in expected):
            return set(expected) <= set(part)
        return len(part) == len(expected) and all(map(is_like, part, expected))
    return bool(part == expected)


def holds(part: Sentence | None, *expected: Sentence) -> bool:
    """Return whether a sentence is, or holds within it, each expected one, with at least its parameters."""
    return all(any(is_like(sentence, one) for sentence in sentences(part)) for one in expected)


def at(place: int | str, reason: Sentence) -> Sentence:
    """Return what is said of a place: of a position in a literal, or of a place in a file."""
    if isinstance(place, int):
        return say("literal.at", reason=reason, position=place)
    return say("file.fault", places=(place,), reason=reason)


@contextmanager
def raises_saying(kind: type[Exception], *expected: Sentence) -> Iterator[pytest.ExceptionInfo[Exception]]:
    """Expect an error that holds these sentences."""
    with pytest.raises(kind) as caught:
        yield caught
    assert isinstance(caught.value, Explained), repr(caught.value)
    assert holds(caught.value.sentence, *expected), str(caught.value)
