"""What another id of a block means on the pages that bear its page as a block: other addresses, and other pins."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

from msgspec.structs import replace

from app.document.editing.page_uses import pages_used
from app.document.model.addresses import by_id, with_addresses, with_pins
from app.document.model.diagram import Block, Page, PinRef, PinText, Project, Wire
from app.document.model.function_page import ARGUMENT, RESULT
from app.document.model.page_symbol import PREFIX
from app.document.model.uses import blocks_within, part_on, through_uses, users_of


class UseRenaming:
    """The pages of a project as they are once a block of one of them bears another id."""

    def __init__(self, project: Project, page: Page, old: str, new: str) -> None:
        """Look up which blocks are uses of the page, if the block is a pin of it."""
        self._project, self._page, self._old, self._new = project, page, old, new
        symbol = page.blocks[old].symbol
        self._input, self._output = symbol == ARGUMENT, symbol == RESULT

    def page(self) -> Page:
        """Return the page itself with all that names the block; the block keeps its old id in the list of blocks."""
        stored = partial(blocks_within, self._page, self._pages_of)
        return with_addresses(self._page, by_id({self._old: self._new}), stored)

    def users(self) -> dict[str, Page]:
        """Return the other pages that change, by name."""
        found = {}
        for user in users_of(self._project, self._page, self._pages_of):
            rename = through_uses(user, self._page, by_id({self._old: self._new}), self._pages_of)
            after = with_addresses(user, rename, partial(blocks_within, user, self._pages_of))
            found[user.name] = self._with_pin(user, after) if self._input or self._output else after
        return found

    def _with_pin(self, user: Page, after: Page) -> Page:
        """Return a page on which the uses bear the pin under its new name."""
        uses = {b.id for b in user.blocks.values() if b.symbol == f"{PREFIX}{self._page.name}"}
        named = with_pins(after, lambda path, pin: (path, self._named(user, uses, path, pin)))
        blocks = {i: self._block(b) if i in uses else b for i, b in named.blocks.items()}
        return replace(named, blocks=blocks, wires=[self._wire(w, uses) for w in named.wires])

    def _named(self, user: Page, uses: set[str], path: str, pin: str) -> str:
        """Return what a pin of a block at a path is called now."""
        if pin != self._old:
            return pin
        # one step further in lies the page itself exactly where the block is a use of it
        within = part_on(user, self._page, f"{path}/{self._new}", self._pages_of)
        return self._new if within is not None and within[1] == self._new else pin

    def _block(self, block: Block) -> Block:
        """Return a use with its text under the pin's new name, at its place."""
        if not self._input or self._old not in block.pins:
            return block
        return replace(block, pins=_with_key(block.pins, self._old, self._new))

    def _wire(self, wire: Wire, uses: set[str]) -> Wire:
        source, target = wire.source, wire.target
        if self._output and source.block in uses and source.pin == self._old:
            wire = replace(wire, source=PinRef(source.block, self._new, source.index))
        if self._input and target.block in uses and target.pin == self._old:
            wire = replace(wire, target=PinRef(target.block, self._new, target.index))
        return wire

    def _pages_of(self, block: Block) -> Iterator[Page]:
        return pages_used(self._project, block)


def _with_key(pins: Mapping[str, PinText], old: str, new: str) -> dict[str, PinText]:
    """Return texts with one under another name; a text that lay there under a name without a pin gives way."""
    return {(new if name == old else name): text for name, text in pins.items() if name != new}
