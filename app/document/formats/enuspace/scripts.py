"""Reads from a page's Lua scripts the plain copies of a result into a picture or a text. No script is ever run."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from app.document.formats.enuspace.xml_tree import Node

_RESULT = r"(?P<block>\w+)\.(?P<pin>result_\w+)(?P<indices>(?:\[[^\]\n]*\])*)"
# A second result with fixed indices, as a bias, shifts the whole picture; anything else is not understood.
_PICTURE = re.compile(
    rf"^[ \t]*(?P<to>\w+)\.data\[i\]\[j\][ \t]*=[ \t]*{_RESULT}[ \t]*"
    rf"(?P<rest>[-+][ \t]*(?:[\d.]+|\w+\.result_\w+(?:\[\d+\])*))?[ \t]*;?[ \t\r]*$",
    re.MULTILINE,
)
_OWN_SCALE = re.compile(r"data\[0\]\[i\]\s*=\s*minElevation\s*\+")
_TEXT = re.compile(
    rf"^[ \t]*(?P<to>\w+)\.text[ \t]*=[ \t]*"
    rf"(?:string\.format\([ \t]*\"(?P<format>[^\"\n]*)\"[ \t]*,[ \t]*)?{_RESULT}[ \t]*\)?[ \t]*;?[ \t\r]*$",
    re.MULTILINE,
)
_FIXED = re.compile(r"(?:\[\d+\])*")
_ROW_AND_COLUMN = re.compile(r"\[i\]\[j\](?:\[0\])?|\[\s*i\s*\*\s*\d+\s*\+\s*j\s*\]|")


class Copy(NamedTuple):
    """A result that a script copies into a drawn element, as ``ID.result_y[0]`` -> picture."""

    block: str
    pin: str
    indices: str  # the fixed ones, as "[0][1]"
    format: str  # of a text, as "%d"; "" for none or a picture
    rest: str = ""  # what a script adds to every value of a picture


def copies_of(scripts: Iterable[str]) -> dict[str, Copy]:
    """Return what plain assignments copy, by the id of the element that shows it; the last one counts."""
    found: dict[str, Copy] = {}
    for script in scripts:
        for match in _PICTURE.finditer(script):
            indices = match["indices"]
            fixed = _FIXED.match(indices)
            assert fixed is not None, "the pattern also fits an empty text"
            if _ROW_AND_COLUMN.fullmatch(indices[fixed.end() :]):
                rest = (match["rest"] or "").strip()
                found[match["to"]] = Copy(match["block"], match["pin"], fixed.group(), "", rest)
        for match in _TEXT.finditer(script):
            if _FIXED.fullmatch(match["indices"]):
                found[match["to"]] = Copy(
                    match["block"], match["pin"], match["indices"], match["format"] or ""
                )
    return found


def draws_own_scale(node: Node) -> bool:
    """Return whether it is a picture whose own script fills it with its colour scale, as a legend of others."""
    return any(_OWN_SCALE.search(script.text) for script in node.named("script"))
