"""Seeds written into a block, so that it draws the same numbers under another address, and which blocks need that."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from app.document.literals.attrs import read_attrs, set_attr
from app.document.model.diagram import Block
from app.document.model.seeds import second_seed
from app.document.model.symbols import Symbols
from app.document.model.uses import PagesOf
from app.document.resources.function_pages import symbols_named


def with_seed(block: Block, address: str, seed: int | None, symbols: Symbols) -> Block:
    """Return a block with the seeds that a page's seed gives it at an address; the same one where it has its own."""
    names = _seeds_of_page(block, symbols)
    if seed is None or not names:
        return block
    text = str(block.pins.get("attrs", ""))
    text = set_attr(set_attr(text, names["seed"], str(seed)), names["seed2"], str(second_seed(address)))
    return replace(block, pins={**block.pins, "attrs": text})


def draws_by_address(block: Block, symbols: Symbols) -> bool:
    """Return whether a block draws random numbers by its address."""
    return bool(_seeds_of_page(block, symbols))


def anything_draws(block: Block, symbols: Symbols, pages_of: PagesOf) -> bool:
    """Return whether a block, or anything within the pages that it names, draws by its address.

    Of pages that are not known, as those of libraries, that is assumed.
    """
    met: set[str] = set()
    todo = [block]
    while todo:
        here = todo.pop()
        if draws_by_address(here, symbols):
            return True
        pages = list(pages_of(here))
        if len(pages) < len(tuple(symbols_named(here))):
            return True
        for page in pages:
            if page.name not in met:
                met.add(page.name)
                todo += page.blocks.values()
    return False


def _seeds_of_page(block: Block, symbols: Symbols) -> Mapping[str, str]:
    """Return the names of a block's seeds by their attrs; none where it does not take those of the page."""
    symbol = symbols.get(block.symbol)
    names = {a.attr: a.name for a in symbol.attrs if a.attr} if symbol is not None else {}
    text = block.pins.get("attrs", "")
    if symbol is None or "seed2" not in names or not isinstance(text, str):
        return {}
    values, _ = read_attrs(text, symbol)
    return {} if values.get("seed") or values.get("seed2") else names
