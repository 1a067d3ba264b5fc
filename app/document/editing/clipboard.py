"""The clipboard form of a selection: a project text with one page, so that text editors can take part."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from app.document.editing.item_edits import AddBlocks
from app.document.model.diagram import Block, Monitor, Note, Page, PinRef, Project, Wire
from app.document.model.ids import IdGiver
from app.document.storage.errors import FileProblem
from app.document.storage.reader import loads
from app.document.storage.writer import dumps

Point = tuple[float, float]


def to_fragment(
    page: Page, blocks: Iterable[str] = (), notes: Iterable[str] = (), monitors: Iterable[str] = ()
) -> str:
    """Return the text of the items with these ids, in the page's order, and of the wires between them."""
    chosen = {*blocks}, {*notes}, {*monitors}
    wires = [w for w in page.wires if w.source.block in chosen[0] and w.target.block in chosen[0]]
    part = Page(
        name=page.name,
        blocks={i: b for i, b in page.blocks.items() if i in chosen[0]},
        wires=wires,
        notes={i: n for i, n in page.notes.items() if i in chosen[1]},
        monitors={i: m for i, m in page.monitors.items() if i in chosen[2]},
    )
    return dumps(Project(pages=[part])).decode()


def from_fragment(text: str) -> Page | None:
    """Return what a pasted text holds, several pages of a file as one; None for any other text."""
    try:
        loaded = loads(text)
    except FileProblem:
        return None
    if loaded.read_only or not loaded.project.pages:
        return None
    first, *others = loaded.project.pages
    project = Project(pages=[first])
    for page in others:
        place_fragment(first, page, (0, 0)).do(project)
    return first


def place_fragment(page: Page, fragment: Page, offset: Point) -> AddBlocks:
    """Return the edit that adds copies of the fragment's items to the page, ``offset`` (scene units) away.

    Copies keep their ids where these are free. Wires and monitors follow the copies; wires that end outside
    the fragment are left out.
    """
    giver = IdGiver(page)
    ids = {old: giver.for_copy(old) for old in (*fragment.blocks, *fragment.notes, *fragment.monitors)}
    return AddBlocks(
        page.name,
        blocks=[_copy_block(b, ids[b.id], offset) for b in fragment.blocks.values()],
        wires=[
            _copy_wire(w, ids, offset)
            for w in fragment.wires
            if w.source.block in fragment.blocks and w.target.block in fragment.blocks
        ],
        notes=[_moved(n, ids[n.id], offset) for n in fragment.notes.values()],
        monitors=[_copy_monitor(m, fragment, ids, offset) for m in fragment.monitors.values()],
    )


def _shifted(at: Point, offset: Point) -> Point:
    return at[0] + offset[0], at[1] + offset[1]


def _copy_block(block: Block, new_id: str, offset: Point) -> Block:
    return msgspec.structs.replace(block, id=new_id, at=_shifted(block.at, offset), pins=dict(block.pins))


def _moved(note: Note, new_id: str, offset: Point) -> Note:
    return msgspec.structs.replace(note, id=new_id, at=_shifted(note.at, offset))


def _copy_monitor(monitor: Monitor, fragment: Page, ids: dict[str, str], offset: Point) -> Monitor:
    pins = []
    for pin in monitor.pins:
        block, dot, rest = pin.partition(".")
        pins.append((ids[block] if block in fragment.blocks else block) + dot + rest)
    at = _shifted(monitor.at, offset)
    return msgspec.structs.replace(monitor, id=ids[monitor.id], at=at, pins=tuple(pins))


def _copy_wire(wire: Wire, ids: dict[str, str], offset: Point) -> Wire:
    source, target = (PinRef(ids[e.block], e.pin, e.index) for e in (wire.source, wire.target))
    route = tuple(_shifted(point, offset) for point in wire.route)
    return msgspec.structs.replace(wire, source=source, target=target, route=route)
