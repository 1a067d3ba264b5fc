"""Folds a flat page into pages that stand as blocks on each other, by the scopes of the model that it was made from."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from app.document.editing.explicit_seeds import with_seed
from app.document.model.diagram import Page
from app.engine.exchange.flat_page import FlatPage
from app.engine.exchange.folded_pages import FoldedPages
from app.engine.exchange.grouping import parted
from app.engine.exchange.kinds import Kinds
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
    by_place = [names.get(block.id, "") for block in flat.blocks]
    root = parted(flat, by_place)
    seed, blocks = page.scope.seed, list(flat.blocks)
    if seed is not None:
        blocks = [with_seed(block, block.id, seed, flat.catalog) for block in blocks]
    kinds = Kinds(flat, blocks, root)
    return FoldedPages(flat, by_place, blocks, kinds, taken).drawn(root)
