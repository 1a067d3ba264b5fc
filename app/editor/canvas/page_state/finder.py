"""Finds blocks of a page by a text (no Qt)."""

from __future__ import annotations

from app.document.model.diagram import Page


def find_blocks(page: Page, text: str) -> list[str]:
    """Return the blocks whose id, symbol, label or a pin's text contains the text, in any case; ids first."""
    sought = text.strip().lower()
    if not sought:
        return []
    named, other = [], []
    for block in page.blocks.values():
        if sought in block.id.lower():
            named.append(block.id)
        elif any(
            sought in t.lower() for t in (block.symbol, block.label or "", *map(str, block.pins.values()))
        ):
            other.append(block.id)
    return named + other
