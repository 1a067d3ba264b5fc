"""Arranging items on the page: aligning, distributing, automatic layout."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from app.document.editing.edits import ChangeNote
from app.editor.canvas.interactions.context import CanvasContext
from app.editor.canvas.interactions.edit_builders import Places, aligned, distributed, moving_edits
from app.editor.layout import layered
from app.editor.layout.annotations import Point, Rect, block_of_label, followers
from app.editor.layout.clusters import Clustered, clustered, owners


class Arranger:
    """Moves several items at once, as one entry of the history."""

    def __init__(self, context: CanvasContext) -> None:
        """Arrange the page of a canvas."""
        self.context = context

    def align(self, how: str) -> None:
        """Align the selected items: left, center, right, top, middle or bottom."""
        self._move(
            aligned(self.context.items.places.rects(self.context.selection.ids()), how), f"Align {how}"
        )

    def distribute(self, axis: str) -> None:
        """Make equal gaps between the selected items: horizontal or vertical."""
        self._move(
            distributed(self.context.items.places.rects(self.context.selection.ids()), axis),
            f"Distribute {axis}ly",
        )

    def auto_layout(self, selected_only: bool = False) -> None:
        """Lay out all blocks, or the selected ones, in layers, with the top left corner of what they took before.

        Frames keep what lies in them, and take the size that it needs.
        """
        context = self.context
        context.items.finish()
        blocks = context.items.blocks
        chosen = set(context.selection.ordered_blocks()) if selected_only else set(blocks)
        if not chosen:
            return
        edges = [
            layered.Edge(w.source.block_id, w.target.block_id, w.source_pin.y, w.target_pin.y)
            for w in context.items.wires.values()
        ]
        others = {*context.items.notes, *context.items.monitors}
        if selected_only:
            others = (others & set(context.selection.ids())) | self._labels_of(chosen)
            edges = [edge for edge in edges if edge.source in chosen and edge.target in chosen]
        self._lay_out(context.items.places.rects(chosen), edges, others)
        if not selected_only:
            context.viewport.fit()

    def _labels_of(self, chosen: set[str]) -> set[str]:
        """Return the texts that stand at some blocks."""
        items = self.context.items
        blocks = items.places.rects(items.blocks)
        texts = items.places.rects([i for i, note in items.notes.items() if note.note.kind == "text"])
        return {i for i, rect in texts.items() if block_of_label(rect, blocks) in chosen}

    def _lay_out(self, blocks: dict[str, Rect], edges: list[layered.Edge], others: set[str]) -> None:
        """Lay out blocks, with those frames of ``others`` that lie around them, and what else stands in these."""
        items = self.context.items
        frames = items.places.rects([i for i, note in items.notes.items() if note.is_frame and i in others])
        inside = {i: rect for i, rect in self._others_in(frames, blocks).items() if i in others}
        for name in inside.keys() & items.monitors.keys():
            watched = [pin.partition(".")[0] for pin in items.page.monitors[name].pins]
            edges += [layered.Edge(block, name) for block in watched if block in blocks]
        laid = {**blocks, **inside}
        held = {frame: frames[frame] for frame in owners(frames, laid).values()}
        corners = [*laid.values(), *held.values()]
        found = clustered(laid, edges, held, (min(r[0] for r in corners), min(r[1] for r in corners)))
        places = {**found.places, **self._followers(found, blocks, others)}
        self._move(places, "Lay out automatically", found.sizes)

    def _others_in(self, frames: dict[str, Rect], blocks: dict[str, Rect]) -> dict[str, Rect]:
        """Return the monitors in frames, and the texts there that belong to no block."""
        items = self.context.items
        texts = [i for i, note in items.notes.items() if note.note.kind == "text"]
        loose = {i: r for i, r in items.places.rects(texts).items() if block_of_label(r, blocks) is None}
        others = {**items.places.rects(items.monitors), **loose}
        owner = owners(frames, {**blocks, **others})
        filled = {owner[block] for block in blocks if block in owner}
        return {i: r for i, r in others.items() if owner.get(i) in filled}

    def _followers(self, found: Clustered, blocks: dict[str, Rect], others: set[str]) -> Places:
        """Return the places of notes and monitors that are not laid out with the blocks."""
        items = self.context.items
        left = items.places.rects(others - found.places.keys())
        labels = {i: r for i, r in left.items() if i in items.notes and items.notes[i].note.kind == "text"}
        rest = {i: r for i, r in left.items() if i not in labels}
        frames = [(*found.places[i], *size) for i, size in found.sizes.items()]
        return followers(blocks, found.places, labels, rest, frames)

    def _move(self, places: Places, name: str, sizes: Mapping[str, Point] | None = None) -> None:
        """Move items, give frames new sizes, and forget the corners of wires that no longer fit."""
        context = self.context
        if context.read_only or not places:
            return
        edits = moving_edits(context.items.page, places)
        for frame, size in (sizes or {}).items():
            note = context.items.page.notes[frame]
            if note.size != size:
                new = msgspec.structs.replace(note, at=places[frame], size=size)
                edits.append(ChangeNote(context.page_name, new))
        context.apply(edits, name)
