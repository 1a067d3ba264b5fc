"""Texts edited on the page itself: notes in place, and what is typed into a pin, beside it."""

from __future__ import annotations

import msgspec
from PySide6.QtCore import QPointF

from app.document.checks.typed_text import Check, check_accepted
from app.document.editing.base import EditRefused, check_new_ids
from app.document.editing.edits import AddNote, ChangeNote, RenameBlock, SetPin
from app.document.model.diagram import Note, Page, PinRef
from app.document.model.ids import free_id
from app.editor.canvas.interactions.context import CanvasContext
from app.editor.canvas.interactions.drags import snapped
from app.editor.canvas.interactions.pin_editor import PinEditor
from app.editor.canvas.items.note_item import FRAME_TITLE
from app.editor.layout.room import free_place

_FRAME_MARGIN = 24.0
_SIZES = {"text": (200.0, 60.0), "frame": (320.0, 220.0), "shape": (140.0, 90.0)}
_TEXTS = {"text": "Note", "frame": "Frame", "shape": ""}
# Kinds of inputs that take no text.
_TEXTLESS = frozenset({"scope", "operation", "feed", "initializer", "client_tensor", "status"})


class TextEditing:
    """Opens the editors of notes and pins, and makes edits of what was typed."""

    def __init__(self, context: CanvasContext, pin_editor: PinEditor) -> None:
        """Edit texts of a canvas's page; ``pin_editor`` is the one that opens beside pins."""
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
        at = (snapped(middle.x() - size[0] / 2), snapped(middle.y() - size[1] / 2))
        if kind == "text":
            items = context.items
            at = free_place(items.rects({*items.blocks, *items.monitors}).values(), *at, *size)
        around = context.items.rects(context.selection.ids()).values()
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

    def edit_first_pin(self, block: str) -> bool:
        """Open the editor of a block's first input that holds a text or needs one; return whether it has such a pin."""
        placed = self._page.blocks.get(block)
        symbol = self.context.catalog.get(placed.symbol) if placed is not None else None
        if placed is None or symbol is None:
            return False
        pins = [p for p in symbol.inputs if not p.hidden]
        typed = [p for p in pins if any(name in placed.pins for name in (p.name, *p.aliases))]
        needed = [p for p in pins if p.required]
        return any(self.edit_pin(block, pin.name) for pin in (*typed, *needed))

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
        self._pin_editor.open_at(at, f"id of {block}", block, lambda *_: None, check, left=leave, over=True)

    def edit_pin(self, block: str, name: str) -> bool:
        """Open the editor of an unwired input's text beside the pin; return whether the pin has one."""
        context, page = self.context, self._page
        placed = page.blocks.get(block)
        symbol = context.catalog.get(placed.symbol) if placed is not None else None
        pin = symbol.pin(name, "in") if symbol is not None else None
        place = context.items.pin_place(block, "in", name)
        if placed is None or pin is None or place is None or context.read_only or pin.kind in _TEXTLESS:
            return False
        names = (pin.name, *pin.aliases)
        if any(w.target.pin in names for w in page.wires_to(block)):
            return False
        key = next((n for n in names if n in placed.pins), pin.name)
        text = placed.pins.get(key, "")
        if not isinstance(text, str) or "\n" in text:
            return False  # an array file or several lines: the properties show these

        def take(new: str, token: object) -> None:
            context.apply([SetPin(context.page_name, block, key, new or None, token)])

        def check(new: str) -> Check:
            accepted = context.feedback.wire_fit().accepted(PinRef(block, pin.name))
            return check_accepted(pin.kind, new, pin.dtype, accepted)

        def leave(new: str) -> None:
            if not new:
                context.pin_left_empty.emit(block, pin.name)

        at = context.viewer.viewportTransform().map(QPointF(*place)).toPoint()
        self._pin_editor.open_at(at, f"{block}.{pin.name}", text, take, check, pin.default or "", leave)
        return True
