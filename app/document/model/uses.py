"""Ways through the pages of a project: what lies within the pages that stand as blocks, by its address."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from app.document.model.addresses import Rename, RenamePin
from app.document.model.diagram import Block, Page, Project

# From a block to the pages of the project that it names: the one that it stands for, or those of its functions.
PagesOf = Callable[[Block], Iterable[Page]]


def no_pages(_block: Block) -> Iterable[Page]:
    """Return that a block stands for no page."""
    return ()


def blocks_within(page: Page, pages_of: PagesOf) -> Iterator[tuple[str, Block]]:
    """Give each block on a page and within its uses, with its path (``layer1/w``); ends in any case."""
    todo: list[tuple[str, Page, tuple[str, ...]]] = [("", page, (page.name,))]
    while todo:
        prefix, here, way = todo.pop()
        for block in here.blocks.values():
            yield prefix + block.id, block
            for inner in pages_of(block):
                if inner.name not in way:
                    todo.append((f"{prefix}{block.id}/", inner, (*way, inner.name)))


def users_of(project: Project, page: Page, pages_of: PagesOf) -> list[Page]:
    """Return the pages that bear a page as a block, directly or through others, in file order."""
    users = {
        other.name: {p.name for b in other.blocks.values() for p in pages_of(b)} for other in project.pages
    }
    found = {page.name}
    while more := {
        name for name, named in users.items() if name not in found and not found.isdisjoint(named)
    }:
        found |= more
    return [other for other in project.pages if other.name in found and other is not page]


def part_on(start: Page, page: Page, path: str, pages_of: PagesOf) -> tuple[str, str] | None:
    """Return a path of another page as what leads to ``page`` and what lies on it; None where it leads elsewhere."""
    if start is page:
        return "", path
    here, steps = start, path.split("/")
    for place, step in enumerate(steps[:-1], 1):
        inner = _entered(here, step, steps[place], pages_of)
        if inner is None:
            return None
        if inner is page:
            return "/".join(steps[:place]) + "/", "/".join(steps[place:])
        here = inner
    return None


def through_uses(start: Page, page: Page, rename: Rename, pages_of: PagesOf) -> Rename:
    """Return the renaming of paths on another page that renames the part which lies on ``page``."""

    def renamed(path: str) -> str:
        parts = part_on(start, page, path, pages_of)
        return path if parts is None else parts[0] + rename(parts[1])

    return renamed


def pin_through_uses(start: Page, page: Page, rename: RenamePin, pages_of: PagesOf) -> RenamePin:
    """Return the same for pins of blocks."""

    def renamed(path: str, pin: str) -> tuple[str, str]:
        parts = part_on(start, page, path, pages_of)
        if parts is None:
            return path, pin
        block, other = rename(parts[1], pin)
        return parts[0] + block, other

    return renamed


def _entered(page: Page, block: str, following: str, pages_of: PagesOf) -> Page | None:
    """Return the page that a path goes on in: of several functions the first that has its next block."""
    named = list(pages_of(page.blocks[block])) if block in page.blocks else []
    return next((p for p in named if following in p.blocks), named[0] if named else None)
