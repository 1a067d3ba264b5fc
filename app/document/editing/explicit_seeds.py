"""Seeds written into a block, so that it draws the same numbers under another address."""

from __future__ import annotations

from msgspec.structs import replace

from app.document.literals.attrs import read_attrs, set_attr
from app.document.model.diagram import Block
from app.document.model.seeds import second_seed
from app.document.model.symbols import Symbols


def with_seed(block: Block, address: str, seed: int | None, symbols: Symbols) -> Block:
    """Return a block with the seeds that a page's seed gives it at an address; the same one where it has its own."""
    symbol = symbols.get(block.symbol)
    names = {a.attr: a.name for a in symbol.attrs} if symbol is not None else {}
    text = block.pins.get("attrs", "")
    if seed is None or symbol is None or "seed2" not in names or not isinstance(text, str):
        return block
    values, _ = read_attrs(text, symbol)
    if values.get("seed") or values.get("seed2"):
        return block
    text = set_attr(set_attr(text, names["seed"], str(seed)), names["seed2"], str(second_seed(address)))
    return replace(block, pins={**block.pins, "attrs": text})
