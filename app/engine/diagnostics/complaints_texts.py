"""Messages about strings, each with what is at fault."""

from __future__ import annotations

from typing import Any

from app.document.model.sentence import say
from app.engine.diagnostics.complaint import Complaint, Match, Site, complaint
from app.engine.diagnostics.complaint_parts import NUMBER
from blocks.requirement import Actual


def _places_in_text(m: Match, site: Site) -> Any:
    """Return the requirement of a place in the text that a message is about, counted from either end."""
    texts = site.value("input")
    if texts is None or not texts.size:
        return None
    text = texts.ravel()[min(int(m[2]), texts.size - 1)]
    if site.attrs.get("unit") == "UTF8_CHAR":
        text = bytes(text).decode("utf-8", "replace")
    return say("needs.place-in-text", low=-len(text), high=len(text))


def _place(m: Match, site: Site) -> Actual:
    shape = site.shape("pos")
    return Actual(value=m[1], index=(int(m[2]),) if shape is not None and len(shape) == 1 else ())


TEXT_COMPLAINTS: tuple[Complaint, ...] = (
    complaint(
        rf"pos {NUMBER} out of range for string.* at index (\d+)", "pos input", _places_in_text, _place
    ),
)
