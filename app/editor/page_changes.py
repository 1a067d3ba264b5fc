"""Sorts the changes of one step of the document: which pages a run would feel, and whose results they make stale."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.document.editing.base import Change

# Changes that leave the results and problems of a page as they are.
_OUTWARD = frozenset(
    {
        "block-moved", "block-view-changed", "note-added", "note-removed", "note-moved", "note-changed",
        "monitor-added", "monitor-removed", "monitor-moved", "monitor-changed", "saved", "history", "page-moved",
        "page-renamed",
    }
)  # fmt: skip
_SETTINGS = ("run", "snapshots", "results", "report")  # members of a page that no value depends on


def edited_pages(changes: Iterable[Change]) -> dict[str, bool]:
    """Return the pages that were changed in more than their looks, and whether their results are stale by it."""
    edited: dict[str, bool] = {}
    for change in changes:
        is_outward = change.kind in _OUTWARD or (change.kind == "page-changed" and change.old == "view")
        if change.page and not is_outward:
            is_setting = change.kind == "page-changed" and change.old in _SETTINGS
            edited[change.page] = edited.get(change.page, False) or not is_setting
    return edited
