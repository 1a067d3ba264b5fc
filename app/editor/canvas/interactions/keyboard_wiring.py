"""Wiring by keyboard: choose an output, then an input among those that fit, nearest and best first."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from app.document.model.diagram import PinRef
from app.editor.canvas.interactions.context import CanvasContext
from app.editor.canvas.interactions.placing import BlockPlacer
from app.editor.canvas.items.wire_item import lane_of
from app.editor.canvas.page_state.candidates import Candidates, Verdict
from app.editor.canvas.routing.obstacle_avoiding import avoiding_route
from app.editor.canvas.routing.orthogonal import Point
from blocks.symbol import Direction

ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class KeyboardWiring:
    """The wire that is being made by keys, if one is."""

    def __init__(self, context: CanvasContext, placer: BlockPlacer) -> None:
        """Wire on a canvas; where nothing on the page takes an output, ``placer`` offers blocks that do."""
        self.context, self._placer = context, placer
        self._outputs: list[PinRef] = []  # to choose the wire's start from
        self._targets: list[PinRef] = []  # to choose its end from, once the start is chosen
        self._source: PinRef | None = None
        self._candidates: Candidates | None = None  # judges the ends, once the start is chosen
        self._at = 0

    @property
    def active(self) -> bool:
        """Return whether a wire is being made."""
        return bool(self._outputs)

    def start(self, block: str) -> None:
        """Begin a wire at a block: at its output if it has one, else let Tab choose."""
        self.context.items.finish()
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

    def key_press(self, event: QKeyEvent) -> None:
        """Choose with Tab and arrows, go on with Enter, end with Escape."""
        key = event.key()
        if key in (Qt.Key.Key_Tab, Qt.Key.Key_Down, Qt.Key.Key_Right):
            self._step(1)
        elif key in (Qt.Key.Key_Backtab, Qt.Key.Key_Up, Qt.Key.Key_Left):
            self._step(-1)
        elif key in (*ENTER, Qt.Key.Key_Space):
            if self._source is None:
                self._choose_source()
            else:
                self._finish()
        elif key == Qt.Key.Key_Escape:
            self.cancel()
            self.context.status_text.emit("Wiring cancelled")

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

        shown = [b for b, item in context.items.blocks.items() if item.fold is None]
        others = sorted((b for b in shown if b != self._source.block), key=away)
        self._candidates = Candidates(context.rules, context.feedback.wire_fit(), self._source, forward=True)
        found = [ref for b in others for ref in context.rules.fitting_inputs(self._source, b)]
        wired = {(w.target.block, w.target.pin) for w in context.items.page.wires}
        self._targets = sorted(  # what fits comes first, and of that what is free
            found, key=lambda ref: (self._doubt(ref) is not None, (ref.block, ref.pin) in wired)
        )
        self._at = 0
        if not self._targets:
            held = self._source
            self.cancel()
            context.status_text.emit(f"No input on the page takes {held}: choose a block that does")
            self._placer.search_for_wire(held, "in", self._placer.right_of(held.block))
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
        else:
            chosen, hint = self._targets[self._at], "Tab: next input, Enter: wire, Esc: cancel"
        direction: Direction = "out" if self._source is None else "in"
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
        self.cancel()
        wire = self.context.rules.wire(source, target)
        if wire is not None:
            self.context.apply(
                self.context.rules.edits_to_connect(wire), f"Wire {wire.source} to {wire.target}"
            )
            self.context.status_text.emit(f"Wired {wire.source} to {wire.target}")

    def cancel(self) -> None:
        """End wiring without effect."""
        self._outputs, self._targets, self._source, self._at = [], [], None, 0
        marks = self.context.overlay.marks
        marks.live, marks.live_state, marks.focus_pin = (), "", None
        self.context.overlay.refresh()
