"""Which blocks write outside the page, so that the user can be asked first and foreign paths are not followed."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from app.document.model.diagram import ArrayRef, Block, Page, PinRef
from app.document.model.sentence import Sentence, say
from blocks.op_facts.side_effects import EFFECTS, Effect, Place, Written
from blocks.symbol import Symbol

_SAID: dict[Written, Sentence] = {
    "file": say("writes.file"),
    "checkpoint": say("writes.checkpoint"),
    "merged checkpoint": say("writes.merged-checkpoint"),
    "event files": say("writes.event-files"),
    "database": say("writes.database"),
    "data set": say("writes.data-set"),
    "snapshot of a data set": say("writes.snapshot"),
    "cache file": say("writes.cache-file"),
    "printed text": say("writes.printed-text"),
    "debugged values": say("writes.debugged-values"),
    "anything": say("writes.anything"),
}


class Writer(NamedTuple):
    """One block that writes: its id, symbol, what it does, and the text, or the pin wired to it, that says where."""

    block: str
    symbol: str
    does: Sentence
    where: str
    wired: PinRef | None = None

    @property
    def sentence(self) -> Sentence:
        """What it does and where, for the question whether it may."""
        if self.wired is not None:
            return say(
                "writes.as-wired", block=self.block, symbol=self.symbol, does=self.does, pin=str(self.wired)
            )
        if not self.where:
            return say("writes.somewhere", block=self.block, symbol=self.symbol, does=self.does)
        return say("writes.where", block=self.block, symbol=self.symbol, does=self.does, where=self.where)


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
        if isinstance(where, PinRef):
            found.append(Writer(block.id, block.symbol, _SAID[effects.written], "", where))
        elif where is not None:
            found.append(Writer(block.id, block.symbol, _SAID[effects.written], where))
    return found


def _where(page: Page, block: Block, symbol: Symbol, place: Place) -> str | PinRef | None:
    """Return the text or pin that says where a block writes; None where the text of its attrs names no file."""
    pin = place.pin_of(symbol)
    if pin is None:
        attrs = block.pins.get("attrs", "")
        return attrs if isinstance(attrs, str) and "file:" in attrs.lower() else None
    wire = next((w for name in (pin.name, *pin.aliases) for w in page.wires_to(block.id, name)), None)
    if wire is not None:
        return wire.source
    text = next((block.pins[name] for name in (pin.name, *pin.aliases) if name in block.pins), "")
    return "" if isinstance(text, ArrayRef) else text
