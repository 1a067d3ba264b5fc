"""The structure check of a page and of the pages that stand on it as blocks, each of which is looked at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from msgspec.structs import replace

from app.document.checks.page import PageCheck
from app.document.checks.wires import Found, check_cycles
from app.document.model.diagram import Page
from app.document.model.function_page import ARGUMENT, ARGUMENT_DEFAULT
from app.document.model.problems import Problem
from app.document.resources.archives import Archives
from app.document.resources.inlining import Inlined
from app.document.resources.own_blocks import OwnBlocks
from blocks.catalog import Catalog


def checked_page(
    page: Page, inlined: Inlined, catalog: Catalog, folder: Path, archives: Archives, own: OwnBlocks
) -> PageCheck:
    """Return the check of a page as it is drawn; what stands within uses is left to `problems_within`."""
    check = PageCheck(drawn_part(page, inlined), catalog, folder, archives, own)
    check.run(())
    return check


def drawn_part(page: Page, inlined: Inlined) -> Page:
    """Return the page as it is drawn, with its blocks as the page without uses has them."""
    if not inlined.uses:
        return inlined.page
    those = inlined.page.blocks
    return replace(page, blocks={n: b if n in inlined.uses else those[n] for n, b in page.blocks.items()})


def problems_within(
    inlined: Inlined,
    cycles: Sequence[list[str]],
    catalog: Catalog,
    folder: Path,
    archives: Archives,
    own: OwnBlocks,
) -> list[Problem]:
    """Return the problems of the blocks within uses, by their addresses, and of cycles of the whole."""
    problems: list[Problem] = []
    of_page: dict[str, list[Problem]] = {}
    for use, symbol in inlined.uses.items():
        found = of_page.get(symbol)
        if found is None:
            page = _as_led(own.pages.pages[symbol], use, inlined)
            check = PageCheck(page, catalog, folder, archives, own)
            check.run(())
            found = of_page[symbol] = [p for p in check.problems(page.blocks) if p.block is not None]
        problems += [within(problem, use) for problem in found]
    if cycles:
        around: Found = {}
        check_cycles(inlined.page, cycles, around)
        problems += [p for found in around.values() for p in found]
    return problems


def within(problem: Problem, use: str) -> Problem:
    """Return the problem of a page as one of the use that the page stands for; it is cured on the page itself."""
    related = tuple(f"{use}/{end}" for end in problem.related)
    return replace(problem, block=f"{use}/{problem.block}", related=related, fixes=())


def at_uses(problems: Iterable[Problem], inlined: Inlined) -> list[Problem]:
    """Return problems of texts that Arguments hold at the pins of the uses, where these are typed."""
    found = []
    for problem in problems:
        place = inlined.pins.get(problem.block or "") if problem.pin == ARGUMENT_DEFAULT else None
        found.append(problem if place is None else replace(problem, block=place[0], pin=place[1], fixes=()))
    return found


def _as_led(page: Page, use: str, inlined: Inlined) -> Page:
    """Return a page with files led to where they lie, as they are in one of its uses.

    What is typed at the use itself, which its Arguments hold, is no text of the page.
    """
    led = {}
    for name, block in page.blocks.items():
        address = f"{use}/{name}"
        put = inlined.page.blocks.get(address)
        if put is None or address in inlined.uses or block.symbol == ARGUMENT:
            continue
        if put.symbol == block.symbol and put.pins is not block.pins:
            led[name] = replace(block, pins=put.pins)
    return replace(page, blocks={**page.blocks, **led}) if led else page
