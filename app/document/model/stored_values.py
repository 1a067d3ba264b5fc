"""Values that outlive a renaming: what a page says of its snapshots and results beside the project, by which ids.

An entry is ``{"npz": FILE}``, with more members as they come. The values in the file are filed under the ids that
blocks had when it was written. Where blocks bear others since, the entry says so: ``"moved": {"w": "weights"}``.
Files are never rewritten for it, so undoing a renaming needs no file, and each entry speaks of its own time only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

Value = TypeVar("Value")

_MOVED = "moved"


def npz_of(entry: Any) -> str | None:
    """Return the file that an entry names; None where it names none."""
    npz = entry.get("npz") if isinstance(entry, dict) else None
    return npz if isinstance(npz, str) else None


def with_moved(entry: Any, rename: Callable[[str], str], blocks: Iterable[str]) -> Any:
    """Return an entry that knows what blocks of the page are called from now on.

    ``blocks`` are those that may have a value in the file, under their present ids. The very entry comes back where
    none of them gets another one, or where it is none that this program understands.
    """
    moved = _moved(entry)
    if npz_of(entry) is None or moved is None:
        return entry
    now = moved_on(moved, rename, blocks)
    if now == moved:
        return entry
    if now:
        return {**entry, _MOVED: now}
    return {key: value for key, value in entry.items() if key != _MOVED}


def under_present_ids(entry: Any, values: Mapping[str, Value]) -> dict[str, Value]:
    """Return the values of an entry's file, by ``block`` or ``block.pin``, under the ids of today."""
    return under_new_ids(_moved(entry) or {}, values)


def moved_on(moved: Mapping[str, str], rename: Callable[[str], str], blocks: Iterable[str]) -> dict[str, str]:
    """Return the present ids by those of a past time, after a renaming; ids that are the same are left out.

    ``moved`` are those before the renaming, ``blocks`` those that may have existed at that time, by their present ids.
    A block that is gone loses its claim to an id that another one bears from now on.
    """
    there, present = dict.fromkeys(blocks), set(moved.values())  # in order: it is written to the file
    then = {**moved, **{b: b for b in there if b not in moved and b not in present}}
    borne = {rename(block) for block in there}
    return {
        old: new
        for old, block in then.items()
        if (new := rename(block)) != old and (block in there or new not in borne)
    }


def under_new_ids(moved: Mapping[str, str], values: Mapping[str, Value]) -> dict[str, Value]:
    """Return values by ``block`` or ``block.pin`` with each block under its present id.

    A value under an id that another block has taken over since belongs to no block, and is left out.
    """
    taken = set(moved.values())
    found = {}
    for key, value in values.items():
        block, dot, pin = key.partition(".")
        if block in moved:
            found[moved[block] + dot + pin] = value
        elif block not in taken:
            found[key] = value
    return found


def _moved(entry: Any) -> dict[str, str] | None:
    """Return the new ids by the old ones; None where the member holds something else."""
    moved = entry.get(_MOVED, {}) if isinstance(entry, dict) else None
    if not isinstance(moved, dict) or not all(isinstance(new, str) for new in moved.values()):
        return None
    return moved
