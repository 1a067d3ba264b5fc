"""What a parsed text is: a literal tensor, a shape, or the fault of a text with its place."""

from __future__ import annotations

import msgspec


class Literal(msgspec.Struct, frozen=True):
    """A typed tensor without NumPy: flat, row-major values (int, float, complex, bool or bytes)."""

    dtype: str  # DT_ name
    shape: tuple[int, ...]
    values: tuple[int | float | complex | bool | bytes, ...]


class LiteralError(ValueError):
    """The text does not read as wanted.

    ``position`` counts characters from 0; ``reason`` is the message without it; ``hint`` says what would be
    right.
    """

    def __init__(self, message: str, position: int | None = None, hint: str | None = None) -> None:
        """Keep the place beside the message."""
        super().__init__(message if position is None else f"{message} at position {position}")
        self.reason = message
        self.position = position
        self.hint = hint


# A shape is None (unknown rank) or sizes with -1 for an unknown one.
Shape = tuple[int, ...] | None
