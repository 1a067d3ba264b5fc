"""The clipboard form of a selection: a project text with one page, so that text editors can take part."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, TypeVar

import msgspec

from app.document.editing.clipboard_libraries import libraries_named
from app.document.editing.clipboard_pages import pages_behind
from app.document.editing.item_edits import AddBlocks
from app.document.model.addresses import by_id, with_addresses
from app.document.model.diagram import Block, Monitor, Note, Page, Project, Wire
from app.document.model.ids import IdGiver
from app.document.model.page_symbol import PREFIX
from app.document.resources.function_pages import pages_named
from app.document.storage.errors import FileProblem
from app.document.storage.reader import loads
from app.document.storage.writer import dumps

NO_LIBRARIES: Mapping[str, str] = {}
Point = tuple[float, float]
Item = TypeVar("Item", Block, Note, Monitor)


def to_fragment(
    page: Page,
    blocks: Iterable[str] = (),
    notes: Iterable[str] = (),
    monitors: Iterable[str] = (),
    pages: Iterable[Page] = (),
    libraries: Mapping[str, str] = NO_LIBRARIES,
) -> str:
    """Return the text of the items with these ids, in the page's order, and of the wires between them.

    ``pages`` and ``libraries`` are the project's: those that the blocks stand for, or name, come along.
    """
    chosen = {*blocks}, {*notes}, {*monitors}
    wires = [w for w in page.wires if w.source.block in chosen[0] and w.target.block in chosen[0]]
    part = Page(
        name=page.name,
        blocks={i: b for i, b in page.blocks.items() if i in chosen[0]},
        wires=wires,
        notes={i: n for i, n in page.notes.items() if i in chosen[1]},
        monitors={i: m for i, m in page.monitors.items() if i in chosen[2]},
    )
    along = [part, *pages_behind(part, (p for p in pages if p is not page))]
    return dumps(Project(pages=along, libraries=libraries_named(along, libraries))).decode()


class Fragment(NamedTuple):
    """What a text holds: the items as those of one page, and the pages and libraries that blocks among them name."""

    page: Page
    pages: list[Page]
    libraries: Mapping[str, str]


def from_fragment(text: str) -> Fragment | None:
    """Return what a pasted text holds, several pages of a file as one; None for any other text.

    Pages that stand as blocks on the others stay by themselves.
    """
    try:
        loaded = loads(text)
    except FileProblem:
        return None
    if loaded.read_only or not loaded.project.pages:
        return None
    first, *others = loaded.project.pages
    named = {symbol for page in loaded.project.pages for symbol in pages_named(page, off=True)}
    behind = [page for page in others if f"{PREFIX}{page.name}" in named]
    project = Project(pages=[first, *behind])
    for page in others:
        if page not in behind:
            place_fragment(first, page, (0, 0)).do(project)
    return Fragment(first, behind, loaded.project.libraries)


def place_fragment(page: Page, fragment: Page, offset: Point) -> AddBlocks:
    """Return the edit that adds copies of the fragment's items to the page, ``offset`` (scene units) away.

    Copies keep their ids where these are free. Wires and monitors follow the copies; wires that end outside
    the fragment are left out.
    """
    return placed_fragment(page.name, IdGiver(page), fragment, offset)


def placed_fragment(page: str, giver: IdGiver, fragment: Page, offset: Point) -> AddBlocks:
    """Return that edit for the page of this name, to whose items ``giver`` gives ids."""
    ids = {old: giver.for_copy(old) for old in (*fragment.blocks, *fragment.notes, *fragment.monitors)}
    inside = msgspec.structs.replace(
        fragment,
        wires=[
            w
            for w in fragment.wires
            if w.source.block in fragment.blocks and w.target.block in fragment.blocks
        ],
    )
    copied = with_addresses(inside, by_id({block: ids[block] for block in fragment.blocks}))
    return AddBlocks(
        page,
        blocks=[_copy_of(b, ids, offset, pins=dict(b.pins)) for b in copied.blocks.values()],
        wires=[_copy_wire(w, offset) for w in copied.wires],
        notes=[_copy_of(n, ids, offset) for n in copied.notes.values()],
        monitors=[_copy_of(m, ids, offset) for m in copied.monitors.values()],
    )


def _shifted(at: Point, offset: Point) -> Point:
    return at[0] + offset[0], at[1] + offset[1]


def _copy_of(item: Item, ids: Mapping[str, str], offset: Point, **members: Any) -> Item:
    """Return the item with its new id at its new place."""
    return msgspec.structs.replace(item, id=ids[item.id], at=_shifted(item.at, offset), **members)


def _copy_wire(wire: Wire, offset: Point) -> Wire:
    return msgspec.structs.replace(wire, route=tuple(_shifted(point, offset) for point in wire.route))
