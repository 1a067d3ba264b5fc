"""Edits of several items at once: adding, removing and moving blocks, wires, notes and monitors."""

from __future__ import annotations

import contextlib
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import msgspec

from app.document.editing.base import (
    Change,
    EditRefused,
    check_ends,
    check_new_ids,
    check_storable,
    checked_point,
    item_of,
    kinds_of,
    many,
    page_of,
    refuse,
)
from app.document.editing.page_uses import check_no_cycle
from app.document.model.diagram import Block, Monitor, Note, Page, Project, UnreadEntry, Wire, copy_block
from app.document.model.sentence import say

Item = TypeVar("Item")
Point = tuple[float, float]


@dataclass
class AddBlocks:
    """Add blocks with the wires, notes and monitors that come with them (a paste, a drop of the palette)."""

    page: str
    blocks: Sequence[Block]
    wires: Sequence[Wire] = ()
    notes: Sequence[Note] = ()
    monitors: Sequence[Monitor] = ()
    _is_storable: bool = field(default=False, repr=False)
    _copied: dict[str, Block] | None = field(default=None, repr=False)  # for the next `do`

    @property
    def name(self) -> str:
        """Return ``Add MatMul`` or ``Add 3 blocks``."""
        if self.blocks:
            return "Add " + many(len(self.blocks), self.blocks[0].symbol, "blocks")
        if self.notes or self.monitors:
            return "Add " + many(
                len(self.notes) + len(self.monitors), "a note" if self.notes else "a monitor", "items"
            )
        return "Add " + many(len(self.wires), "a wire", "wires")

    def do(self, project: Project) -> list[Change]:
        """Append everything to the ends of the page's lists."""
        page = page_of(project, self.page)
        blocks, notes, monitors = self._ids()
        check_new_ids(page, blocks + notes + monitors)
        present = page.blocks.keys() | set(blocks)
        for wire in self.wires:
            check_ends(present, wire)
        copied, self._copied = self._copied, None
        added = self._items(self._copies() if copied is None else copied)
        if not self._is_storable:
            check_storable(added)
            self._is_storable = True
        check_no_cycle(project, self.page, added.blocks.values())
        page.blocks.update(added.blocks)
        page.wires.extend(added.wires)
        page.notes.update(added.notes)
        page.monitors.update(added.monitors)
        return _listed("added", self.page, self._ids(), self.wires)

    def prepare(self) -> None:
        """Do, in any thread and before `do`, what takes long of it; where a file cannot hold the items `do` says so."""
        self._copied = self._copies()
        with contextlib.suppress(EditRefused):
            check_storable(self._items({b.id: b for b in self.blocks}))
            self._is_storable = True

    def _copies(self) -> dict[str, Block]:
        return {b.id: copy_block(b) for b in self.blocks}

    def _items(self, blocks: dict[str, Block]) -> Page:
        """Return a page that holds these blocks and what comes with them."""
        notes, monitors = {n.id: n for n in self.notes}, {m.id: m for m in self.monitors}
        return Page(name=self.page, blocks=blocks, wires=list(self.wires), notes=notes, monitors=monitors)

    def undo(self, project: Project) -> list[Change]:
        """Take the ends off again."""
        page = page_of(project, self.page)
        if self.wires:
            del page.wires[-len(self.wires) :]
        for (_, section), ids in zip(kinds_of(page), self._ids(), strict=True):
            for item in ids:
                del section[item]
        return _listed("removed", self.page, self._ids(), self.wires)

    def _ids(self) -> tuple[list[str], list[str], list[str]]:
        return [b.id for b in self.blocks], [n.id for n in self.notes], [m.id for m in self.monitors]


@dataclass
class RemoveItems:
    """Remove blocks with all their wires, and more wires, notes and monitors; linear in the page's size."""

    page: str
    blocks: Iterable[str] = ()
    wires: Iterable[Wire] = ()
    notes: Iterable[str] = ()
    monitors: Iterable[str] = ()
    _cut: list[list[tuple[int, Any]]] = field(default_factory=list, repr=False)
    _cut_wires: list[tuple[int, Wire]] = field(default_factory=list, repr=False)
    _unread: list[UnreadEntry] = field(default_factory=list, repr=False)
    _seeds: dict[str, str] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        """Hold the ids in lists: they are read at each redo."""
        self.blocks, self.notes, self.monitors = list(self.blocks), list(self.notes), list(self.monitors)
        self.wires = list(self.wires)

    @property
    def name(self) -> str:
        """Return ``Remove read``, ``Remove 3 blocks`` or ``Remove 2 wires``."""
        blocks, others, wires = list(self.blocks), [*self.notes, *self.monitors], list(self.wires)
        if blocks and not others:
            return "Remove " + many(len(blocks), blocks[0], "blocks")
        if blocks or others:
            return "Remove " + many(len(blocks) + len(others), (blocks + others)[0], "items")
        return "Remove " + (
            many(len(wires), f"wire {wires[0].source} to {wires[0].target}", "wires") if wires else "nothing"
        )

    def do(self, project: Project) -> list[Change]:
        """Cut the items and every wire at a removed block, keeping their positions."""
        page = page_of(project, self.page)
        gone = [set(self.blocks), set(self.notes), set(self.monitors)]
        blocks = gone[0]
        for (_, section), ids in zip(kinds_of(page), gone, strict=True):
            for item in sorted(ids - section.keys()):
                raise refuse("unknown-block", say("edit.no-item", page=page.name, item=item), item)
        indexes = positions_of(page, self.wires)
        self._unread, self._seeds = page.unread, page.seeds
        self._cut_wires, left = _parted(page, blocks, indexes)
        self._cut = [_cut(section, ids) for (_, section), ids in zip(kinds_of(page), gone, strict=True)]
        page.wires[:] = left
        page.seeds = {path: at for path, at in page.seeds.items() if path.partition("/")[0] not in blocks}
        page.unread = _shifted(page.unread, [*self._cut, self._cut_wires])
        return self._changes("removed")

    def undo(self, project: Project) -> list[Change]:
        """Put everything back at its place."""
        page = page_of(project, self.page)
        for (_, section), cut in zip(kinds_of(page), self._cut, strict=True):
            if cut:
                merged = merge_back(list(section.values()), cut)
                section.clear()
                section.update((item.id, item) for item in merged)
        page.wires[:] = merge_back(page.wires, self._cut_wires)
        page.unread, page.seeds = self._unread, self._seeds
        return self._changes("added")

    def _changes(self, what: str) -> list[Change]:
        ids = [[item.id for _, item in cut] for cut in self._cut]
        return _listed(what, self.page, (ids[0], ids[1], ids[2]), [w for _, w in self._cut_wires])


class RemoveWires(RemoveItems):
    """Remove wires only."""

    def __init__(self, page: str, wires: Iterable[Wire]) -> None:
        """Take the wires as the page holds them; equal ones count singly."""
        super().__init__(page, wires=wires)


@dataclass
class MoveItems:
    """Move blocks, notes and monitors to positions (scene units). Edits of one ``merge`` undo as one."""

    page: str
    positions: Mapping[str, Point]
    merge: Hashable = None
    _before: dict[str, Point] = field(default_factory=dict, repr=False)

    @property
    def name(self) -> str:
        """Return ``Move read`` or ``Move 3 items``."""
        return "Move " + many(len(self.positions), next(iter(self.positions), "nothing"), "items")

    def do(self, project: Project) -> list[Change]:
        """Move all to their new places."""
        page = page_of(project, self.page)
        after = {item: checked_point(at, item) for item, at in self.positions.items()}
        self._before = {item: item_of(page, item)[1].at for item in after}
        if self._before == after:
            return []
        return _place(page, after)

    def undo(self, project: Project) -> list[Change]:
        """Move all back."""
        return _place(page_of(project, self.page), self._before)

    def absorb(self, later: object) -> bool:
        """Take over the end of a later move of the same items."""
        if not isinstance(later, MoveItems) or later.page != self.page:
            return False
        if later.positions.keys() != self.positions.keys():
            return False
        self.positions = later.positions
        return True


def _place(page: Page, positions: Mapping[str, Point]) -> list[Change]:
    moved: dict[str, list[str]] = {"block": [], "note": [], "monitor": []}
    for item_id, at in positions.items():
        kind, item = item_of(page, item_id)
        moved[kind].append(item_id)
        if isinstance(item, Block):
            item.at = at
        elif isinstance(item, Note):
            page.notes[item_id] = msgspec.structs.replace(item, at=at)
        else:
            page.monitors[item_id] = msgspec.structs.replace(item, at=at)
    return [_of_many(f"{kind}-moved", page.name, ids) for kind, ids in moved.items() if ids]


def positions_of(page: Page, wires: Iterable[Wire]) -> set[int]:
    """Return where the wires stand in the page's list, equal ones singly; raises EditRefused."""
    sought: dict[tuple[object, object], list[Wire]] = {}
    for wire in wires:
        sought.setdefault((wire.source, wire.target), []).append(wire)
    found: set[int] = set()
    if sought:
        for i, wire in enumerate(page.wires):
            same_ends = sought.get((wire.source, wire.target))
            if same_ends and wire in same_ends:
                same_ends.remove(wire)
                found.add(i)
    for left in sought.values():
        for wire in left:
            sentence = say("edit.no-wire", source=str(wire.source), target=str(wire.target))
            raise refuse("bad-wire", sentence, wire.target.block)
    return found


def merge_back(rest: Sequence[Item], cut: Sequence[tuple[int, Item]]) -> list[Item]:
    """Return the list as it was before ``cut`` (ascending positions in it, with the items) was taken out."""
    merged: list[Item] = []
    taken = 0
    for position, item in cut:
        step = position - len(merged)
        merged += rest[taken : taken + step]
        taken += step
        merged.append(item)
    merged += rest[taken:]
    return merged


def _cut(section: dict[str, Any], ids: set[str]) -> list[tuple[int, Any]]:
    """Take the items out; return them with their former positions."""
    if not ids:
        return []
    if len(ids) == len(section):
        cut = list(enumerate(section.values()))
        section.clear()
        return cut
    cut = [(i, item) for i, (item_id, item) in enumerate(section.items()) if item_id in ids]
    for item_id in ids:
        del section[item_id]
    return cut


def _parted(page: Page, blocks: set[str], places: set[int]) -> tuple[list[tuple[int, Wire]], list[Wire]]:
    """Return the wires at blocks and those at ``places``, with their positions, and all others."""
    if blocks and len(blocks) == len(page.blocks):
        return list(enumerate(page.wires)), []
    cut, left = [], []
    for i, wire in enumerate(page.wires):
        if wire.source.block in blocks or wire.target.block in blocks or i in places:
            cut.append((i, wire))
        else:
            left.append(wire)
    return cut, left


def _shifted(unread: list[UnreadEntry], cuts: list[list[tuple[int, Any]]]) -> list[UnreadEntry]:
    """Let entries that do not read stay beside their former neighbours."""
    if not unread:
        return unread
    order = ("blocks", "notes", "monitors", "wires")
    moved = []
    for entry in unread:
        before = sum(1 for position, _ in cuts[order.index(entry.section)] if position < entry.index)
        moved.append(UnreadEntry(entry.section, entry.index - before, entry.raw))
    return moved


def _of_many(kind: str, page: str, ids: Sequence[str]) -> Change:
    return Change(kind, page, ids[0], tuple(ids))


def _listed(
    what: str, page: str, ids: tuple[list[str], list[str], list[str]], wires: Sequence[Wire]
) -> list[Change]:
    """Return one change per kind of item; wires come after the blocks that they need, or go before them."""
    items = [
        _of_many(f"{kind}-{what}", page, of_kind)
        for kind, of_kind in zip(("block", "note", "monitor"), ids, strict=True)
        if of_kind
    ]
    ends = [Change(f"wire-{what}", page, wire=wires[0], wires=tuple(wires))] if wires else []
    return items + ends if what == "added" else ends + items
