"""Drops of symbols from the palette: on the page, or into the wire under the cursor."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragMoveEvent, QDropEvent

from app.editor.canvas.interactions.context import CanvasContext
from app.editor.canvas.interactions.placing import BlockPlacer
from app.editor.canvas.items.wire_item import WireItem
from app.editor.canvas.page_state.hit_test import hit_at
from app.editor.widgets.drag_format import SYMBOL_MIME


class PaletteDrop:
    """The viewer's handler of drops."""

    def __init__(self, context: CanvasContext, placer: BlockPlacer) -> None:
        """Place what is dropped on a canvas with ``placer``."""
        self._context, self._placer = context, placer

    def drag_move(self, event: QDragMoveEvent) -> None:
        """Accept symbols from the palette; mark the wire they would be inserted into."""
        if not self._accept(event):
            return
        viewer = self._context.viewer
        hit = hit_at(viewer.scene(), viewer.to_page(event.position()), viewer.zoom())
        wire = hit.item if isinstance(hit.item, WireItem) else None
        if wire is not self._context.overlay.marks.target_wire:
            self._mark(wire)

    def drag_leave(self) -> None:
        """Unmark the wire."""
        self._mark(None)

    def drop(self, event: QDropEvent) -> None:
        """Place the symbol; on a wire, insert it."""
        if not self._accept(event):
            return
        wire = self._context.overlay.marks.target_wire
        self._mark(None)
        symbol = bytes(event.mimeData().data(SYMBOL_MIME).data()).decode("utf-8", "replace")
        self._placer.place_symbol(symbol, self._context.viewer.to_page(event.position()), wire)
        self._context.viewer.setFocus()

    def _accept(self, event: QDropEvent) -> bool:
        """Accept the event if it brings a symbol to a page that may be changed; return whether it does."""
        if not event.mimeData().hasFormat(SYMBOL_MIME) or self._context.read_only:
            return False
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        return True

    def _mark(self, wire: WireItem | None) -> None:
        self._context.overlay.marks.target_wire = wire
        self._context.overlay.refresh()
