"""The wires of a page by the pins that they end at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from app.document.model.diagram import Wire
from blocks.symbol import Pin, Symbol, pins_by_name

UNWIRED: Mapping[str, list[Wire]] = {}  # of a block without wires


class PinWires(dict[str, dict[str, list[Wire]]]):
    """By block and by the pin's own name, the wires that end there; those of blocks without a symbol left out."""

    def __init__(self, symbols: Mapping[str, Symbol], wires: Iterable[Wire]) -> None:
        """Sort wires of a page; ``symbols`` are those of its blocks."""
        super().__init__()
        self._symbols = symbols
        self.take(wires)

    def take(self, wires: Iterable[Wire]) -> None:
        """Sort more wires, aliases resolved."""
        symbols, wires_of = self._symbols, self.get
        inputs: dict[str, Mapping[str, Pin]] = {}  # by symbol
        for wire in wires:
            target = wire.target
            block, name = target.block, target.pin
            symbol = symbols.get(block)
            if symbol is None or wire.source.block not in symbols:
                continue
            pins = inputs.get(symbol.name)
            if pins is None:
                pins = inputs[symbol.name] = pins_by_name(symbol, "in")
            pin = pins.get(name)
            if pin is not None:
                name = pin.name
            known = wires_of(block)
            if known is None:
                self[block] = {name: [wire]}
            elif name in known:
                known[name].append(wire)
            else:
                known[name] = [wire]

    def upstream(self, roots: Iterable[str]) -> set[str]:
        """Return the blocks from which wires lead to the roots, the roots among them."""
        todo = list(dict.fromkeys(roots))
        found, wires_of = set(todo), self.get
        while todo:  # depth first: blocks along a path lie near to each other
            pins = wires_of(todo.pop())
            if pins is None:
                continue
            for wires in pins.values():
                for wire in wires:
                    source = wire.source.block
                    if source not in found:
                        found.add(source)
                        todo.append(source)
        return found
