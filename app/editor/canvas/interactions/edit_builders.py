"""The edits behind the canvas's actions: inserting, deleting so that neighbours stay wired, moving, arranging."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import msgspec

from app.document.editing.base import Edit
from app.document.editing.edits import AddWire, MoveItems, RemoveItems, ReplaceWire
from app.document.model.diagram import Page, PinRef, Wire
from app.editor.canvas.page_state.wiring_rules import WiringRules
from app.editor.layout.annotations import Rect

Places = dict[str, tuple[float, float]]


def insertion_edits(rules: WiringRules, wire: Wire, block: str) -> list[Edit]:
    """Return the edits that put a block into a wire by its first fitting input and output; else []."""
    if block in (wire.source.block, wire.target.block):
        return []
    wired = {w.target.pin for w in rules.page.wires_to(block)}
    into = next((ref for ref in rules.fitting_inputs(wire.source, block) if ref.pin not in wired), None)
    out = next(iter(rules.fitting_outputs(wire.target, block)), None)
    if into is None or out is None:
        return []
    first, second = rules.wire(wire.source, into), rules.wire(out, wire.target)
    if first is None or second is None:
        return []
    name = rules.page.name
    return [ReplaceWire(name, wire, Wire(source=second.source, target=second.target)), AddWire(name, first)]


def deletion_edits(
    rules: WiringRules,
    blocks: Collection[str],
    wires: Collection[Wire] = (),
    notes: Collection[str] = (),
    monitors: Collection[str] = (),
) -> list[Edit]:
    """Return the edits that delete items; neighbours of deleted blocks stay wired where it is plain how.

    Plain: the block has one wired input, and the wire's source fits where the block's output went.
    """
    gone = set(blocks)
    edits: list[Edit] = []
    if gone:
        edits += _bridges(rules, gone, {id(w) for w in wires})
        wires = [w for w in wires if w.source.block not in gone and w.target.block not in gone]
    if gone or wires or notes or monitors:
        edits.append(RemoveItems(rules.page.name, list(blocks), list(wires), list(notes), list(monitors)))
    return edits


def _bridges(rules: WiringRules, gone: set[str], removed: set[int]) -> list[Edit]:
    """Return the replacements of wires that start at deleted blocks by wires that start before them."""
    leaving = [w for w in rules.page.wires if w.source.block in gone and w.target.block not in gone]
    single_input = _single_inputs(rules.page, gone) if leaving else {}
    edits: list[Edit] = []
    for wire in leaving:
        if id(wire) in removed:
            continue
        source = _source_before(single_input, wire.source, gone)
        if source is None:
            continue
        new = rules.wire(source, wire.target)
        if new is not None and not _exists(rules.page, new):
            edits.append(ReplaceWire(rules.page.name, wire, new))
    return edits


def _single_inputs(page: Page, gone: set[str]) -> dict[str, PinRef]:
    """Return the source of each deleted block that has exactly one wire coming in."""
    sources: dict[str, list[PinRef]] = {}
    for wire in page.wires:
        if wire.target.block in gone:
            sources.setdefault(wire.target.block, []).append(wire.source)
    return {block: found[0] for block, found in sources.items() if len(found) == 1}


def _source_before(single_input: Mapping[str, PinRef], source: PinRef, gone: set[str]) -> PinRef | None:
    """Follow deleted blocks upstream to one that stays; None where the way is not plain or goes in a circle."""
    seen: set[str] = set()
    while source.block in gone:
        if source.block in seen or source.block not in single_input:
            return None
        seen.add(source.block)
        source = single_input[source.block]
    return source


def _exists(page: Page, wire: Wire) -> bool:
    return any((w.source, w.target) == (wire.source, wire.target) for w in page.wires)


def moving_edits(page: Page, places: Places) -> list[Edit]:
    """Return the edits that move items and forget the corners of wires that no longer fit."""
    if not places:
        return []
    edits: list[Edit] = [MoveItems(page.name, places)]
    for wire in page.wires:
        if wire.route and (wire.source.block in places or wire.target.block in places):
            edits.append(ReplaceWire(page.name, wire, msgspec.structs.replace(wire, route=())))
    return edits


def aligned(rects: Mapping[str, Rect], how: str) -> Places:
    """Return places that align rectangles: how is left, center, right, top, middle or bottom."""
    if not rects:
        return {}
    left, right = min(r[0] for r in rects.values()), max(r[0] + r[2] for r in rects.values())
    top, bottom = min(r[1] for r in rects.values()), max(r[1] + r[3] for r in rects.values())
    middle_x, middle_y = (left + right) / 2, (top + bottom) / 2
    place = {
        "left": lambda r: (left, r[1]),
        "center": lambda r: (round(middle_x - r[2] / 2), r[1]),
        "right": lambda r: (right - r[2], r[1]),
        "top": lambda r: (r[0], top),
        "middle": lambda r: (r[0], round(middle_y - r[3] / 2)),
        "bottom": lambda r: (r[0], bottom - r[3]),
    }[how]
    return {item: place(rect) for item, rect in rects.items()}


def distributed(rects: Mapping[str, Rect], axis: str) -> Places:
    """Return places with equal gaps along an axis (horizontal or vertical); the outermost stay."""
    side, length = (0, 2) if axis == "horizontal" else (1, 3)
    order = sorted(rects, key=lambda item: (rects[item][side] + rects[item][length] / 2, item))
    if len(order) < 3:
        return {}
    first, last = rects[order[0]], rects[order[-1]]
    inside = sum(rects[item][length] for item in order[1:-1])
    gap = (last[side] - first[side] - first[length] - inside) / (len(order) - 1)
    places: Places = {}
    position = first[side] + first[length] + gap
    for item in order[1:-1]:
        x, y = rects[item][:2]
        places[item] = (round(position), y) if side == 0 else (x, round(position))
        position += rects[item][length] + gap
    return places


def nearest_in_direction(rects: Mapping[str, Rect], start: str, direction: str) -> str | None:
    """Return the item that an arrow key leads to: near, and not far off the arrow's axis."""
    dx, dy = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}[direction]
    x, y = _centre(rects[start])
    best: tuple[float, str] | None = None
    for item, rect in rects.items():
        if item == start:
            continue
        cx, cy = _centre(rect)
        along = (cx - x) * dx + (cy - y) * dy
        across = abs((cx - x) * dy) + abs((cy - y) * dx)
        if along <= 1 or across > 2.5 * along:
            continue
        rated = (along + 2 * across, item)
        if best is None or rated < best:
            best = rated
    return best[1] if best else None


def _centre(rect: Rect) -> tuple[float, float]:
    return rect[0] + rect[2] / 2, rect[1] + rect[3] / 2
