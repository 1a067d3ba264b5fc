"""Making a page of blocks: they go to a page of their own, which stands in their place as one block.

Wires that cross become pins, one for each output that is led in or out, named by what they carry. Whatever named the
blocks follows: monitors, conditions, snapshots, also on pages that bear this one as a block. Random blocks draw on as
they did: they get the seeds that they had on the page explicitly. Those within uses and functions, and all where this
page draws as a part of others, go on by the addresses that they had (the page's ``seeds``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from functools import partial

import msgspec
from msgspec.structs import replace

from app.document.editing.base import EditRefused, page_of, refuse
from app.document.editing.explicit_seeds import anything_draws, draws_by_address, with_seed
from app.document.editing.page_uses import pages_used
from app.document.editing.set_pages import SetPages
from app.document.model.addresses import Rename, by_id, with_addresses
from app.document.model.diagram import Block, Monitor, Page, PinRef, Project, UnreadEntry, Wire
from app.document.model.function_page import (
    ARGUMENT,
    ARGUMENT_OUTPUT,
    RESERVED,
    RESULT,
    RESULT_INPUT,
    SESSION,
)
from app.document.model.ids import IdGiver
from app.document.model.page_symbol import PREFIX
from app.document.model.seeds import SeedAddresses
from app.document.model.sentence import say
from app.document.model.symbols import Symbols
from app.document.model.uses import blocks_within, through_uses, users_of
from blocks.symbol import Pin, Symbol, pins_by_name
from blocks.wiring import refusal

STAYING = frozenset({SESSION, ARGUMENT, RESULT})  # these belong to the page on which they are
_ASIDE, _APART = 240.0, 90.0  # page units from the blocks to their Arguments and Results, and between these
_PLAIN = frozenset({"output", "output_ref", "result"})  # names of pins that say nothing of what they carry

_TENSOR_IN = Pin(name="argument", direction="in", kind="tensor")
_TENSOR_OUT = Pin(name=ARGUMENT_OUTPUT, direction="out", kind="tensor")


class _Lines(msgspec.Struct):
    """The pins of a page in the making: for each output that crosses, the id of its Argument or Result."""

    arguments: dict[PinRef, str] = {}
    results: dict[PinRef, str] = {}


class PageMaking:
    """What becomes of a project when some blocks of a page go to a page of their own."""

    def __init__(
        self, project: Project, page: str, blocks: Iterable[str], name: str, symbols: Symbols
    ) -> None:
        """Take the blocks that can go; sessions, Arguments and Results stay. Raises EditRefused where none is left."""
        self._project, self._page, self._name = project, page_of(project, page), name
        self._symbols = symbols
        known = self._page.blocks
        self.moved = {i: known[i] for i in blocks if i in known and known[i].symbol not in STAYING}
        if not self.moved:
            raise refuse("bad-edit", say("edit.nothing-to-fold"))
        self._inner_ids = IdGiver(Page(name=name, blocks=self.moved), taken=RESERVED)
        self._lines = _Lines()
        self._users = users_of(project, self._page, self._pages_of)
        self._draws_elsewhere = any(user.scope.seed is not None for user in self._users)
        rest = {i: b for i, b in known.items() if i not in self.moved}
        self.use = IdGiver(replace(self._page, blocks=rest)).for_symbol(f"{PREFIX}{name}")

    def edit(self, notes: Collection[str] = ()) -> SetPages:
        """Return the edit; ``notes`` go along. Raises EditRefused where a wire cannot lead out of a page."""
        inner_wires, outer_wires = self._inner_wires(), self._outer_wires()
        self._add_loose_ends()
        inner = self._inner_page(inner_wires, notes)
        pages = {self._page.name: self._outer_page(outer_wires, notes)}
        for user in self._users:
            pages[user.name] = self._renamed(user)
        return SetPages(f'Make page "{self._name}"', pages, [(len(self._project.pages), inner)])

    # --- wires
    def _inner_wires(self) -> list[Wire]:
        """Return the wires of the new page in the order that they have now; those from outside start at Arguments."""
        found = []
        for wire in self._page.wires:
            if wire.target.block not in self.moved:
                continue
            if wire.source.block in self.moved:
                found.append(wire)
            else:
                source = PinRef(self._argument(wire), ARGUMENT_OUTPUT)
                found.append(replace(wire, source=source, route=()))
        return found

    def _outer_wires(self) -> list[Wire | None]:
        """Return what becomes of each wire on the page: a line that is led in stands there once (None: not there)."""
        found: list[Wire | None] = []
        led_in: set[PinRef] = set()
        for wire in self._page.wires:
            into, out_of = wire.target.block in self.moved, wire.source.block in self.moved
            if not into and not out_of:
                found.append(wire)
            elif out_of and not into:
                source = PinRef(self.use, self._result(wire))
                found.append(replace(wire, source=source, route=()))
            elif out_of or wire.source in led_in:
                found.append(None)
            else:
                led_in.add(wire.source)
                target = PinRef(self.use, self._lines.arguments[wire.source])
                found.append(replace(wire, target=target, route=()))
        return found

    def _argument(self, wire: Wire) -> str:
        """Return the id of the Argument for a wire that leads in; the same output has one for all its wires."""
        given, taken = self._pin(wire.source, "out"), self._pin(wire.target, "in")
        if (
            given is not None
            and refusal(given, _TENSOR_IN, element=wire.source.index is not None) is not None
        ):
            raise self._no_way(wire)
        if taken is not None and refusal(_TENSOR_OUT, taken) is not None:
            raise self._no_way(wire)
        found = self._lines.arguments.get(wire.source)
        if found is None:
            found = self._lines.arguments[wire.source] = self._inner_ids.for_copy(self._meaning(wire.source))
        return found

    def _result(self, wire: Wire) -> str:
        """Return the id of the Result for a wire that leads out."""
        given = self._pin(wire.source, "out")
        into = pins_by_name(self._known(RESULT), "in")[RESULT_INPUT]
        if given is not None and refusal(given, into, element=wire.source.index is not None) is not None:
            raise self._no_way(wire)
        return self._result_of(wire.source)

    def _result_of(self, source: PinRef) -> str:
        found = self._lines.results.get(source)
        if found is None:
            name = self._meaning(source)
            name = f"{name}_out" if name == source.block else name
            found = self._lines.results[source] = self._inner_ids.for_copy(name)
        return found

    def _add_loose_ends(self) -> None:
        """Let what nothing takes lead out where it was shown as a result, or where the page would have no pins."""
        has_session = any(b.symbol == SESSION and not b.off for b in self._page.blocks.values())
        if has_session and (self._lines.arguments or self._lines.results):
            return
        used = {(w.source.block, w.source.pin) for w in self._page.wires}
        for block in self.moved.values():
            symbol = self._symbols.get(block.symbol)
            for pin in symbol.outputs if symbol is not None and not block.off else ():
                if pin.kind in ("tensor", "list(tensor)") and not _is_used(used, block.id, pin):
                    self._result_of(PinRef(block.id, pin.name))
        if not (self._lines.arguments or self._lines.results):
            raise refuse("page-without-pins", say("edit.fold-without-pins", blocks=tuple(self.moved)))

    def _no_way(self, wire: Wire) -> EditRefused:
        sentence = say("edit.no-way-out", source=str(wire.source), target=str(wire.target))
        return refuse("bad-edit", sentence, wire.target.block, wire.target.pin)

    def _meaning(self, source: PinRef) -> str:
        """Return a name for what an output carries: the pin's where that says something, else the block's."""
        symbol = self._symbols.get(self._page.blocks[source.block].symbol)
        several = symbol is not None and len(symbol.outputs) > 1
        says = several and len(source.pin) > 1 and source.pin not in _PLAIN
        return source.pin if says else source.block

    def _pin(self, end: PinRef, direction: str) -> Pin | None:
        symbol = self._symbols.get(self._page.blocks[end.block].symbol)
        return pins_by_name(symbol, "in" if direction == "in" else "out").get(end.pin) if symbol else None

    def _known(self, name: str) -> Symbol:
        symbol = self._symbols.get(name)
        assert symbol is not None, name
        return symbol

    # --- pages
    def _inner_page(self, wires: list[Wire], notes: Collection[str]) -> Page:
        page = self._page
        left = min(b.at[0] for b in self.moved.values()) - _ASIDE
        right = max(b.at[0] for b in self.moved.values()) + _ASIDE
        takers = {w.source.block: w.target.block for w in reversed(wires)}
        arguments = {i: self.moved[takers[i]].at[1] for i in self._lines.arguments.values()}
        results = {i: self.moved[source.block].at[1] for source, i in self._lines.results.items()}
        blocks = [
            *(Block(id=i, symbol=ARGUMENT, at=at) for i, at in _column(left, arguments)),
            *(self._seeded(b) for i, b in page.blocks.items() if i in self.moved),
            *(Block(id=i, symbol=RESULT, at=at) for i, at in _column(right, results)),
        ]
        ends = [
            Wire(source=source, target=PinRef(i, RESULT_INPUT)) for source, i in self._lines.results.items()
        ]
        return Page(
            name=self._name,
            blocks={b.id: b for b in blocks},
            wires=[*wires, *ends],
            notes={i: n for i, n in page.notes.items() if i in notes},
            monitors={i: m for i, m in page.monitors.items() if self._goes_along(m)},
        )

    def _outer_page(self, wires: list[Wire | None], notes: Collection[str]) -> Page:
        page = self._page
        named = self._renamed(page)
        use = Block(id=self.use, symbol=f"{PREFIX}{self._name}", at=_middle(self.moved.values()))
        blocks = {i: b for i, b in page.blocks.items() if i not in self.moved}
        gone = {
            "blocks": [i in self.moved for i in page.blocks],
            "wires": [wire is None for wire in wires],
            "notes": [i in notes for i in page.notes],
            "monitors": [self._goes_along(m) for m in page.monitors.values()],
        }
        return replace(
            named,
            blocks={**blocks, use.id: use},
            wires=[wire for wire in wires if wire is not None],
            notes={i: n for i, n in page.notes.items() if i not in notes},
            monitors={i: m for i, m in named.monitors.items() if not self._goes_along(page.monitors[i])},
            seeds=self._seeds(named.seeds),
            unread=[_moved_up(entry, gone[entry.section]) for entry in page.unread],
        )

    def _seeded(self, block: Block) -> Block:
        """Return a block with the seeds explicitly that it has here; by its address where others draw too."""
        if self._draws_elsewhere:
            return block
        address = SeedAddresses.on(self._page.seeds).of(block.id)
        return with_seed(block, address, self._page.scope.seed, self._symbols)

    def _seeds(self, renamed: dict[str, str]) -> dict[str, str]:
        """Return the addresses by which blocks draw on the page, with those of all that goes."""
        found, here = dict(renamed), SeedAddresses.on(self._page.seeds)
        if self._page.scope.seed is None and not self._draws_elsewhere:
            return found
        for i, block in self.moved.items():
            if draws_by_address(block, self._symbols) and not self._draws_elsewhere:
                found.pop(f"{self.use}/{i}", None)  # its seeds are explicit
            elif anything_draws(block, self._symbols, self._pages_of):
                found[f"{self.use}/{i}"] = here.of(i)
        return found

    def _goes_along(self, monitor: Monitor) -> bool:
        """Return whether a monitor goes with the blocks: one that changes their texts does."""
        return monitor.kind == "control" and all(pin.partition(".")[0] in self.moved for pin in monitor.pins)

    def _renamed(self, page: Page) -> Page:
        """Return a page with the addresses of the blocks as they are from now on."""
        rename: Rename = by_id({i: f"{self.use}/{i}" for i in self.moved})
        stored = partial(blocks_within, page, self._pages_of)
        return with_addresses(page, through_uses(page, self._page, rename, self._pages_of), stored)

    def _pages_of(self, block: Block) -> Iterator[Page]:
        return pages_used(self._project, block)


def _is_used(used: Collection[tuple[str, str]], block: str, pin: Pin) -> bool:
    return any((block, name) in used for name in (pin.name, *pin.aliases))


def _column(x: float, heights: dict[str, float]) -> Iterator[tuple[str, tuple[float, float]]]:
    """Give each item a place in a column, as near to its height as the ones above leave room."""
    free = float("-inf")
    for item, y in sorted(heights.items(), key=lambda entry: entry[1]):
        y = max(y, free)
        free = y + _APART
        yield item, (x, y)


def _middle(blocks: Collection[Block]) -> tuple[float, float]:
    xs, ys = zip(*(b.at for b in blocks), strict=True)
    return round((min(xs) + max(xs)) / 2), round((min(ys) + max(ys)) / 2)


def _moved_up(entry: UnreadEntry, gone: list[bool]) -> UnreadEntry:
    """Return an entry that does not read, beside its former neighbours once others have gone."""
    return replace(entry, index=entry.index - sum(gone[: entry.index]))
