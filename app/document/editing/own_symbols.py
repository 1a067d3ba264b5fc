"""The blocks that a document brings itself, in its catalog: they follow the document's edits and its Python files."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from app.document.editing.base import Change
from app.document.model.diagram import Block, Project
from app.document.model.function_page import ARGUMENT, RESULT
from app.document.model.own_symbol import is_own
from app.document.resources.function_pages import FunctionPages, function_pins
from app.document.resources.library_pages import NO_LIBRARIES, Libraries
from blocks.catalog import Catalog, OwnSymbol

_OF_PAGES = frozenset({"page-added", "page-removed", "page-renamed", "page-moved"})
_IDLE = frozenset(
    ("block-moved", "block-view-changed", "note-moved", "monitor-moved", "page-changed", "saved", "history")
)
_BESIDE_BLOCKS = ("wire-", "note-", "monitor-")


class OwnSymbols:
    """Has a catalog hold what the project's pages and files bring."""

    def __init__(self, project: Project, catalog: Catalog) -> None:
        """Begin with the pages as they are, and no file."""
        self._project, self._catalog = project, catalog
        self._python: Mapping[str, OwnSymbol] = {}
        self._libraries = NO_LIBRARIES
        self._concerned: set[str] = set()  # pages that are blocks or bear some
        self.functions = FunctionPages()
        self._pages: Mapping[str, OwnSymbol] = {}
        self._look()

    def set_files(
        self, python: Mapping[str, OwnSymbol], libraries: Libraries = NO_LIBRARIES
    ) -> tuple[set[str], set[str]]:
        """Have what files bring in place of what they brought so far.

        Return the symbols of pages that have other pins now, and those of pages that hold something else.
        """
        old = self._libraries.pages
        rewritten = {s for s in {**old, **libraries.pages} if old.get(s) != libraries.pages.get(s)}
        self._python = dict(python)
        before = self._pages
        if libraries != self._libraries:
            self._libraries = libraries
            self._look()
        self._put()
        return {s for s in {**before, **self._pages} if before.get(s) != self._pages.get(s)}, rewritten

    def follow(self, changes: Sequence[Change]) -> list[Change]:
        """Follow changes of the pages; return a change that names the symbols that are others now, if any are."""
        if not any(_counts(change) and self._may_concern(change) for change in changes):
            return []
        before = self._pages
        self._look()
        now = self._pages
        other = tuple(s for s in {**before, **now} if before.get(s) != now.get(s))
        return [Change("symbols", ids=other)] if other else []

    def _may_concern(self, change: Change) -> bool:
        if change.kind in _OF_PAGES or change.page in self._concerned:
            return True
        page = self._project.page(change.page)
        if page is None or change.kind.startswith(_BESIDE_BLOCKS):
            return False
        if not (change.ids and change.kind.startswith("block-")):
            return _is_concerned(page.blocks.values())
        return _is_concerned(
            [page.blocks[i] for i in change.ids if i in page.blocks]
        )  # as the others are not

    def _look(self) -> None:
        pages = self._project.pages
        self._concerned = {page.name for page in pages if _is_concerned(page.blocks.values())}
        is_any = self._concerned or self._libraries.pages
        self.functions = FunctionPages.of(pages, self._libraries) if is_any else FunctionPages()
        self._pages = self.functions.symbols()
        self._put()

    def _put(self) -> None:
        self._catalog.set_own({**self._pages, **self._python})


def _counts(change: Change) -> bool:
    """Return whether a change may be one of a symbol: a page's look is that of the blocks that stand for it."""
    return change.kind not in _IDLE or (change.kind == "page-changed" and change.old == "view")


def _is_concerned(blocks: Collection[Block]) -> bool:
    """Return whether a page with these blocks is a block, or names pages as such."""
    symbols = {block.symbol for block in blocks}  # few, however many blocks there are
    if any(symbol in (ARGUMENT, RESULT) or is_own(symbol) for symbol in symbols):
        return True
    naming = {symbol for symbol in symbols if function_pins(symbol)}
    return bool(naming) and any(block.pins and block.symbol in naming for block in blocks)
