"""What a file's pages may touch when they run, and what holds them, for ``check --json``."""

from __future__ import annotations

from typing import Any

from app.cli.opening import Opened
from app.document.resources.grants import Bounds
from app.document.resources.ground import Ground
from app.engine.analysis.page_analysis import PageAnalysis
from app.engine.analysis.touches import Touch, need_of, touches_of
from app.engine.ipc.walls import WallsHeld


def touches_json(opened: Opened, page: PageAnalysis) -> list[dict[str, Any]]:
    """Return what a page may touch, in the order of its run."""
    if page.plan is None:
        return []
    bounds = Bounds(Ground.of(opened.folder, opened.data))
    return [_touch(touch, bounds) for touch in touches_of(page.plan)]


def _touch(touch: Touch, bounds: Bounds) -> dict[str, Any]:
    """Return one touch. ``allowed`` is null where it is judged in the run."""
    need = need_of(touch, bounds)
    return {
        "block": touch.block,
        "pin": touch.pin or None,
        "op": touch.op,
        "capability": touch.capability if need is None else need.capability,
        "name": touch.name,
        "path": None if need is None else need.path,
        "allowed": None if touch.is_judged_in_run else need is None,
    }


def walls_json(held: WallsHeld) -> dict[str, Any]:
    """Return which walls stand around a run: the check of names always does."""
    return {
        "names": True,
        "files": held.files,
        "network": held.network,
        "processes": held.processes,
        "why": held.why or None,
    }
