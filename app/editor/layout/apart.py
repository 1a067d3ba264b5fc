"""Moves blocks of imported pages aside that are wider here than where they were drawn, and would cover others."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec

from app.document.model.diagram import Block, Page

Box = tuple[float, float, float, float]  # x, y, width, height

_USUAL_WIDTH = 100.0  # of enuSpace's blocks
_GAP = 10.0
_MOST_BLOCKS = 3000  # of a page that is looked through


def move_apart(page: Page, size_of: Callable[[Block], tuple[float, float]]) -> list[str]:
    """Move blocks to the left, as far as they cover what a block of the usual width would not; return their ids.

    Only to where nothing lies: a block with no such place stays. What else is on the page stays, and all wires.
    """
    if len(page.blocks) > _MOST_BLOCKS:
        return []
    boxes: dict[str, Box] = {b.id: (*b.at, *size_of(b)) for b in page.blocks.values()}
    fixed = [(*note.at, *note.size) for note in page.notes.values() if note.kind == "text"]
    fixed += [(*monitor.at, *monitor.size) for monitor in page.monitors.values()]
    moved = []
    for block in list(page.blocks.values()):
        box = boxes[block.id]
        if box[2] <= _USUAL_WIDTH:
            continue
        others = [*(other for key, other in boxes.items() if key != block.id), *fixed]
        usual = (box[0], box[1], _USUAL_WIDTH, box[3])
        covered = [other for other in others if _overlap(box, other) and not _overlap(usual, other)]
        if not covered:
            continue
        x = min(other[0] for other in covered) - _GAP - box[2]
        there = (x, *box[1:])
        if not _overlaps_any(there, [other for other in others if not _overlap(usual, other)]):
            boxes[block.id] = there
            page.blocks[block.id] = msgspec.structs.replace(block, at=(round(x, 2), block.at[1]))
            moved.append(block.id)
    return moved


def _overlap(a: Box, b: Box) -> bool:
    return a[0] < b[0] + b[2] and b[0] < a[0] + a[2] and a[1] < b[1] + b[3] and b[1] < a[1] + a[3]


def _overlaps_any(box: Box, others: Iterable[Box]) -> bool:
    return any(_overlap(box, other) for other in others)
