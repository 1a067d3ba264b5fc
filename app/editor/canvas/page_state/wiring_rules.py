"""What may be wired on a page: refusals in words, the wire to make, the pins that fit."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

from app.document.checks.wires import refusal_sentence
from app.document.editing.base import Edit
from app.document.editing.edits import AddWire, RemoveWires, ReplaceWire
from app.document.model.diagram import Page, PinRef, Wire
from app.messages import sentence_text
from blocks.catalog import Catalog
from blocks.symbol import Direction, Pin, Symbol
from blocks.wiring import refusal


class WiringRules:
    """Answers for one page. Nothing here changes it."""

    def __init__(self, page: Page, catalog: Catalog) -> None:
        """Look at this page with this catalog."""
        self.page, self.catalog = page, catalog

    def pin(self, end: PinRef, direction: Direction) -> Pin | None:
        """Return the pin at a wire's end; None where the symbol or the pin is unknown."""
        block = self.page.blocks.get(end.block)
        symbol = self.catalog.get(block.symbol) if block else None
        return symbol.pin(end.pin, direction) if symbol else None

    def why_not(self, source: PinRef, target: PinRef) -> str | None:
        """Return why there can be no wire from an output to an input, or None where it can be."""
        if source.block == target.block:
            return "a block cannot feed itself"
        out, into = self.pin(source, "out"), self.pin(target, "in")
        if out is None or into is None:
            return None  # of an unknown symbol any pin may be right; the check decides
        why = refusal(out, into, element=source.index is not None)
        return None if why is None else sentence_text(refusal_sentence(why))

    def wire(self, source: PinRef, target: PinRef) -> Wire | None:
        """Return the wire to make between two pins, or None where there can be none.

        A list wired to a pin that takes one tensor gives its next element that is not wired yet.
        """
        if self.why_not(source, target) is None:
            return Wire(source=source, target=target)
        if source.index is None:
            taken = {w.source.index for w in self.page.wires_from(source.block, source.pin)}
            free = next(i for i in range(len(taken) + 1) if i not in taken)
            element = PinRef(source.block, source.pin, free)
            if self.why_not(element, target) is None:
                return Wire(source=element, target=target)
        return None

    def reason(self, source: PinRef, target: PinRef) -> str | None:
        """Return why not even an element of the output can be wired there, or None where it can."""
        return None if self.wire(source, target) else self.why_not(source, target)

    def edits_to_connect(self, wire: Wire, moved: Wire | None = None) -> list[Edit]:
        """Return the edits that make a wire; ``moved`` is the wire whose end was taken here from elsewhere.

        A pin that takes one wire gives up the one it has.
        """
        name = self.page.name
        there = self._at_target(wire)
        if any((w.source, w.target) == (wire.source, wire.target) for w in there):
            return []
        into = self.pin(wire.target, "in")
        full = [] if into is None or into.many else [w for w in there if w is not moved]
        if moved is not None:
            new = msgspec.structs.replace(moved, source=wire.source, target=wire.target, route=())
            return [*([RemoveWires(name, full)] if full else []), ReplaceWire(name, moved, new)]
        if full:
            rest = [RemoveWires(name, full[1:])] if full[1:] else []
            return [*rest, ReplaceWire(name, full[0], wire)]
        return [AddWire(name, wire)]

    def _at_target(self, wire: Wire) -> list[Wire]:
        """Return the wires that end at the same pin, under whatever name."""
        into = self.pin(wire.target, "in")
        names = {wire.target.pin} | ({into.name, *into.aliases} if into else set())
        return [w for w in self.page.wires_to(wire.target.block) if w.target.pin in names]

    def fitting_inputs(self, source: PinRef, block: str) -> Iterator[PinRef]:
        """Yield a block's inputs that a wire from ``source`` may end at; unwired ones first."""
        symbol = self._symbol(block)
        refs = [PinRef(block, p.name) for p in symbol.inputs if p.wire and not p.hidden] if symbol else []
        fits = [ref for ref in refs if self.reason(source, ref) is None]
        wired = {w.target.pin for w in self.page.wires_to(block)}
        yield from (ref for ref in fits if ref.pin not in wired)
        yield from (ref for ref in fits if ref.pin in wired)

    def fitting_outputs(self, target: PinRef, block: str) -> Iterator[PinRef]:
        """Yield a block's outputs that a wire to ``target`` may start at."""
        symbol = self._symbol(block)
        for pin in symbol.outputs if symbol else ():
            ref = PinRef(block, pin.name)
            if not pin.hidden and self.reason(ref, target) is None:
                yield ref

    def _symbol(self, block: str) -> Symbol | None:
        placed = self.page.blocks.get(block)
        return self.catalog.get(placed.symbol) if placed else None


def fitting_pin(
    symbol: Symbol, pin: Pin, direction: Direction, accepts: Callable[[Pin], bool] = lambda _pin: True
) -> Pin | None:
    """Return the first pin of a symbol that fits a wire already held at ``pin``, and that ``accepts`` accepts.

    ``direction`` is that of the pin sought: "in" finds an input for the output ``pin``, "out" the other way
    round.
    """
    if direction == "in":
        found = (p for p in symbol.inputs if p.wire and not p.hidden and _joins(pin, p))
    else:
        found = (p for p in symbol.outputs if not p.hidden and _joins(p, pin))
    return next((p for p in found if accepts(p)), None)


def _joins(source: Pin, target: Pin) -> bool:
    """Return whether an output, or an element of it, may be wired to an input."""
    return refusal(source, target) is None or (
        source.kind == "list(tensor)" and refusal(source, target, element=True) is None
    )
