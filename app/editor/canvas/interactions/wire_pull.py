"""Pulling a wire with the mouse: from a pin, or by one of its ends; with the reason where it cannot be."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QMouseEvent

from app.document.editing.edits import RemoveWires
from app.document.model.diagram import PinRef, Wire
from app.editor.canvas.interactions.context import CanvasContext
from app.editor.canvas.interactions.drags import Drag
from app.editor.canvas.interactions.fading import Fading
from app.editor.canvas.interactions.placing import BlockPlacer
from app.editor.canvas.items.block_item import BlockItem
from app.editor.canvas.items.wire_item import lane_of
from app.editor.canvas.page_state.candidates import Candidates, Verdict
from app.editor.canvas.page_state.hit_test import hit_at
from app.editor.canvas.routing.obstacle_avoiding import avoiding_route
from app.editor.canvas.routing.orthogonal import Box, End, Point
from app.editor.layout.block_geometry import PinSpot

_CLICK = 4.0  # pixels; a shorter pull is a click


@dataclass(frozen=True)
class PullTools:
    """What every pull on one canvas uses: the canvas, what fades the pins that do not fit, the search for a block."""

    context: CanvasContext
    fading: Fading
    placer: BlockPlacer


class WirePull(Drag):
    """A wire held at one pin while its other end follows the cursor."""

    def __init__(
        self,
        tools: PullTools,
        start: QPointF,
        block: BlockItem,
        pin: PinSpot,
        moved: Wire | None = None,
    ) -> None:
        """Hold the wire at a pin of a block; ``moved`` is the wire whose other end was taken off."""
        context = tools.context
        super().__init__(context, start)
        self._tools = tools
        self.block, self.pin, self.moved = block, pin, moved
        self.forward = pin.direction == "out"
        index = moved.source.index if moved is not None and self.forward else None
        self.fixed = PinRef(block.block_id, pin.name, index)
        self._wire: Wire | None = None
        self._reason: str | None = None
        self._doubt: Verdict | None = None  # what speaks against the wire, which can be drawn all the same
        self._candidates = Candidates(
            context.rules, context.feedback.wire_fit(moved), self.fixed, self.forward
        )
        self._over_block = False
        self._over: tuple[BlockItem, PinSpot] | None = None  # the pin that is judged
        self._farthest = 0.0
        self._faded = QRectF()  # the part of the page whose pins have been judged

    def move(self, point: QPointF, event: QMouseEvent | None = None) -> None:
        """Draw the wire to the cursor, or to the pin that it would end at."""
        away = point - self.start
        zoom = self.context.viewer.zoom()
        self._farthest = max(self._farthest, (abs(away.x()) + abs(away.y())) * zoom)
        end = self._look(point)
        marks = self.context.overlay.marks
        marks.live = self._points(end or (point.x(), point.y()))
        marks.live_forward = self.forward
        marks.live_state = self._state()
        marks.pins = [end] if end else []
        self.context.overlay.refresh()
        self._fade()
        self._say_what_would_be()

    def _state(self) -> str:
        if self._doubt is not None:
            return "doubted"
        return "accepted" if self._wire else "refused" if self._reason else ""

    def _fade(self) -> None:
        """Fade what cannot take the wire, of the blocks in view."""
        viewer = self.context.viewer
        if self._farthest < _CLICK and not self.goes_on:
            return
        area = viewer.visible_rect()
        if area == self._faded:
            return
        self._faded = area
        found = viewer.scene().items(area, Qt.ItemSelectionMode.IntersectsItemBoundingRect)
        shown = [item for item in found if isinstance(item, BlockItem)]
        self._tools.fading.show_for(self._candidates, shown, viewer.zoom())

    def _look(self, point: QPointF) -> tuple[float, float] | None:
        """Judge what is under the cursor; returns the centre of the pin there, if one is meant."""
        self._wire, self._reason, self._over_block, self._over = None, None, False, None
        self._doubt = None
        hit = hit_at(self.context.viewer.scene(), point, self.context.viewer.zoom())
        if not isinstance(hit.item, BlockItem):
            return None
        item = hit.item
        self._over_block = True
        local = (point.x() - item.x_page - 0.5, point.y() - item.y_page - 0.5)
        direction = "in" if self.forward else "out"
        spot = hit.pin or item.shape_plan.row_at(*local)
        if item is self.block and (spot is None or spot is self.pin):
            return None
        if spot is not None and spot.direction != direction:
            if spot.direction == "result" or item is self.block:
                spot = None
            else:
                words = "a wire ends at an input" if self.forward else "a wire starts at an output"
                self._reason = f"{spot.name} is no {'input' if self.forward else 'output'}; {words}"
                return item.pin_centre(spot)
        if spot is None:
            spot = self._fitting(item)
            if spot is None:
                self._reason = self._reason or f"{item.block_id} has no pin that fits"
                return None
        self._over = (item, spot)
        self._judge(PinRef(item.block_id, spot.name))
        return item.pin_centre(spot)

    def _fitting(self, item: BlockItem) -> PinSpot | None:
        """Return the first pin of a block that fits, for a wire let go on the block's body."""
        ref = self._candidates.best_pin(item.block_id)
        return item.shape_plan.pin("in" if self.forward else "out", ref.pin) if ref else None

    def _judge(self, other: PinRef) -> None:
        """Find the wire to make, or the reason why there can be none."""
        source, target = (self.fixed, other) if self.forward else (other, self.fixed)
        if self.moved is not None and not self.forward and other.pin == self.moved.source.pin:
            source = PinRef(other.block, other.pin, self.moved.source.index)
        self._wire = self.context.rules.wire(source, target)
        self._reason = None if self._wire else self.context.rules.why_not(source, target)
        if self._wire is not None:
            self._doubt = self._candidates.doubt(self._wire.source, self._wire.target)

    def _points(self, end: Point) -> list[Point]:
        """Return the route of the wire being pulled, always from the held pin to the cursor."""
        held = self.block.end(self.pin)
        free = End(end[0], end[1], Box(end[0] - 12, end[1] - 8, end[0] + 12, end[1] + 8))
        mine, other = self.block.block_id, ""
        if self._over is not None:
            other, free = self._over[0].block_id, self._over[0].end(self._over[1])
        obstacles = self.context.items.routes.obstacles
        if self.forward:
            return avoiding_route(held, free, obstacles, (mine, other), lane=lane_of(self.fixed))
        source = PinRef(other, self._over[1].name) if self._over is not None else self.fixed
        return list(reversed(avoiding_route(free, held, obstacles, (other, mine), lane=lane_of(source))))

    def _say_what_would_be(self) -> None:
        """Say at the cursor what would happen."""
        if self._reason:
            self.context.say(self._reason, wrong=True)
        elif self._wire and self._doubt:
            more = "\na Cast between them would fit" if self._doubt.castable else ""
            self.context.say(f"{self._wire.target} {self._doubt.reason}{more}", wrong=True)
        elif self._wire:
            self.context.say(f"{self._wire.source} → {self._wire.target}{self._kind()}")
        elif self._over_block:
            self.context.say("")
        else:
            self.context.say("let go to take the wire away" if self.moved else "let go to search for a block")

    def _kind(self) -> str:
        """Return the type of what the wire would carry, as far as it is known."""
        kind = self.context.feedback.type_text(str(self._wire.source)) if self._wire else ""
        return f"\n{kind}" if kind else ""

    def release(self, point: QPointF) -> None:
        """Wire, unwire, or search for the block to wire to."""
        if self._farthest < _CLICK and not self.goes_on:
            self.goes_on = True  # a click on a pin: the wire follows until the next click
            self.context.status_text.emit(f"Wiring {self.fixed}: click the other pin, or Esc to cancel")
            return
        self.goes_on = False
        wire, reason, over_block, doubt = self._wire, self._reason, self._over_block, self._doubt
        self.cancel()
        context = self.context
        if wire is not None:
            done = context.apply(
                context.rules.edits_to_connect(wire, self.moved), f"Wire {wire.source} to {wire.target}"
            )
            if done and doubt is not None:
                context.status_text.emit(f"Wired, but {wire.target} {doubt.reason}")
        elif reason is not None:
            context.status_text.emit(f"Not wired: {reason}")
        elif not over_block and self.moved is not None:
            context.apply([RemoveWires(context.page_name, [self.moved])])
        elif not over_block:
            self._tools.placer.search_for_wire(self.fixed, "in" if self.forward else "out", point)

    def cancel(self) -> None:
        """Take the drawn wire away."""
        marks = self.context.overlay.marks
        marks.live, marks.pins, marks.live_state = (), [], ""
        self.context.status_text.emit("")  # what it said of the wire is over
        self.context.overlay.refresh()
        self._tools.fading.clear()
        self.context.say("")
