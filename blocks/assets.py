"""The one accessor for the files that ship with the program (samples, icons, the catalog snapshot)."""

from __future__ import annotations

from functools import cache
from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent


@cache
def assets_folder() -> Path:
    """Return the assets folder: ``app/assets`` in an installed wheel, ``assets`` in a source tree."""
    installed = _ROOT / "app" / "assets"
    return installed if installed.is_dir() else _ROOT / "assets"


def asset(*parts: str) -> Path:
    """Return the path of one shipped file or folder, for example ``asset("samples", "xor.tblocks")``."""
    return assets_folder().joinpath(*parts)
