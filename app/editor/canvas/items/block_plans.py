"""The drawing plans of a page's blocks: the pins of their symbols, and those that only the page names."""

from __future__ import annotations

from collections.abc import Iterable

from app.document.model.diagram import Block, Wire
from app.editor.layout.block_geometry import BlockShape, placeholder_shape, shape_of
from blocks.catalog import Catalog
from blocks.symbol import Direction, Symbol


class BlockPlans:
    """Looks symbols up in a catalog; remembers where their pins are found by name or alias."""

    def __init__(self, catalog: Catalog) -> None:
        """Plan with this catalog."""
        self._catalog = catalog
        self._indexes: dict[tuple[int, str, str], int | None] = {}

    def shape(self, block: Block, wires: Iterable[Wire]) -> BlockShape:
        """Return a block's plan: the symbol's pins, and those that only its texts or ``wires`` name."""
        symbol = self._catalog.get(block.symbol)
        inputs: dict[str, None] = {}
        outputs: dict[str, None] = {}
        for wire in wires:
            into, out = wire.target, wire.source
            if into.block == block.id and (symbol is None or _is_hidden(symbol, into.pin, "in")):
                inputs[into.pin] = None
            if out.block == block.id and (symbol is None or _is_hidden(symbol, out.pin, "out")):
                outputs[out.pin] = None
        if symbol is None:
            inputs.update(dict.fromkeys(pin for pin in block.pins if pin not in inputs))
            return placeholder_shape(block.symbol, tuple(inputs), tuple(outputs))
        return shape_of(symbol, tuple(inputs), tuple(outputs))

    def index(self, shape: BlockShape, symbol_name: str, direction: Direction, pin: str) -> int | None:
        """Return the position among the shape's pins of a pin's name or alias."""
        key = (id(shape), direction, pin)
        if key not in self._indexes:
            symbol = self._catalog.get(symbol_name)
            known = symbol.pin(pin, direction) if symbol else None
            spot = shape.pin(direction, known.name if known else pin) or shape.pin(direction, pin)
            self._indexes[key] = shape.pins.index(spot) if spot else None
        return self._indexes[key]


def _is_hidden(symbol: Symbol, pin: str, direction: Direction) -> bool:
    """Return whether a symbol does not draw a pin of that name."""
    known = symbol.pin(pin, direction)
    return known is None or known.hidden
