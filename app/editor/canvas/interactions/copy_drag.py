"""Dragging copies: with Ctrl held at the press, the selection stays and its copy goes where the mouse lets go."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QMouseEvent

from app.document.editing.clipboard import from_fragment, to_fragment
from app.document.model.diagram import Page
from app.editor.canvas.interactions.context import CanvasContext
from app.editor.canvas.interactions.drags import Drag, at_grid, with_frame_content
from app.editor.canvas.interactions.selection_actions import add_copies


class CopyDrag(Drag):
    """Draws outlines of the copies while the mouse is held; the document follows at the end."""

    def __init__(self, context: CanvasContext, start: QPointF, held: str) -> None:
        """Copy the selection with what lies on its frames, holding the item ``held``, which snaps to the grid."""
        super().__init__(context, start)
        items, page = context.items, context.items.page
        items.finish()
        ids = with_frame_content(items, context.selection.ids() | {held})
        copied = from_fragment(to_fragment(page, ids, ids, ids))
        self._fragment: Page | None = None if copied is None else copied.page
        shown = (items.blocks, items.notes, items.monitors)
        self._rects = [part[i].rect() for part in shown for i in ids if i in part]
        self._held_at = next(p[held].at for p in (page.blocks, page.notes, page.monitors) if held in p)
        self._offset = (0.0, 0.0)

    def move(self, point: QPointF, event: QMouseEvent | None = None) -> None:
        """Draw where the copies would come to lie."""
        free = event is not None and bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        (x, y), away = self._held_at, point - self.start
        if self.context.snap and not free:
            to = at_grid(x + away.x(), y + away.y(), self.context.grid_size)
            self._offset = to[0] - x, to[1] - y
        else:
            self._offset = round(away.x()), round(away.y())
        self.context.overlay.marks.copies = [rect.translated(*self._offset) for rect in self._rects]
        self.context.overlay.refresh()

    def release(self, point: QPointF) -> None:
        """Add the copies and select them, if they go anywhere."""
        self.cancel()
        if self._fragment is not None and self._offset != (0.0, 0.0):
            add_copies(self.context, self._fragment, self._offset)

    def cancel(self) -> None:
        """Take the outlines away."""
        self.context.overlay.marks.copies = []
        self.context.overlay.refresh()
