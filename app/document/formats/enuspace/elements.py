"""Takes an enuSpace page's tree apart: placed symbols with their pins, links, and what else is drawn."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from app.document.formats.enuspace.arrays import Shape, shape_of
from app.document.formats.enuspace.colours import colour
from app.document.formats.enuspace.placement import (
    Point,
    Transform,
    number_of,
    numbers,
    points_of,
    transform_of,
)
from app.document.formats.enuspace.xml_tree import Node

_USUAL_COLOUR, _USUAL_WIDTH = "#8c4002", 3.0  # of a wire
_INDEXED = re.compile(r"#?([^\[\]]*)((?:\[[^\[\]]*\])*)\Z")


@dataclass(frozen=True)
class PinValue:
    """One ``pg-set-pin``: what a page holds of a pin. ``word`` is the element type as written ("" = not said)."""

    name: str
    word: str
    shape: Shape | None
    value: str
    position: int | None  # in the .dat file, bytes; None: the value is the text

    @classmethod
    def of(cls, node: Node) -> PinValue:
        """Read the element; a shape that is not said is that of the name (``#val[2][2]``)."""
        attrs = node.attrs
        named = _INDEXED.match(attrs.get("variable", "").strip())
        name, sizes = named.groups() if named else (attrs.get("variable", "").lstrip("#"), "")
        binary = attrs.get("save-type", "").lower() == "binary"
        return cls(
            name=name.strip(),
            word=attrs.get("var-type", "").strip().lower(),
            shape=shape_of(attrs.get("shape", "")) or shape_of(sizes),
            value=attrs.get("value", ""),
            position=int(number_of(attrs, "binary-pos")) if binary else None,
        )


class Placed(NamedTuple):
    """A drawn element with the transform of its own coordinates to the page's."""

    node: Node
    transform: Transform


@dataclass
class Use:
    """A placed symbol (``use``): of the TensorFlow library, or ("logic") of the host."""

    id: str
    symbol: str
    at: Point
    is_block: bool
    pins: list[PinValue]
    attributes: dict[str, str]  # pg-set-attribute: name without "#" -> text


class Link(NamedTuple):
    """A wire as the page holds it, with the corners of the line that draws it (page units)."""

    source: str
    source_pin: str
    target: str
    target_pin: str
    hidden: bool
    points: list[Point]
    style: dict[str, Any]  # of the line that draws it, where it is not the usual one


@dataclass
class Elements:
    """All that a page draws, in file order."""

    version: str
    uses: list[Use] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    drawn: list[Placed] = field(default_factory=list)  # texts, shapes, trends, contours, boxes to type in
    scripts: list[tuple[str, str]] = field(default_factory=list)  # id of the element that has it, text


def elements_of(root: Node) -> Elements:
    """Sort the page's elements. Groups are opened; what they hold gets their transforms."""
    found = Elements(root.attrs.get("enuspace-version", ""))
    found.scripts += _scripts(root, "")
    waiting = [Placed(child, Transform()) for child in reversed(root.children)]
    while waiting:
        node, outer = waiting.pop()
        here = outer.then(transform_of(node.attrs.get("transform", "")))
        if node.name == "script":
            continue  # read with the element that holds it
        found.scripts += _scripts(node, node.id)
        if node.name == "use" and not _draws_link(node):
            found.uses.append(_use(node, here))
        elif node.name == "pg-link":
            found.links.append(_link(node, []))
        elif node.name in ("g", "a", "svg"):
            waiting += [Placed(child, here) for child in reversed(node.children)]
        elif any(True for _ in node.named("pg-link")):
            points = points_of(node.attrs.get("points", ""), here)
            hidden = _is_hidden(node)
            found.links += [_link(link, points, hidden, _style(node)) for link in node.named("pg-link")]
        else:
            found.drawn.append(Placed(node, here))
    return found


def _draws_link(node: Node) -> bool:
    """Return whether it is a wire drawn as a symbol of its own, as version 2.0.1 can."""
    return _symbol(node) == "Link" and any(True for _ in node.named("pg-link"))


def _symbol(node: Node) -> str:
    return node.attrs.get("href", "").rpartition("#")[2].replace("::", "_").strip()


def _scripts(node: Node, owner: str) -> Iterator[tuple[str, str]]:
    for script in node.named("script"):
        if script.text.strip():
            yield owner, script.text.strip()


def _use(node: Node, transform: Transform) -> Use:
    at = transform.at((number_of(node.attrs, "x"), number_of(node.attrs, "y")))
    values = [PinValue.of(child) for child in node.named("pg-set-pin")]
    named = (
        (c.attrs.get("variable", "").lstrip("#"), c.attrs.get("value", ""))
        for c in node.named("pg-set-attribute")
    )
    kind = node.attrs.get("type", "tensorflow").strip().lower()
    return Use(node.id, _symbol(node), at, kind == "tensorflow", values, dict(named))


def _style(node: Node) -> dict[str, Any]:
    """Return colour, width and dashes of a wire's line as far as they differ from enuSpace's usual ones."""
    style: dict[str, Any] = {}
    drawn = colour(node.attrs.get("stroke", ""))
    if drawn not in ("", _USUAL_COLOUR):
        style["color"] = drawn
    width = number_of(node.attrs, "stroke-width", _USUAL_WIDTH)
    if width != _USUAL_WIDTH:
        style["width"] = width
    if any(numbers(node.attrs.get("stroke-dasharray", ""))):
        style["dash"] = True
    return style


def _link(node: Node, points: list[Point], hidden: bool = False, style: dict[str, Any] | None = None) -> Link:
    source, source_pin, target, target_pin = (
        node.attrs.get(key, "").strip() for key in ("from-id", "param-from", "to-id", "param-to")
    )
    return Link(source, source_pin, target, target_pin, hidden or _is_hidden(node), points, style or {})


def _is_hidden(node: Node) -> bool:
    return node.attrs.get("hidden", "").strip().lower() in ("true", "1")
