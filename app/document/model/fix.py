"""A fix of a problem: a title for its button and the changes that cure it, as plain data."""

from __future__ import annotations

from typing import Literal

import msgspec

from app.document.model.diagram import PinText
from app.document.model.sentence import Sentence, say

_MOST_SHOWN = 40  # characters of a text that a title shows

# Wires are named by their ends as the file spells them ("read.contents", "grad.grad_outputs[3]"). The first
# wire with these ends is meant.


class WritePin(msgspec.Struct, frozen=True, tag_field="do", tag="write"):
    """Type a text into a pin; None empties it. An empty ``block`` is the problem's own."""

    block: str
    pin: str
    text: PinText | None


class AddBlock(msgspec.Struct, frozen=True, tag_field="do", tag="add-block"):
    """Place a new block; later changes of the fix call it ``id``, the page may give it another."""

    id: str
    symbol: str


class ChangeKind(msgspec.Struct, frozen=True, tag_field="do", tag="change-symbol"):
    """Make a block one of another symbol."""

    block: str
    symbol: str


class Rename(msgspec.Struct, frozen=True, tag_field="do", tag="rename"):
    """Give a block another id."""

    block: str
    new: str


class Connect(msgspec.Struct, frozen=True, tag_field="do", tag="connect"):
    """Draw a wire."""

    source: str
    target: str


class Disconnect(msgspec.Struct, frozen=True, tag_field="do", tag="disconnect"):
    """Remove a wire; ``nth`` counts wires of the same ends from 0."""

    source: str
    target: str
    nth: int = 0


class Reconnect(msgspec.Struct, frozen=True, tag_field="do", tag="reconnect"):
    """Give a wire other ends; it keeps its place among the wires of its pin."""

    source: str
    target: str
    new_source: str
    new_target: str


class SetMonitor(msgspec.Struct, frozen=True, tag_field="do", tag="monitor"):
    """Let a monitor show these pins; with none left it goes."""

    monitor: str
    pins: tuple[str, ...]


class SetPage(msgspec.Struct, frozen=True, tag_field="do", tag="page"):
    """Set a member of the page's run settings or scope; None takes it away."""

    section: Literal["run", "scope"]
    member: str
    value: bool | int | float | str | tuple[str, ...] | None


FixChange = (
    WritePin | AddBlock | ChangeKind | Rename | Connect | Disconnect | Reconnect | SetMonitor | SetPage
)


class Fix(msgspec.Struct, frozen=True):
    """One way to cure a problem. ``title`` is a short command: "Insert Cast to float32".

    ``by_hand``: it alters values, or guesses what the page does not say, so that a person has to choose it. The others
    only say again what the page says: every tensor has the same elements in the same order after them.
    """

    title: Sentence
    changes: tuple[FixChange, ...]
    by_hand: bool = False


def write(pin: str, text: PinText | None, title: Sentence | None = None, block: str = "") -> Fix:
    """Return the fix that types one text; ``title`` names it where the text alone would not."""
    if title is None:
        is_short = isinstance(text, str) and len(text) <= _MOST_SHOWN
        title = say("fix.write", text=str(text)) if is_short else say("fix.write-it")
    return Fix(title, (WritePin(block, pin, text),))


def of_block(fix: Fix, block: str) -> Fix:
    """Return the fix with the block's id where it was left open (faults of equal blocks share one)."""
    changes = tuple(
        msgspec.structs.replace(c, block=block) if isinstance(c, WritePin) and not c.block else c
        for c in fix.changes
    )
    return fix if changes == fix.changes else msgspec.structs.replace(fix, changes=changes)


def by_hand(fix: Fix) -> Fix:
    """Return the fix as one that a person has to choose."""
    return msgspec.structs.replace(fix, by_hand=True)
