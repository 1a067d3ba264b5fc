"""What is read after every step of a run, and the condition that ends it: plain data of a plan."""

from __future__ import annotations

import msgspec

from app.document.model.conditions import Condition


class Watched(msgspec.Struct, frozen=True):
    """An element to read after every step. ``key`` is its pin among the results (``block.pin``)."""

    text: str  # as the user wrote it
    key: str
    index: tuple[int, ...] = ()
    lenient: bool = False  # what is no number is a row without a value, not the end of the run (for monitors)


class Until(msgspec.Struct, frozen=True):
    """The condition that ends a run, and where its value is read."""

    watched: Watched
    condition: Condition
