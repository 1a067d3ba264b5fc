"""What a parsed text is: a literal tensor, a shape, or the fault of a text with its place."""

from __future__ import annotations

import msgspec

from app.document.model.sentence import Explained, Sentence, say
from blocks.requirement import Actual

_LONGEST = 60  # characters of a text that a problem shows


class Literal(msgspec.Struct, frozen=True):
    """A typed tensor without NumPy: flat, row-major values (int, float, complex, bool or bytes)."""

    dtype: str  # DT_ name
    shape: tuple[int, ...]
    values: tuple[int | float | complex | bool | bytes, ...]


class LiteralError(Explained, ValueError):
    """The text does not read as it should.

    ``position`` counts characters from 0; ``reason`` is the sentence without it; ``hint`` says what would be
    right.
    """

    def __init__(self, reason: Sentence, position: int | None = None, hint: Sentence | None = None) -> None:
        """Hold the place beside the message."""
        super().__init__(reason if position is None else say("literal.at", reason=reason, position=position))
        self.reason = reason
        self.position = position
        self.hint = hint


# A shape is None (unknown rank) or sizes with -1 for an unknown one.
Shape = tuple[int, ...] | None


def actual_text(text: object) -> Actual:
    """Return a text that does not read, cut where it is long, as what is there."""
    shown = str(text)
    return Actual(name=shown if len(shown) <= _LONGEST else shown[: _LONGEST - 3] + "...")
