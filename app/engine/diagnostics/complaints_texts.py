"""Messages about strings, each with what is at fault."""

from __future__ import annotations

from typing import Any

from app.document.model.sentence import say
from app.engine.diagnostics.complaint import Complaint, Match, Site, complaint
from app.engine.diagnostics.complaint_parts import NUMBER, SHAPE, has_shape, shape_of
from blocks.requirement import Actual


def _places_in_text(m: Match, site: Site) -> Any:
    """Return the requirement of a place in the text that a message is about, counted from either end."""
    count = _length(m, site)
    return say("needs.in-bounds") if count is None else say("needs.place-in-text", low=-count, high=count)


def _length(m: Match, site: Site) -> int | None:
    """Return the length of that text; where it is not held, the message has it, with escapes for odd bytes."""
    texts, in_letters = site.value("input"), site.attrs.get("unit") == "UTF8_CHAR"
    if texts is None or not texts.size:
        return len(m[2]) if m[2] is not None and "\\" not in m[2] else None
    text = bytes(texts.ravel()[min(int(m[3]), texts.size - 1)])
    return len(text.decode("utf-8", "replace") if in_letters else text)


def _place(m: Match, site: Site) -> Actual:
    shape = site.shape("pos")
    return Actual(value=m[1], index=(int(m[3]),) if shape is not None and len(shape) == 1 else ())


TEXT_COMPLAINTS: tuple[Complaint, ...] = (
    complaint(
        r"pos and len shapes must match: \[[^\]]*\?[^\]]*\] vs\. \[[\d,]*\]",
        "pos len",
        shape_of("len"),
        has_shape("pos"),
        hint=say("hint.known-by-reshape"),
    ),
    complaint(rf"pos and len shapes must match: {SHAPE}", "len pos", shape_of("pos")),
    complaint(
        rf"pos {NUMBER} out of range for string(?: b'(.*)')? .*?at index (\d+)",
        "pos input",
        _places_in_text,
        _place,
    ),
    complaint(
        r"Code point is out of range for Unicode|is not a valid Unicode code point",
        "input_values",
        say("needs.code-points"),
    ),
)
