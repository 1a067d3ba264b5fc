"""A sentence that is yet to be worded: which one, and what it speaks of. `app.messages` makes the text of it."""

from __future__ import annotations

import msgspec

from blocks.requirement import Actual, Requirement

_LEAST, _MOST = -(2**63), 2**64 - 1  # whole numbers that msgpack holds


class Sentence(msgspec.Struct, frozen=True, tag="sentence"):
    """The key of a template and its parameters by name; hashable, and sent over the worker's pipe as it is.

    Parameters are numbers, names, texts that the user typed, requirements, or sentences that stand within this one.
    Shapes and lists are tuples.
    """

    key: str
    params: tuple[tuple[str, Param], ...] = ()

    def __str__(self) -> str:
        """Return key and parameters, for developers; what users read is made by `app.messages`."""
        return f"{self.key}({', '.join(f'{name}={value}' for name, value in self.params)})"

    def __getitem__(self, name: str) -> Param:
        """Return a parameter; raises KeyError."""
        return dict(self.params)[name]


Item = None | bool | int | float | str | Requirement | Actual | Sentence
Param = Item | tuple[Item, ...]


class Explained(Exception):
    """An error that a user will read. It carries its sentence as data; ``str()`` is for developers."""

    def __init__(self, sentence: Sentence) -> None:
        """Carry the sentence."""
        super().__init__(str(sentence))
        self.sentence = sentence


class Unreadable(Explained, ValueError):
    """A text that the user typed, or that a file holds, does not read as what it stands for."""


def say(key: str, /, **params: Param) -> Sentence:
    """Return the sentence of this key. The key is written out at each place, so that tests can find all of them."""
    return Sentence(key, tuple((name, _sendable(value)) for name, value in params.items()))


def quote(words: str) -> Sentence:
    """Return words of TensorFlow, the system or a library as a sentence, which is the same in every language."""
    return say("quote", words=words)


def why_of(fault: Exception) -> Sentence:
    """Return an error's own sentence, or the words of the system or library that raised it."""
    if isinstance(fault, Explained):
        return fault.sentence
    return quote((fault.strerror or str(fault)) if isinstance(fault, OSError) else str(fault))


def _sendable(value: Param) -> Param:
    """Return the digits of a number that is too large for the worker's pipe."""
    return str(value) if type(value) is int and not _LEAST <= value <= _MOST else value
