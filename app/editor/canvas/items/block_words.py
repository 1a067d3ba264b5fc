"""What a block shows beside its symbol: its label, and the texts and pictures of what is typed into its pins."""

from __future__ import annotations

from app.document.model.diagram import Block
from app.document.model.function_page import ARGUMENT, RESULT
from app.editor.canvas.items.block_item import BlockItem
from app.editor.canvas.items.block_plans import BlockPlans, chip_text
from app.editor.canvas.items.thumbnails import names_picture


def describe(item: BlockItem, block: Block, plans: BlockPlans, texts: bool) -> None:
    """Let an item show what the page has of its block; ``texts``: what is typed into its pins, too."""
    item.off = block.off
    is_pin = block.symbol in (ARGUMENT, RESULT)  # its id is the pin's name where the page is a block
    item.set_label(block.label or (block.id if is_pin else ""))
    shows = texts and not item.shape_plan.collapsed
    item.texts = _texts_of(item, block, plans) if shows else ()
    item.pictures = _pictures_of(item, block, plans) if shows else {}
    item.refresh()


def _texts_of(item: BlockItem, block: Block, plans: BlockPlans) -> tuple[tuple[int, str], ...]:
    """Return what is typed into a block's pins, by the pins' position."""
    found = []
    for pin, text in block.pins.items():
        index = plans.index(item.shape_plan, block.symbol, "in", pin)
        if index is not None:
            found.append((index, chip_text(text)))
    return tuple(found)


def _pictures_of(item: BlockItem, block: Block, plans: BlockPlans) -> dict[int, str]:
    """Return the texts that name files with pictures, by the pins' position."""
    found = {}
    for pin, text in block.pins.items():
        if isinstance(text, str) and names_picture(text) and plans.takes_file(block.symbol, pin):
            index = plans.index(item.shape_plan, block.symbol, "in", pin)
            if index is not None:
                found[index] = text
    return found
