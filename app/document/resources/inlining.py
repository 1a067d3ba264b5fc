"""Puts the pages that stand as blocks on a page into its place: one page without uses, of blocks with addresses.

The block `conv` of the use `layer` becomes `layer/conv`, with texts and state of its own. The Argument `x` becomes
`layer/x`, which passes on what is wired to the use or holds the text that is typed there; the Result `y` becomes
`layer/y`, which gives what leads out of the use. The use itself stays as a block without a node: its outputs are those
of the Results. Wires within a use are those of its page, so nothing is looked up along them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from msgspec.structs import replace

from app.document.model.diagram import Block, Page, PinRef, PinText, Wire
from app.document.model.function_page import ARGUMENT, ARGUMENT_DEFAULT, ARGUMENT_OUTPUT, RESERVED, RESULT
from app.document.model.page_difference import PageDifference
from app.document.model.seeds import Said, SeedAddresses, by_steps
from app.document.resources.function_pages import FunctionPages

BROUGHT = "input"  # where what a use's pin brings enters its Argument, and what a Result gives enters it
GIVEN = ARGUMENT_OUTPUT  # where it leaves an Argument or a Result


@dataclass(frozen=True)
class Inlined:
    """A page without uses. ``page`` is the drawn one where it has none.

    ``uses`` has the symbol of each use by its address, outer ones first; ``within`` the use that a block stands in, by
    the addresses of both; ``pins`` the use and its pin that an Argument or Result stands for; ``seeds`` the addresses
    by which blocks draw, where these are others than their own.
    """

    page: Page
    uses: Mapping[str, str] = field(default_factory=dict)
    within: Mapping[str, str] = field(default_factory=dict)
    pins: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    seeds: Mapping[str, str] = field(default_factory=dict)


def inlined(page: Page, functions: FunctionPages) -> Inlined:
    """Return the page with all pages that stand as blocks on it in their places."""
    pages = functions.pages
    if not pages or not any(b.symbol in pages and not b.off for b in page.blocks.values()):
        return Inlined(page, seeds=page.seeds)
    return _Inlining(page, pages).run()


@dataclass
class _Level:
    """A page that is being put in: the address of the use (None: the page drawn itself), and what is left of it."""

    use: Block | None
    address: str  # of the use
    page: Page
    left: Iterator[Block]
    seeds: SeedAddresses
    uses: dict[str, Page] = field(default_factory=dict)  # of the page, by id


class _Inlining:
    """Puts in one use after the other; those within a use come before the blocks behind it."""

    def __init__(self, page: Page, pages: Mapping[str, Page]) -> None:
        self._drawn, self._pages = page, pages
        self._blocks: dict[str, Block] = {}
        self._wires: list[Wire] = []
        self._uses: dict[str, str] = {}
        self._within: dict[str, str] = {}
        self._pins: dict[str, tuple[str, str]] = {}
        self._seeds: dict[str, str] = {}
        self._said: dict[str, dict[str, Said]] = {}  # by symbol, what a page says of seeds

    def run(self) -> Inlined:
        """Put in the uses, with an explicit stack of the pages that are being put in."""
        drawn = self._drawn
        levels = [_Level(None, "", drawn, iter(drawn.blocks.values()), SeedAddresses.on(drawn.seeds))]
        while levels:
            level = levels[-1]
            inner = self._up_to_a_use(level)
            if inner is not None:
                levels.append(inner)
                continue
            levels.pop()
            self._put_wires(level)
            if level.use is not None:
                self._put_use(level)
        page = replace(self._drawn, blocks=self._blocks, wires=self._wires)
        return Inlined(page, self._uses, self._within, self._pins, self._seeds)

    def _up_to_a_use(self, level: _Level) -> _Level | None:
        """Put blocks of a page, up to its next use; return that one."""
        before = f"{level.address}/" if level.use is not None else ""
        blocks, within, address = self._blocks, self._within, level.address
        device = level.use.device if level.use is not None else ""
        draws_elsewhere = level.seeds.before != before or bool(level.seeds.pages)
        for block in level.left:
            name = before + block.id
            if before:
                within[name] = address
            if block.symbol in self._pages and not block.off:
                page = level.uses[block.id] = self._pages[block.symbol]
                self._uses[name] = block.symbol
                use = replace(block, id=name, device=block.device or device)
                seeds = level.seeds.within(block.id, self._said_by(block.symbol))
                return _Level(use, name, page, iter(page.blocks.values()), seeds)
            if draws_elsewhere:
                self._seeds[name] = level.seeds.of(block.id)
            if not before:
                blocks[name] = block
                continue
            put = blocks[name] = replace(block, id=name)
            if device and not block.device:
                put.device = device
            if block.symbol == ARGUMENT:
                self._pins[name] = (address, block.id)
                assert level.use is not None
                put.pins = _with_text(block, level.use)
            elif block.symbol == RESULT:
                self._pins[name] = (address, block.id)
        return None

    def _said_by(self, symbol: str) -> dict[str, Said]:
        said = self._said.get(symbol)
        if said is None:
            said = self._said[symbol] = by_steps(self._pages[symbol].seeds)
        return said

    def _put_use(self, level: _Level) -> None:
        """Put the use itself, behind the Results that its outputs are."""
        use = level.use
        assert use is not None
        self._blocks[use.id] = replace(use, pins={})
        for block in level.page.blocks.values():
            if block.symbol == RESULT and not block.off and block.id not in RESERVED:
                source, target = PinRef(f"{use.id}/{block.id}", GIVEN), PinRef(use.id, block.id)
                self._wires.append(Wire(source=source, target=target))

    def _put_wires(self, level: _Level) -> None:
        before = f"{level.address}/" if level.use is not None else ""
        uses = level.uses
        if before and not uses:  # as in most pages that stand as blocks
            ends = ((wire.source, wire.target) for wire in level.page.wires)
            self._wires += [
                Wire(
                    source=PinRef(before + s.block, s.pin, s.index),
                    target=PinRef(before + t.block, t.pin, t.index),
                )
                for s, t in ends
            ]
            return
        for wire in level.page.wires:
            source, target = wire.source, wire.target
            if not before and source.block not in uses and target.block not in uses:
                self._wires.append(wire)
                continue
            start, end = _start(uses, before, source), _end(uses, before, target)
            self._wires.append(Wire(source=start, target=end))


def _start(uses: Mapping[str, Page], before: str, end: PinRef) -> PinRef:
    """Return where a wire starts once the uses are put in."""
    is_there = _stands_for(uses, end, RESULT)
    return PinRef(f"{before}{end.block}/{end.pin}", GIVEN, end.index) if is_there else _at_block(before, end)


def _end(uses: Mapping[str, Page], before: str, end: PinRef) -> PinRef:
    """Return where a wire ends once the uses are put in."""
    is_there = _stands_for(uses, end, ARGUMENT)
    return (
        PinRef(f"{before}{end.block}/{end.pin}", BROUGHT, end.index) if is_there else _at_block(before, end)
    )


def _at_block(before: str, end: PinRef) -> PinRef:
    """Return the end of a wire at the block itself, as at a use whose page has no such pin: the check reports it."""
    return PinRef(before + end.block, end.pin, end.index)


def _stands_for(uses: Mapping[str, Page], end: PinRef, symbol: str) -> bool:
    """Return whether a wire ends at a use, at a pin that an Argument or a Result of its page stands for."""
    inner = uses.get(end.block)
    block = None if inner is None else inner.blocks.get(end.pin)
    return block is not None and not block.off and block.symbol == symbol and block.id not in RESERVED


def _with_text(argument: Block, use: Block) -> dict[str, PinText]:
    """Return the texts of an Argument with the one that is typed at its pin of a use."""
    text = use.pins.get(argument.id)
    return argument.pins if text is None or text == "" else {**argument.pins, ARGUMENT_DEFAULT: text}


class FollowedInlining:
    """Follows what `inlined` has made of a page: says what a change of texts and wires of the page changes there."""

    def __init__(self, page: Page, whole: Inlined, functions: FunctionPages) -> None:
        """Know the page as it is drawn, and what was made of it."""
        self._uses = {
            name: functions.pages[page.blocks[name].symbol] for name in whole.uses if name in page.blocks
        }
        self._before = len(whole.page.wires) - len(page.wires)  # the wires of the page itself come last
        self._are_all_there = all(self._led(wire) is not None for wire in page.wires)

    def changed(self, change: PageDifference) -> PageDifference | None:
        """Return a change of the drawn page as one of the page without uses; None where it cannot be followed."""
        added = [(self._before + place, self._led(wire)) for place, wire in change.added]
        if not self._are_all_there or any(wire is None for _, wire in added):
            return None
        blocks = [block for one in change.blocks for block in self._blocks(one)]
        return PageDifference(
            blocks=tuple(blocks),
            removed=tuple([self._before + place for place in change.removed]),
            added=tuple([(place, wire) for place, wire in added if wire is not None]),
        )

    def _led(self, wire: Wire) -> Wire | None:
        """Return a wire of the drawn page as it is led without uses; None where it ends at no pin of a use."""
        uses, (source, target) = self._uses, (wire.source, wire.target)
        if source.block not in uses and target.block not in uses:
            return wire
        start, end = _start(uses, "", source), _end(uses, "", target)
        return None if start.block in uses or end.block in uses else Wire(source=start, target=end)

    def _blocks(self, block: Block) -> Iterator[Block]:
        """Give the blocks that stand for one of the drawn page: of a use its Arguments, which hold its texts."""
        inner = self._uses.get(block.id)
        if inner is None:
            yield block
            return
        for one in inner.blocks.values():
            if one.symbol == ARGUMENT:
                device = one.device or block.device
                yield replace(one, id=f"{block.id}/{one.id}", pins=_with_text(one, block), device=device)
