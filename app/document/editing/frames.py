"""The edit that folds a frame to its title, or opens it."""

from __future__ import annotations

import msgspec

from app.document.editing.edits import ChangeNote
from app.document.model.diagram import Note


def fold_frame(page: str, frame: Note, folded: bool) -> ChangeNote:
    """Return the edit that folds a frame of a page to its title, or opens it."""
    view = msgspec.structs.replace(frame.view, collapsed=folded)
    return ChangeNote(page, msgspec.structs.replace(frame, view=view))
