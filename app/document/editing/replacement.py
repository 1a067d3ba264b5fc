"""What becomes of a block's wires and texts, and of what names its outputs, when another symbol takes its place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

import msgspec

from app.document.checks.page import check_page
from app.document.checks.wire_types import WireFit, gives
from app.document.editing.annotation_edits import ChangeMonitor
from app.document.editing.base import Edit
from app.document.editing.block_edits import ChangeSymbol, SetPin
from app.document.editing.item_edits import RemoveWires
from app.document.editing.page_edits import SetRun
from app.document.editing.wire_edits import ReplaceWire
from app.document.literals.attrs import parse_attrs, remove_attr
from app.document.model.addresses import of_block, with_pins
from app.document.model.diagram import Block, Page, PinRef, PinText, Wire
from blocks.catalog import Catalog
from blocks.symbol import Pin, Symbol
from blocks.tensor_spec import TensorSpec
from blocks.wiring import refusal


class Replacement(NamedTuple):
    """The edits that make a block one of another symbol, and what they could not carry over."""

    edits: list[Edit]
    lost_wires: list[Wire]
    lost_texts: list[str]  # pins, and attrs by their names


def replacement(
    page: Page, catalog: Catalog, block: str, symbol: Symbol, types: Mapping[str, TensorSpec]
) -> Replacement:
    """Return how a block becomes one of a symbol; its id, place and label stay.

    Pins of the same name stay wired and typed where kind and dtype fit. A wire whose pin the symbol lacks goes to
    the first free pin that takes it. ``types`` are those of outputs, by ``block.pin``.
    """
    return _Replacing(page, catalog, page.blocks[block], symbol, types).result()


class _Replacing:
    """Carries over wires first, since what is wired needs no text, then texts, then what names the outputs."""

    def __init__(
        self, page: Page, catalog: Catalog, block: Block, symbol: Symbol, types: Mapping[str, TensorSpec]
    ) -> None:
        self._page, self._catalog, self._block, self._symbol = page, catalog, block, symbol
        self._old = catalog.get(block.symbol)
        self._op = catalog.op(symbol.op) if symbol.op else None
        self._types = types
        self._known = {
            name: msgspec.structs.replace(block, symbol=symbol.name) if name == block.id else other
            for name, other in page.blocks.items()
        }
        self._others = [w for w in page.wires if block.id not in (w.source.block, w.target.block)]
        self._into: list[Wire] = []  # the wires that the new block has

    def result(self) -> Replacement:
        """Return the edits and what is lost."""
        name, block = self._page.name, self._block
        inputs, outputs = self._inputs(), self._outputs()
        new = {**inputs, **outputs}
        lost = [w for w in self._page.wires if id(w) in new and new[id(w)] is None]
        edits: list[Edit] = [RemoveWires(name, lost)] if lost else []
        edits.append(ChangeSymbol(name, block.id, self._symbol.name))
        edits += [
            ReplaceWire(name, wire, moved)
            for wire in self._page.wires
            if (moved := new.get(id(wire))) is not None and moved != wire
        ]
        texts, lost_texts = self._texts()
        edits += [SetPin(name, block.id, pin, text) for pin, text in texts]
        return Replacement([*edits, *self._namers(outputs)], lost, lost_texts)

    # wires ----------------------------------------------------------------------------------------------

    def _inputs(self) -> dict[int, Wire | None]:
        """Return the new wire for each that ends at the block, by identity; None for one that is lost."""
        wires = [w for w in self._page.wires if w.target.block == self._block.id]
        pins = [p for p in self._symbol.inputs if p.wire and not p.hidden]
        found = _paired(self._order(wires, "in"), pins, self._same("in"), self._take)
        return {id(w): found.get(id(w)) for w in wires}

    def _take(self, wire: Wire, pin: Pin) -> Wire | None:
        """Return the wire ending at a pin of the new symbol, which has it from now on; None where it does not fit."""
        source = self._source(wire.source)
        if source is not None and refusal(source, pin, element=wire.source.index is not None) is not None:
            return None
        if not pin.many and any(w.target.pin == pin.name for w in self._into):
            return None
        moved = msgspec.structs.replace(wire, target=PinRef(self._block.id, pin.name))
        page = msgspec.structs.replace(self._page, blocks=self._known, wires=[*self._others, *self._into])
        if WireFit(page, self._catalog, self._types, {}).misfit(wire.source, moved.target) is not None:
            return None
        self._into.append(moved)
        return moved

    def _source(self, end: PinRef) -> Pin | None:
        block = self._page.blocks.get(end.block)
        symbol = self._catalog.get(block.symbol) if block is not None else None
        return symbol.pin(end.pin, "out") if symbol is not None else None

    def _outputs(self) -> dict[int, Wire | None]:
        """Return the new wire for each that starts at the block, by identity; None for one that is lost."""
        wires = [w for w in self._page.wires if w.source.block == self._block.id]
        pins = [p for p in self._symbol.outputs if not p.hidden]
        others = msgspec.structs.replace(self._page, blocks=self._known, wires=self._others)
        fit = WireFit(others, self._catalog, self._types, {})

        def give(wire: Wire, pin: Pin) -> Wire | None:
            taking = self._catalog.get(self._known[wire.target.block].symbol)
            into = taking.pin(wire.target.pin, "in") if taking is not None else None
            if into is not None and refusal(pin, into, element=wire.source.index is not None) is not None:
                return None
            accepted, given = fit.demand(wire.target).dtypes, gives(self._op, pin)
            if accepted is not None and given is not None and not set(accepted) & set(given):
                return None
            source = PinRef(self._block.id, pin.name, wire.source.index)
            return msgspec.structs.replace(wire, source=source)

        found = _paired(self._order(wires, "out"), pins, self._same("out"), give, shared=True)
        return {id(w): found.get(id(w)) for w in wires}

    def _order(self, wires: Iterable[Wire], direction: str) -> list[tuple[str, Wire]]:
        """Return wires with the names of the pins that they have now, in the order of these pins."""
        pins = self._old.inputs if self._old is not None and direction == "in" else ()
        if self._old is not None and direction == "out":
            pins = self._old.outputs
        places = {name: i for i, p in enumerate(pins) for name in (p.name, *p.aliases)}
        named = [(w.target.pin if direction == "in" else w.source.pin, w) for w in wires]
        return sorted(named, key=lambda one: places.get(one[0], len(places)))

    def _same(self, direction: str) -> Callable[[str], Pin | None]:
        """Return what finds the new symbol's pin of the same name."""
        return lambda name: self._symbol.pin(name, "in" if direction == "in" else "out")

    # texts ----------------------------------------------------------------------------------------------

    def _texts(self) -> tuple[list[tuple[str, PinText | None]], list[str]]:
        """Return the pins whose texts change, and what of the texts is lost."""
        wired = {w.target.pin for w in self._into}
        changed: dict[str, PinText | None] = {}
        lost: list[str] = []
        texts: dict[str, PinText] = {}
        for name, text in self._block.pins.items():
            pin, before = self._symbol.pin(name, "in"), self._old.pin(name, "in") if self._old else None
            if pin is None or pin.name in wired or (before is not None and before.kind != pin.kind):
                changed[name] = None
                lost += [name] if text else []
            elif name == "attrs" and isinstance(text, str):
                texts[name], gone = self._attrs(text)
                lost += gone
            else:
                texts[name] = text
        for name in self._unread(texts):
            texts.pop(name, None)
            changed[name] = None
            lost.append(name)
        changed.update({n: t for n, t in texts.items() if t != self._block.pins[n]})
        return list(changed.items()), lost

    def _attrs(self, text: str) -> tuple[str, list[str]]:
        """Return an attrs text with what the symbol knows of it, and the names of the rest."""
        known = {name.rstrip("_") for a in self._symbol.attrs for name in (a.name, *a.aliases)}
        gone = [item.name for item in parse_attrs(text) if item.name.rstrip("_") not in known]
        for name in gone:
            text = remove_attr(text, name)
        return text, gone

    def _unread(self, texts: Mapping[str, PinText]) -> list[str]:
        """Return the pins whose texts the symbol cannot read."""
        alone = msgspec.structs.replace(self._block, symbol=self._symbol.name, pins=dict(texts), off=False)
        found = check_page(Page(name=self._page.name, blocks={alone.id: alone}), self._catalog)
        return [p.pin for p in found if p.severity == "error" and p.pin is not None and p.pin in texts]

    # what names the outputs -------------------------------------------------------------------------------

    def _namers(self, outputs: Mapping[int, Wire | None]) -> list[Edit]:
        """Return the edits that let monitors and the run's settings follow outputs that have another name now."""
        old = [p.name for p in self._old.outputs] if self._old is not None else []
        new = [p.name for p in self._symbol.outputs if not p.hidden]
        names = {w.source.pin: moved.source.pin for w in self._page.wires if (moved := outputs.get(id(w)))}
        for at, name in enumerate(old):
            if name not in new and name not in names and at < len(new):
                names[name] = new[at]
        renamed = {a: b for a, b in names.items() if a != b}
        if not renamed:
            return []
        after = with_pins(self._page, of_block(self._block.id, renamed))
        name, page = self._page.name, self._page
        edits: list[Edit] = [
            ChangeMonitor(name, monitor)
            for i, monitor in after.monitors.items()
            if monitor != page.monitors[i]
        ]
        return edits if after.run == page.run else [*edits, SetRun(name, after.run)]


def _paired(
    wires: Sequence[tuple[str, Wire]],
    pins: Sequence[Pin],
    same: Callable[[str], Pin | None],
    fitted: Callable[[Wire, Pin], Wire | None],
    shared: bool = False,
) -> dict[int, Wire]:
    """Return the wires that find a pin: the one of the same name, else the first that no other has and that takes it.

    ``shared``: several wires of one pin go to one pin together.
    """
    found: dict[int, Wire] = {}
    taken: set[str] = set()
    for name, wire in wires:
        pin = same(name)
        moved = fitted(wire, pin) if pin is not None else None
        if pin is not None and moved is not None:
            found[id(wire)] = moved
            taken.add(pin.name)
    gone_to: dict[str, str] = {}
    for name, wire in wires:
        if id(wire) in found:
            continue
        for pin in pins:
            together = gone_to.get(name) == pin.name and (shared or pin.many)
            if not together and (pin.name in taken or name in gone_to):
                continue
            moved = fitted(wire, pin)
            if moved is not None:
                found[id(wire)] = moved
                taken.add(pin.name)
                gone_to[name] = pin.name
                break
    return found
