"""What the document asks of a catalog: symbols by name, and the signatures of their ops."""

from __future__ import annotations

from typing import Protocol

from blocks.symbol import Op, Symbol


class Symbols(Protocol):
    """The part of the catalog that the document's packages use; the shipped catalog is one, tests make others."""

    def get(self, name: str) -> Symbol | None:
        """Return the symbol of that name, or None."""

    def op(self, name: str) -> Op | None:
        """Return the signature of a TensorFlow op, or None."""

    def names(self) -> list[str]:
        """Return all symbols' names."""
