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
from app.document.model.sentence import Sentence, say

_USUAL_COLOUR, _USUAL_WIDTH = "#8c4002", 3.0  # of a wire
_USUAL_LOOKS = frozenset({(_USUAL_COLOUR, _USUAL_WIDTH), ("#0077bd", 1.0)})  # the second since version 4
_NOT_PLACED = frozenset({"defs", "symbol"})  # hold what may be placed elsewhere
_INDEXED = re.compile(r"#?([^\[\]]*)((?:\[[^\[\]]*\])*)\Z")
_TENSORFLOW = re.compile(
    r"tensor[ _-]?flow|(?<![a-z])tf(?![a-z])"
)  # tensorflow, enu_tensorflow2_0, later ones


@dataclass(frozen=True)
class PinValue:
    """What a page holds of a pin. ``word`` is the element type as written ("" = not said).

    It stands in a ``pg-set-pin``; on pages for the web, which hold their symbols whole, in the symbol's ``pg-pin``.
    """

    name: str
    word: str
    shape: Shape | None
    value: str
    position: int | None  # in the .dat file, bytes; None: the value is the text
    of_web: bool = False

    @classmethod
    def of(cls, node: Node) -> PinValue:
        """Read the element; a shape that is not said is that of the name (``#val[2][2]``)."""
        attrs = node.attrs
        named = _INDEXED.match(attrs.get("variable", "").strip())
        name, sizes = named.groups() if named else (attrs.get("variable", "").lstrip("#"), "")
        binary = attrs.get("save-type", "").lower() == "binary"
        return cls(
            name=name.strip(),
            word=attrs.get("var-type", attrs.get("type", "")).strip().lower(),
            shape=shape_of(attrs.get("shape", "")) or shape_of(sizes),
            value=attrs.get("value", attrs.get("initial", "")),
            position=int(number_of(attrs, "binary-pos")) if binary else None,
            of_web=node.name == "pg-pin",
        )


class Placed(NamedTuple):
    """A drawn element with the transform of its own coordinates to the page's."""

    node: Node
    transform: Transform


@dataclass
class Use:
    """A placed symbol (``use``): of a library for TensorFlow, or ("logic") of the host or another library."""

    id: str
    symbol: str
    at: Point
    library: str
    pins: list[PinValue]
    attributes: dict[str, str]  # name without "#" -> text

    @property
    def is_block(self) -> bool:
        """Return whether its library is one for TensorFlow, which is also meant where none is named."""
        return not self.library or bool(_TENSORFLOW.search(self.library.lower()))


class Script(NamedTuple):
    """A script of an element ("" = the page)."""

    owner: str
    language: str
    text: str


class Link(NamedTuple):
    """A wire as the page holds it, with the corners of the line that draws it (page units)."""

    source: str
    source_pin: str
    target: str
    target_pin: str
    hidden: bool
    points: list[Point]
    style: dict[str, Any]  # of the line that draws it, where it is not the usual one

    @property
    def ends(self) -> Sentence:
        """Return what the report calls it by."""
        source, target = f"{self.source}.{self.source_pin}", f"{self.target}.{self.target_pin}"
        return say("enuspace.wire", source=source, target=target)


@dataclass
class Elements:
    """All that a page draws, in file order."""

    version: str
    uses: list[Use] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    drawn: list[Placed] = field(default_factory=list)  # texts, shapes, trends, contours, boxes to type in
    scripts: list[Script] = field(default_factory=list)


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
            waiting += _placed_within(node, here)
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
            waiting += _placed_within(node, here)
    return found


def _placed_within(node: Node, transform: Transform) -> list[Placed]:
    """Return the symbols and wires within an element that is no group, the last one first; not those of symbols."""
    found: list[Placed] = []
    waiting = [Placed(child, transform) for child in reversed(node.children)]
    while waiting:
        inner, outer = waiting.pop()
        if inner.name in ("use", "pg-link") or any(True for _ in inner.named("pg-link")):
            found.append(Placed(inner, outer))
        elif inner.name not in _NOT_PLACED:
            here = outer.then(transform_of(inner.attrs.get("transform", "")))
            waiting += [Placed(child, here) for child in reversed(inner.children)]
    return found[::-1]


def _draws_link(node: Node) -> bool:
    """Return whether it is a wire drawn as a symbol of its own, as version 2.0.1 can."""
    return _symbol(node) == "Link" and any(True for _ in node.named("pg-link"))


def _symbol(node: Node) -> str:
    return node.attrs.get("href", "").rpartition("#")[2].replace("::", "_").strip()


def _scripts(node: Node, owner: str) -> Iterator[Script]:
    for script in node.named("script"):
        if script.text.strip():
            language = "JavaScript" if "javascript" in script.attrs.get("type", "").lower() else "Lua"
            yield Script(owner, language, script.text.strip())


def _use(node: Node, transform: Transform) -> Use:
    at = transform.at((number_of(node.attrs, "x"), number_of(node.attrs, "y")))
    pins = {value.name: value for value in map(PinValue.of, _within(node, "pg-pin"))}
    set_here = [PinValue.of(child) for child in node.named("pg-set-pin")]
    named = {value.name for value in set_here}
    values = [*set_here, *(value for name, value in pins.items() if name not in named)]
    return Use(node.id, _symbol(node), at, node.attrs.get("type", "").strip(), values, _attributes(node))


def _attributes(node: Node) -> dict[str, str]:
    """Return a placed symbol's settings; of the symbol's own, which pages for the web hold, those that are not off."""
    texts: dict[str, str] = {}
    for own in _within(node, "pg-attribute"):
        text = own.attrs.get("initial", "")
        texts[_bare(own)] = "" if text.strip().lower() == "false" else text
    return texts | {_bare(child): child.attrs.get("value", "") for child in node.named("pg-set-attribute")}


def _bare(node: Node) -> str:
    return node.attrs.get("variable", "").lstrip("#")


def _within(node: Node, name: str) -> Iterator[Node]:
    """Yield the elements of that name within another at any depth, but not within a symbol placed there."""
    waiting = list(reversed(node.children))
    while waiting:
        here = waiting.pop()
        if here.name == name:
            yield here
        if here.name != "use":
            waiting += reversed(here.children)


def _style(node: Node) -> dict[str, Any]:
    """Return colour, width and dashes of a wire's line as far as they differ from enuSpace's usual ones."""
    style: dict[str, Any] = {}
    drawn = colour(node.attrs.get("stroke", ""))
    width = number_of(node.attrs, "stroke-width", _USUAL_WIDTH)
    if (drawn, width) not in _USUAL_LOOKS:
        if drawn not in ("", _USUAL_COLOUR):
            style["color"] = drawn
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
