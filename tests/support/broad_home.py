"""A home of the user that belongs to a test: a folder that holds far more than a project."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.document.resources import ground


@contextmanager
def broad_home(folder: Path) -> Iterator[Path]:
    """Make a folder the user's home for a block of code."""
    folder.mkdir(parents=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(folder))
        patch.setenv("USERPROFILE", str(folder))
        ground._broad_folders.cache_clear()
        yield folder
    ground._broad_folders.cache_clear()
