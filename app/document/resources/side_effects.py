"""Which blocks write outside the page, so that the user can be asked first and foreign paths are not followed."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from app.document.model.diagram import ArrayRef, Block, Page
from blocks.op_facts.side_effects import EFFECTS, Effect, Place, Written
from blocks.symbol import Symbol

_WORDS: dict[Written, str] = {
    "file": "writes a file",
    "checkpoint": "writes a checkpoint",
    "merged checkpoint": "merges checkpoints and deletes the old ones",
    "event files": "writes event files",
    "database": "writes into a database",
    "data set": "writes a data set",
    "snapshot of a data set": "writes a snapshot of a data set",
    "cache file": "may write a cache file",
    "printed text": "writes its text into a file",
    "debugged values": "writes its values into files",
    "anything": "runs what it is given, which may write files",
}


class Writer(NamedTuple):
    """One block that writes: its id, symbol, what it does, and the text that says where."""

    block: str
    symbol: str
    does: str
    where: str


def writers(page: Page, symbol_of: Callable[[str], Symbol | None]) -> list[Writer]:
    """Return the blocks of a page that write and are switched on; ``symbol_of`` gives the symbol of a name."""
    found = []
    for block in page.blocks.values():
        symbol = None if block.off else symbol_of(block.symbol)
        effects = EFFECTS.get(symbol.op or "") if symbol is not None else None
        if symbol is None or effects is None or Effect.WRITES_FILES not in effects.effect:
            continue
        place = next((p for p in effects.places if Effect.WRITES_FILES in p.effect), None)
        where = "" if place is None else _where(page, block, symbol, place)
        if where is not None:
            found.append(Writer(block.id, block.symbol, _WORDS[effects.written], where))
    return found


def _where(page: Page, block: Block, symbol: Symbol, place: Place) -> str | None:
    """Return what says where a block writes; None where the text of its attrs names no file."""
    pin = place.pin_of(symbol)
    if pin is None:
        attrs = block.pins.get("attrs", "")
        return attrs if isinstance(attrs, str) and "file:" in attrs.lower() else None
    wire = next((w for name in (pin.name, *pin.aliases) for w in page.wires_to(block.id, name)), None)
    if wire is not None:
        return f"as {wire.source} says"
    text = next((block.pins[name] for name in (pin.name, *pin.aliases) if name in block.pins), "")
    return "" if isinstance(text, ArrayRef) else text
