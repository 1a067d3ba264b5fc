"""The part of a page that some outputs need, as a page of its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from app.document.model.diagram import Block, Page, PinRef, RunSettings, Wire
from app.document.model.ids import free_id
from app.document.model.topology import reachable

_SESSION, _FEED = "ClientSession", "FeedType"


def part_for(page: Page, outputs: Sequence[PinRef], operations: Sequence[PinRef] = ()) -> Page:
    """Return a page of the blocks that these outputs need, and of what feeds the placeholders among them.

    ``outputs`` are tensors, ``operations`` are run without a value. The page runs one step and shares its blocks with
    the given one; what writes to a Variable and is not needed for the outputs is no part of it.
    """
    part = part_around(page, [end.block for end in (*outputs, *operations)])
    session = Block(id=free_id(page, _SESSION), symbol=_SESSION)
    fed = [PinRef(name, "output") for name, block in part.blocks.items() if block.symbol == _FEED]
    wires = [*part.wires]
    for pin, ends in (("fetch_outputs", outputs), ("run_outputs", operations), ("inputs", fed)):
        wires += [Wire(source=end, target=PinRef(session.id, pin)) for end in ends]
    return msgspec.structs.replace(part, blocks={**part.blocks, session.id: session}, wires=wires)


def part_around(page: Page, blocks: Iterable[str]) -> Page:
    """Return a page of these blocks, of what they need and of what feeds the placeholders among that; no session."""
    names = needed_for(page, blocks)
    return msgspec.structs.replace(
        page,
        blocks={name: block for name, block in page.blocks.items() if name in names},
        wires=[w for w in page.wires if w.source.block in names and w.target.block in names],
        notes={}, monitors={}, snapshots={}, results=None, run=RunSettings(), unread=[],
    )  # fmt: skip


def needed_for(page: Page, blocks: Iterable[str]) -> set[str]:
    """Return these blocks of a page, what they need, and what feeds the placeholders among all of it."""
    into: dict[str, list[Wire]] = {}
    feeds: dict[str, list[str]] = {}
    for wire in page.wires:
        into.setdefault(wire.target.block, []).append(wire)
        target = page.blocks.get(wire.target.block)
        if target is not None and target.symbol == _FEED and wire.target.pin == "input":
            feeds.setdefault(wire.source.block, []).append(target.id)

    def needed(block: str) -> list[str]:
        return [*(wire.source.block for wire in into.get(block, ())), *feeds.get(block, ())]

    return reachable(list(blocks), needed) & page.blocks.keys()
