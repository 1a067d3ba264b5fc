"""The bounds that the runs of this worker stay within: a process serves one project and one set of grants."""

from __future__ import annotations

from app.document.resources.grants import Bounds
from app.document.resources.ground import Ground

_NOTHING = Bounds(Ground(folder="/", is_own=False))
_held = _NOTHING


def held_bounds() -> Bounds:
    """Return the bounds; before any are set, those of a project that may touch nothing."""
    return _held


def hold_bounds(bounds: Bounds) -> None:
    """Set the bounds."""
    global _held
    _held = bounds
