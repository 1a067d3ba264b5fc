"""Edits of large pages for the measurements: states of one page, each one edit further than the one before."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

from msgspec.structs import replace

from app.document.model.diagram import Block, Page, PinRef

Edit = Callable[[Page, random.Random], Page]


def with_other_text(page: Page, draws: random.Random) -> Page:
    """Return the page with another number in one of its Consts; all else is shared."""
    block = draws.choice(_consts(page))
    text = block.pins["val"]
    assert isinstance(text, str)
    number = f".{draws.randrange(10, 99)}f"
    changed = replace(block, pins={"val": text[: text.index(".")] + number + text[text.index("f") + 1 :]})
    return replace(page, blocks={**page.blocks, block.id: changed})


def with_other_wire(page: Page, draws: random.Random) -> Page:
    """Return the page with one wire that comes from another Const of the same shape; all else is shared."""
    wires = list(page.wires)
    place = draws.choice([i for i, w in enumerate(wires) if w.target.block != "session"])
    number = int(wires[place].target.block[1:])
    earlier = [block.id for block in _consts(page) if int(block.id[1:]) < number]
    wires[place] = replace(wires[place], source=PinRef(draws.choice(earlier), "output"))
    return replace(page, wires=wires)


def states(page: Page, edit: Edit) -> Iterator[Page]:
    """Yield the page, then its states after one edit after another; the same ones each time."""
    draws = random.Random(1)
    while True:
        yield page
        page = edit(page, draws)


def _consts(page: Page) -> list[Block]:
    return [block for block in page.blocks.values() if block.symbol == "Const"]
