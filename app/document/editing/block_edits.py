"""Edits of one block's properties: id, pins, label, symbol, switch."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field

import msgspec

from app.document.editing.base import Change, block_of, check_new_ids, check_text, many, page_of
from app.document.model.diagram import ArrayRef, Monitor, Page, PinRef, PinText, Project, Wire


@dataclass
class RenameBlock:
    """Give a block another id; its wires and the monitors of its pins follow."""

    page: str
    old: str
    new: str
    _wires: list[Wire] = field(default_factory=list, repr=False)
    _monitors: dict[str, Monitor] = field(default_factory=dict, repr=False)

    @property
    def name(self) -> str:
        """Return ``Rename matmul to scores``."""
        return f"Rename {self.old} to {self.new}"

    def do(self, project: Project) -> list[Change]:
        """Rename in place: the block keeps its position in the file."""
        page = page_of(project, self.page)
        block_of(page, self.old)
        if self.new == self.old:
            return []
        check_new_ids(page, [self.new])
        self._wires, self._monitors = list(page.wires), dict(page.monitors)
        page.wires[:] = [_rewired(w, self.old, self.new) for w in page.wires]
        for monitor in self._monitors.values():
            page.monitors[monitor.id] = _repinned(monitor, self.old, self.new)
        return self._rename(page, self.old, self.new)

    def undo(self, project: Project) -> list[Change]:
        """Restore the id and the very wires and monitors of before."""
        page = page_of(project, self.page)
        page.wires[:] = self._wires
        page.monitors.update(self._monitors)
        return self._rename(page, self.new, self.old)

    def _rename(self, page: Page, old: str, new: str) -> list[Change]:
        blocks = list(page.blocks.values())
        page.blocks[old].id = new
        page.blocks.clear()
        page.blocks.update((b.id, b) for b in blocks)
        follow = [m.id for m in self._monitors.values() if any(p.startswith(f"{self.old}.") for p in m.pins)]
        changes = [Change("block-renamed", self.page, new, (new,), old=old)]
        return changes + [Change("monitor-changed", self.page, m, (m,)) for m in follow]


def _rewired(wire: Wire, old: str, new: str) -> Wire:
    """Return the wire with the block's new id at its ends; the very wire where it touches it nowhere."""
    if old not in (wire.source.block, wire.target.block):
        return wire
    ends = {
        side: PinRef(new, end.pin, end.index)
        for side, end in (("source", wire.source), ("target", wire.target))
        if end.block == old
    }
    return msgspec.structs.replace(wire, **ends)


def _repinned(monitor: Monitor, old: str, new: str) -> Monitor:
    pins = tuple(new + p[len(old) :] if p.startswith(f"{old}.") else p for p in monitor.pins)
    return monitor if pins == monitor.pins else msgspec.structs.replace(monitor, pins=pins)


@dataclass
class SetPin:
    """Type a pin's text, refer to an array, or (None) empty the pin. Edits of one ``merge`` undo as one."""

    page: str
    block: str
    pin: str
    text: str | ArrayRef | None
    merge: Hashable = None
    _before: dict[str, PinText] = field(default_factory=dict, repr=False)

    @property
    def name(self) -> str:
        """Return ``Set decode.attrs`` or ``Empty decode.attrs``."""
        return f"{'Empty' if self.text is None else 'Set'} {self.block}.{self.pin}"

    def do(self, project: Project) -> list[Change]:
        """Set the text; a pin that had one keeps its place among the block's pins."""
        block = block_of(page_of(project, self.page), self.block)
        if block.pins.get(self.pin) == self.text:
            return []
        texts = (self.text.npz, self.text.key) if isinstance(self.text, ArrayRef) else (self.text or "",)
        for text in (self.pin, *texts):
            check_text(text, self.block, self.pin)
        self._before = dict(block.pins)
        if self.text is None:
            del block.pins[self.pin]
        else:
            block.pins[self.pin] = self.text
        return [self._change()]

    def undo(self, project: Project) -> list[Change]:
        """Restore all pins in their order."""
        block_of(page_of(project, self.page), self.block).pins = dict(self._before)
        return [self._change()]

    def absorb(self, later: object) -> bool:
        """Take over the end of later typing in the same pin."""
        if not isinstance(later, SetPin):
            return False
        if (later.page, later.block, later.pin) != (self.page, self.block, self.pin):
            return False
        if self.text is None or later.text is None:  # an emptied pin that is typed anew goes to the end
            return False
        self.text = later.text
        return True

    def _change(self) -> Change:
        return Change("block-changed", self.page, self.block, (self.block,), old=self.pin)


@dataclass
class SetLabel:
    """Set the text shown beside the block; None takes it away."""

    page: str
    block: str
    label: str | None
    _before: str | None = field(default=None, repr=False)

    @property
    def name(self) -> str:
        """Return ``Label read``."""
        return f"Label {self.block}"

    def do(self, project: Project) -> list[Change]:
        """Set the label."""
        block = block_of(page_of(project, self.page), self.block)
        if block.label == self.label:
            return []
        check_text(self.label or "", self.block)
        self._before, block.label = block.label, self.label
        return [_changed(self.page, self.block)]

    def undo(self, project: Project) -> list[Change]:
        """Restore the label."""
        block_of(page_of(project, self.page), self.block).label = self._before
        return [_changed(self.page, self.block)]


@dataclass
class ChangeSymbol:
    """Make the block another kind of block; pins and wires stay (the check says what does not fit)."""

    page: str
    block: str
    symbol: str
    _before: str = field(default="", repr=False)

    @property
    def name(self) -> str:
        """Return ``Make add a Mul``."""
        return f"Make {self.block} a {self.symbol}"

    def do(self, project: Project) -> list[Change]:
        """Set the symbol."""
        block = block_of(page_of(project, self.page), self.block)
        if block.symbol == self.symbol:
            return []
        check_text(self.symbol, self.block)
        self._before, block.symbol = block.symbol, self.symbol
        return [_changed(self.page, self.block)]

    def undo(self, project: Project) -> list[Change]:
        """Restore the symbol."""
        block_of(page_of(project, self.page), self.block).symbol = self._before
        return [_changed(self.page, self.block)]


@dataclass
class SwitchBlocks:
    """Switch blocks off (kept in the file, left out of runs) or on."""

    page: str
    ids: Iterable[str]
    off: bool
    _switched: list[str] = field(default_factory=list, repr=False)

    def __post_init__(self) -> None:
        """Hold the ids in a list: they are read at each redo."""
        self.ids = list(self.ids)

    @property
    def name(self) -> str:
        """Return ``Switch read off`` or ``Switch 3 blocks on``."""
        ids = list(self.ids)
        return (
            f"Switch {many(len(ids), ids[0] if ids else 'nothing', 'blocks')} {'off' if self.off else 'on'}"
        )

    def do(self, project: Project) -> list[Change]:
        """Switch those that are not yet as wanted."""
        page = page_of(project, self.page)
        blocks = [block_of(page, b) for b in self.ids]
        self._switched = [b.id for b in blocks if b.off != self.off]
        return self._switch(page, self.off)

    def undo(self, project: Project) -> list[Change]:
        """Switch the same ones back."""
        return self._switch(page_of(project, self.page), not self.off)

    def _switch(self, page: Page, off: bool) -> list[Change]:
        for block in self._switched:
            page.blocks[block].off = off
        if not self._switched:
            return []
        return [Change("block-changed", self.page, self._switched[0], tuple(self._switched))]


def _changed(page: str, block: str) -> Change:
    return Change("block-changed", page, block, (block,))
