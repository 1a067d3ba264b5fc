"""Colours, and the sizes of drawn texts: what notes and monitors take over of the page's look."""

from __future__ import annotations

from app.document.formats.enuspace.elements import Placed
from app.document.formats.enuspace.placement import Point, number_of, rounded, rounded_size
from app.document.model.text_size import NOTE_MARGIN, text_size


def text_lines(placed: Placed) -> list[str]:
    """Return the lines of a text element, without the line breaks that frame it and common blanks."""
    node = placed.node
    whole = node.text + "".join("\n" + child.text for child in node.named("tspan"))
    lines = [line.rstrip() for line in whole.replace("\r\n", "\n").split("\n")]
    while lines and not lines[0].strip():
        lines.pop(0)
    while lines and not lines[-1].strip():
        lines.pop()
    return lines


def font_size(placed: Placed) -> float:
    """Return the size of an element's text in page units."""
    return number_of(placed.node.attrs, "font-size", 13.0) * placed.transform.growth


def is_bold(placed: Placed) -> bool:
    """Return whether an element's text is bold."""
    return placed.node.attrs.get("font-weight", "") == "bold"


def text_box(placed: Placed) -> tuple[Point, Point]:
    """Return where a note for a text stands: its upper left corner, and a size that shows the whole text.

    enuSpace draws a text downwards from its point; ``pg-oneline-height`` is that of one line. The note's text begins
    at that very place.
    """
    attrs, lines = placed.node.attrs, text_lines(placed)
    growth = placed.transform.growth
    font = font_size(placed)
    line = number_of(attrs, "pg-oneline-height", 1.15 * font / growth) * growth
    wide, high = text_size("\n".join(lines), font, is_bold(placed))
    x, y = placed.transform.at((number_of(attrs, "x"), number_of(attrs, "y")))
    before = {"middle": 0.5, "end": 1.0}.get(attrs.get("text-anchor", ""), 0.0)
    size = rounded_size((max(wide + 2 * NOTE_MARGIN[0], 20.0), high + 2 * NOTE_MARGIN[1]))
    return rounded((x - before * wide - NOTE_MARGIN[0], y - line - NOTE_MARGIN[1])), size


def grown(at: Point, size: Point, text: str, font: float, bold: bool) -> tuple[Point, Point]:
    """Return a box that a text is written into, grown around its middle where the text needs more room."""
    wide, high = text_size(text, font, bold)
    more = [
        max(0.0, need + 2 * margin - has)
        for need, margin, has in zip((wide, high), NOTE_MARGIN, size, strict=True)
    ]
    at = rounded((at[0] - more[0] / 2, at[1] - more[1] / 2))
    return at, rounded_size((size[0] + more[0], size[1] + more[1]))
