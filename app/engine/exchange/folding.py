"""Folds a flat page into pages that stand as blocks on each other, by the scopes of the model that it was made from."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from msgspec.structs import replace

from app.document.editing.explicit_seeds import with_seed
from app.document.model.diagram import Page
from app.document.model.page_symbol import PREFIX
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


def fold_all(pages: Iterable[tuple[Page, Mapping[str, str]]]) -> list[Page]:
    """Return several pages of a project folded, the first ones first; those that stand for the same are made once."""
    flat = list(pages)
    main, inner = [], dict[object, Page]()
    taken = {page.name for page, _ in flat}
    for page, names in flat:
        made = fold(page, names, taken | {known.name for known in inner.values()})
        same: dict[str, str] = {}  # symbols of pages that are there already
        for one in reversed(made[1:]):  # those within others come first
            one = _with_symbols(one, same)
            known = inner.setdefault(_content(one), one)
            if known is not one:
                same[f"{PREFIX}{one.name}"] = f"{PREFIX}{known.name}"
        main.append(_with_symbols(made[0], same))
    return [*main, *inner.values()]


def _with_symbols(page: Page, symbols: Mapping[str, str]) -> Page:
    if not symbols:
        return page
    blocks = {i: replace(b, symbol=symbols.get(b.symbol, b.symbol)) for i, b in page.blocks.items()}
    return replace(page, blocks=blocks)


def _content(page: Page) -> object:
    blocks = tuple((b.id, b.symbol, b.device, tuple(b.pins.items())) for b in page.blocks.values())
    return blocks, tuple((wire.source, wire.target) for wire in page.wires)
