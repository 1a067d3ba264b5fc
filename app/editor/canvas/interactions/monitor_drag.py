"""Dragging a pin out to the empty page: a monitor of its value, or a control of its text."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QMouseEvent

from app.editor.canvas.interactions.context import CanvasContext
from app.editor.canvas.interactions.drags import Drag, at_grid
from app.editor.canvas.items.block_item import BlockItem
from app.editor.canvas.items.page_items import PageItems
from app.editor.layout.block_geometry import PinSpot
from app.editor.monitors.kinds import SIZES, TITLES, fitting_kind

if TYPE_CHECKING:
    from app.engine.values.results import Value

_NEAR = 16.0  # page units around the block in which a drag makes nothing yet


class MonitorDrag(Drag):
    """Shows where the monitor will lie. The window makes it: ``monitor_requested`` of the context."""

    def __init__(self, context: CanvasContext, start: QPointF, block: BlockItem, pin: PinSpot) -> None:
        """Take hold of a result, an output, or an input that a text is typed into."""
        super().__init__(context, start)
        self._block = block
        self.key = (
            f"{block.block_id}.{pin.name.removeprefix('result_') if pin.direction == 'result' else pin.name}"
        )
        self.kind = "control" if pin.direction == "in" else self._fitting()
        self._rect: QRectF | None = None

    def _fitting(self) -> str:
        context = self.context
        page = context.page
        value = context.feedback.results.get(self.key)
        known = None if isinstance(value, str) else cast("Value | None", value)
        many = page is not None and page.run.steps != 1
        return fitting_kind(known, context.feedback.types.get(self.key, ""), many)

    def move(self, point: QPointF, event: QMouseEvent | None = None) -> None:
        """Draw the monitor's frame at the cursor; on the block itself nothing will be made."""
        marks = self.context.overlay.marks
        self._rect = None
        if not self._block.rect().adjusted(-_NEAR, -_NEAR, _NEAR, _NEAR).contains(point):
            x, y = point.x(), point.y()
            if self.context.snap:
                x, y = at_grid(x, y, self.context.grid_size)
            self._rect = QRectF(QPointF(x, y), QPointF(x + SIZES[self.kind][0], y + SIZES[self.kind][1]))
        marks.band = self._rect
        self.context.overlay.refresh()
        self.context.say(f"{TITLES[self.kind]} of {self.key}" if self._rect is not None else "")

    def release(self, point: QPointF) -> None:
        """Ask for the monitor."""
        rect = self._rect
        self.cancel()
        if rect is not None:
            self.context.monitor_requested.emit(self.key, self.kind, rect.topLeft())

    def cancel(self) -> None:
        """Take the frame away."""
        self.context.overlay.marks.band = None
        self.context.overlay.refresh()
        self.context.say("")


def drags_monitor(items: PageItems, block: BlockItem, pin: PinSpot, alt: bool) -> bool:
    """Return whether a drag from a pin makes a monitor: results always; outputs and typed inputs with Alt."""
    if pin.direction == "result":
        return True
    if not alt or pin.role in ("scope", "session_scope"):
        return False
    if pin.direction == "out":
        return True
    model = items.page.blocks.get(block.block_id)
    wired = any(w.target is block and w.target_pin is pin for w in items.wires_at.get(block.block_id, ()))
    return model is not None and isinstance(model.pins.get(pin.name), str) and not wired
