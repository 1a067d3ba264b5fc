"""Messages about strings, each with what is at fault."""

from __future__ import annotations

from typing import Any

import numpy as np

from app.document.model.sentence import say
from app.engine.diagnostics.complaint import Complaint, Match, Site, complaint
from app.engine.diagnostics.complaint_parts import NUMBER, SHAPE, has_shape, shape_of
from blocks.requirement import Actual

_MOST_SHOWN = 40  # characters of a text that is written out


def _places_in_text(m: Match, site: Site) -> Any:
    """Return the requirement of a place in the text that a message is about, counted from either end."""
    found, in_letters = _text(m, site), site.attrs.get("unit") == "UTF8_CHAR"
    if found is None:
        return say("needs.in-bounds")
    text, at = found
    letters = text.decode("utf-8", "replace")
    shown = (
        Actual(value=f'"{letters}"', index=at) if len(letters) <= _MOST_SHOWN else say("text.at", index=at)
    )
    if in_letters:
        return say("needs.place-in-letters", text=shown, low=-len(letters), high=len(letters))
    return say("needs.place-in-text", text=shown, low=-len(text), high=len(text))


def _text(m: Match, site: Site) -> tuple[bytes, tuple[int, ...]] | None:
    """Return that text and its place; where it is not held, the message has it, with escapes for odd bytes."""
    texts, flat = site.value("input"), int(m[3])
    if texts is None or not texts.size:
        return None if m[2] is None or "\\" in m[2] else (m[2].encode(), (flat,))
    if m[4] is not None:  # TensorFlow counts rows and columns where texts and places are of unlike shapes
        at = tuple(
            min(int(i), size - 1) for i, size in zip((m[3], m[4])[-texts.ndim :], texts.shape, strict=False)
        )
    else:
        at = tuple(int(i) for i in np.unravel_index(min(flat, texts.size - 1), texts.shape))
    return bytes(texts[at]), at


def _place(m: Match, site: Site) -> Actual:
    shape = site.shape("pos")
    return Actual(value=m[1], index=(int(m[3]),) if shape is not None and len(shape) == 1 else ())


def _lengths(m: Match, site: Site) -> tuple[int, int]:
    """Return the lengths of the first of several texts and of the one that differs.

    The message of DecodeRaw has them the wrong way round.
    """
    texts, at = site.value("bytes"), int(m[1])
    if texts is None or at >= texts.size:
        return int(m[2]), int(m[3])
    return len(texts.ravel()[0]), len(texts.ravel()[at])


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
        rf"pos {NUMBER} out of range for string(?: b'(.*)')? .*?at index \(?(\d+)(?:, (\d+))?",
        "pos input",
        _places_in_text,
        _place,
    ),
    complaint(
        rf"input strings to all be the same size, but element {NUMBER} has size {NUMBER} != {NUMBER}",
        "bytes input_bytes",
        lambda m, site: say("needs.texts-of-length", count=_lengths(m, site)[0]),
        lambda m, site: say("actual.text-of-length", count=_lengths(m, site)[1], position=int(m[1])),
    ),
    complaint(
        r"Code point is out of range for Unicode|is not a valid Unicode code point",
        "input_values",
        say("needs.code-points"),
    ),
)
