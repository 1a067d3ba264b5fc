"""Edits of pages: adding, removing, renaming, moving them, and their settings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
from msgspec.structs import replace

from app.document.editing.base import Change, check_storable, check_text, page_of, refuse
from app.document.editing.page_uses import UseText, check_no_cycle, put_texts, renamed_uses
from app.document.model.address import ID
from app.document.model.diagram import Page, Project, RunSettings, Scope
from app.document.model.function_page import ARGUMENT, RESULT
from app.document.model.limits import MAX_NAME
from app.document.model.sentence import say
from app.document.model.view import PageView


class AddPage(msgspec.Struct):
    """Add a page at the end or at a position among the pages."""

    page: Page
    index: int | None = None

    @property
    def name(self) -> str:
        """Return ``Add page "digits"``."""
        return f'Add page "{self.page.name}"'

    def do(self, project: Project) -> list[Change]:
        """Insert the page."""
        check_page_name(project, self.page.name)
        check_storable(self.page)
        check_no_cycle(project, self.page.name, self.page.blocks.values())
        project.pages.insert(len(project.pages) if self.index is None else self.index, self.page)
        return [Change("page-added", self.page.name)]

    def undo(self, project: Project) -> list[Change]:
        """Take the page out."""
        del project.pages[_index_of(project, self.page)]
        return [Change("page-removed", self.page.name)]


class RemovePage(msgspec.Struct):
    """Remove a page with all that is on it; the last one stays."""

    page: str
    _index: int = 0
    _removed: Page | None = None

    @property
    def name(self) -> str:
        """Return ``Remove page "digits"``."""
        return f'Remove page "{self.page}"'

    def do(self, project: Project) -> list[Change]:
        """Take the page out."""
        page = page_of(project, self.page)
        if len(project.pages) == 1:
            raise refuse("bad-edit", say("edit.last-page"))
        self._index = _index_of(project, page)
        self._removed = project.pages.pop(self._index)
        return [Change("page-removed", self.page)]

    def undo(self, project: Project) -> list[Change]:
        """Put the page back at its place."""
        assert self._removed is not None, "undo before do"
        project.pages.insert(self._index, self._removed)
        return [Change("page-added", self.page)]


class RenamePage(msgspec.Struct):
    """Give a page another name; the blocks and texts that name it bear the new one from then on."""

    old: str
    new: str
    _uses: list[UseText] = []

    @property
    def name(self) -> str:
        """Return ``Rename page "a" to "b"``."""
        return f'Rename page "{self.old}" to "{self.new}"'

    def do(self, project: Project) -> list[Change]:
        """Set the name."""
        page = page_of(project, self.old)
        if self.new == self.old:
            return []
        check_page_name(project, self.new)
        self._uses = renamed_uses(project, self.old, self.new)
        used = put_texts(project, self._uses)
        page.name = self.new
        return [Change("page-renamed", self.new, old=self.old), *_on(used, self.old, self.new)]

    def undo(self, project: Project) -> list[Change]:
        """Restore the name."""
        page_of(project, self.new).name = self.old
        used = put_texts(project, self._uses, back=True)
        return [Change("page-renamed", self.old, old=self.new), *used]


def _on(changes: list[Change], old: str, new: str) -> list[Change]:
    """Return changes with a page under its new name."""
    return [replace(change, page=new) if change.page == old else change for change in changes]


class OrderPins(msgspec.Struct):
    """Give the Arguments of a page another order, or its Results: the order of the pins where the page is a block.

    ``order`` are their ids. They take the places that they have among the page's blocks in turn.
    """

    page: str
    order: Sequence[str]
    _before: list[str] = []

    @property
    def name(self) -> str:
        """Return ``Order the pins of "layer"``."""
        return f'Order the pins of "{self.page}"'

    def do(self, project: Project) -> list[Change]:
        """Deal the blocks out to their places in the new order."""
        page = page_of(project, self.page)
        places = [i for i in page.blocks if i in set(self.order)]
        kinds = {page.blocks[i].symbol for i in places}
        if sorted(self.order) != sorted(places) or len(kinds) > 1 or not kinds <= {ARGUMENT, RESULT}:
            raise refuse("bad-edit", say("edit.pin-order", page=self.page, order=tuple(self.order)))
        if places == list(self.order):
            return []
        self._before = places
        return self._put(page, places, self.order)

    def undo(self, project: Project) -> list[Change]:
        """Restore the order."""
        return self._put(page_of(project, self.page), list(self.order), self._before)

    def _put(self, page: Page, places: Sequence[str], order: Sequence[str]) -> list[Change]:
        following = dict(zip(places, order, strict=True))
        blocks = [page.blocks[following.get(i, i)] for i in page.blocks]
        page.blocks.clear()
        page.blocks.update((b.id, b) for b in blocks)
        return [Change("block-changed", self.page, order[0], tuple(order))]


class SetLibraries(msgspec.Struct):
    """Set which libraries a project uses: the places of their files by alias."""

    libraries: dict[str, str]
    _before: dict[str, str] = {}

    @property
    def name(self) -> str:
        """Return ``Libraries``."""
        return "Libraries"

    def do(self, project: Project) -> list[Change]:
        """Set the whole list."""
        if project.libraries == self.libraries:
            return []
        for alias, place in self.libraries.items():
            check_text(place)
            if not ID.match(alias):
                raise refuse("bad-id", say("edit.bad-id", id=alias))
        self._before, project.libraries = project.libraries, dict(self.libraries)
        return [Change("libraries")]

    def undo(self, project: Project) -> list[Change]:
        """Restore the list."""
        project.libraries = self._before
        return [Change("libraries")]


class MovePage(msgspec.Struct):
    """Move a page to a position among the pages (0 is the first)."""

    page: str
    index: int
    _before: int = 0

    @property
    def name(self) -> str:
        """Return ``Move page "digits"``."""
        return f'Move page "{self.page}"'

    def do(self, project: Project) -> list[Change]:
        """Move the page; an index beyond the ends means the end."""
        page = page_of(project, self.page)
        self._before = _index_of(project, page)
        place = min(max(self.index, 0), len(project.pages) - 1)
        return [] if place == self._before else self._move(project, place)

    def undo(self, project: Project) -> list[Change]:
        """Move the page back."""
        return self._move(project, self._before)

    def _move(self, project: Project, index: int) -> list[Change]:
        page = page_of(project, self.page)
        del project.pages[_index_of(project, page)]
        project.pages.insert(index, page)
        return [Change("page-moved", self.page)]


@dataclass
class _SetMember:
    """Set one member of a page that is replaced as a whole."""

    page: str
    value: Any
    _before: Any = field(default=None, repr=False)

    member = ""
    text = ""

    @property
    def name(self) -> str:
        """Return what is changed, and the page."""
        return f'{self.text} of "{self.page}"'

    def do(self, project: Project) -> list[Change]:
        """Set the member."""
        page = page_of(project, self.page)
        before = getattr(page, self.member)
        if before == self.value:
            return []
        check_storable(Page(name=page.name, **{self.member: self.value}))
        self._before = before
        return self._set(project, self.value)

    def undo(self, project: Project) -> list[Change]:
        """Restore the member."""
        return self._set(project, self._before)

    def _set(self, project: Project, value: Any) -> list[Change]:
        setattr(page_of(project, self.page), self.member, value)
        return [Change("page-changed", self.page, old=self.member)]


class SetScope(_SetMember):
    """Set the page's device and seed."""

    member, text = "scope", "Scope"

    def __init__(self, page: str, scope: Scope) -> None:
        """Take the whole scope."""
        super().__init__(page, scope)


class SetRun(_SetMember):
    """Set how the page runs."""

    member, text = "run", "Run settings"

    def __init__(self, page: str, run: RunSettings) -> None:
        """Take the whole settings."""
        super().__init__(page, run)


class SetPageView(_SetMember):
    """Set what the page shows of its blocks."""

    member, text = "view", "View"

    def __init__(self, page: str, view: PageView) -> None:
        """Take the whole view."""
        super().__init__(page, view)


class SetSnapshots(_SetMember):
    """Set the page's list of snapshots: by name, where the Variables' values lie."""

    member, text = "snapshots", "Snapshots"

    def __init__(self, page: str, snapshots: dict[str, Any]) -> None:
        """Take the whole list: ``{"start": {"npz": "start.npz"}}``."""
        super().__init__(page, snapshots)


class SetResults(_SetMember):
    """Set where the last results lie; a cache only."""

    member, text = "results", "Results"

    def __init__(self, page: str, results: dict[str, Any] | None) -> None:
        """Take ``{"npz": FILE}`` or None."""
        super().__init__(page, results)


def check_page_name(project: Project, name: str) -> None:
    """Refuse a name that no page can have, or that another page has."""
    check_text(name)
    if not name.strip():
        raise refuse("bad-edit", say("edit.page-without-name"))
    if len(name) > MAX_NAME:
        raise refuse("bad-edit", say("json.long-name", count=len(name), most=MAX_NAME))
    if project.page(name) is not None:
        raise refuse("duplicate-page", say("edit.page-taken", page=name))


def _index_of(project: Project, page: Page) -> int:
    return next(i for i, p in enumerate(project.pages) if p is page)
