"""About how much memory an edit holds, so that a history of large edits can be bounded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from app.document.model.diagram import Block, Note, Page, Wire

# What one more of them takes, as measured, without the texts of blocks and notes.
_OF_BLOCK, _OF_WIRE, _OF_OTHER = 450, 150, 60


def held_bytes(edit: object) -> int:
    """Return about how many bytes an edit holds: its blocks with their texts, its wires, and what else is in it."""
    total = _OF_OTHER
    todo: list[Any] = list(_members(edit))
    while todo:
        value = todo.pop()
        if isinstance(value, Page):
            todo += [value.blocks, value.wires, value.notes]
        elif isinstance(value, Mapping):
            todo.append(list(value.values()))
        elif isinstance(value, list | tuple | set | frozenset):
            total += _OF_OTHER * len(value)
            items = _bare(value)
            known = _of_alike(items)
            if known is None:
                todo += items
            else:
                total += known
        else:
            total += _of_alike([value]) or 0
    return total


def _members(edit: object) -> Iterable[Any]:
    fields = getattr(edit, "__struct_fields__", None)
    if fields is not None:
        return [getattr(edit, name) for name in fields]
    return vars(edit).values()


def _bare(values: Iterable[Any]) -> list[Any]:
    """Return a list as it is, or of items with their places the items."""
    items = list(values)
    if items and isinstance(items[0], tuple) and len(items[0]) == 2 and isinstance(items[0][0], int):
        return [item for _, item in items]
    return items


def _of_alike(items: list[Any]) -> int | None:
    """Return what items of one known kind take; None where their kinds differ or are to be looked into."""
    if len(set(map(type, items))) != 1:
        return None if items else 0
    first = items[0]
    if isinstance(first, Block):
        texts = (text for block in items for text in block.pins.values())
        return _OF_BLOCK * len(items) + sum(len(text) for text in texts if isinstance(text, str))
    if isinstance(first, Wire):
        return _OF_WIRE * len(items)
    if isinstance(first, Note):
        return sum(_OF_BLOCK + len(note.text) for note in items)
    if isinstance(first, str):
        return sum(map(len, items))
    if isinstance(first, tuple) and all(isinstance(part, int | float) for part in first):  # places
        return _OF_OTHER * len(items)
    return None if isinstance(first, Page | Mapping | list | tuple | set | frozenset) else 0
