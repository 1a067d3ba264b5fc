"""Makes the files and folders that a run has been allowed to write and that are not there yet.

The system's wall knows only what is there; it would take a whole folder for one new file in it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from pathlib import Path


def make_missing(paths: Iterable[str]) -> None:
    """Make a file for a name with an ending, else a folder; what cannot be made is met by the run."""
    for name in paths:
        path = Path(name)
        with contextlib.suppress(OSError):
            if path.exists():
                continue
            if not path.suffix:
                path.mkdir(parents=True, exist_ok=True)
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
