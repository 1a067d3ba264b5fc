"""The page of a sweep: its plan with the texts and the seed of one run."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from msgspec.structs import replace

from app.document.model.diagram import Block, Page, Project
from app.document.model.page_symbol import page_symbol
from app.document.resources.archives import StoredArchives
from app.document.resources.companion_files import Companions
from app.document.resources.own_blocks import OwnBlocks
from app.engine.compiler.following import Planner
from app.engine.compiler.make_plan import make_plan
from app.engine.compiler.plan import Plan
from app.engine.compiler.sessions import RUN_PINS
from app.engine.sweeps.cases import Case


class _Place(NamedTuple):
    """Where a varied pin is: its page among the project's (None: the page that runs), its block, its name there."""

    page: int | None
    block: str
    pin: str
    aliases: tuple[str, ...]


class SweptPage:
    """A page of a project with some pins whose texts change from run to run.

    The pages of uses in which a varied pin is must have been made these uses' alone. ``fetch`` is what the table shows
    (see `make_plan`); nothing: what is wired to the sessions.
    """

    def __init__(
        self,
        project: Project,
        page: Page,
        pins: Sequence[str],
        folder: Path,
        *,
        fetch: Sequence[str] = (),
        data: Sequence[Path] = (),
        companions: Companions | None = None,
    ) -> None:
        """Find the pins; raises KeyError where there is none of an address."""
        self._folder, self._project, self._page = folder, project, page
        self.data = tuple(data)
        self._companions = companions or Companions.of(folder, data)
        self._places = [self._place(address) for address in pins]
        self._own = self._own_of(page, project)
        self.fetch = tuple(fetch) or self._wired()
        self._planner = Planner(fetch=self.fetch)

    @property
    def folder(self) -> Path:
        """Return the project's folder."""
        return self._folder

    def next_plan(self, case: Case) -> Plan:
        """Return the plan of a run: quickly where it differs from the last one by numbers. For one thread."""
        page, own = self._typed(case)
        return self._planner.plan(page, self._folder, self.data, own, self._companions)

    def plan(self, case: Case) -> Plan:
        """Return the plan of a run. Any thread may call. Raises FetchError."""
        page, own = self._typed(case)
        archives = StoredArchives(self._companions)
        return make_plan(page, self._folder, fetch=self.fetch, data=self.data, own=own, archives=archives)

    def _typed(self, case: Case) -> tuple[Page, OwnBlocks]:
        """Return the page with a run's texts, and what is known of its blocks."""
        page, pages = self._page, list(self._project.pages)
        for place, text in zip(self._places, case.texts, strict=True):
            if place.page is None:
                page = _with_text(page, place, text)
            else:
                pages[place.page] = _with_text(pages[place.page], place, text)
        if case.seed is not None:
            page = replace(page, scope=replace(page.scope, seed=case.seed))
        if all(place.page is None for place in self._places):
            return page, self._own
        return page, self._own_of(page, replace(self._project, pages=pages))

    def _own_of(self, page: Page, project: Project) -> OwnBlocks:
        return OwnBlocks.of([page], project, self._companions)

    def _place(self, address: str) -> _Place:
        path, _, pin = address.partition(".")
        *uses, block = path.split("/")
        at, page = None, self._page
        for use in uses:
            named = page_symbol(page.blocks[use].symbol)
            names = [p.name for p in self._project.pages]
            if named is None or named.page not in names:
                raise KeyError(address)
            at = names.index(named.page)
            page = self._project.pages[at]
        symbol = (
            OwnBlocks.of(self._project.pages, self._project, self._companions)
            .catalog()
            .get(page.blocks[block].symbol)
        )
        found = symbol.pin(pin, "in") if symbol is not None else None
        if found is None:
            raise KeyError(address)
        return _Place(at, block, found.name, tuple(found.aliases))

    def _wired(self) -> tuple[str, ...]:
        """Return the outputs that are wired to the page's sessions; nothing where there are none."""
        blocks = self._page.blocks
        wired = [
            str(wire.source)
            for wire in self._page.wires
            if wire.target.pin in RUN_PINS and _is_session(blocks.get(wire.target.block))
        ]
        plan = make_plan(self._page, self._folder, data=self.data, own=self._own)
        shown = {fetch.key for session in plan.sessions for fetch in session.fetches}
        return tuple(dict.fromkeys(pin for pin in wired if pin in shown))


def _is_session(block: Block | None) -> bool:
    return block is not None and block.symbol == "ClientSession" and not block.off


def _with_text(page: Page, place: _Place, text: str) -> Page:
    block = page.blocks[place.block]
    others = {pin: own for pin, own in block.pins.items() if pin not in place.aliases}
    typed = replace(block, pins={**others, place.pin: text})
    return replace(page, blocks={**page.blocks, block.id: typed})
