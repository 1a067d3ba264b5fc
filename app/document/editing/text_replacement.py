"""Replacing a text in all that was typed: texts of pins, labels and notes, on every page."""

from __future__ import annotations

import msgspec

from app.document.editing.annotation_edits import ChangeNote
from app.document.editing.base import Edit
from app.document.editing.block_edits import SetLabel, SetPin
from app.document.model.diagram import Project


def text_edits(project: Project, old: str, new: str) -> list[Edit]:
    """Return the edits that put ``new`` in the place of ``old`` wherever it was typed, letter by letter the same.

    Ids, symbols and names of pages stay: what names them would no longer find them.
    """
    if not old or old == new:
        return []
    edits: list[Edit] = []
    for page in project.pages:
        for block in page.blocks.values():
            edits += [
                SetPin(page.name, block.id, pin, text.replace(old, new))
                for pin, text in block.pins.items()
                if isinstance(text, str) and old in text
            ]
            if block.label and old in block.label:
                edits.append(SetLabel(page.name, block.id, block.label.replace(old, new) or None))
        for note in page.notes.values():
            if old in note.text:
                text = note.text.replace(old, new)
                edits.append(ChangeNote(page.name, msgspec.structs.replace(note, text=text)))
    return edits
