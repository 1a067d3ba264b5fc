"""Bends of wires: set on a wire's way, dragged, taken away; the page stores them as the wire's route."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from PySide6.QtCore import QPointF
from PySide6.QtGui import QMouseEvent

from app.document.editing.edits import ReplaceWire
from app.document.model.diagram import Wire
from app.editor.canvas.interactions.context import CanvasContext
from app.editor.canvas.interactions.drags import Drag, at_grid
from app.editor.canvas.items.wire_item import WireItem
from app.editor.canvas.routing.bends import corner_at, lasting_corners, moved_corner, with_corner
from app.editor.canvas.routing.orthogonal import Point, squared

_REACH = 7.0  # pixels


class Bends:
    """Adds and removes bends, and begins their drags."""

    def __init__(self, context: CanvasContext) -> None:
        """Act on the wires of a canvas."""
        self.context = context

    def at(self, item: WireItem, point: QPointF) -> int | None:
        """Return the bend of a wire that lies at a page point."""
        reach = _REACH / min(1.0, self.context.viewer.zoom())
        return corner_at(item.bends, (point.x(), point.y()), reach)

    def drag(self, item: WireItem, point: QPointF, adds: bool) -> BendDrag | None:
        """Begin to drag the bend at a page point; where there is none, a new one if ``adds``."""
        if item.ends_at_fold:
            return None
        stored = self.at(item, point)
        corners = _way(item)[1:-1]
        if stored is not None:
            return BendDrag(self.context, point, item, corners, corners.index(item.bends[stored]))
        if not adds:
            return None
        corners, index = with_corner(_way(item), (point.x(), point.y()))
        return BendDrag(self.context, point, item, corners, index)

    def toggle(self, item: WireItem, point: QPointF) -> None:
        """Take the bend at a page point away, or set one there."""
        index = self.at(item, point)
        if index is None:
            self.add(item, point)
        else:
            self._replace([item.wire], [*item.bends[:index], *item.bends[index + 1 :]], "Remove a bend")

    def add(self, item: WireItem, point: QPointF) -> None:
        """Set a bend on a wire, at the place that is nearest to a page point."""
        if item.ends_at_fold:
            self.context.status_text.emit("Open the frame first: a bend would lead to where the block lies")
            return
        corners, index = with_corner(_way(item), (point.x(), point.y()))
        corners = lasting_corners(corners, item.points[0], item.points[-1], corners[index])
        self._replace([item.wire], corners, "Add a bend")

    def straighten(self, wires: Sequence[Wire]) -> None:
        """Take all bends of some wires away: they find their way themselves again."""
        self._replace([wire for wire in wires if wire.route], (), "Remove the bends")

    def _replace(self, wires: Sequence[Wire], corners: Sequence[Point], name: str) -> None:
        page = self.context.page_name
        if not self.context.read_only:
            edits = [ReplaceWire(page, w, msgspec.structs.replace(w, route=tuple(corners))) for w in wires]
            self.context.apply(edits, name)


def _way(item: WireItem) -> list[Point]:
    """Return all corners of a wire's way with its ends; stored ones too, where they lie on a straight leg."""
    if not item.bends:
        return item.corners()
    return squared([item.points[0], *item.bends, item.points[-1]])


class BendDrag(Drag):
    """Drags one bend; the legs beside it follow."""

    def __init__(
        self, context: CanvasContext, start: QPointF, item: WireItem, corners: Sequence[Point], index: int
    ) -> None:
        """Take hold of a corner among a wire's ``corners``."""
        super().__init__(context, start)
        self._item, self._before, self._index = item, item.wire, index
        first, last = item.points[0], item.points[-1]
        self._way = [first, *corners, last]

    def move(self, point: QPointF, event: QMouseEvent | None = None) -> None:
        """Draw the wire through the cursor."""
        x, y = point.x(), point.y()
        to = (
            at_grid(x, y, self.context.grid_size) if self.context.snap else (float(round(x)), float(round(y)))
        )
        corners = moved_corner(self._way, self._index, to)
        corners = lasting_corners(corners, self._way[0], self._way[-1], to)
        self._draw(msgspec.structs.replace(self._before, route=tuple(corners)))

    def _draw(self, wire: Wire) -> None:
        self._item.wire = wire
        self._item.reroute()
        self.context.overlay.refresh()

    def release(self, point: QPointF) -> None:
        """Make it an edit."""
        new = self._item.wire
        self._item.wire = self._before
        if new != self._before:
            self.context.apply([ReplaceWire(self.context.page_name, self._before, new)])

    def cancel(self) -> None:
        """Draw the wire as it was."""
        self._draw(self._before)
        if not self._before.route:
            self.context.items.show_model({self._before.source.block})
