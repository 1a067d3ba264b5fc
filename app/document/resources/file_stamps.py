"""The files that a run reads, and by what one of them is known to be another than when the run began."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable

import msgspec

from app.document.resources.grants import SEVERAL, opened_at
from blocks.op_facts.side_effects import PlaceKind

_MOST_FILES = 5000  # of one place, as a folder or pattern; what lies beyond is not looked at

# The name of each file, when it was written last, and its size.
Stamp = tuple[tuple[str, int, int], ...]


class ReadFile(msgspec.Struct, frozen=True):
    """What a block reads: the file, or with another kind all files, at an absolute path."""

    block: str  # its address: ``use/block``
    path: str
    kind: PlaceKind = "path"
    is_written: bool = False  # by the page itself, too


def stamps_of(files: Iterable[ReadFile]) -> dict[ReadFile, Stamp]:
    """Return what each of them is known by now; each place is looked at once, and nothing is opened."""
    seen: dict[tuple[str, str], Stamp] = {}
    found: dict[ReadFile, Stamp] = {}
    for file in files:
        place = file.path, file.kind
        if place not in seen:
            seen[place] = _stamp(file.path, file.kind)
        found[file] = seen[place]
    return found


def _stamp(path: str, kind: PlaceKind) -> Stamp:
    found: list[tuple[str, int, int]] = []
    places = (name for name, _ in opened_at(path, kind)) if kind in SEVERAL else iter((path,))
    for place in places:
        try:
            there = os.stat(place)
        except (OSError, ValueError):
            continue
        if stat.S_ISREG(there.st_mode):
            found.append((place, there.st_mtime_ns, there.st_size))
        if len(found) == _MOST_FILES:
            break
    return tuple(sorted(found))
