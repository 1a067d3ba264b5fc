"""From drawn texts, rectangles, lines and paths to the notes of a page."""

from __future__ import annotations

import re
from typing import Any

from app.document.enuspace.colours import colour
from app.document.enuspace.elements import Placed
from app.document.enuspace.placement import Point, box, number_of, numbers, points_of, rectangle
from app.document.enuspace.report import Report
from app.document.enuspace.styles import text_box, text_lines
from app.document.model import Note

_PAIR_LIST = frozenset({"polyline", "polygon"})
_PATH_STEP = re.compile(r"([MLTHVCSQAZ])([^MLTHVCSQAZ]*)", re.IGNORECASE)
_PATH_PAIRS = {
    "M": 2,
    "L": 2,
    "T": 2,
    "C": 6,
    "S": 4,
    "Q": 4,
    "A": 7,
}  # numbers per step; the last two are a point


def note_of(placed: Placed, note_id: str, report: Report) -> Note | None:
    """Return the note of a drawn element; None, with a line in the report, for one that is not understood."""
    node = placed.node
    if node.name in ("text", "pg-editbox"):
        return _text_note(placed, note_id)
    found = _outline(placed)
    if found is None:
        if node.name not in ("title", "desc", "defs", "metadata", "style"):
            report.add("kept", note_id, f"a drawn {node.name} is left out")
        return None
    at, size = found
    style: dict[str, Any] = {"shape": "rectangle" if node.name == "rect" else node.name}
    if node.name == "circle":
        style["shape"] = "ellipse"
    style |= _colours(node.attrs)
    if node.name in _PAIR_LIST or node.name == "line":
        style["points"] = [list(p) for p in _corners(placed)]
    if node.name == "path":
        style["path"] = node.attrs.get("d", "").strip()
    return Note(id=note_id, kind="shape", at=at, size=size, style=style)


def _text_note(placed: Placed, note_id: str) -> Note | None:
    attrs = placed.node.attrs
    if placed.node.name == "pg-editbox":
        at, size = rectangle(attrs, placed.transform)
        text = attrs.get("text", "")
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
    style |= {"size": number_of(attrs, "font-size", 13.0), "bold": attrs.get("font-weight", "") == "bold"}
    return Note(
        id=note_id,
        kind="text",
        at=at,
        size=size,
        text=text,
        style={k: v for k, v in style.items() if v != ""},
    )


def _colours(attrs: dict[str, str]) -> dict[str, str]:
    style = {}
    if attrs.get("fill") and number_of(attrs, "fill-opacity", 1.0) > 0 and attrs["fill"] != "none":
        style["fill"] = colour(attrs["fill"])
    if attrs.get("stroke") and number_of(attrs, "stroke-opacity", 1.0) > 0 and attrs["stroke"] != "none":
        style["outline"] = colour(attrs["stroke"])
    return style


def _outline(placed: Placed) -> tuple[Point, Point] | None:
    """Return the box around a shape; None where it is none."""
    node = placed.node
    if node.name in ("rect", "image"):
        return rectangle(node.attrs, placed.transform)
    corners = _corners(placed)
    return box(corners) if corners else None


def _corners(placed: Placed) -> list[Point]:
    """Return points of the page that the shape's box holds."""
    node, to_page = placed.node, placed.transform
    attrs = node.attrs
    if node.name in _PAIR_LIST:
        return points_of(attrs.get("points", ""), to_page)
    if node.name == "line":
        return [to_page.at((number_of(attrs, f"x{n}"), number_of(attrs, f"y{n}"))) for n in (1, 2)]
    if node.name in ("circle", "ellipse"):
        x, y, radius = (number_of(attrs, key) for key in ("cx", "cy", "r"))
        wide, high = number_of(attrs, "rx", radius), number_of(attrs, "ry", radius)
        return [to_page.at((x + sx * wide, y + sy * high)) for sx in (-1, 1) for sy in (-1, 1)]
    if node.name == "path":
        return [to_page.at(point) for point in _path_points(attrs.get("d", ""))]
    return []


def _path_points(text: str) -> list[Point]:
    """Return the ends of a path's steps; curves are followed by their control points only."""
    here, found = (0.0, 0.0), []
    for letter, inside in _PATH_STEP.findall(text):
        base = here if letter.islower() else (0.0, 0.0)
        flat, upper = numbers(inside), letter.upper()
        if upper in "HV":
            for value in flat:
                x, y = (base[0] + value, here[1]) if upper == "H" else (here[0], base[1] + value)
                here = (x, y)
                found.append(here)
        step = _PATH_PAIRS.get(upper, 0)
        for start in range(0, len(flat) - step + 1 if step else 0, step or 1):
            x, y = flat[start + step - 2 : start + step]
            here = (base[0] + x, base[1] + y)
            base = here if letter.islower() else base
            found.append(here)
    return found
