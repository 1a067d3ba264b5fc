"""The libraries behind copied blocks: where another project does not know them, their entries come along."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from msgspec.structs import replace

from app.document.editing.base import Edit
from app.document.editing.page_edits import SetLibraries
from app.document.editing.page_uses import text_of_names
from app.document.model.diagram import Block, Page, Project
from app.document.model.page_symbol import PageSymbol, page_symbol, symbol_of_text, text_of_symbol
from app.document.resources.function_pages import function_pins, names_in, pages_named
from app.document.resources.libraries import SHIPPED


class Brought(NamedTuple):
    """The edits by which a project knows the libraries, and the pages as they name them there."""

    edits: list[Edit]
    page: Page
    pages: list[Page]


def libraries_named(pages: Iterable[Page], libraries: Mapping[str, str]) -> dict[str, str]:
    """Return those of a project's libraries that blocks of some pages name."""
    if not libraries:
        return {}
    symbols = (page_symbol(name) for page in pages for name in pages_named(page, off=True))
    named = {symbol.library for symbol in symbols if symbol is not None}
    return {alias: place for alias, place in libraries.items() if alias in named}


def bring_libraries(
    project: Project, page: Page, pages: list[Page], libraries: Mapping[str, str], old: Path | None, new: Path
) -> Brought:
    """Let a project in the folder ``new`` know the libraries that pages from the folder ``old`` name (None: unknown).

    One that the project knows already is named as it is there; an alias that stands for another one there is changed.
    """
    known, aliases = dict(project.libraries), dict[str, str]()
    for alias, place in libraries.items():
        there = _seen_from(place, old, new)
        same = [name for name, other in known.items() if other == there]
        aliases[alias] = alias if known.get(alias) == there else next(iter(same), _free(alias, known))
        known[aliases[alias]] = there
    edits: list[Edit] = [] if known == project.libraries else [SetLibraries(known)]
    return Brought(edits, _renamed(page, aliases), [_renamed(one, aliases) for one in pages])


def _seen_from(place: str, old: Path | None, new: Path) -> str:
    """Return how a project names a file that another one names so."""
    if old is None or old == new or place.startswith(SHIPPED) or os.path.isabs(place):
        return place
    return os.path.relpath(old / place, new).replace(os.sep, "/")


def _free(alias: str, taken: Mapping[str, str]) -> str:
    name, number = alias, 2
    while name in taken:
        name, number = f"{alias}-{number}", number + 1
    return name


def _renamed(page: Page, aliases: Mapping[str, str]) -> Page:
    """Return a page whose blocks name libraries by other aliases."""
    if all(old == new for old, new in aliases.items()):
        return page
    return replace(page, blocks={name: _block(block, aliases) for name, block in page.blocks.items()})


def _block(block: Block, aliases: Mapping[str, str]) -> Block:
    symbol, pins = _symbol(block.symbol, aliases), dict(block.pins)
    for pin, kind in function_pins(block.symbol).items():
        names = names_in(block.symbol, pin, pins.get(pin))
        moved = [text_of_symbol(_symbol(symbol_of_text(name), aliases)) for name in names]
        if moved != names:
            pins[pin] = text_of_names(kind, moved)
    return replace(block, symbol=symbol, pins=pins)


def _symbol(symbol: str, aliases: Mapping[str, str]) -> str:
    named = page_symbol(symbol)
    if named is None or named.library is None:
        return symbol
    return str(PageSymbol(named.page, aliases.get(named.library, named.library)))
