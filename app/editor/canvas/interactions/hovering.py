"""What the cursor shows while no button is held: a pin or wire marked under it, its shape, the tool tip."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QToolTip

from app.editor.canvas.interactions import tool_tips
from app.editor.canvas.interactions.context import CanvasContext
from app.editor.canvas.items.block_item import BlockItem
from app.editor.canvas.items.wire_item import WireItem
from app.editor.canvas.page_state.hit_test import Hit

_SHAPES = {
    "r": Qt.CursorShape.SizeHorCursor, "l": Qt.CursorShape.SizeHorCursor,
    "t": Qt.CursorShape.SizeVerCursor, "b": Qt.CursorShape.SizeVerCursor,
    "tl": Qt.CursorShape.SizeFDiagCursor, "br": Qt.CursorShape.SizeFDiagCursor,
    "tr": Qt.CursorShape.SizeBDiagCursor, "bl": Qt.CursorShape.SizeBDiagCursor,
}  # fmt: skip


class Hovering:
    """Marks what lies under the cursor."""

    def __init__(self, context: CanvasContext) -> None:
        """Mark on a canvas."""
        self._context = context
        self._tip: tuple[QPoint, Hit, str] | None = (
            None  # where the last tip was asked for, of what, what it said
        )

    def show(self, hit: Hit) -> None:
        """Mark the pin or wire that was hit, and give the cursor its shape."""
        context = self._context
        marks, viewport = context.overlay.marks, context.viewer.viewport()
        wire = hit.item if isinstance(hit.item, WireItem) else None
        pins: list[tuple[float, float]] = []
        if isinstance(hit.item, BlockItem) and hit.wire_end is not None:
            pins = [hit.item.pin_centre(hit.wire_end)]
        if wire is not marks.hovered_wire or pins != marks.pins:
            marks.hovered_wire, marks.pins = wire, pins
            context.overlay.refresh()
        if hit.edges:
            viewport.setCursor(_SHAPES[hit.edges])
        elif hit.kind == "card":
            viewport.setCursor(Qt.CursorShape.PointingHandCursor)
        elif pins:
            viewport.setCursor(Qt.CursorShape.CrossCursor)
        else:
            viewport.unsetCursor()

    def clear(self) -> None:
        """Unmark what was under the cursor."""
        marks = self._context.overlay.marks
        if marks.hovered_wire is not None or marks.pins:
            marks.hovered_wire, marks.pins = None, []
            self._context.overlay.refresh()

    def tool_tip(self, event: QHelpEvent, hit: Hit) -> None:
        """Show what is known of the pin, block or wire that was hit; nothing where nothing was."""
        text = tool_tips.text_for(self._context, hit)
        self._tip = (event.globalPos(), hit, text) if text else None
        if text:
            QToolTip.showText(event.globalPos(), text, self._context.viewer.viewport())
        else:
            QToolTip.hideText()

    def renew_tip(self) -> None:
        """Let a tip that is shown say what is known by now, as of a run that ended while the mouse was at rest."""
        if self._tip is None or not QToolTip.isVisible() or QToolTip.text() != self._tip[2]:
            return
        place, hit, said = self._tip
        if hit.item is None or hit.item.scene() is None:
            return
        text = tool_tips.text_for(self._context, hit)
        if text != said:
            self._tip = (place, hit, text)
            QToolTip.showText(place, text, self._context.viewer.viewport())
