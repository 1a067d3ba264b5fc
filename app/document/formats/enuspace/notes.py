"""From drawn texts, rectangles, lines and paths to the notes of a page."""

from __future__ import annotations

from typing import Any

from app.document.formats.enuspace.colours import colour
from app.document.formats.enuspace.elements import Placed
from app.document.formats.enuspace.paths import Lines, lines_of
from app.document.formats.enuspace.placement import Point, box, number_of, numbers, points_of, rectangle
from app.document.formats.enuspace.styles import font_size, grown, is_bold, text_box, text_lines
from app.document.formats.report import Report
from app.document.model.diagram import Note
from app.document.model.sentence import say

_SILENT = frozenset({"title", "desc", "defs", "metadata", "style"})


def note_of(placed: Placed, note_id: str, report: Report) -> Note | None:
    """Return the note of a drawn element; None, with a line in the report, for one that is not understood."""
    node = placed.node
    if node.name in ("text", "pg-editbox"):
        return _text_note(placed, note_id)
    shape = "ellipse" if node.name in ("circle", "ellipse") else "rectangle"
    lines = _lines(placed)
    if lines:
        at, size = box([point for line in lines for point in line])
        style = {"shape": "lines", "lines": _parts(lines, at, size)}
    elif node.name in ("rect", "circle", "ellipse", "image"):
        at, size = _rectangle(placed)
        style = {"shape": shape}
    else:
        if node.name not in _SILENT:
            (x, y), _ = rectangle(node.attrs, placed.transform)
            report.add("kept", note_id, say("enuspace.not-drawn", element=node.name, x=x, y=y))
        return None
    if node.name == "image":
        name = node.attrs.get("href", "")[:80]
        frame = say("enuspace.only-frame-of", picture=name) if name else say("enuspace.only-frame")
        report.add("kept", note_id, frame)
    return Note(id=note_id, kind="shape", at=at, size=size, style=style | _look(node.attrs))


def _text_note(placed: Placed, note_id: str) -> Note | None:
    attrs = placed.node.attrs
    if placed.node.name == "pg-editbox":
        text = attrs.get("text", "")
        at, size = grown(*rectangle(attrs, placed.transform), text, font_size(placed), is_bold(placed))
        style: dict[str, Any] = {
            "color": colour(attrs.get("text-color", "")),
            "fill": colour(attrs.get("fill", "")),
        }
    else:
        at, size = text_box(placed)
        text = "\n".join(text_lines(placed))
        style = {"color": colour(attrs.get("stroke", ""))}
    if not text:
        return None
    style |= {"size": round(font_size(placed), 2), "bold": is_bold(placed)}
    return Note(
        id=note_id,
        kind="text",
        at=at,
        size=size,
        text=text,
        style={k: v for k, v in style.items() if v != ""},
    )


def _look(attrs: dict[str, str]) -> dict[str, Any]:
    """Return the colours of a shape, and dashes, corners and width where they are not the usual ones."""
    style: dict[str, Any] = {}
    if attrs.get("fill") and number_of(attrs, "fill-opacity", 1.0) > 0 and attrs["fill"] != "none":
        style["fill"] = colour(attrs["fill"])
    if attrs.get("stroke") and number_of(attrs, "stroke-opacity", 1.0) > 0 and attrs["stroke"] != "none":
        style["outline"] = colour(attrs["stroke"])
    opacity = number_of(attrs, "fill-opacity", 1.0)
    if "fill" in style and 0 < opacity < 1:
        style["opacity"] = opacity
    if any(numbers(attrs.get("stroke-dasharray", ""))):
        style["dash"] = True
    if number_of(attrs, "rx") > 0 and "cx" not in attrs:
        style["radius"] = number_of(attrs, "rx")
    return style


def _rectangle(placed: Placed) -> tuple[Point, Point]:
    node, to_page = placed.node, placed.transform
    if node.name not in ("circle", "ellipse"):
        return rectangle(node.attrs, to_page)
    x, y, radius = (number_of(node.attrs, key) for key in ("cx", "cy", "r"))
    wide, high = number_of(node.attrs, "rx", radius), number_of(node.attrs, "ry", radius)
    return box([to_page.at((x + sx * wide, y + sy * high)) for sx in (-1, 1) for sy in (-1, 1)])


def _lines(placed: Placed) -> Lines:
    """Return what an element of lines draws, in page units; a closed line ends where it begins."""
    node, to_page = placed.node, placed.transform
    attrs = node.attrs
    if node.name in ("polyline", "polygon"):
        points = points_of(attrs.get("points", ""), to_page)
        return [[*points, points[0]] if node.name == "polygon" else points] if points else []
    if node.name == "line":
        return [[to_page.at((number_of(attrs, f"x{n}"), number_of(attrs, f"y{n}"))) for n in (1, 2)]]
    if node.name == "path":
        return [[to_page.at(point) for point in line] for line in lines_of(attrs.get("d", ""))]
    return []


def _parts(lines: Lines, at: Point, size: Point) -> list[list[list[float]]]:
    """Return the points as parts of the note's width and height, so that they move and grow with it."""
    wide, high = size[0] or 1.0, size[1] or 1.0
    return [[[_part(x - at[0], wide), _part(y - at[1], high)] for x, y in line] for line in lines]


def _part(distance: float, whole: float) -> float:
    return round(min(max(distance / whole, 0.0), 1.0), 5) + 0.0
