"""Finds files of a like name beside one that is not there."""

from __future__ import annotations

import itertools
import os
from pathlib import Path, PurePath

from app.document.model.spelling import nearest

_MOST_FILES = 5_000  # of a folder among which one of like name is looked for
_MOST = 2


def near_files(name: str, folder: Path) -> tuple[str, ...]:
    """Return names like that of a file which is not there, of files in its folder; the likest first.

    Only below ``folder`` is looked.
    """
    path = PurePath(name)
    if not path.name or path.is_absolute() or ".." in path.parts or "://" in name or "\0" in name:
        return ()
    try:
        with os.scandir(folder / path.parent) as entries:
            files = tuple(entry.name for entry in itertools.islice(entries, _MOST_FILES) if entry.is_file())
    except (OSError, ValueError):
        return ()
    return tuple(str(path.with_name(near)).replace("\\", "/") for near in nearest(path.name, files, _MOST))
