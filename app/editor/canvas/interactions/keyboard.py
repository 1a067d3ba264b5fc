"""The canvas by keyboard: going from block to block, moving them, and what single keys stand for."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from app.document.editing.edits import MoveItems
from app.editor.canvas.interactions.context import CanvasContext
from app.editor.canvas.interactions.drags import with_frame_content
from app.editor.canvas.interactions.edit_builders import nearest_in_direction
from app.editor.canvas.interactions.keyboard_wiring import ENTER, KeyboardWiring
from app.editor.canvas.interactions.pin_texts import PinTexts
from app.editor.canvas.interactions.placing import BlockPlacer
from app.editor.canvas.interactions.selection_actions import SelectionActions
from app.editor.canvas.interactions.text_editing import TextEditing

_ARROWS = {
    Qt.Key.Key_Left: "left", Qt.Key.Key_Right: "right", Qt.Key.Key_Up: "up", Qt.Key.Key_Down: "down",
}  # fmt: skip
_STEPS = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}


class Keyboard:
    """Holds the block that has the focus ring; hands keys on while a wire is made by them."""

    def __init__(
        self,
        context: CanvasContext,
        placer: BlockPlacer,
        selected: SelectionActions,
        texts: TextEditing,
        pin_texts: PinTexts,
    ) -> None:
        """Start without focus; the others do what single keys stand for."""
        self.context, self._pin_texts = context, pin_texts
        self._placer, self._selected, self._texts = placer, selected, texts
        self.block: str | None = None
        self.wiring = KeyboardWiring(context, placer)

    def key_press(self, event: QKeyEvent) -> bool:
        """Do what a key is for; returns whether it was for us."""
        if self.wiring.active:
            self.wiring.key_press(event)
            return True
        key, modifiers = event.key(), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if key in _ARROWS and modifiers == Qt.KeyboardModifier.NoModifier:
            self._go(_ARROWS[Qt.Key(key)])
        elif key in _ARROWS and modifiers & (
            Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
        ):
            self._move(_ARROWS[Qt.Key(key)], 5 if modifiers & Qt.KeyboardModifier.ShiftModifier else 1)
        elif key in (*ENTER, Qt.Key.Key_W) and not modifiers:
            if key == Qt.Key.Key_W or not self._pin_texts.edit_marked():
                self.start_wire()
        elif key == Qt.Key.Key_E and not modifiers:
            self._type()
        elif key == Qt.Key.Key_F2 and not modifiers:
            self.rename()
        elif key == Qt.Key.Key_Tab and not modifiers:
            self._placer.open_search()
        elif key == Qt.Key.Key_Escape:
            self.context.selection.clear()
            self._pin_texts.mark_row(None)
            self.leave()
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and not modifiers:
            self._selected.delete()
        else:
            return False
        return True

    # going ------------------------------------------------------------------------------------------

    def current(self) -> str | None:
        """Return the block that keys act on: the focused one, else the only selected one."""
        item = self.context.items.blocks.get(self.block or "")
        if item is not None and item.fold is None:
            return self.block
        items = self.context.items.blocks
        chosen = self.context.selection.ordered_blocks()
        return next((block for block in chosen if block in items and items[block].fold is None), None)

    def _go(self, direction: str) -> None:
        """Select the nearest block in a direction; from nowhere, the one nearest to the view's middle."""
        self._pin_texts.mark_row(None)
        items = self.context.items
        if any(note.view.collapsed for note in items.page.notes.values()):
            items.finish()  # what a folded frame hides is found when all of it is there
        hidden = {i for i, block in items.blocks.items() if block.fold is not None}
        rects = items.places.rects(items.page.blocks.keys() - hidden)
        if not rects:
            return
        start = self.current()
        if start is None:
            middle = self.context.viewer.visible_rect().center()
            found: str | None = min(rects, key=lambda i: math.dist(rects[i][:2], (middle.x(), middle.y())))
        else:
            found = nearest_in_direction(rects, start, direction)
        if found is not None:
            self.focus(found)

    def focus(self, block: str) -> None:
        """Select a block, ring it, bring it into view, and say what it is."""
        self.block = block
        self.context.selection.choose_ids([block])
        self._ring()
        self.context.viewport.bring_into_view(block)
        placed = self.context.items.page.blocks[block]
        self.context.status_text.emit(f"{block}: {placed.symbol}")

    def _ring(self) -> None:
        item = self.context.items.blocks.get(self.block or "")
        self.context.overlay.marks.focus = item.rect() if item is not None else None
        self.context.overlay.refresh()

    def follow(self) -> None:
        """Let the ring stay at its block after a change of the page; no row is marked any longer."""
        self._pin_texts.mark_row(None)
        if self.block is not None:
            item = self.context.items.blocks.get(self.block)
            if item is None or item.fold is not None:
                self.block = None
            self._ring()
        if self.wiring.active:
            self.wiring.cancel()

    def follow_selection(self) -> None:
        """Let the ring go to the only block that is selected now, as to one that was just placed."""
        chosen = self.context.selection.ordered_blocks()
        if self.block is not None and self.block not in chosen:
            self.block = chosen[0] if len(chosen) == 1 else None
            self._ring()

    def leave(self) -> None:
        """Take ring and wire away."""
        if self.wiring.active:
            self.wiring.cancel()
        if self.block is not None:
            self.block = None
            self._ring()

    def rename(self) -> None:
        """Let the current block be renamed in place, or the selected note be written."""
        block = self.current()
        notes = self.context.selection.ordered_notes()
        if block is not None:
            self._texts.rename_block(block)
        elif notes:
            self._texts.edit_note(notes[0])

    def _type(self) -> None:
        """Type the current block's values: the first one, from which Tab leads to the next."""
        block = self.current()
        if block is None or not (
            self._pin_texts.edit_first_pin(block) or self._pin_texts.edit_first_pin(block, also_optional=True)
        ):
            self.context.status_text.emit("Select a block that takes a value to type")

    def _move(self, direction: str, steps: int) -> None:
        """Move the selection by grid steps; repeated presses are one entry of the history."""
        context, page = self.context, self.context.items.page
        dx, dy = (step * steps * self.context.grid_size for step in _STEPS[direction])
        ids = sorted(with_frame_content(context.items, context.selection.ids()))
        places = {}
        for section in (page.blocks, page.notes, page.monitors):
            places.update({i: (section[i].at[0] + dx, section[i].at[1] + dy) for i in ids if i in section})
        if places:
            context.apply([MoveItems(context.page_name, places, merge=("keys", *ids))])

    def start_wire(self) -> None:
        """Begin a wire at the current block."""
        block = self.current()
        if block is None or self.context.read_only:
            self.context.status_text.emit("Select a block to wire from")
        else:
            self.wiring.start(block)
