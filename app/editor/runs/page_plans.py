"""Copies of the document's pages for threads to read, and their plans, which follow the edits: for checks and runs."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from app.document.editing.base import Change
from app.document.editing.shared_copies import SharedCopies
from app.document.model.addresses import monitored_within
from app.document.model.diagram import Page
from app.document.model.page_symbol import LIBRARY_PREFIX
from app.document.resources.function_pages import NO_PAGES, FunctionPages
from app.document.resources.own_blocks import OwnBlocks
from app.editor.runs.files_beside import FilesBeside
from app.editor.widgets.slices import Once

if TYPE_CHECKING:
    from app.document.editing.document import Document
    from app.engine.compiler.following import Planner
    from app.engine.compiler.plan import Plan

_MOST_COPIES = 16  # that are known with the pages that they use
_MOST = 3  # pages whose plans are followed; who changes to another one waits for it to be planned anew


class PagePlans:
    """The one of a window. Copies are made in the window's thread, plans in any other."""

    def __init__(self) -> None:
        """Begin with no document."""
        self.files = FilesBeside()  # which the plans read
        self._copies = SharedCopies()
        self._document: Document | None = None
        self._functions: dict[int, tuple[Page, FunctionPages]] = {}  # by the newest copies
        self._looked_into: dict[str, tuple[str, ...]] = {}  # by page
        self._planners: dict[str, tuple[Planner, threading.Lock]] = {}  # the last one asked for at the end
        self._left: list[object] = []  # of a document before: to free it takes a moment
        self._leave = Once(self._left.clear)

    def note(self, changes: Iterable[Change]) -> None:
        """Take note of a step of the document, before anyone asks for a copy of its new state."""
        self._copies.note(changes)

    def forget(self, document: Document | None = None) -> None:
        """Drop everything: another document comes."""
        self._left += [self._copies, self._functions, self._planners]
        self._leave.start()
        self._document, self._functions, self._looked_into = document, {}, {}
        self._copies, self._planners = SharedCopies(), {}

    def copy(self, page: Page) -> Page:
        """Return a read-only copy of a page of the document; it shares with the last one what has not changed."""
        made = self._copies.of(page)
        functions = self._document.own.functions if self._document is not None else NO_PAGES
        known = functions.reached_from(page)
        if known is not NO_PAGES:
            pages = {
                symbol: function if symbol.startswith(LIBRARY_PREFIX) else self._copies.of(function)
                for symbol, function in known.pages.items()
            }
            known = FunctionPages(pages, known.unfit, functions.sizes, known.choices)
        self._functions[id(made)] = made, known
        for old in list(self._functions)[:-_MOST_COPIES]:
            self._functions.pop(old, None)
        return made

    def functions(self, page: Page) -> FunctionPages:
        """Return the pages that stand as blocks on one of the newest copies, as they were when it was made."""
        return self._functions.get(id(page), (page, NO_PAGES))[1]

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
            functions = self.functions(page)
            own = None if functions is NO_PAGES else OwnBlocks.known([page], folder, functions)
            return planner.plan(
                page, folder, own=own, shown=self._shown(page), companions=self.files.at(folder)
            )

    def plan_part(
        self, part: Page, folder: Path, functions: FunctionPages, fetch: Sequence[str] = ()
    ) -> Plan:
        """Return the plan of a part of a page, of which nothing is known for the next time.

        It shows all that its session needs, else the addresses ``fetch``.
        """
        from app.document.resources.archives import StoredArchives
        from app.engine.compiler.make_plan import make_plan

        own = None if functions is NO_PAGES else OwnBlocks.known([part], folder, functions)
        archives = StoredArchives(self.files.at(folder))
        return make_plan(part, folder, fetch=fetch, own=own, archives=archives)

    def show_within(self, page: str, addresses: tuple[str, ...]) -> None:
        """Let the runs of a page show outputs within uses as well, such as ``use/*``, from the next plan on."""
        self._looked_into[page] = addresses

    def _shown(self, page: Page) -> tuple[str, ...]:
        """Return which outputs within uses are shown: those that monitors name, and those that are looked into."""
        return (*self._looked_into.get(page.name, ()), *monitored_within(page))
