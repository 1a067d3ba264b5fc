"""The drawing plans of a page's blocks: the pins of their symbols, and those that only the page names."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import PurePath

from app.document.checks.typed_text import takes_file
from app.document.model.diagram import ArrayRef, Block, PinText, Wire
from app.document.model.view import ALL_ROWS, USED_ROWS, BlockView, PageView
from app.editor.layout.block_geometry import PLAIN, BlockShape, Form, placeholder_shape, shape_of
from app.editor.widgets.block_icons import known_icon
from blocks.catalog import Catalog
from blocks.symbol import Direction, Symbol

_USUAL = BlockView()
_MOST_CHIP = 80  # letters of a typed text that are looked at
# A path from a drive, a server or the root; "/cpu:0" and "/job:a/task:0" are devices.
_WHOLE_PATH = re.compile(
    r'"?(?:[A-Za-z]:|\\\\|/(?=[^:"]*/))[^"\n:;,{}]{0,1000}(?P<end>[\\/])(?P<name>[^\\/":;,{}\n]*)"?'
)


class BlockPlans:
    """Looks symbols up in a catalog; remembers where their pins are found by name or alias."""

    def __init__(self, catalog: Catalog) -> None:
        """Plan with this catalog."""
        self._catalog = catalog
        self.view = PageView()
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

        def shaped(form: Form) -> BlockShape:
            if symbol is None:
                return placeholder_shape(block.symbol, tuple(inputs), tuple(outputs), form)
            return shape_of(symbol, tuple(inputs), tuple(outputs), form)

        own = (symbol.color, symbol.icon) if symbol is not None else ("", "")
        if block.view == _USUAL and own == ("", "") and not (self.view.compact or self.view.wide):
            return shaped(PLAIN)
        color, icon = block.view.color or own[0], known_icon(block.view.icon or own[1])
        if block.view.collapsed:
            return shaped(Form(collapsed=True, color=color, icon=icon))
        used = {wire.target.pin for wire in wires if wire.target.block == block.id}
        form = Form(folded=self._folded(block, used), color=color, icon=icon)
        if self.view.wide if block.view.wide is None else block.view.wide:
            form = form._replace(width=self._width(block, used, shaped(form)))
        return shaped(form)

    def takes_file(self, symbol_name: str, pin: str) -> bool:
        """Return whether a pin's text is a file's name."""
        symbol = self._catalog.get(symbol_name)
        known = symbol.pin(pin, "in") if symbol is not None else None
        return known is not None and takes_file(known)

    def _folded(self, block: Block, used: set[str]) -> tuple[str, ...]:
        """Return the inputs that a block shows no row of: the scope, and attrs that nobody has given."""
        rows = block.view.rows
        if not (rows == USED_ROWS or (rows != ALL_ROWS and self.view.compact)):
            return ()
        return ("scope",) if used & {"attrs"} or block.pins.get("attrs") else ("scope", "attrs")

    def _width(self, block: Block, used: set[str], shape: BlockShape) -> int:
        """Return the width that the texts in a block's rows need, 0 where they need none."""
        if not self.view.chips:
            return 0
        widths = [0]
        for name, text in block.pins.items():
            index = self.index(shape, block.symbol, "in", name)
            pin = shape.pins[index] if index is not None else None
            if pin is not None and pin.side == "left" and not used & {name, pin.name}:
                widths.append(shape.width_for(pin, chip_text(text)))
        return max(widths)

    def index(self, shape: BlockShape, symbol_name: str, direction: Direction, pin: str) -> int | None:
        """Return the position among the shape's pins of a pin's name or alias."""
        key = (id(shape), direction, pin)
        if key not in self._indexes:
            symbol = self._catalog.get(symbol_name)
            known = symbol.pin(pin, direction) if symbol else None
            spot = shape.pin(direction, known.name if known else pin) or shape.pin(direction, pin)
            self._indexes[key] = shape.pins.index(spot) if spot else None
        return self._indexes[key]


def chip_text(text: PinText) -> str:
    """Return what a block's row shows of a typed text: the beginning, on one line; of a whole path its last name."""
    if isinstance(text, ArrayRef):
        return f"{text.key} of {PurePath(text.npz).name}"
    path = _WHOLE_PATH.fullmatch(text.strip())
    if path is not None and path["name"]:
        return f"…{path['end']}{path['name']}"
    return " ".join(text[:_MOST_CHIP].split()) or '""'


def _is_hidden(symbol: Symbol, pin: str, direction: Direction) -> bool:
    """Return whether a symbol does not draw a pin of that name."""
    known = symbol.pin(pin, direction)
    return known is None or known.hidden
