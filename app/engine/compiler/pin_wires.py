"""The wires of a page by the blocks and pins that they end at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from app.document.model.diagram import Wire
from blocks.symbol import Symbol, pins_by_name


class PinWires:
    """The wires of a page by where they end; those of blocks without a symbol are left out.

    ``entering`` has them by block, in page order. By pins they are sorted when that is asked: most blocks have one
    wire or two, and large pages many blocks.
    """

    def __init__(self, symbols: Mapping[str, Symbol], wires: Iterable[Wire]) -> None:
        """Sort wires of a page; ``symbols`` are those of its blocks."""
        self._symbols = symbols
        self.entering: dict[str, list[Wire]] = {}
        self._take(wires)

    def renew(self, block: str, wires: Iterable[Wire]) -> None:
        """Replace the wires that end at a block."""
        self.entering.pop(block, None)
        self._take(wires)

    def _take(self, wires: Iterable[Wire]) -> None:
        symbols, entering = self._symbols, self.entering
        for wire in wires:
            block = wire.target.block
            if block in symbols and wire.source.block in symbols:
                known = entering.get(block)
                if known is None:
                    entering[block] = [wire]
                else:
                    known.append(wire)

    def by_pin(self, block: str) -> dict[str, list[Wire]]:
        """Return the wires that end at a block by the pins' own names, aliases resolved."""
        found: dict[str, list[Wire]] = {}
        wires = self.entering.get(block)
        if wires is None:
            return found
        pins = pins_by_name(self._symbols[block], "in")
        for wire in wires:
            pin = pins.get(wire.target.pin)
            found.setdefault(wire.target.pin if pin is None else pin.name, []).append(wire)
        return found

    def at(self, block: str, pin: str) -> list[Wire]:
        """Return the wires that end at a pin, by its own name; not to be changed."""
        wires = self.entering.get(block)
        if wires is None:
            return []
        if len(wires) == 1 and wires[0].target.pin == pin:  # as a rule
            return wires
        known = pins_by_name(self._symbols[block], "in").get
        return [w for w in wires if w.target.pin == pin or ((p := known(w.target.pin)) and p.name == pin)]

    def upstream(self, roots: Iterable[str]) -> set[str]:
        """Return the blocks from which wires lead to the roots, the roots among them."""
        todo = list(dict.fromkeys(roots))
        found, entering = set(todo), self.entering.get
        while todo:  # depth first: blocks along a path lie near to each other
            for wire in entering(todo.pop(), ()):
                source = wire.source.block
                if source not in found:
                    found.add(source)
                    todo.append(source)
        return found
