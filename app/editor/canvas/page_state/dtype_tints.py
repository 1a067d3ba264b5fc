"""Colours of wires: by the dtype of what they carry, or each its own; and the legend's content."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from time import perf_counter

from PySide6.QtCore import QObject

from app.editor.canvas.items.block_item import BlockItem
from app.editor.canvas.items.families import Family, family_of
from app.editor.canvas.items.page_items import PageItems
from app.editor.canvas.items.wire_item import WireItem
from app.editor.values.list_types import list_dtype
from app.editor.widgets.slices import Slices
from blocks.catalog import Catalog
from blocks.tensor_spec import TensorSpec

Known = TensorSpec | str  # a str is a dtype whose shape is not known yet

_AT_ONCE = 500  # wires


class DtypeTints:
    """Colours the wires, and their ends on blocks, as types and the switch say.

    The wires of a large page are coloured between the events; ``renewed`` is called once all are.
    """

    def __init__(
        self, items: PageItems, catalog: Catalog, renewed: Callable[[], None], parent: QObject
    ) -> None:
        """Begin with the colours by dtype off. What can wait ends with ``parent``."""
        self._items, self._catalog, self._renewed = items, catalog, renewed
        self.on = False
        self.families: dict[Family, set[str]] = {}  # of the page's wires, with the dtypes known of each
        self._kinds: dict[tuple[str, str], str | None] = {}  # kind of an output by symbol and pin
        self._types: Mapping[str, Known] = {}
        self._wires: list[WireItem] = []  # not looked at yet
        self._ends: dict[BlockItem, None] = {}  # of wires that have another colour now
        self._found: dict[Family, set[str]] = {}
        self._later = Slices(self._go_on, parent)

    def renew(self, types: Mapping[str, Known]) -> None:
        """Colour every wire as the types say; only what changes is painted again."""
        self._types = types
        self._wires = list(self._items.wires.values())
        self._found = {}
        if len(self._wires) <= _AT_ONCE:
            self._later.finish()
        else:
            self._later.start()

    def set_on(self, on: bool, types: Mapping[str, Known]) -> None:
        """Switch the colours by dtype on or off."""
        self.on = on
        self.renew(types)

    def show_all(self, types: Mapping[str, Known]) -> None:
        """Colour every wire by its dtype now."""
        self.set_on(True, types)
        self._later.finish()

    def forget(self) -> None:
        """Let go of all wires: they are about to go."""
        self._later.stop()
        self._wires.clear()
        self._ends.clear()

    def _go_on(self, until: float) -> bool:
        """Colour wires, then their ends, up to a moment; return whether some are left."""
        wires, ends = self._wires, self._ends
        while wires and perf_counter() < until:
            self._colour(wires.pop())
        while ends and not wires and perf_counter() < until:
            block, _ = ends.popitem()
            self._items.mark_wired(block.block_id)
        if wires or ends:
            return True
        self.families = self._found
        self._renewed()
        return False

    def _colour(self, wire: WireItem) -> None:
        dtype = self._dtype(wire, self._types) if self.on else None
        family = self._family(wire, dtype) if self.on else None
        if family is not None:
            self._found.setdefault(family, set()).update((dtype,) if dtype else ())
        if wire.set_family(family, self.on, self._items.style):
            self._ends.update({wire.source: None, wire.target: None})

    def _dtype(self, wire: WireItem, types: Mapping[str, Known]) -> str | None:
        source = wire.wire.source
        known = types.get(str(source))
        if known is None:
            return list_dtype(types, f"{source.block}.{source.pin}")
        return known.dtype if isinstance(known, TensorSpec) else known

    def _family(self, wire: WireItem, dtype: str | None) -> Family | None:
        source = wire.wire.source
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
