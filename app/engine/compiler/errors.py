"""What goes wrong between a page and its plan: faults of a pin, faults of an option."""

from __future__ import annotations

from typing import NamedTuple

from app.document.model.fix import Fix
from app.document.model.sentence import Explained, Sentence
from blocks.requirement import Actual, Requirement


class FetchError(Explained, ValueError):
    """An option names a pin that the page does not have or that gives no value."""


class WatchError(FetchError):
    """The same of a pin that is to be read after every step."""


class PinFault(NamedTuple):
    """A problem of one pin before it knows its block (blocks that are alike share it)."""

    code: str
    pin: str | None
    sentence: Sentence
    requirement: Requirement | Sentence | None = None
    actual: Actual | Sentence | None = None
    hint: Sentence | None = None
    fixes: tuple[Fix, ...] = ()
    related: tuple[str, ...] = ()  # further pins of the conflict: of the block itself, or ``block.pin``
