"""The scene item of one wire. Qt paints it; only its route is ours."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QPainterPath, QPen

from app.document.model import Wire
from app.editor.canvas.adapter import WireItemBase
from app.editor.canvas.block_item import BlockItem
from app.editor.canvas.painting import FADED
from app.editor.canvas.routing import Point, ends_only, route
from app.editor.geometry import PinSpot


class WireItem(WireItemBase):
    """One wire between two block items. Highlighting is painted by the overlay, so the pen never changes."""

    def __init__(
        self,
        wire: Wire,
        source: BlockItem,
        source_pin: PinSpot,
        target: BlockItem,
        target_pin: PinSpot,
        pen: QPen,
    ) -> None:
        """Make and route the wire."""
        super().__init__()
        self.wire = wire
        self.source, self.source_pin = source, source_pin
        self.target, self.target_pin = target, target_pin
        self.points: list[Point] = []
        self.setPen(pen)
        self.fade()
        self.reroute()

    def fade(self) -> None:
        """Fade with a block that is switched off."""
        self.setOpacity(FADED if self.source.off or self.target.off else 1.0)

    def reroute(self) -> None:
        """Follow the blocks and the stored corners."""
        self.setPos(0.0, 0.0)
        self.points = route(
            self.source.end(self.source_pin), self.target.end(self.target_pin), self.wire.route
        )
        path = QPainterPath()
        for piece in ends_only(self.points) if self.wire.hidden else (self.points,):
            add_polyline(path, piece)
        self.setPath(path)

    def shift(self, dx: float, dy: float) -> None:
        """Move the drawn wire along with both its blocks, without routing it again."""
        self.setPos(dx, dy)


def add_polyline(path: QPainterPath, points: Sequence[Point]) -> None:
    """Append a polyline to a path."""
    path.moveTo(*points[0])
    for point in points[1:]:
        path.lineTo(*point)
