"""What is said of a block whose symbol the catalog does not have."""

from __future__ import annotations

from app.document.model.own_symbol import is_own, shown_name
from app.document.model.python_symbol import PREFIX


def unknown_text(symbol: str) -> str:
    """Return why a block is a placeholder, and that nothing of it is lost."""
    if symbol.startswith(PREFIX):
        why = "for the reason that Problems gives"
        return f"{shown_name(symbol)} is no Python block now, {why}. It is kept as it is and written back."
    if is_own(symbol):
        return f"{shown_name(symbol)} is no page that can stand as a block. It is kept as it is and written back."
    return f"The catalog has no symbol {symbol}. The block is kept as it is and written back."
