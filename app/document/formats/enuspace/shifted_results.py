"""Gives saved results back to the pins that they belong to, where enuSpace filed them one pin early.

After a step enuSpace went through the fetched outputs in their order and filed each value that it could show under
the next pin. A value that it could not show, as a reader's handle, took no pin: all later ones of that session landed
on the pin before their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.document.formats.enuspace.arrays import Array
from app.document.model.diagram import Page, PinRef
from blocks.catalog import Catalog
from blocks.op_facts.traits import QUEUES

_UNSHOWN = frozenset({"DT_RESOURCE", "DT_VARIANT"})  # output types that enuSpace could not show


@dataclass
class ShiftedResults:
    """Undoes the shift on one page. ``moved`` counts the values that were given back."""

    page: Page
    catalog: Catalog
    moved: int = field(default=0, init=False)

    def settled(self, saved: Mapping[str, Array]) -> dict[str, Array]:
        """Return the values under their own outputs, without those of pins that never had one."""
        found = dict(saved)
        for block in self.page.blocks.values():
            if block.symbol == "ClientSession":
                self._settle(self._fetched(block.id), saved, found)
        return {key: value for key, value in found.items() if not self._is_never_filled(key, value)}

    def may_concern(self) -> bool:
        """Return whether a session of the page fetches what enuSpace could not show."""
        sessions = [b.id for b in self.page.blocks.values() if b.symbol == "ClientSession"]
        return any(self._is_handle(key) for session in sessions for key in self._fetched(session))

    def _settle(self, order: list[str], saved: Mapping[str, Array], found: dict[str, Array]) -> None:
        shown = [key for key in order if not self._is_handle(key)]
        if len(shown) == len(order):
            return
        first = next(i for i, key in enumerate(order) if self._is_handle(key))
        if order[first] not in saved or _is_blank(saved[order[first]]):
            return  # the handle's pin is empty: this page was saved by a version without the fault
        filed = {key: saved.get(place) for key, place in zip(shown, order, strict=False)}
        if any(value is not None and not self._fits(key, value) for key, value in filed.items()):
            return
        for key in order[first:]:
            found.pop(key, None)
        for key, value in filed.items():
            if value is not None:
                found[key] = value
        self.moved += len(shown) - first

    def _fetched(self, session: str) -> list[str]:
        """Return the outputs in the order in which enuSpace fetched them: each wire's own, then what is before it."""
        order: list[str] = []
        added: set[str] = set()
        for wire in self.page.wires_to(session, "fetch_outputs"):
            waiting = [wire.source]
            while waiting:
                source = waiting.pop()
                if source.block in added:
                    continue
                added.add(source.block)
                kind = self._kind(source.block, source.pin)
                if kind == "tensor" and self._op(source.block) in QUEUES:
                    continue  # a queue counts as an operation, which ends the walk
                if kind == "operation":
                    continue
                if kind == "tensor":
                    order.append(f"{source.block}.{source.pin}")
                waiting += reversed(self._before(source.block))
        return order

    def _before(self, block_id: str) -> list[PinRef]:
        block = self.page.blocks[block_id]
        symbol = self.catalog.get(block.symbol)
        by_pin = [self.page.wires_to(block_id, pin.name) for pin in symbol.inputs] if symbol else []
        return [wire.source for wires in by_pin for wire in wires]

    def _is_handle(self, key: str) -> bool:
        return self._dtype(key) in _UNSHOWN

    def _dtype(self, key: str) -> str | None:
        """Return the dtype of an output that its op fixes."""
        block_id, _, name = key.partition(".")
        block = self.page.blocks.get(block_id)
        symbol = self.catalog.get(block.symbol) if block else None
        pin = symbol.pin(name, "out") if symbol else None
        op = self.catalog.op(symbol.op) if symbol and symbol.op else None
        arg = next((a for a in op.outputs if pin and a.name == pin.arg), None) if op else None
        return arg.dtype if arg is not None else None

    def _fits(self, key: str, value: Array) -> bool:
        fixed = self._dtype(key)
        if fixed is None:
            return True
        return (fixed == "DT_STRING") == (value.dtype == "DT_STRING") or _is_blank(value)

    def _is_never_filled(self, key: str, value: Array) -> bool:
        """Return whether it is the zero at a pin which no run has filled and which cannot hold it."""
        block_id, _, name = key.partition(".")
        kind, fixed = self._kind(block_id, name), self._dtype(key)
        if fixed in _UNSHOWN or kind == "operation":
            return True
        return fixed is not None and fixed != "DT_DOUBLE" and _is_blank(value)

    def _kind(self, block_id: str, name: str) -> str | None:
        block = self.page.blocks.get(block_id)
        symbol = self.catalog.get(block.symbol) if block else None
        pin = symbol.pin(name, "out") if symbol else None
        return pin.kind if pin else None

    def _op(self, block_id: str) -> str | None:
        symbol = self.catalog.get(self.page.blocks[block_id].symbol)
        return symbol.op if symbol else None


def _is_blank(value: Array) -> bool:
    """Return whether it is what a page holds for a pin that was never filled: one double, zero."""
    return value.dtype == "DT_DOUBLE" and value.shape == () and list(value.values) == [0.0]
