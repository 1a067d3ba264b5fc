"""Ids for new blocks, notes and monitors: short, readable and free on their page."""

from __future__ import annotations

import re
from collections.abc import Collection

from app.document.model.address import ID
from app.document.model.diagram import Page
from app.document.model.page_symbol import page_symbol
from app.document.model.python_symbol import python_symbol


class IdGiver:
    """Gives ids that are free on a page and not given before; linear also for thousands of one name."""

    def __init__(self, page: Page, taken: Collection[str] = ()) -> None:
        """Begin with the ids of the page, those by which blocks of other ids draw, and those in ``taken``."""
        drawn = (at.partition("/")[0] for at in page.seeds.values())
        self._used = {*page.blocks, *page.notes, *page.monitors, *drawn, *taken}
        self._counts: dict[str, int] = {}

    def for_symbol(self, symbol: str) -> str:
        """Return ``matmul`` for MatMul, then ``matmul_2``, and so on; ``conv3d`` for ``raw.Conv3D``.

        Of a Python block it is the function's name, of a page that stands as a block the page's.
        """
        python, page = python_symbol(symbol), page_symbol(symbol)
        if python is not None:
            name = python.function
        else:
            name = page.page if page is not None else symbol.rpartition(".")[2]
        return self._give(_safe(name.lower()))

    def for_copy(self, old: str) -> str:
        """Return the id itself where it is free and well-formed, else the next number of its name."""
        if old not in self._used and ID.match(old):
            self._used.add(old)
            return old
        return self._give(_safe(re.sub(r"_\d+\Z", "", old)))

    def _give(self, stem: str) -> str:
        count = self._counts.get(stem, 0) + 1
        while (given := stem if count == 1 else f"{stem}_{count}") in self._used:
            count += 1
        self._counts[stem] = count
        self._used.add(given)
        return given


def free_id(page: Page, symbol: str, taken: Collection[str] = ()) -> str:
    """Return one free id for a new block, note or monitor; ``taken`` holds further ids to avoid."""
    return IdGiver(page, taken).for_symbol(symbol)


def free_alias(name: str, taken: Collection[str]) -> str:
    """Return an alias for a library of that name that none of those ``taken`` is."""
    stem, number = _safe(name), 1
    while (alias := stem if number == 1 else f"{stem}_{number}") in taken:
        number += 1
    return alias


def _safe(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9_-]", "_", name).lstrip("_-") or "block"
