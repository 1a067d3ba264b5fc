"""Texts edited on the page itself: notes, and the ids of blocks."""

from __future__ import annotations

import msgspec

from app.document.checks.typed_text import Check
from app.document.editing.base import EditRefused, check_new_ids
from app.document.editing.edits import AddNote, ChangeNote, RenameBlock
from app.document.editing.frames import fold_frame
from app.document.model.diagram import Note, Page
from app.document.model.ids import free_id
from app.editor.canvas.interactions.context import CanvasContext
from app.editor.canvas.interactions.drags import at_grid
from app.editor.canvas.interactions.pin_editor import PinEditor, Visit
from app.editor.canvas.items.note_item import FRAME_TITLE
from app.editor.layout.room import free_place

_FRAME_MARGIN = 24.0
_SIZES = {"text": (200.0, 60.0), "frame": (320.0, 220.0), "shape": (140.0, 90.0)}
_TEXTS = {"text": "Note", "frame": "Frame", "shape": ""}


class TextEditing:
    """Opens the editors of notes and ids, and makes edits of what was typed."""

    def __init__(self, context: CanvasContext, pin_editor: PinEditor) -> None:
        """Edit texts of a canvas's page; ``pin_editor`` takes ids as well."""
        self.context, self._pin_editor = context, pin_editor

    @property
    def _page(self) -> Page:
        return self.context.items.page

    def add_note(self, kind: str) -> str:
        """Add a note (text, frame, shape) at the pointer, else in the middle of the view, clear of the blocks there.

        A frame goes around what is selected.

        Returns its id, "" where it may not be added.
        """
        context = self.context
        if context.read_only:
            return ""
        size = _SIZES.get(kind, _SIZES["text"])
        middle = context.viewer.to_page(context.viewer.pointer() or context.viewer.rect().center())
        at = at_grid(middle.x() - size[0] / 2, middle.y() - size[1] / 2, self.context.grid_size)
        if kind == "text":
            items = context.items
            at = free_place(items.places.rects({*items.page.blocks, *items.monitors}).values(), *at, *size)
        around = context.items.places.rects(context.selection.ids()).values()
        if kind == "frame" and around:
            left, top = min(r[0] for r in around) - _FRAME_MARGIN, min(r[1] for r in around) - _FRAME_MARGIN
            right = max(r[0] + r[2] for r in around) + _FRAME_MARGIN
            bottom = max(r[1] + r[3] for r in around) + _FRAME_MARGIN
            at, size = (left, top - FRAME_TITLE), (right - left, bottom - top + FRAME_TITLE)
        note = Note(id=free_id(self._page, kind), kind=kind, at=at, size=size, text=_TEXTS.get(kind, "Note"))
        if not context.apply([AddNote(context.page_name, note)]):
            return ""
        context.selection.choose_ids([note.id])
        self.edit_note(note.id)
        return note.id

    def edit_note(self, note: str) -> None:
        """Open a note's editor in place."""
        item = self.context.items.notes.get(note)
        if item is None or self.context.read_only:
            return

        def take(text: str) -> None:
            model = self._page.notes.get(note)
            if model is not None:
                self.context.apply(
                    [ChangeNote(self.context.page_name, msgspec.structs.replace(model, text=text))]
                )

        self.context.viewer.setFocus()
        item.edit(take)

    def fold_frame(self, frame: str) -> None:
        """Fold a frame to its title, or open it."""
        note = self._page.notes.get(frame)
        if note is not None and not self.context.read_only:
            folded = not note.view.collapsed
            name = "Collapse" if folded else "Expand"
            self.context.apply([fold_frame(self.context.page_name, note, folded)], name)

    def rename_block(self, block: str) -> None:
        """Open an editor of a block's id over its title."""
        context = self.context
        item = context.items.blocks.get(block)
        if item is None or context.read_only:
            return

        def check(new: str) -> Check:
            try:
                check_new_ids(self._page, [] if new in (block, "") else [new])
            except EditRefused as refused:
                return Check(False, refused.sentence)
            return Check(True, None)

        def leave(new: str) -> None:
            if new and new != block and check(new).ok:
                context.apply([RenameBlock(context.page_name, block, new)])

        corner = item.rect().topLeft()
        at = context.viewer.viewportTransform().map(corner).toPoint()
        self._pin_editor.open_over(at, Visit(f"id of {block}", block, check=check, left=leave))
