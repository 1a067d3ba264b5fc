"""Edits of one block's properties: id, pins, label, symbol, switch."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping

import msgspec
from msgspec.structs import replace

from app.document.editing.base import (
    Change,
    block_of,
    check_new_ids,
    check_storable,
    check_text,
    many,
    page_of,
)
from app.document.editing.page_uses import check_no_cycle
from app.document.editing.set_pages import SetPages
from app.document.editing.use_renaming import UseRenaming
from app.document.model.diagram import ArrayRef, Block, Page, PinText, Project
from app.document.model.view import BlockView
from app.document.resources.function_pages import function_pins

_MEMBERS = ("run", "seeds", "snapshots", "results")  # of a page, in which blocks are named


class RenameBlock(msgspec.Struct):
    """Give a block another id; all that names it follows, and what is stored of it stays its own.

    Pages that bear this one as a block follow too. Where the block is an Argument or a Result, it is a pin there: their
    texts, wires and addresses bear its new name.
    """

    page: str
    old: str
    new: str
    _before: Page | None = None
    _others: SetPages | None = None

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
        self._before = replace(page, wires=list(page.wires), monitors=dict(page.monitors))
        renaming = UseRenaming(project, page, self.old, self.new)
        self._others = SetPages(self.name, renaming.users())
        changes = self._others.do(project)
        return [*self._put(page, renaming.page(), self.old, self.new), *changes]

    def undo(self, project: Project) -> list[Change]:
        """Restore the id, and the very parts of the page that named it."""
        assert self._before is not None, "undo before do"
        assert self._others is not None, "undo before do"
        changes = self._put(page_of(project, self.page), self._before, self.new, self.old)
        return [*changes, *self._others.undo(project)]

    def _put(self, page: Page, renamed: Page, old: str, new: str) -> list[Change]:
        """Let the page name its blocks as the renamed one does, and the block bear its new id."""
        monitors = [name for name, m in renamed.monitors.items() if m != page.monitors[name]]
        members = [m for m in _MEMBERS if getattr(page, m) != getattr(renamed, m)]
        page.wires[:] = renamed.wires
        page.monitors.update(renamed.monitors)
        for member in members:
            setattr(page, member, getattr(renamed, member))
        blocks = list(page.blocks.values())
        page.blocks[old].id = new
        page.blocks.clear()
        page.blocks.update((b.id, b) for b in blocks)
        return [
            Change("block-renamed", self.page, new, (new,), old=old),
            *(Change("monitor-changed", self.page, m, (m,)) for m in monitors),
            *(Change("page-changed", self.page, old=m) for m in members),
        ]


class SetPin(msgspec.Struct):
    """Type a pin's text, refer to an array, or (None) empty the pin. Edits of one ``merge`` undo as one."""

    page: str
    block: str
    pin: str
    text: str | ArrayRef | None
    merge: Hashable = None
    _before: dict[str, PinText] = {}

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
        if self.pin in function_pins(block.symbol):
            check_no_cycle(project, self.page, [replace(block, pins={self.pin: self.text or ""})])
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


class SetLabel(msgspec.Struct):
    """Set the text shown beside the block; None takes it away."""

    page: str
    block: str
    label: str | None
    _before: str | None = None

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


class SetDevice(msgspec.Struct):
    """Set on which device a block runs ("": the page's); a use's holds for the blocks within."""

    page: str
    block: str
    device: str
    _before: str = ""

    @property
    def name(self) -> str:
        """Return ``Device of conv``."""
        return f"Device of {self.block}"

    def do(self, project: Project) -> list[Change]:
        """Set the device."""
        block = block_of(page_of(project, self.page), self.block)
        if block.device == self.device:
            return []
        check_storable(Page(name=self.page, blocks={block.id: replace(block, device=self.device)}))
        self._before, block.device = block.device, self.device
        return [_changed(self.page, self.block)]

    def undo(self, project: Project) -> list[Change]:
        """Restore the device."""
        block_of(page_of(project, self.page), self.block).device = self._before
        return [_changed(self.page, self.block)]


class ChangeSymbol(msgspec.Struct):
    """Make the block another kind of block; pins and wires stay (the check says what does not fit)."""

    page: str
    block: str
    symbol: str
    _before: str = ""

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
        check_no_cycle(project, self.page, [replace(block, symbol=self.symbol)])
        self._before, block.symbol = block.symbol, self.symbol
        return [_changed(self.page, self.block)]

    def undo(self, project: Project) -> list[Change]:
        """Restore the symbol."""
        block_of(page_of(project, self.page), self.block).symbol = self._before
        return [_changed(self.page, self.block)]


class SwitchBlocks(msgspec.Struct):
    """Switch blocks off (they stay in the file and are left out of runs) or on."""

    page: str
    ids: Iterable[str]
    off: bool
    _switched: list[str] = []

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
        """Switch those that are not so yet."""
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


class SetBlockViews(msgspec.Struct):
    """Set how blocks are shown."""

    page: str
    views: Mapping[str, BlockView]
    _before: dict[str, BlockView] = {}

    @property
    def name(self) -> str:
        """Return ``View of read`` or ``View of 3 blocks``."""
        return "View of " + many(len(self.views), next(iter(self.views), "nothing"), "blocks")

    def do(self, project: Project) -> list[Change]:
        """Set those that are not so yet."""
        page = page_of(project, self.page)
        blocks = [block_of(page, block) for block in self.views]
        new = {block.id: self.views[block.id] for block in blocks if block.view != self.views[block.id]}
        shown = {name: Block(id=name, symbol="", view=view) for name, view in new.items()}
        check_storable(Page(name=page.name, blocks=shown))
        self._before = {name: page.blocks[name].view for name in new}
        return self._show(page, new)

    def undo(self, project: Project) -> list[Change]:
        """Restore how they were shown."""
        return self._show(page_of(project, self.page), self._before)

    def _show(self, page: Page, views: Mapping[str, BlockView]) -> list[Change]:
        for name, view in views.items():
            page.blocks[name].view = view
        return [Change("block-view-changed", self.page, next(iter(views)), tuple(views))] if views else []


def _changed(page: str, block: str) -> Change:
    return Change("block-changed", page, block, (block,))
