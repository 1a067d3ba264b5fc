"""What a function page is: a page with Argument or Result blocks and no session, which can stand as a block."""

from __future__ import annotations

from app.document.model.diagram import Block, Page

ARGUMENT = "Argument"
RESULT = "Result"
SESSION = "ClientSession"
ARGUMENT_OUTPUT = "output"  # the pin of an Argument that gives what the use brings
ARGUMENT_DEFAULT = "default"  # and the one with the text that counts where it brings nothing
RESULT_INPUT = "input"
RESERVED = ("scope", "attrs")  # ids that are no pins: each block may have pins of these names


def arguments_of(page: Page) -> list[Block]:
    """Return the Argument blocks, in the order of the pins."""
    return [b for b in page.blocks.values() if b.symbol == ARGUMENT and not b.off and b.id not in RESERVED]


def results_of(page: Page) -> list[Block]:
    """Return the Result blocks, in the order of the pins."""
    return [b for b in page.blocks.values() if b.symbol == RESULT and not b.off and b.id not in RESERVED]


def session_of(page: Page) -> str | None:
    """Return the id of a session on the page, or None."""
    return next((b.id for b in page.blocks.values() if b.symbol == SESSION and not b.off), None)


def is_function_page(page: Page) -> bool:
    """Return whether the page can stand on other pages as a block, as far as the page itself goes."""
    symbols = {b.symbol for b in page.blocks.values() if not b.off}
    return not symbols.isdisjoint((ARGUMENT, RESULT)) and SESSION not in symbols
