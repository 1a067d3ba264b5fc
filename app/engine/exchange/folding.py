"""Folds a flat page into pages that stand as blocks on each other, by the scopes of the model that it was made from."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from msgspec.structs import replace

from app.document.editing.explicit_seeds import with_seed
from app.document.model.diagram import Page
from app.document.model.page_symbol import PREFIX
from app.engine.exchange.circles import needed_first
from app.engine.exchange.flat_page import FlatPage
from app.engine.exchange.folded_pages import FoldedPages
from app.engine.exchange.grouping import parted
from app.engine.exchange.kinds import Kinds
from app.engine.exchange.part_names import tidied
from app.engine.exchange.parts import MOST_BLOCKS
from blocks.catalog import Catalog, load


def fold(
    page: Page, names: Mapping[str, str], taken: Collection[str] = (), catalog: Catalog | None = None
) -> list[Page]:
    """Return the page with uses in place of its scopes, and the pages that these stand for, outer ones first.

    ``names`` has the original name of each block, with its scopes (``model/conv1/BiasAdd``); blocks without one stand
    with what takes them. ``taken`` are names of other pages of the project. A page that is small, or that runs in
    circles, stays as it is.
    """
    flat = FlatPage(page, catalog or load())
    if flat.has_cycles or len(flat.blocks) <= MOST_BLOCKS:
        return [page]
    known = [names.get(block.id, "") for block in flat.blocks]
    by_place = tidied(known, [name for name, sources in zip(known, flat.sources, strict=True) if sources])
    root = parted(flat, by_place)
    seed, blocks = page.scope.seed, list(flat.blocks)
    if seed is not None:
        blocks = [with_seed(block, block.id, seed, flat.catalog) for block in blocks]
    kinds = Kinds(flat, blocks, root)
    return FoldedPages(flat, by_place, blocks, kinds, taken).drawn(root)


class Folder:
    """Folds the pages of one project; what stands for the same as a page made before is that page."""

    def __init__(self, catalog: Catalog) -> None:
        """Begin with no pages made."""
        self._catalog = catalog
        self._made: dict[object, str] = {}  # names of pages by what is on them

    def fold(self, page: Page, names: Mapping[str, str], taken: Collection[str]) -> list[Page]:
        """Return the page folded, and the pages that are new; see ``fold``."""
        pages = fold(page, names, taken, self._catalog)
        same: dict[str, str] = {}  # symbols of pages that were made before
        for one in _inner_first(pages):
            content = _content(one, same)
            known = self._made.setdefault(content, one.name)
            if known != one.name:
                same[f"{PREFIX}{one.name}"] = f"{PREFIX}{known}"
        return [_with_symbols(one, same) for one in pages if f"{PREFIX}{one.name}" not in same]


def _inner_first(made: list[Page]) -> list[Page]:
    """Return the pages behind the first one, each behind those that it uses."""
    place = {f"{PREFIX}{page.name}": i for i, page in enumerate(made)}
    before = [[place[b.symbol] for b in page.blocks.values() if b.symbol in place] for page in made]
    return [made[i] for i in needed_first(range(len(made)), before) if i]


def _with_symbols(page: Page, symbols: Mapping[str, str]) -> Page:
    if not symbols:
        return page
    blocks = {i: replace(b, symbol=symbols.get(b.symbol, b.symbol)) for i, b in page.blocks.items()}
    return replace(page, blocks=blocks)


def _content(page: Page, symbols: Mapping[str, str]) -> object:
    blocks = tuple(
        (b.id, symbols.get(b.symbol, b.symbol), b.device, tuple(b.pins.items())) for b in page.blocks.values()
    )
    return blocks, tuple((wire.source, wire.target) for wire in page.wires)
