"""Takes blocks and wires out of what holds them by the thousand, in the quickest way."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Set
from typing import TypeVar

from app.document.model.diagram import PinRef
from app.editor.canvas.items.wire_item import WireItem

_K = TypeVar("_K", bound=Hashable)
_T = TypeVar("_T")


def taken(shown: dict[_K, _T], gone: Set[_K]) -> list[_T]:
    """Take what has these keys out; return it, in its order: by far the quickest way through memory."""
    if gone >= shown.keys():
        found = list(shown.values())
        shown.clear()
        return found
    found = [item for key, item in shown.items() if key in gone]
    for key in gone & shown.keys():
        del shown[key]
    return found


def taken_wires(shown: dict[tuple[PinRef, PinRef], WireItem], gone: set[WireItem]) -> list[WireItem]:
    """Take wires out; return them.

    The last ones, as of a paste that is undone, need no hash of their ends, which takes longest.
    """
    found: list[WireItem] = []
    while len(found) < len(gone):
        key, wire = shown.popitem()
        if wire not in gone:
            shown[key] = wire
            break
        found.append(wire)
    others: Collection[WireItem] = gone.difference(found) if len(found) < len(gone) else ()
    for wire in others:
        del shown[wire.key]
    return [*found, *others]
