"""The canvas by keyboard: going from block to block, moving, and wiring without the mouse."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from app.document.editing.edits import MoveItems
from app.document.model.diagram import PinRef
from app.editor.canvas.interactions.context import CanvasContext
from app.editor.canvas.interactions.drags import GRID, with_frame_content
from app.editor.canvas.interactions.edit_builders import nearest_in_direction
from app.editor.canvas.interactions.placing import BlockPlacer
from app.editor.canvas.interactions.selection_actions import SelectionActions
from app.editor.canvas.interactions.text_editing import TextEditing
from app.editor.canvas.items.wire_item import lane_of
from app.editor.canvas.page_state.candidates import Candidates, Verdict
from app.editor.canvas.routing.obstacle_avoiding import avoiding_route
from app.editor.canvas.routing.orthogonal import Point

_ARROWS = {
    Qt.Key.Key_Left: "left", Qt.Key.Key_Right: "right", Qt.Key.Key_Up: "up", Qt.Key.Key_Down: "down",
}  # fmt: skip
_STEPS = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class Keyboard:
    """Keeps the block that has the focus ring, and the wire that is being made by keys."""

    def __init__(
        self, context: CanvasContext, placer: BlockPlacer, selected: SelectionActions, texts: TextEditing
    ) -> None:
        """Start without focus; the others do what single keys stand for."""
        self.context = context
        self._placer, self._selected, self._texts = placer, selected, texts
        self.block: str | None = None
        self._outputs: list[PinRef] = []  # to choose the wire's start from
        self._targets: list[PinRef] = []  # to choose its end from, once the start is chosen
        self._source: PinRef | None = None
        self._candidates: Candidates | None = None  # judges the ends, once the start is chosen
        self._at = 0

    @property
    def wiring(self) -> bool:
        """Return whether a wire is being made."""
        return bool(self._outputs)

    def key_press(self, event: QKeyEvent) -> bool:
        """Do what a key is for; returns whether it was for us."""
        if self.wiring:
            return self._key_while_wiring(event)
        key, modifiers = event.key(), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if key in _ARROWS and modifiers == Qt.KeyboardModifier.NoModifier:
            self._go(_ARROWS[Qt.Key(key)])
        elif key in _ARROWS and modifiers & (
            Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
        ):
            self._move(_ARROWS[Qt.Key(key)], 5 if modifiers & Qt.KeyboardModifier.ShiftModifier else 1)
        elif key in (*_ENTER, Qt.Key.Key_W) and not modifiers:
            self.start_wire()
        elif key == Qt.Key.Key_F2 and not modifiers:
            self._activate()
        elif key == Qt.Key.Key_Tab and not modifiers:
            self._placer.open_search()
        elif key == Qt.Key.Key_Escape:
            self.context.selection.clear()
            self.leave()
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and not modifiers:
            self._selected.delete()
        else:
            return False
        return True

    # going ------------------------------------------------------------------------------------------

    def current(self) -> str | None:
        """Return the block that keys act on: the focused one, else the only selected one."""
        if self.block in self.context.items.blocks:
            return self.block
        chosen = self.context.selection.ordered_blocks()
        return chosen[0] if chosen else None

    def _go(self, direction: str) -> None:
        """Select the nearest block in a direction; from nowhere, the one nearest to the view's middle."""
        rects = {i: (b.x_page, b.y_page, b.shape_plan.width, b.shape_plan.height)
                 for i, b in self.context.items.blocks.items()}  # fmt: skip
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
        """Keep the ring at its block after a change of the page."""
        if self.block is not None:
            if self.block not in self.context.items.blocks:
                self.block = None
            self._ring()
        if self.wiring:
            self.cancel_wire()

    def leave(self) -> None:
        """Take ring and wire away."""
        if self.wiring:
            self.cancel_wire()
        if self.block is not None:
            self.block = None
            self._ring()

    def _activate(self) -> None:
        block = self.current()
        notes = self.context.selection.ordered_notes()
        if block is not None:
            self.context.block_activated.emit(block)
        elif notes:
            self._texts.edit_note(notes[0])

    def _move(self, direction: str, steps: int) -> None:
        """Move the selection by grid steps; repeated presses are one entry of the history."""
        context, page = self.context, self.context.items.page
        dx, dy = (step * steps * GRID for step in _STEPS[direction])
        ids = sorted(with_frame_content(context.items, context.selection.ids()))
        places = {}
        for section in (page.blocks, page.notes, page.monitors):
            places.update({i: (section[i].at[0] + dx, section[i].at[1] + dy) for i in ids if i in section})
        if places:
            context.apply([MoveItems(context.page_name, places, merge=("keys", *ids))])

    # wiring -----------------------------------------------------------------------------------------

    def start_wire(self) -> None:
        """Begin a wire at the current block: its output if it has one, else let Tab choose."""
        block = self.current()
        if block is None or self.context.read_only:
            self.context.status_text.emit("Select a block to wire from")
            return
        item = self.context.items.blocks[block]
        pins = [p for p in item.shape_plan.pins if p.direction == "out" and p.wireable]
        self._outputs = [PinRef(block, p.name) for p in pins]
        self._source, self._at = None, 0
        if not self._outputs:
            self.context.status_text.emit(f"{block} has no output to wire from")
        elif len(self._outputs) == 1:
            self._choose_source()
        else:
            self._show()

    def _key_while_wiring(self, event: QKeyEvent) -> bool:
        key = event.key()
        if key in (Qt.Key.Key_Tab, Qt.Key.Key_Down, Qt.Key.Key_Right):
            self._step(1)
        elif key in (Qt.Key.Key_Backtab, Qt.Key.Key_Up, Qt.Key.Key_Left):
            self._step(-1)
        elif key in (*_ENTER, Qt.Key.Key_Space):
            if self._source is None:
                self._choose_source()
            else:
                self._finish()
        elif key == Qt.Key.Key_Escape:
            self.cancel_wire()
            self.context.status_text.emit("Wiring cancelled")
        return True

    def _step(self, by: int) -> None:
        choices = self._outputs if self._source is None else self._targets
        self._at = (self._at + by) % len(choices)
        self._show()

    def _choose_source(self) -> None:
        """Fix the start and collect the inputs that fit, nearest block first."""
        self._source = self._outputs[self._at]
        context = self.context
        home = context.items.blocks[self._source.block]
        out = home.shape_plan.pin("out", self._source.pin)
        x, y = home.x_page + (out.x if out else 0), home.y_page + (out.y if out else 0)

        def away(block: str) -> float:
            item = context.items.blocks[block]
            # A block behind the output counts as farther: wires mostly go to the right.
            behind = 400.0 if item.x_page < x else 0.0
            return math.dist((item.x_page, item.y_page + item.shape_plan.height / 2), (x, y)) + behind

        others = sorted((b for b in context.items.blocks if b != self._source.block), key=away)
        self._candidates = Candidates(context.rules, context.feedback.wire_fit(), self._source, forward=True)
        found = [ref for b in others for ref in context.rules.fitting_inputs(self._source, b)]
        self._targets = sorted(found, key=lambda ref: self._doubt(ref) is not None)  # what fits comes first
        self._at = 0
        if not self._targets:
            context.status_text.emit(f"No input on the page takes {self._source}")
            self.cancel_wire()
        else:
            self._show()

    def _doubt(self, target: PinRef) -> Verdict | None:
        """Return what types say against the wire to an input."""
        return self._candidates.verdict(target) if self._candidates is not None else None

    def _show(self) -> None:
        """Mark the pin that is chosen now and say so."""
        marks = self.context.overlay.marks
        if self._source is None:
            chosen, hint = self._outputs[self._at], "Tab: next output, Enter: wire from here, Esc: cancel"
            direction = "out"
        else:
            chosen, hint = self._targets[self._at], "Tab: next input, Enter: wire, Esc: cancel"
            direction = "in"
        marks.focus_pin = self.context.items.pin_place(chosen.block, direction, chosen.pin)
        if self._source is not None:
            marks.live = self._route(self._source, chosen)
            doubt = self._doubt(chosen)
            marks.live_state, marks.live_forward = "doubted" if doubt else "accepted", True
            hint = f"{doubt.reason}; {hint}" if doubt else hint
        self.context.viewport.bring_into_view(chosen.block)
        self.context.overlay.refresh()
        arrow = f"{self._source} → {chosen}" if self._source else str(chosen)
        self.context.status_text.emit(f"{arrow}   ({hint})")

    def _route(self, source: PinRef, target: PinRef) -> list[Point]:
        """Return the corners that a wire between two pins would have."""
        items = self.context.items
        out = items.spot(source.block, "out", source.pin)
        into = items.spot(target.block, "in", target.pin)
        if out is None or into is None:
            return []
        start, end = items.blocks[source.block].end(out), items.blocks[target.block].end(into)
        ends = (source.block, target.block)
        return avoiding_route(start, end, items.routes.obstacles, ends, lane=lane_of(source))

    def _finish(self) -> None:
        assert self._source is not None
        source, target = self._source, self._targets[self._at]
        self.cancel_wire()
        wire = self.context.rules.wire(source, target)
        if wire is not None:
            self.context.apply(
                self.context.rules.edits_to_connect(wire), f"Wire {wire.source} to {wire.target}"
            )
            self.context.status_text.emit(f"Wired {wire.source} to {wire.target}")

    def cancel_wire(self) -> None:
        """End wiring without effect."""
        self._outputs, self._targets, self._source, self._at = [], [], None, 0
        marks = self.context.overlay.marks
        marks.live, marks.live_state, marks.focus_pin = (), "", None
        self.context.overlay.refresh()
