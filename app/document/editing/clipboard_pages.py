"""The pages behind copied blocks: they travel with them, and come along where another project lacks them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from app.document.editing.base import Edit
from app.document.editing.page_edits import AddPage
from app.document.editing.page_uses import renamed_block
from app.document.model.diagram import Page, Project, copy_page
from app.document.model.page_symbol import PREFIX
from app.document.resources.function_pages import pages_named


def pages_behind(page: Page, pages: Iterable[Page]) -> list[Page]:
    """Return those of some pages that blocks of a page name, directly or through others, in their order."""
    by_symbol = {f"{PREFIX}{p.name}": p for p in pages}
    todo, met = [page] if by_symbol else [], set()
    while todo:
        for symbol in pages_named(todo.pop(), off=True):
            if symbol in by_symbol and symbol not in met:
                met.add(symbol)
                todo.append(by_symbol[symbol])
    return [p for symbol, p in by_symbol.items() if symbol in met]


def bring_pages(project: Project, fragment: Page, pages: Iterable[Page]) -> tuple[list[Edit], Page]:
    """Return the edits that add to a project the pages which a fragment needs, and the fragment as it names them there.

    A page that the project has with the same content is not added again; where it has another one of that name, the
    page that comes takes a new name.
    """
    coming = list(pages)
    names = _names(project, coming)
    new = [p for p in coming if project.page(names[p.name]) is None]
    edits: list[Edit] = [
        AddPage(replace(_renamed(copy_page(p), names), name=names[p.name])) for p in _inner_first(new)
    ]
    return edits, _renamed(fragment, names)


def _names(project: Project, pages: list[Page]) -> dict[str, str]:
    """Return what each page is called in the project: as it is, or anew where another one has its name.

    A page that uses one which takes a new name is another one too, so it is looked at until nothing changes.
    """
    names = {page.name: page.name for page in pages}
    changed = True
    while changed:
        changed = False
        for page in pages:
            there = project.page(names[page.name])
            if there is not None and there != replace(_renamed(page, names), name=there.name):
                names[page.name] = _free(project, page.name, names.values())
                changed = True
    return names


def _free(project: Project, name: str, taken: Iterable[str]) -> str:
    used, number = {*(p.name for p in project.pages), *taken}, 2
    while f"{name} {number}" in used:
        number += 1
    return f"{name} {number}"


def _inner_first(pages: list[Page]) -> list[Page]:
    """Return pages in an order in which each comes behind those that it uses."""
    left, ordered = list(pages), list[Page]()
    while left:
        free = [p for p in left if not pages_behind(p, [other for other in left if other is not p])] or left
        ordered += free
        left = [p for p in left if p not in free]
    return ordered


def _renamed(page: Page, names: Mapping[str, str]) -> Page:
    """Return a page whose blocks name pages by these names."""
    changed = {old: new for old, new in names.items() if old != new}
    if not changed:
        return page
    return replace(page, blocks={i: renamed_block(b, changed) for i, b in page.blocks.items()})
