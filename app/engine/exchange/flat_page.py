"""A flat page as numbers: blocks, lines and wires by position, in the order of the file, and their order of need.

A *line* is what wires carry away from one output (or from one element of it): wires from the same output are one line.
"""

from __future__ import annotations

from typing import NamedTuple

from app.document.model.diagram import Block, Page, PinRef, Wire
from app.document.model.function_page import ARGUMENT, RESULT, SESSION
from app.document.model.topology import sorted_numbers
from app.engine.exchange.circles import needed_first
from blocks.catalog import Catalog
from blocks.op_facts.datasets import BEGINNING_DATA, ITERATORS
from blocks.op_facts.traits import BACK_EDGES, MERGES
from blocks.symbol import Pin, Symbol, pins_by_name
from blocks.wiring import refusal

# What stays on the page itself: it belongs to the run, or is what the page is called with.
STAYING = frozenset({SESSION, ARGUMENT, RESULT, "FeedType", "Input_Initializer", "Input", "Tensor"})
_INTO_PAGE = Pin(name="argument", direction="in", kind="tensor")
_OUT_OF_PAGE = Pin(name="result", direction="out", kind="tensor")
_DATA = ITERATORS | BEGINNING_DATA  # the plan follows their wires to each other


class Line(NamedTuple):
    """What one output gives: its block, its pin and the element's number (None: no list)."""

    block: int
    pin: str
    element: int | None


class FlatPage:
    """The blocks of a page in file order, what enters and leaves them, and where each stands among all."""

    def __init__(self, page: Page, catalog: Catalog) -> None:
        """Look at each block and each wire once."""
        self.page, self.catalog = page, catalog
        self.blocks: list[Block] = list(page.blocks.values())
        self.place = {block.id: i for i, block in enumerate(self.blocks)}
        self.lines: list[Line] = []
        self.line_source: list[int] = []  # the block of each line
        self.entering: list[list[tuple[str, int]]] = [[] for _ in self.blocks]  # pin and line, in file order
        self.wires_to: list[list[Wire]] = [[] for _ in self.blocks]  # the same as they are in the file
        self.sources: list[list[int]] = [[] for _ in self.blocks]  # blocks; wires that close loops left out
        self.takers: list[list[int]] = [[] for _ in self.blocks]
        self.leaving: list[list[tuple[int, int]]] = [[] for _ in self.blocks]  # line and taker
        self.staying_together: list[tuple[int, int]] = []  # ends of wires that cannot lead out of a page
        self.closed: dict[
            int, set[int]
        ] = {}  # by the block that begins the rounds of a loop, those that close it
        self.arguments = {i for i, block in enumerate(self.blocks) if block.symbol == ARGUMENT}
        self.results = {i for i, block in enumerate(self.blocks) if block.symbol == RESULT}
        stays = {name: self._stays(name) for name in {block.symbol for block in self.blocks}}
        self.staying = [block.off or stays[block.symbol] for block in self.blocks]
        self._take_wires()
        self.writers = self._writers_of_one()
        self.writing = {block for pair in self.writers for block in pair}
        order = sorted_numbers(self.takers, [len(sources) for sources in self.sources])
        self.has_cycles = len(order) < len(self.blocks)
        self.reading = self._reading()  # where a block comes where each stands shortly before what takes it
        self.rank = [len(self.blocks)] * len(self.blocks)  # a block behind all those that it needs
        for rank, block in enumerate(order):
            self.rank[block] = rank

    def _reading(self) -> list[int]:
        ends = (block for block, takers in enumerate(self.takers) if not takers)
        order = needed_first((*ends, *range(len(self.blocks))), self.sources)
        reading = [0] * len(order)
        for place, block in enumerate(order):
            reading[block] = place
        return reading

    def symbol(self, block: int) -> Symbol | None:
        """Return what kind of block it is; None for pages that stand as blocks, and for what is not known."""
        return self.catalog.get(self.blocks[block].symbol)

    def _stays(self, name: str) -> bool:
        symbol = self.catalog.get(name)
        placeholder = symbol is not None and symbol.op is not None and symbol.op.startswith("Placeholder")
        return name in STAYING or placeholder

    def _take_wires(self) -> None:
        known: dict[PinRef, int] = {}
        crossing: dict[tuple[int, str, str], bool] = {}
        kinds: dict[
            tuple[str, str, bool], int
        ] = {}  # of lines: numbers by symbol, pin and whether it is whole
        kind_of: list[int] = []
        place, blocks = self.place, self.blocks
        closing = {s for s in {b.symbol for b in blocks} if s.removeprefix("raw.") in BACK_EDGES}
        for wire in self.page.wires:
            source_pin, target_pin = wire.source, wire.target
            source, target = place.get(source_pin.block), place.get(target_pin.block)
            if source is None or target is None:
                continue
            line = known.get(source_pin)
            one = blocks[source].symbol
            if line is None:
                line = known[source_pin] = len(self.lines)
                self.lines.append(Line(source, source_pin.pin, source_pin.index))
                self.line_source.append(source)
                kind_of.append(kinds.setdefault((one, source_pin.pin, source_pin.index is None), len(kinds)))
            pin, other = target_pin.pin, blocks[target].symbol
            self.wires_to[target].append(wire)
            self.entering[target].append((pin, line))
            self.leaving[source].append((line, target))
            key = (kind_of[line], other, pin)
            crosses = crossing.get(key)
            if crosses is None:
                crosses = crossing[key] = self._crosses(wire, one, other)
            closes = one in closing
            if closes or not crosses:
                self.staying_together.append((source, target))
            if closes:
                self.closed.setdefault(target, set()).add(source)
            else:
                self.sources[target].append(source)
                self.takers[source].append(target)

    def _crosses(self, wire: Wire, source: str, target: str) -> bool:
        """Return whether a wire between two kinds of blocks can lead into a page and out of one."""
        gives, takes = self.catalog.get(source), self.catalog.get(target)
        if gives is not None:
            out = pins_by_name(gives, "out").get(wire.source.pin)
            if out is None or refusal(out, _INTO_PAGE, element=wire.source.index is not None) is not None:
                return False
        if takes is not None:
            into = pins_by_name(takes, "in").get(wire.target.pin)
            if into is None or refusal(_OUT_OF_PAGE, into) is not None:
                return False
        ops = {s.op for s in (gives, takes) if s is not None}
        return not ops & _DATA

    def _writers_of_one(self) -> list[tuple[int, int]]:
        """Return pairs of blocks that take the reference of one Variable: the file's order of them counts."""
        takes: dict[tuple[str, str], bool] = {}
        writers: dict[int, int] = {}
        pairs: list[tuple[int, int]] = []
        given = {i for i, block in enumerate(self.blocks) if block.symbol in ("Variable", ARGUMENT)}
        if not given:
            return pairs
        for target, entering in enumerate(self.entering):
            for pin, line in entering:
                source = self.line_source[line]
                if source not in given:
                    continue
                key = (self.blocks[target].symbol, pin)
                if key not in takes:
                    takes[key] = self._takes_reference(target, pin)
                if takes[key]:
                    other = writers.setdefault(source, target)
                    if other != target:
                        pairs.append((other, target))
        return pairs

    def _takes_reference(self, block: int, pin: str) -> bool:
        symbol = self.symbol(block)
        op = self.catalog.op(symbol.op) if symbol is not None and symbol.op else None
        known = symbol.pin(pin, "in") if symbol is not None else None
        return (
            op is not None and known is not None and any(a.is_ref and a.name == known.arg for a in op.inputs)
        )

    def is_of_loop(self, block: int) -> bool:
        """Return whether a block begins or closes the rounds of a loop."""
        return self.blocks[block].symbol.removeprefix("raw.") in BACK_EDGES | MERGES
