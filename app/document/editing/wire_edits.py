"""Edits of wires: adding, replacing (another end, route, hidden) and ordering."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from app.document.editing.base import Change, check_ends, check_storable, page_of, refuse
from app.document.editing.item_edits import positions_of
from app.document.model.diagram import Page, Project, Wire
from app.document.model.sentence import say


class AddWire(msgspec.Struct):
    """Add a wire at the end of the page's list or at a position of it (where order matters)."""

    page: str
    wire: Wire
    index: int | None = None
    _at: int = 0

    @property
    def name(self) -> str:
        """Return ``Wire read.contents to decode.contents``."""
        return f"Wire {self.wire.source} to {self.wire.target}"

    def do(self, project: Project) -> list[Change]:
        """Insert the wire."""
        page = page_of(project, self.page)
        check_ends(page.blocks, self.wire)
        check_storable(Page(name=self.page, wires=[self.wire]))
        count = len(page.wires)
        self._at = count if self.index is None else min(max(self.index, 0), count)
        page.wires.insert(self._at, self.wire)
        return [Change("wire-added", self.page, wire=self.wire)]

    def undo(self, project: Project) -> list[Change]:
        """Take it out."""
        del page_of(project, self.page).wires[self._at]
        return [Change("wire-removed", self.page, wire=self.wire)]


class ReplaceWire(msgspec.Struct):
    """Put another wire in the place of one: another end, another route, hidden or shown."""

    page: str
    old: Wire
    new: Wire
    _at: int = 0

    @property
    def name(self) -> str:
        """Return ``Rewire ...`` where an end moves, else ``Change wire ...``."""
        same = (self.old.source, self.old.target) == (self.new.source, self.new.target)
        return f"{'Change wire' if same else 'Rewire'} {self.new.source} to {self.new.target}"

    def do(self, project: Project) -> list[Change]:
        """Replace the first wire that equals ``old``."""
        page = page_of(project, self.page)
        check_ends(page.blocks, self.new)
        check_storable(Page(name=self.page, wires=[self.new]))
        self._at = next(iter(positions_of(page, [self.old])))
        if self.old == self.new:
            return []
        return self._put(project, self.old, self.new)

    def undo(self, project: Project) -> list[Change]:
        """Put the former wire back."""
        return self._put(project, self.new, self.old)

    def _put(self, project: Project, old: Wire, new: Wire) -> list[Change]:
        page_of(project, self.page).wires[self._at] = new
        if (old.source, old.target) == (new.source, new.target):
            return [Change("wire-changed", self.page, wire=new, old=old)]
        return [Change("wire-removed", self.page, wire=old), Change("wire-added", self.page, wire=new)]


class OrderWires(msgspec.Struct):
    """Change the order of the wires that end at one pin. ``order`` lists their present positions, from 0."""

    page: str
    block: str
    pin: str
    order: Sequence[int]
    _before: list[Wire] = []

    @property
    def name(self) -> str:
        """Return ``Order wires of concat.values``."""
        return f"Order wires of {self.block}.{self.pin}"

    def do(self, project: Project) -> list[Change]:
        """Deal the wires out to the same places of the page's list in the new order."""
        page = page_of(project, self.page)
        places = [
            i for i, w in enumerate(page.wires) if (w.target.block, w.target.pin) == (self.block, self.pin)
        ]
        if sorted(self.order) != list(range(len(places))):
            pin = f"{self.block}.{self.pin}"
            sentence = say("edit.wire-order", pin=pin, count=len(places), order=tuple(self.order))
            raise refuse("bad-count", sentence, self.block, self.pin)
        if list(self.order) == list(range(len(places))):
            return []
        self._before = list(page.wires)
        for place, chosen in zip(places, self.order, strict=True):
            page.wires[place] = self._before[places[chosen]]
        return self._changes(page.wires)

    def undo(self, project: Project) -> list[Change]:
        """Restore the order."""
        page = page_of(project, self.page)
        page.wires[:] = self._before
        return self._changes(page.wires)

    def _changes(self, wires: Sequence[Wire]) -> list[Change]:
        here = [w for w in wires if (w.target.block, w.target.pin) == (self.block, self.pin)]
        return [Change("wire-changed", self.page, self.block, (self.block,), wire=w, old=w) for w in here]
