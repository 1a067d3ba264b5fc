"""What opens the folded frames around something that is to be seen."""

from __future__ import annotations

from PySide6.QtCore import QRectF

from app.document.editing.base import Edit
from app.document.editing.frames import fold_frame
from app.editor.canvas.items.page_items import PageItems


def unfolding_edits(items: PageItems, page: str, item_id: str) -> list[Edit]:
    """Return what opens all folded frames that a block, note or monitor lies in."""
    if items.folding.owner(item_id) is None:
        return []
    lies = items.places.rects((item_id,)).get(item_id)
    if lies is None:
        return []
    left, top, width, height = lies
    inner = QRectF(left + 0.5, top + 0.5, width, height)
    around = [
        n for i, n in items.notes.items() if i != item_id and n.is_folded and n.full_rect().contains(inner)
    ]
    return [fold_frame(page, note.note, False) for note in around]
