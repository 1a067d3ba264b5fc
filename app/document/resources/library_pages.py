"""What the libraries of a project hold, once they are read."""

from __future__ import annotations

import msgspec

from app.document.model.diagram import Page
from app.document.model.page_symbol import page_symbol
from app.document.model.sentence import say
from app.document.resources.unfit import Unfit


class Libraries(msgspec.Struct, frozen=True):
    """What the libraries of a project hold: their pages by symbol, and by alias why others do not read.

    ``files`` are those that were read: another content of one is another library.
    """

    pages: dict[str, Page] = {}
    unfit: dict[str, Unfit] = {}
    files: tuple[str, ...] = ()

    def why_none(self, alias: str) -> Unfit | None:
        """Return why there are no pages of an alias; None where there are some."""
        if alias in self.unfit:
            return self.unfit[alias]
        known = any((named := page_symbol(s)) is not None and named.library == alias for s in self.pages)
        return None if known else Unfit("missing-library", say("library.unknown", alias=alias))


NO_LIBRARIES = Libraries()
