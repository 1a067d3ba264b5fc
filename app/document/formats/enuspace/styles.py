"""Colours, and the sizes of drawn texts: what notes and monitors take over of the page's look."""

from __future__ import annotations

from app.document.formats.enuspace.elements import Placed
from app.document.formats.enuspace.placement import Point, number_of, rounded, rounded_size

_LETTER = 0.56  # mean width of a letter of Arial, in font sizes


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


def text_box(placed: Placed) -> tuple[Point, Point]:
    """Return where a text stands: its upper left corner and an estimate of its size.

    enuSpace draws a text downwards from its point; ``baseline-height`` is that of one line.
    """
    attrs, lines = placed.node.attrs, text_lines(placed)
    growth = placed.transform.growth
    font = font_size(placed)
    line = number_of(attrs, "pg-oneline-height", 1.15 * font / growth) * growth
    width = max([len(text) for text in lines], default=1) * font * _LETTER + 8
    x, y = placed.transform.at((number_of(attrs, "x"), number_of(attrs, "y")))
    before = {"middle": 0.5, "end": 1.0}.get(attrs.get("text-anchor", ""), 0.0)
    size = rounded_size((max(width, 20.0), max(len(lines), 1) * line + 4))
    return rounded((x - before * width, y - line)), size
