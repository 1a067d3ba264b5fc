"""The symbols of pages that stand as blocks, ``page:NAME`` and ``library:ALIAS/NAME``: how they are spelt."""

from __future__ import annotations

from typing import NamedTuple

from app.document.model.address import ID

PREFIX = "page:"
LIBRARY_PREFIX = "library:"


class PageSymbol(NamedTuple):
    """A page of this project, or of the library that the project knows by an alias."""

    page: str
    library: str | None = None

    def __str__(self) -> str:
        """Return the symbol's spelling."""
        return (
            f"{PREFIX}{self.page}" if self.library is None else f"{LIBRARY_PREFIX}{self.library}/{self.page}"
        )


def page_symbol(name: str) -> PageSymbol | None:
    """Return what the symbol names; None for a symbol of another kind, or one that names no page."""
    if name.startswith(PREFIX):
        return PageSymbol(name[len(PREFIX) :]) if len(name) > len(PREFIX) else None
    if not name.startswith(LIBRARY_PREFIX):
        return None
    alias, slash, page = name[len(LIBRARY_PREFIX) :].partition("/")
    return PageSymbol(page, alias) if slash and page and ID.match(alias) else None


def names_page(symbol: str) -> bool:
    """Return whether a symbol is spelt as that of a page, whether there can be one or not."""
    return symbol.startswith((PREFIX, LIBRARY_PREFIX))


def symbol_of_text(name: str) -> str:
    """Return the symbol of the page that a pin of kind func names."""
    return name if name.startswith(LIBRARY_PREFIX) else f"{PREFIX}{name}"


def text_of_symbol(symbol: str) -> str:
    """Return how a pin of kind func names the page of a symbol."""
    return symbol.removeprefix(PREFIX)
