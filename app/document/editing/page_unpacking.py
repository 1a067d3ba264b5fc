"""Unpacking a page that stands as a block: its blocks come in the place of the use, wired as they were through it.

The page itself stays. What is typed at the use, or the Argument's default, is typed into the pins that it reached, or
becomes a constant where such a pin takes several. Whatever named something within the use follows, on pages that bear
this one as well. Random blocks draw on as they did: they get the seeds that they had explicitly. Those within uses and
functions, and all where this page draws as a part of others, go on by the addresses that they had.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from msgspec.structs import replace

from app.document.editing.base import block_of, page_of, refuse
from app.document.editing.explicit_seeds import anything_draws, draws_by_address, with_seed
from app.document.editing.page_uses import pages_used
from app.document.editing.set_pages import SetPages
from app.document.model.addresses import with_addresses, with_pins
from app.document.model.diagram import Block, Note, Page, PinRef, PinText, Project, Wire
from app.document.model.function_page import ARGUMENT, ARGUMENT_DEFAULT, RESULT, RESULT_INPUT
from app.document.model.ids import IdGiver
from app.document.model.seeds import SeedAddresses, by_steps
from app.document.model.sentence import say
from app.document.model.symbols import Symbols
from app.document.model.uses import blocks_within, part_on, pin_through_uses, through_uses, users_of
from app.document.resources.function_pages import NO_PAGES, FunctionPages
from blocks.symbol import Pin, pins_by_name

_ENDS = (ARGUMENT, RESULT)


class PageUnpacking:
    """What becomes of a project when the use of a page gives way to the blocks of that page."""

    def __init__(
        self,
        project: Project,
        page: str,
        use: str,
        symbols: Symbols,
        functions: FunctionPages = NO_PAGES,
    ) -> None:
        """Name the blocks that come; ``functions`` has the pages of libraries.

        Raises EditRefused where the block stands for no page.
        """
        self._project, self._page, self._symbols = project, page_of(project, page), symbols
        self._use = block_of(self._page, use)
        found = next(iter(pages_used(project, self._use)), functions.pages.get(self._use.symbol))
        inner = None if self._use.off else found
        if inner is None:
            raise refuse("bad-edit", say("edit.no-page-to-unpack", block=use), use)
        self._inner = inner
        rest = {i: b for i, b in self._page.blocks.items() if i != use}
        left = {path: at for path, at in self._page.seeds.items() if path.partition("/")[0] != use}
        giver = IdGiver(replace(self._page, blocks=rest, seeds=left))
        self.ids = {i: giver.for_copy(i) for i, b in inner.blocks.items() if b.symbol not in _ENDS}
        self._notes = {i: giver.for_copy(i) for i in inner.notes}
        self._giver = giver
        self._constants: dict[str, Block] = {}  # by Argument
        self._users = users_of(project, self._page, self._pages_of)
        self._draws_elsewhere = any(user.scope.seed is not None for user in self._users)
        self._led = {w.target.pin: w.source for w in self._page.wires if w.target.block == use}

    def edit(self) -> SetPages:
        """Return the edit."""
        blocks = self._blocks()
        wires = [*self._outer_wires(), *self._inner_wires(blocks)]
        page = self._renamed(self._page)
        others = {i: b for i, b in self._page.blocks.items() if i != self._use.id}
        constants = {b.id: b for b in self._constants.values()}
        after = replace(
            page,
            blocks={**others, **blocks, **constants},
            wires=wires,
            notes={**self._page.notes, **{n.id: n for n in self._shifted_notes()}},
        )
        pages = {self._page.name: after}
        for user in self._users:
            pages[user.name] = self._renamed(user)
        return SetPages(f"Unpack {self._use.id}", pages)

    # --- blocks
    def _blocks(self) -> dict[str, Block]:
        dx, dy = self._offset()
        found = {}
        seed = None if self._draws_elsewhere else self._page.scope.seed
        drawn = self._drawn(self._page, self._use.id)
        for old, new in self.ids.items():
            block = self._inner.blocks[old]
            seeded = with_seed(block, drawn.of(old), seed, self._symbols)
            at = block.at[0] + dx, block.at[1] + dy
            device = block.device or self._use.device
            found[new] = replace(seeded, id=new, at=at, pins=dict(seeded.pins), device=device)
        return found

    def _offset(self) -> tuple[float, float]:
        """Return how far the blocks go, so that their middle comes to lie where the use was."""
        places = [self._inner.blocks[i].at for i in self.ids] or [self._use.at]
        xs, ys = zip(*places, strict=True)
        x, y = self._use.at
        return round(x - (min(xs) + max(xs)) / 2), round(y - (min(ys) + max(ys)) / 2)

    def _shifted_notes(self) -> Iterator[Note]:
        dx, dy = self._offset()
        for old, new in self._notes.items():
            note = self._inner.notes[old]
            yield replace(note, id=new, at=(note.at[0] + dx, note.at[1] + dy))

    # --- wires
    def _outer_wires(self) -> Iterator[Wire]:
        """Give the wires of the page; those from the use begin where its Results got their values."""
        for wire in self._page.wires:
            if wire.target.block == self._use.id:
                continue
            if wire.source.block != self._use.id:
                yield wire
                continue
            source = self._behind(wire.source)
            if source is not None:
                yield replace(wire, source=source, route=())

    def _inner_wires(self, blocks: dict[str, Block]) -> Iterator[Wire]:
        """Give the wires between the blocks that come and from what the use was wired to; type what was typed there."""
        for wire in self._inner.wires:
            target = self.ids.get(wire.target.block)
            if target is None:
                continue
            if not self._is_argument(wire.source.block):
                yield replace(wire, source=self._named(wire.source), target=replace(wire.target, block=target),
                              route=self._shifted_route(wire))  # fmt: skip
                continue
            source, text = self._given(wire.source.block)
            if source is None and text is not None and self._takes_text(wire):
                blocks[target].pins[wire.target.pin] = text
                continue
            source = source or (self._constant(wire.source.block, text) if text is not None else None)
            if source is not None:
                yield replace(wire, source=source, target=replace(wire.target, block=target), route=())

    def _shifted_route(self, wire: Wire) -> tuple[tuple[float, float], ...]:
        dx, dy = self._offset()
        return tuple((x + dx, y + dy) for x, y in wire.route)

    def _behind(self, end: PinRef) -> PinRef | None:
        """Return what an output of the use gives, as an output on the page; None where nothing leads there."""
        inner = next((w.source for w in self._inner.wires if _is_at(w.target, end.pin, RESULT_INPUT)), None)
        if inner is None:
            return None
        if not self._is_argument(inner.block):
            named = self._named(inner)
            return named if end.index is None else replace(named, index=end.index)
        source, text = self._given(inner.block)
        return source or (self._constant(inner.block, text) if text is not None else None)

    def _named(self, end: PinRef) -> PinRef:
        return replace(end, block=self.ids.get(end.block, end.block))

    def _is_argument(self, block: str) -> bool:
        known = self._inner.blocks.get(block)
        return known is not None and known.symbol == ARGUMENT

    def _given(self, argument: str) -> tuple[PinRef | None, PinText | None]:
        """Return what the use brings for an Argument: an output that is wired to it, else a text, else its default."""
        source = self._led.get(argument)
        if source is not None:
            return source, None
        text = self._use.pins.get(argument) or self._inner.blocks[argument].pins.get(ARGUMENT_DEFAULT)
        return None, text if text != "" else None

    def _takes_text(self, wire: Wire) -> bool:
        """Return whether a text may be typed where a wire of an Argument ends, and reads there as it did."""
        argument, target = self._inner.blocks[wire.source.block], self._inner.blocks[wire.target.block]
        symbol = self._symbols.get(target.symbol)
        pin = pins_by_name(symbol, "in").get(wire.target.pin) if symbol is not None else None
        says = argument.pins.get("dtype") or argument.pins.get("shape")
        return pin is not None and not says and not pin.many and pin.kind == "tensor"

    def _constant(self, argument: str, text: PinText) -> PinRef:
        """Return the output of a constant of what was typed; one for each Argument."""
        found = self._constants.get(argument)
        if found is None:
            dtype = self._dtype(argument)
            pins: dict[str, PinText] = {"val": text} if dtype is None else {"dtype": dtype, "val": text}
            x, y = self._use.at
            made = Block(id=self._giver.for_copy(argument), symbol="Const_ex" if dtype else "Const",
                         at=(x - 240, y + 90 * len(self._constants)), pins=pins)  # fmt: skip
            found = self._constants[argument] = made
        return PinRef(found.id, "output")

    def _dtype(self, argument: str) -> str | None:
        """Return the dtype as which an Argument reads a text, where anything says it."""
        symbol = self._symbols.get(self._use.symbol)
        pin: Pin | None = pins_by_name(symbol, "in").get(argument) if symbol is not None else None
        return pin.dtype if pin is not None else None

    # --- addresses
    def _renamed(self, page: Page) -> Page:
        pins = with_pins(page, pin_through_uses(page, self._page, self._pin_behind, self._pages_of))
        stored = partial(blocks_within, page, self._pages_of)
        after = with_addresses(pins, through_uses(page, self._page, self._step_out, self._pages_of), stored)
        return replace(after, seeds=self._seeds(page, after.seeds))

    def _seeds(self, page: Page, renamed: dict[str, str]) -> dict[str, str]:
        """Return the addresses by which blocks draw on a page, with those of all that comes out of the use."""
        if self._page.scope.seed is None and not self._draws_elsewhere:
            return renamed
        found, use = dict(renamed), self._use.id
        ways = (
            [use] if page is self._page else [path for path in page.seeds if self._leads_to_use(page, path)]
        )
        for way in ways:
            found.pop(way, None)
            before, drawn = way[: -len(use)], self._drawn(page, way)
            for old, new in self.ids.items():
                self._put_seeds(found, f"{before}{new}", old, drawn)
        return {path: at for path, at in found.items() if path != at or "/" in path}

    def _put_seeds(self, found: dict[str, str], path: str, old: str, drawn: SeedAddresses) -> None:
        """Put down by which addresses a block of the use draws, and what is within it."""
        found |= {f"{path}/{rest}": at for rest, at in drawn.within(old).said().items()}
        block = self._inner.blocks[old]
        if draws_by_address(block, self._symbols) and not self._draws_elsewhere:
            found.pop(path, None)  # its seeds are explicit
        elif anything_draws(block, self._symbols, self._pages_of):
            found[path] = drawn.of(old)

    def _drawn(self, page: Page, way: str) -> SeedAddresses:
        """Return by which addresses the blocks of the use draw that a way on a page leads to."""
        here = SeedAddresses.on(page.seeds)
        *steps, use = way.split("/")
        for step in steps:
            here = here.within(step)
        return here.within(use, by_steps(self._inner.seeds))

    def _leads_to_use(self, page: Page, path: str) -> bool:
        part = part_on(page, self._page, path, self._pages_of)
        return part is not None and part[1] == self._use.id

    def _step_out(self, path: str) -> str:
        """Return the path of what lies in the use as it is without it."""
        head, _, within = path.partition("/")
        if head != self._use.id or not within:
            return path
        block, slash, deeper = within.partition("/")
        return self.ids.get(block, block) + slash + deeper

    def _pin_behind(self, block: str, pin: str) -> tuple[str, str]:
        source = self._behind(PinRef(block, pin)) if block == self._use.id else None
        return (source.block, source.pin) if source is not None else (block, pin)

    def _pages_of(self, block: Block) -> Iterator[Page]:
        return pages_used(self._project, block)


def _is_at(end: PinRef, block: str, pin: str) -> bool:
    return (end.block, end.pin) == (block, pin)
