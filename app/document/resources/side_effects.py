"""Which blocks write outside the page, so that foreign paths are not followed."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from app.document.model.diagram import ArrayRef, Block, Page, PinRef
from blocks.op_facts.side_effects import EFFECTS, Effect, Place
from blocks.symbol import Symbol


class Writer(NamedTuple):
    """One block that writes: its id, and the text, or the pin wired to it, that says where."""

    block: str
    where: str
    wired: PinRef | None = None


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
            found.append(Writer(block.id, "", where))
        elif where is not None:
            found.append(Writer(block.id, where))
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
