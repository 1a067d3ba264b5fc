"""Arranging items on the page: aligning, distributing, automatic layout."""

from __future__ import annotations

from app.editor.canvas.interactions.context import CanvasContext
from app.editor.canvas.interactions.edit_builders import Places, aligned, distributed, moving_edits
from app.editor.layout import layered
from app.editor.layout.annotations import followers, holds


class Arranger:
    """Moves several items at once, as one entry of the history."""

    def __init__(self, context: CanvasContext) -> None:
        """Arrange the page of a canvas."""
        self.context = context

    def align(self, how: str) -> None:
        """Align the selected items: left, center, right, top, middle or bottom."""
        self._move(aligned(self.context.items.rects(self.context.selection.ids()), how), f"Align {how}")

    def distribute(self, axis: str) -> None:
        """Make equal gaps between the selected items: horizontal or vertical."""
        self._move(
            distributed(self.context.items.rects(self.context.selection.ids()), axis), f"Distribute {axis}ly"
        )

    def auto_layout(self, selected_only: bool = False) -> None:
        """Lay out all blocks, or the selected ones, in layers, with the top left corner of what they took before."""
        context = self.context
        blocks = context.items.blocks
        chosen = set(context.selection.ordered_blocks()) if selected_only else set(blocks)
        if not chosen:
            return
        sizes = {i: (b.shape_plan.width, b.shape_plan.height) for i, b in blocks.items() if i in chosen}
        edges = [
            layered.Edge(w.source.block_id, w.target.block_id, w.source_pin.y, w.target_pin.y)
            for w in context.items.wires.values()
        ]
        left, top = min(blocks[i].x_page for i in chosen), min(blocks[i].y_page for i in chosen)
        places = layered.layered(sizes, edges, (left, top))
        if not selected_only:
            places = {**places, **self._followers(places)}
        self._move(places, "Lay out automatically")
        if not selected_only:
            context.viewport.fit()

    def _followers(self, places: Places) -> Places:
        """Return the places of notes and monitors for new places of all blocks; frames around blocks stay."""
        items = self.context.items
        blocks = items.rects(items.blocks)
        notes, monitors = items.rects(items.notes), items.rects(items.monitors)
        labels = {i: r for i, r in notes.items() if items.notes[i].note.kind == "text"}
        others = {i: r for i, r in notes.items() if i not in labels}
        rest = {i: r for i, r in others.items() if not any(holds(r, block) for block in blocks.values())}
        return followers(blocks, places, labels, {**rest, **monitors})

    def _move(self, places: Places, name: str) -> None:
        """Move items and forget the corners of wires that no longer fit."""
        context = self.context
        if context.read_only or not places:
            return
        context.apply(moving_edits(context.items.page, places), name)
