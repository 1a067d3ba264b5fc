"""Reads from a page's Lua scripts the plain copies of a result into a picture or a text. No script is ever run."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

_RESULT = r"(?P<block>\w+)\.(?P<pin>result_\w+)(?P<indices>(?:\[[^\]\n]*\])*)"
_PICTURE = re.compile(
    rf"^[ \t]*(?P<to>\w+)\.data\[i\]\[j\][ \t]*=[ \t]*{_RESULT}[ \t]*;?[ \t\r]*$", re.MULTILINE
)
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


def copies_of(scripts: Iterable[tuple[str, str]]) -> dict[str, Copy]:
    """Return what plain assignments copy, by the id of the element that shows it; the last one counts."""
    found: dict[str, Copy] = {}
    for _, script in scripts:
        for match in _PICTURE.finditer(script):
            indices = match["indices"]
            fixed = _FIXED.match(indices)
            assert fixed is not None, "the pattern also fits an empty text"
            if _ROW_AND_COLUMN.fullmatch(indices[fixed.end() :]):
                found[match["to"]] = Copy(match["block"], match["pin"], fixed.group(), "")
        for match in _TEXT.finditer(script):
            if _FIXED.fullmatch(match["indices"]):
                found[match["to"]] = Copy(
                    match["block"], match["pin"], match["indices"], match["format"] or ""
                )
    return found
