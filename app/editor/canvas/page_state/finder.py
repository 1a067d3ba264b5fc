"""Finds blocks, notes and monitors of a project by a text, page by page (no Qt)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from app.document.model.diagram import Block, Page, Project

_ROOM = 60  # letters of a text around what was found in it


class Hit(NamedTuple):
    """An item that was found, with the words that say where in it the text stands."""

    page: str
    item: str
    where: str


def find_in(project: Project, text: str, first: str | None = None) -> list[Hit]:
    """Return what has the text in it, in any case, grouped by page: the page ``first`` first, on each the ids first.

    A text of the form ``page/block`` finds the blocks of the pages whose names have what stands before the last slash.
    """
    sought = text.strip().lower()
    if not sought:
        return []
    pages = sorted(project.pages, key=lambda page: page.name != first)
    hits = [hit for page in pages for hit in _of_page(page, sought)]
    before, slash, item = sought.rpartition("/")
    if slash:
        known = {(hit.page, hit.item) for hit in hits}
        there = [page for page in pages if before.strip() in page.name.lower()]
        led = (Hit(p.name, b.id, b.symbol) for p in there for b in _named(p, item.strip()))
        hits = [*(hit for hit in led if (hit.page, hit.item) not in known), *hits]
    return hits


def _of_page(page: Page, sought: str) -> Iterator[Hit]:
    named = _named(page, sought)
    yield from (Hit(page.name, block.id, block.symbol) for block in named)
    ids = {block.id for block in named}
    for block in page.blocks.values():
        where = _where(block, sought) if block.id not in ids else None
        if where is not None:
            yield Hit(page.name, block.id, where)
    for note in page.notes.values():
        if sought in note.text.lower():
            yield Hit(page.name, note.id, _around(note.text, sought))
    for monitor in page.monitors.values():
        texts = (monitor.id, str(monitor.options.get("title", "")))
        if any(sought in each.lower() for each in texts):
            yield Hit(page.name, monitor.id, f"{monitor.kind} of {', '.join(monitor.pins) or 'nothing'}")


def _named(page: Page, sought: str) -> list[Block]:
    """Return the blocks whose ids hold the text, the one of that very id first."""
    found = [block for block in page.blocks.values() if sought in block.id.lower()]
    return sorted(found, key=lambda block: block.id.lower() != sought)


def _where(block: Block, sought: str) -> str | None:
    """Return what of a block beside its id has the text, or None."""
    if sought in block.symbol.lower():
        return block.symbol
    if block.label and sought in block.label.lower():
        return _around(block.label, sought)
    for pin, text in block.pins.items():
        shown = text if isinstance(text, str) else f"{text.npz} {text.key}"
        if sought in shown.lower():
            return f"{pin}: {_around(shown, sought)}"
    return None


def _around(text: str, sought: str) -> str:
    """Return the part of a text around what was found in it, in one line."""
    line = " ".join(text.split())
    at = max(0, line.lower().find(sought))
    begin = max(0, at - _ROOM // 3)
    part = line[begin : begin + _ROOM]
    return f"{'…' if begin else ''}{part}{'…' if begin + _ROOM < len(line) else ''}"
