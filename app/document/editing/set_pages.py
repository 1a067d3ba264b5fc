"""The edit of what concerns several pages at once: each comes to be as in a later state of it, others are added."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from app.document.editing.base import Change, check_storable, page_of
from app.document.editing.page_edits import check_page_name
from app.document.model.diagram import Block, Page, Project, Wire, copy_page

_MEMBERS = ("scope", "run", "view", "seeds", "snapshots", "results", "report", "extra")


class SetPages(msgspec.Struct):
    """Let pages be as given, by name, and insert others.

    The pages given stay as they are: the project gets copies at each ``do``, as other edits change its blocks in place.
    """

    text: str
    pages: Mapping[str, Page]
    added: Sequence[tuple[int, Page]] = ()
    _before: dict[str, Page] = {}

    @property
    def name(self) -> str:
        """Return what is done, for the list of edits."""
        return self.text

    def do(self, project: Project) -> list[Change]:
        """Insert the pages that are new, then let the others be as they are from now on."""
        for page in (*(page for _, page in self.added), *map(_fresh, *self._pairs(project))):
            check_storable(page)
        for _, page in self.added:
            check_page_name(project, page.name)
        self._before = {name: copy_page(page_of(project, name)) for name in self.pages}
        changes = []
        for index, page in self.added:
            project.pages.insert(index, copy_page(page))
            changes.append(Change("page-added", page.name))
        for name, after in self.pages.items():
            changes += _put(page_of(project, name), after)
        return changes

    def _pairs(self, project: Project) -> tuple[list[Page], list[Page]]:
        return [page_of(project, name) for name in self.pages], list(self.pages.values())

    def undo(self, project: Project) -> list[Change]:
        """Restore the pages, and take out those that were new."""
        changes = []
        for name, before in self._before.items():
            changes += _put(page_of(project, name), before)
        for _, page in reversed(self.added):
            project.pages.remove(page_of(project, page.name))
            changes.append(Change("page-removed", page.name))
        return changes


def _fresh(page: Page, after: Page) -> Page:
    """Return a page with the blocks alone that a page gets."""
    return Page(name=after.name, blocks={i: b for i, b in after.blocks.items() if page.blocks.get(i) != b})


def _put(page: Page, after: Page) -> list[Change]:
    """Give a page all that another state of it holds; it stays the same object. Return the changes."""
    changes = list(_changes(page, after))
    copied = copy_page(after)
    for member in (*_MEMBERS, "blocks", "wires", "notes", "monitors", "unread"):
        setattr(page, member, getattr(copied, member))
    return changes


def _changes(old: Page, new: Page) -> Iterator[Change]:
    """Give what differs, in the order in which views can follow: wires go before their blocks and come after them."""
    gone, come, others = _wires(old.wires, new.wires)
    yield from (Change("wire-removed", new.name, wire=wire) for wire in gone)
    for kind, before, after in (("note", old.notes, new.notes), ("monitor", old.monitors, new.monitors)):
        yield from _each(f"{kind}-removed", new.name, [i for i in before if i not in after])
    yield from _each("block-removed", new.name, [i for i in old.blocks if i not in new.blocks])
    yield from _each("block-added", new.name, [i for i in new.blocks if i not in old.blocks])
    for block in new.blocks.values():
        if block.id in old.blocks and block != old.blocks[block.id]:
            yield from _block_changes(old.blocks[block.id], block, new.name)
    yield from (Change("wire-added", new.name, wire=wire) for wire in come)
    yield from (Change("wire-changed", new.name, wire=wire, old=wire) for wire in others)
    for kind, before, after in (("note", old.notes, new.notes), ("monitor", old.monitors, new.monitors)):
        yield from _each(f"{kind}-added", new.name, [i for i in after if i not in before])
        yield from _each(
            f"{kind}-changed", new.name, [i for i in after if i in before and after[i] != before[i]]
        )
    for member in _MEMBERS:
        if getattr(old, member) != getattr(new, member):
            yield Change("page-changed", new.name, old=member)


def _each(kind: str, page: str, ids: Iterable[str]) -> Iterator[Change]:
    return (Change(kind, page, item, (item,)) for item in ids)


def _block_changes(old: Block, new: Block, page: str) -> Iterator[Change]:
    if old.at != new.at:
        yield Change("block-moved", page, new.id, (new.id,))
    if old.view != new.view:
        yield Change("block-view-changed", page, new.id, (new.id,))
    same = (old.symbol, old.pins, old.label, old.off) == (new.symbol, new.pins, new.label, new.off)
    if not same or old.extra != new.extra:
        yield Change("block-changed", page, new.id, (new.id,))


def _wires(old: Sequence[Wire], new: Sequence[Wire]) -> tuple[list[Wire], list[Wire], list[Wire]]:
    """Return the wires that went, those that came, and those that stand in another order than they did."""
    gone, staying = _without(old, Counter(map(_key, new)))
    come, now = _without(new, Counter(map(_key, old)))
    moved = [] if list(map(_key, staying)) == list(map(_key, now)) else now
    return gone, come, moved


def _without(wires: Sequence[Wire], others: Counter[object]) -> tuple[list[Wire], list[Wire]]:
    """Return the wires that the others do not have, equal ones counted singly, and those that they have."""
    left, shared = [], []
    for wire in wires:
        key = _key(wire)
        if others[key] > 0:
            others[key] -= 1
            shared.append(wire)
        else:
            left.append(wire)
    return left, shared


def _key(wire: Wire) -> object:
    return wire.source, wire.target, wire.route, wire.hidden
