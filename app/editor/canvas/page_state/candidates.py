"""Judges the pins that a wire being pulled may end at: those that cannot take it, and why (no Qt)."""

from __future__ import annotations

from typing import NamedTuple

from app.document.checks.wire_types import Demand, WireFit, argument, gives, open_demand
from app.document.model.diagram import PinRef
from app.editor.canvas.page_state.wiring_rules import WiringRules, fitting_pin
from app.messages import sentence_text
from blocks.symbol import Direction, Pin, Symbol


class Verdict(NamedTuple):
    """Why a pin cannot take the wire. ``hard``: there can be no such wire; else it can be drawn, and is a mistake."""

    reason: str
    hard: bool = False
    castable: bool = False  # it would fit with a Cast between


class Candidates:
    """Answers for one wire held at one pin, while the page stays as it is."""

    def __init__(self, rules: WiringRules, fit: WireFit, held: PinRef, forward: bool) -> None:
        """Hold a wire at an output (``forward``) or at an input."""
        self._rules, self._fit = rules, fit
        self.held, self.forward = held, forward
        self._kinds: dict[tuple[str, str], str | None] = {}  # refusals by symbol and pin

    def verdict(self, other: PinRef) -> Verdict | None:
        """Return why the pin cannot take the wire, or None where it can."""
        block = self._rules.page.blocks.get(other.block)
        if block is None:
            return Verdict("no such block", hard=True)
        if other.block == self.held.block:
            return Verdict("a block cannot feed itself", hard=True)
        key = (block.symbol, other.pin)
        if key not in self._kinds:
            self._kinds[key] = self._rules.reason(*self._ends(other))
        refused = self._kinds[key]
        if refused is not None:
            return Verdict(refused, hard=True)
        return self.doubt(*self._ends(other))

    def doubt(self, source: PinRef, target: PinRef) -> Verdict | None:
        """Return what dtype, rank and sizes say against a wire whose kinds fit."""
        if source.index is None and self._fit.type_of(source) is None:
            source = PinRef(source.block, source.pin, 0)  # of a list its first element speaks for it
        misfit = self._fit.misfit(source, target)
        return None if misfit is None else Verdict(sentence_text(misfit.reason), castable=misfit.castable)

    def best_pin(self, block: str) -> PinRef | None:
        """Return the pin that a wire let go on a block's body goes to: the first that fits, else the first allowed."""
        rules = self._rules
        found = (
            rules.fitting_inputs(self.held, block)
            if self.forward
            else rules.fitting_outputs(self.held, block)
        )
        allowed = list(found)
        fitting = (ref for ref in allowed if self.doubt(*self._ends(ref)) is None)
        return next(fitting, allowed[0] if allowed else None)

    def _ends(self, other: PinRef) -> tuple[PinRef, PinRef]:
        return (self.held, other) if self.forward else (other, self.held)

    # symbols that are not placed yet ------------------------------------------------------------------

    def pin_of(self, symbol: Symbol) -> Pin | None:
        """Return the first pin of a symbol that fits the held wire by kind and dtype."""
        pin = self._rules.pin(self.held, "out" if self.forward else "in")
        if pin is None:
            return None
        return fitting_pin(symbol, pin, self._sought, lambda p: self._may(symbol, p))

    def plain_pin_of(self, symbol: Symbol) -> Pin | None:
        """Return the pin that a wire goes to unasked: the first of its kind, else the only one that fits."""
        held, direction = self._rules.pin(self.held, "out" if self.forward else "in"), self._sought
        found = self.pin_of(symbol)
        if held is None or found is None or found == fitting_pin(symbol, held, direction):
            return found
        other = fitting_pin(symbol, held, direction, lambda p: p != found and self._may(symbol, p))
        return found if other is None else None

    @property
    def _sought(self) -> Direction:
        return "in" if self.forward else "out"

    def _may(self, symbol: Symbol, pin: Pin) -> bool:
        """Return whether the dtypes of a pin of a new block and of the held wire have one in common."""
        op = self._rules.catalog.op(symbol.op) if symbol.op else None
        if self.forward:
            arg = argument(op, pin)
            known = self._fit.type_of(self.held) or self._fit.type_of(
                PinRef(self.held.block, self.held.pin, 0)
            )
            given = (known.dtype,) if known is not None else self._may_be_held()
            if op is None or arg is None or given is None:
                return True
            fixed = symbol.fixed_attrs.get(arg.type_attr or "")
            demand = open_demand(op, arg) if fixed is None else Demand(None)
            return demand.dtypes is None or bool(set(demand.dtypes) & set(given))
        accepted, given = self._fit.demand(self.held).dtypes, gives(op, pin)
        return accepted is None or given is None or bool(set(accepted) & set(given))

    def _may_be_held(self) -> tuple[str, ...] | None:
        """Return which dtypes the output that is held can have while its type is not known; None: any."""
        block = self._rules.page.blocks.get(self.held.block)
        symbol = self._rules.catalog.get(block.symbol) if block is not None else None
        pin = symbol.pin(self.held.pin, "out") if symbol is not None else None
        if symbol is None or pin is None or not symbol.op:
            return None
        return gives(self._rules.catalog.op(symbol.op), pin)
