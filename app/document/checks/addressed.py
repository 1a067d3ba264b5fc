"""Finds what the addresses in a page's settings and monitors lead to, on the page or within the uses on it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

from app.document.checks.symbol_facts import Facts, FactsOf
from app.document.model.address import Address
from app.document.model.diagram import Page
from app.document.model.symbols import Symbols
from app.document.resources.function_pages import FunctionPages, page_with


class Found(NamedTuple):
    """What an address leads to: whether its block is there, what is known of it, and the blocks beside it."""

    is_there: bool
    facts: Facts | None
    beside: Collection[str]


class Addressed:
    """Looks up the blocks that a page's addresses name. ``facts`` are those of the page's own blocks."""

    def __init__(
        self, page: Page, facts: Mapping[str, Facts | None], catalog: Symbols, functions: FunctionPages
    ) -> None:
        """Take the page, and the pages that stand as blocks on it."""
        self._page, self._facts, self._functions = page, facts, functions
        self._facts_of = FactsOf(catalog)

    def find(self, address: Address) -> Found:
        """Return what is known of the block."""
        if not address.uses:
            blocks = self._page.blocks
            return Found(address.block in blocks, self._facts.get(address.block), blocks)
        page = page_with(self._page, self._functions, address)
        if page is None:
            return Found(False, None, self._page.blocks)
        block = page.blocks.get(address.block)
        if block is None or block.off:
            return Found(block is not None, None, page.blocks)
        return Found(True, self._facts_of[block.symbol], page.blocks)
