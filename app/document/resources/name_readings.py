"""How the name of a file is read: as the system does, and as TensorFlow does, which strips and cleans it first."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

_SCHEME = re.compile(r"([A-Za-z][0-9A-Za-z.+-]*)://")
_LOCAL = frozenset({"file", "ram"})  # a file system in the worker's memory is nobody else's
_OTHER_FILE_URI = re.compile(r"file:(?!//)", re.IGNORECASE)  # as SQLite reads it
_WINDOWS_SHARE_OR_DEVICE = re.compile(r"[\\/]{2}")
_WINDOWS_DEVICE = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|com\d|lpt\d)(?:[.: ]|$)", re.IGNORECASE)
_LONGEST = 4096  # characters
_MOST_URLS = 4  # URLs within one another


def network_scheme(name: str) -> str | None:
    """Return the scheme of a name that leads into the network, as ``gs`` or ``https``; None for any other name."""
    rest = name
    for _ in range(_MOST_URLS):
        found = _SCHEME.match(rest)
        if found is None:
            return None
        if found[1].lower() not in _LOCAL:
            return found[1].lower()
        rest = rest[found.end() :]
    return None


def places_named(name: str, folder: str, *, is_url: bool = False) -> Iterator[str | None]:
    """Give the absolute path of each reading of a name seen from a folder; None where no path says what is meant.

    ``is_url``: the op itself strips ``file://`` before it hands the rest on as a name.
    """
    if "\0" in name or len(name) > _LONGEST or _OTHER_FILE_URI.match(name):
        yield None  # what stands behind a NUL is dropped by some, and not by others
        return
    found = _SCHEME.match(name)
    if is_url and found is not None:
        yield from places_named(name[found.end() :], folder)
        return
    yield _from(folder, name)
    if found is None or found[1].lower() != "file":
        return
    behind = name[found.end() :]
    slash = behind.find("/")
    yield _from(folder, behind[slash:] if slash >= 0 else "/")


def _from(folder: str, name: str) -> str | None:
    """Return the absolute path of a name; None for one that Windows takes for a share, a device or a stream."""
    if os.name == "nt":
        _, tail = os.path.splitdrive(name)
        parts = re.split(r"[\\/]", tail)
        if _WINDOWS_SHARE_OR_DEVICE.match(name) or ":" in tail or any(map(_WINDOWS_DEVICE.match, parts)):
            return None
        if tail is not name and not os.path.isabs(name):
            return None  # C:name is seen from a folder that each drive has
    return os.path.join(folder, name)
