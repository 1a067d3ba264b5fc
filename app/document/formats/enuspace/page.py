"""Puts a page together: ids that fit, blocks, wires in order, notes, monitors and the report."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from math import prod

from app.document.formats.enuspace.arrays import Array
from app.document.formats.enuspace.blocks import BlockMaker
from app.document.formats.enuspace.elements import Elements, Link, Placed, Script, Use
from app.document.formats.enuspace.monitors import MonitorMaker
from app.document.formats.enuspace.notes import note_of
from app.document.formats.enuspace.placement import corners_of
from app.document.formats.enuspace.scripts import copies_of
from app.document.formats.report import PAGE, Report, at_pin
from app.document.literals.types import LiteralError
from app.document.literals.values import parse_dtype, parse_shape
from app.document.model.address import ID
from app.document.model.diagram import Block, Page, PinRef, Wire
from app.document.model.ids import IdGiver
from app.document.model.sentence import Sentence, quote, say
from blocks.catalog import Catalog
from blocks.op_facts.dtype_pins import CONSTANTS


@dataclass
class PageMaker:
    """Turns one page's elements into a Page."""

    elements: Elements
    maker: BlockMaker
    report: Report
    catalog: Catalog
    page: Page
    ids: dict[str, str] = field(default_factory=dict)  # of a block or host part, by its id in the file
    _giver: IdGiver = field(init=False)

    def __post_init__(self) -> None:
        """Begin with no ids given."""
        self._giver = IdGiver(self.page)

    def make(self, lead_files: Callable[[], None]) -> None:
        """Fill the page; ``lead_files`` changes the names of files once all blocks and wires are there."""
        placed = [(use, self._id_of(use)) for use in self.elements.uses]
        self._add_blocks([(use, given) for use, given in placed if use.is_block])
        self._settle_variables()
        lead_files()
        self._add_views([(use, given) for use, given in placed if not use.is_block])
        for script in self.elements.scripts:
            self._report_script(script)

    def lines(self) -> list[Sentence]:
        """Return the page's report."""
        return self.report.lines(self._head())

    def _report_script(self, script: Script) -> None:
        lines = script.text.count("\n") + 1
        brief = say("enuspace.script-lines", language=script.language, count=lines)
        whole = say("enuspace.script", language=script.language, script=quote(script.text))
        self.report.add("kept", script.owner or PAGE, whole, brief)

    def _id_of(self, use: Use) -> str:
        """Return the id that a placed symbol has on our page; the first of several with one id is the one wired."""
        given = self._giver.for_copy(use.id or use.symbol)
        if use.id in self.ids:
            self.report.warn("duplicate-id", say("enuspace.id-twice", id=use.id, given=given), given)
            return given
        if use.id:
            self.ids[use.id] = given
        if given != use.id:
            taken = say("enuspace.id-taken", id=use.id)
            self.report.add(
                "repaired", given, taken if ID.match(use.id) else say("enuspace.bad-id", id=use.id)
            )
        return given

    def _add_blocks(self, placed: list[tuple[Use, str]]) -> None:
        symbols = {given: use.symbol for use, given in placed}
        self._add_wires(symbols)
        wired = defaultdict(set)
        for wire in self.page.wires:
            wired[wire.target.block].add(wire.target.pin)
        for use, given in placed:
            self.page.blocks[given] = self.maker.make(use, given, wired[given])
            if self.catalog.get(use.symbol) is None:
                unknown = say("enuspace.no-symbol", symbol=use.symbol)
                self.report.add("kept", given, unknown if use.symbol else say("enuspace.none-named"))
            endless = self.page.blocks[given].pins.get("INFINITE_LOOP")
            if isinstance(endless, str) and endless.strip().lower() in ("true", "1"):
                self.report.add("kept", given, say("enuspace.endless"))
            for name, text in use.attributes.items():
                if text.strip():
                    self.report.add("kept", given, say("enuspace.setting", name=name, value=text.strip()))

    def _add_wires(self, symbols: dict[str, str]) -> None:
        drawn = {placed.node.id: placed.node.name for placed in self.elements.drawn if placed.node.id}
        for link in self.elements.links:
            source, target = self.ids.get(link.source), self.ids.get(link.target)
            if source is None or target is None:
                lost = link.source if source is None else link.target
                wire = link.ends
                sentence = say("enuspace.wire-to-none", wire=wire)
                if lost in drawn:
                    sentence = say("enuspace.wire-to-drawn", wire=wire, end=lost, element=drawn[lost])
                elif lost:
                    sentence = say("enuspace.wire-lost", wire=wire, end=lost)
                self.report.warn("unknown-block", sentence, source or target)
            elif source in symbols and target in symbols:
                self._add_wire(link, symbols[source], symbols[target])
            elif target in symbols:
                part = say("enuspace.part-wired", part=link.source)
                self.report.add("kept", target, at_pin(link.target_pin, part))

    def _add_wire(self, link: Link, source_symbol: str, target_symbol: str) -> None:
        try:
            source = self._end(self.ids[link.source], source_symbol, link.source_pin, "out")
            target = self._end(self.ids[link.target], target_symbol, link.target_pin, "in")
        except ValueError:
            self.report.warn("bad-wire", say("enuspace.bad-wire", wire=link.ends), self.ids[link.target])
            return
        route = corners_of(link.points)
        extra = {"style": link.style} if link.style else {}
        self.page.wires.append(
            Wire(source=source, target=target, route=route, hidden=link.hidden, extra=extra)
        )

    def _end(self, block: str, symbol_name: str, text: str, direction: str) -> PinRef:
        """Return a wire's end under the pin's right name; raises ValueError."""
        end = PinRef.parse(f"{block}.{text}")
        symbol = self.catalog.get(symbol_name)
        pin = symbol.pin(end.pin, direction) if symbol else None  # type: ignore[arg-type]
        if pin is not None and pin.name != end.pin:
            self.report.add("repaired", block, say("enuspace.pin-renamed", old=end.pin, new=pin.name))
            end = PinRef(block, pin.name, end.index)
        if direction == "in" and end.index is not None:
            end = PinRef(block, end.pin)  # inputs are distinguished by the order of their wires
        return end

    def _settle_variables(self) -> None:
        """A Variable that starts from a wired Const has that one's dtype and shape, whatever its own pins say."""
        for wire in self.page.wires:
            block, source = self.page.blocks[wire.target.block], self.page.blocks[wire.source.block]
            if (
                block.symbol != "Variable"
                or wire.target.pin != "initvalues"
                or source.symbol not in CONSTANTS
            ):
                continue
            start = self.maker.typed.get((source.id, "val"))
            if start is not None:
                self._settle(block, start)
        for block in self.page.blocks.values():
            typed = self.maker.typed.get((block.id, "initvalues")) if block.symbol == "Variable" else None
            if typed is not None:
                self._settle(block, typed)

    def _settle(self, block: Block, start: Array) -> None:
        dtype, shape = block.pins.get("dtype"), block.pins.get("shape")
        if isinstance(dtype, str) and _differs(parse_dtype, dtype, start.dtype):
            del block.pins["dtype"]
            by_start = say("enuspace.by-start-value", old=dtype, new=start.dtype)
            self.report.add("replaced", block.id, at_pin("dtype", by_start))
        if isinstance(shape, str) and _differs(parse_shape, shape, start.shape):
            del block.pins["shape"]
            by_start = say("enuspace.shape-by-start-value", old=shape, shape=start.shape)
            self.report.add("replaced", block.id, at_pin("shape", by_start))

    def _add_views(self, parts: list[tuple[Use, str]]) -> None:
        """Add monitors and notes."""
        copies = copies_of(script.text for script in self.elements.scripts)
        monitors = MonitorMaker(self.catalog, self.page.blocks, self.ids, self.elements, copies, self.report)
        for use, given in parts:
            gauge = monitors.gauge(use, given)
            if gauge is not None:
                self.page.monitors[given] = gauge
        monitors.report_unused(parts)
        for placed in self.elements.drawn:
            self._add_drawn(placed, monitors)

    def _add_drawn(self, placed: Placed, monitors: MonitorMaker) -> None:
        given = self._giver.for_copy(placed.node.id or placed.node.name)
        monitor = monitors.drawn(placed, given)
        if monitor is not None:
            self.page.monitors[given] = monitor
            return
        note = note_of(placed, given, self.report)
        if note is not None:
            self.page.notes[given] = note

    def _head(self) -> list[Sentence]:
        page, version = self.page, self.elements.version
        counts = say(
            "enuspace.counts",
            blocks=len(page.blocks),
            wires=len(page.wires),
            notes=len(page.notes),
            monitors=len(page.monitors),
        )
        arrays, values = len(self.maker.typed), sum(prod(a.shape) for a in self.maker.typed.values())
        head = [
            say("enuspace.read-by-version", version=version, counts=counts)
            if version
            else say("enuspace.read", counts=counts)
        ]
        if arrays:
            head.append(say("enuspace.arrays-read", count=arrays, values=values))
        if self.maker.saved:
            head.append(say("enuspace.results-read", count=len(self.maker.saved)))
        return head


def _differs(read: object, text: str, expected: object) -> bool:
    try:
        return read(text) != expected  # type: ignore[operator]
    except LiteralError:
        return True
