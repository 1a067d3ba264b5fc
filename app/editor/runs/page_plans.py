"""Copies of the document's pages for threads to read, and their plans, which follow the edits: for checks and runs."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from app.document.editing.base import Change
from app.document.editing.shared_copies import SharedCopies
from app.document.model.diagram import Page
from app.editor.runs.files_beside import FilesBeside

if TYPE_CHECKING:
    from app.engine.compiler.following import Planner
    from app.engine.compiler.plan import Plan

_MOST = 3  # pages whose plans are followed; who changes to another one waits for it to be planned anew


class PagePlans:
    """The one of a window. Copies are made in the window's thread, plans in any other."""

    def __init__(self) -> None:
        """Begin with no document."""
        self.files = FilesBeside()  # which the plans read
        self._copies = SharedCopies()
        self._planners: dict[str, tuple[Planner, threading.Lock]] = {}  # the last one asked for at the end

    def note(self, changes: Iterable[Change]) -> None:
        """Take note of a step of the document, before anyone asks for a copy of its new state."""
        self._copies.note(changes)

    def forget(self) -> None:
        """Drop everything: another document comes."""
        self._copies.forget()
        self._planners = {}

    def copy(self, page: Page) -> Page:
        """Return a read-only copy of a page of the document; it shares with the last one what has not changed."""
        return self._copies.of(page)

    def plan(self, page: Page, folder: Path) -> Plan:
        """Return the plan of a copy of a page; of what is planned already only what an edit touches is looked at."""
        from app.engine.compiler.following import (
            Planner,  # late: the window shows before the compiler is read
        )

        planners = self._planners
        known = planners.pop(page.name, None) or (Planner(), threading.Lock())
        planners[page.name] = known
        for name in list(planners)[:-_MOST]:
            planners.pop(name, None)
        planner, lock = known
        with lock:
            return planner.plan(page, folder, companions=self.files.at(folder))
