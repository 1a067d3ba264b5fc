"""Colours of wires: by the dtype of what they carry, or each its own; and the legend's content."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from app.editor.canvas.items.block_item import BlockItem
from app.editor.canvas.items.families import Family, family_of
from app.editor.canvas.items.page_items import PageItems
from app.editor.canvas.items.wire_item import WireItem
from blocks.catalog import Catalog
from blocks.tensor_spec import TensorSpec

Known = TensorSpec | str  # a str is a dtype whose shape is not known yet


class DtypeTints:
    """Colours the wires, and their ends on blocks, as types and the switch say."""

    def __init__(self, items: PageItems, catalog: Catalog) -> None:
        """Begin with the colours by dtype off."""
        self._items, self._catalog = items, catalog
        self.on = False
        self.families: Counter[Family] = Counter()  # wires on the page, by family
        self._kinds: dict[tuple[str, str], str | None] = {}  # kind of an output by symbol and pin

    def renew(self, types: Mapping[str, Known]) -> None:
        """Colour every wire as the types say; only what changes is painted again."""
        if not self.on:
            return
        self.families.clear()
        changed: set[BlockItem] = set()
        for wire in self._items.wires.values():
            family = self._family(wire, types)
            if family is not None:
                self.families[family] += 1
            if wire.set_family(family, self._items.style):
                changed.update((wire.source, wire.target))
        self._colour_ends(changed)

    def set_on(self, on: bool, types: Mapping[str, Known]) -> None:
        """Switch the colours by dtype on or off."""
        self.on = on
        if on:
            self.renew(types)
            return
        self.families.clear()
        changed: set[BlockItem] = set()
        for wire in self._items.wires.values():
            if wire.set_family(None, self._items.style):
                changed.update((wire.source, wire.target))
        self._colour_ends(changed)

    def _colour_ends(self, blocks: set[BlockItem]) -> None:
        for block in blocks:
            self._items.mark_wired(block.block_id)

    def _family(self, wire: WireItem, types: Mapping[str, Known]) -> Family | None:
        source = wire.wire.source
        known = types.get(str(source)) or types.get(f"{source.block}.{source.pin}[0]")
        dtype = known.dtype if isinstance(known, TensorSpec) else known
        return family_of(dtype, None if dtype else self._kind(source.block, source.pin))

    def _kind(self, block: str, pin: str) -> str | None:
        placed = self._items.page.blocks.get(block)
        if placed is None:
            return None
        key = (placed.symbol, pin)
        if key not in self._kinds:
            symbol = self._catalog.get(placed.symbol)
            out = symbol.pin(pin, "out") if symbol is not None else None
            self._kinds[key] = out.kind if out is not None else None
        return self._kinds[key]
