"""What lies at a point of the page, topmost first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtWidgets import QGraphicsItem, QGraphicsScene

from app.editor.canvas.items.block_item import BlockItem
from app.editor.canvas.items.box_item import BoxItem
from app.editor.canvas.items.monitor_item import MonitorItem
from app.editor.canvas.items.note_item import NoteItem
from app.editor.canvas.items.wire_item import WireItem
from app.editor.canvas.routing.orthogonal import distance
from app.editor.layout.block_geometry import PinSpot

HitKind = Literal["empty", "pin", "block", "card", "wire", "note", "monitor", "edge", "content"]


@dataclass(frozen=True)
class Hit:
    """What was found: its scene item, the pin of a block, the edges of a box to drag."""

    kind: HitKind
    id: str = ""
    item: QGraphicsItem | None = None
    pin: PinSpot | None = None
    edges: str = ""

    @property
    def wire_end(self) -> PinSpot | None:
        """The pin that was found, if a wire may start or end there."""
        pin = self.pin
        return pin if pin is not None and pin.wireable and pin.direction != "result" else None


EMPTY = Hit("empty")
PINS_FROM = 0.3  # zoom; from further away a press always means the block


def hit_at(scene: QGraphicsScene, point: QPointF, zoom: float) -> Hit:
    """Return what a press at a page point would take hold of."""
    reach = max(9.0, min(16.0, 7.0 / zoom))
    area = QRectF(point.x() - reach, point.y() - reach, 2 * reach, 2 * reach)
    items = scene.items(area, Qt.ItemSelectionMode.IntersectsItemBoundingRect, Qt.SortOrder.DescendingOrder)
    return _edge(items, point, max(5.0, 5.0 / zoom)) or _solid(items, point, reach, zoom) or EMPTY


def _edge(items: list[QGraphicsItem], point: QPointF, reach: float) -> Hit | None:
    """Return the edge of a selected box."""
    for item in items:
        if isinstance(item, BoxItem):
            edges = item.handle_at(point, reach)
            if edges:
                return Hit("edge", item.item_id, item, edges=edges)
    return None


def _solid(items: list[QGraphicsItem], point: QPointF, reach: float, zoom: float) -> Hit | None:
    """Return the topmost block, pin, monitor, wire or note."""
    wire: Hit | None = None
    nearest = max(5.0, 5.0 / zoom)
    x, y = point.x(), point.y()
    for item in items:
        if isinstance(item, BlockItem):
            if item.gone:
                continue
            hit = _block(item, point, reach if zoom >= PINS_FROM else 0.0)
            if hit is not None:
                return hit
        elif isinstance(item, MonitorItem):
            if item.rect().contains(point):
                return Hit("content" if item.content_at(point) else "monitor", item.item_id, item)
        elif isinstance(item, NoteItem):
            # Frames lie below the wires, so a wire found before one is nearer.
            if item.body_at(point) and not (item.is_frame and wire):
                return wire or Hit("note", item.item_id, item)
        elif isinstance(item, WireItem) and item.points and not item.gone:
            away = distance(item.points, x, y, nearest)
            if away <= nearest:
                nearest = away
                wire = Hit("wire", str(item.wire.target), item)
    return wire


def _block(item: BlockItem, point: QPointF, reach: float) -> Hit | None:
    """Return a block's pin or body at a point."""
    x, y = point.x() - item.x_page - 0.5, point.y() - item.y_page - 0.5
    pin = item.shape_plan.pin_at(x, y, reach)
    if pin is not None:
        return Hit("pin", item.block_id, item, pin)
    shape = item.shape_plan
    if item.card_rect().contains(x, y):
        return Hit("card", item.block_id, item)
    if -2 <= x <= shape.width + 2 and -2 <= y <= shape.height + 2:
        return Hit("block", item.block_id, item)
    return None
