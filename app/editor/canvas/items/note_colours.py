"""Colours that frames and notes can be given, and how each looks on a page's ground (no Qt)."""

from __future__ import annotations

COLOURS = {
    "Blue": "#4a90d9",
    "Green": "#58a55c",
    "Yellow": "#c9a227",
    "Orange": "#d9823b",
    "Red": "#d05a5a",
    "Violet": "#9a6fd0",
    "Teal": "#3fa3a3",
    "Grey": "#8a8f98",
}
_FILL = 0x2A  # of 255: how much of the colour lies over the page


def ground(colour: str) -> str:
    """Return the translucent ground of a frame or note of a colour, as ``#aarrggbb``."""
    return f"#{_FILL:02x}{colour.removeprefix('#')}"
