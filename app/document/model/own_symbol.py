"""The symbols that a project brings itself: Python blocks, and pages that stand as blocks."""

from __future__ import annotations

from app.document.model import page_symbol as of_page
from app.document.model import python_symbol as of_python

PREFIXES = (of_python.PREFIX, of_page.PREFIX, of_page.LIBRARY_PREFIX)


def is_own(symbol: str) -> bool:
    """Return whether a symbol is spelt as one that a project brings itself."""
    return symbol.startswith(PREFIXES)


def shown_name(symbol: str) -> str:
    """Return how lists name a symbol: ``blur (blur.py)``, ``dense layer``, ``dense layer (layers)``, or as it is."""
    function = of_python.python_symbol(symbol)
    if function is not None:
        return f"{function.function} ({function.file})"
    page = of_page.page_symbol(symbol)
    if page is None:
        return symbol
    return page.page if page.library is None else f"{page.page} ({page.library})"
