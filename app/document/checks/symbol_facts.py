"""What the structure check must know of each symbol, looked up once per page."""

from __future__ import annotations

from app.document.model.function_page import ARGUMENT, RESULT
from app.document.model.page_symbol import names_page
from app.document.model.symbols import Symbols
from blocks.op_facts.dtype_pins import DTYPE_OF_TEXT
from blocks.symbol import Op, Pin, Symbol, pins_by_name


class Facts:
    """One symbol, with its pins by name and alias and the way its texts get their dtypes."""

    __slots__ = (
        "dtype_pins", "functions", "ins", "is_odd", "is_pin", "number_dtypes", "op", "open_dtypes", "outs",
        "required", "symbol",
    )  # fmt: skip

    def __init__(self, symbol: Symbol, op: Op | None) -> None:
        """Index the pins; ``op`` is the symbol's op."""
        self.symbol, self.op = symbol, op
        self.ins = pins_by_name(symbol, "in")
        self.outs = pins_by_name(symbol, "out")
        self.functions = tuple(p for p in symbol.inputs if p.kind in ("func", "list(func)"))
        self.is_pin = symbol.name in (ARGUMENT, RESULT)  # it stands for a pin of its page
        self.is_odd = self.is_pin or bool(symbol.unavailable)  # there is more to look at in its blocks
        needed = (p for p in symbol.pins if p.direction == "in" and p.required and not p.default)
        self.required = tuple((p.name, p) for p in needed if p not in self.functions)
        self.dtype_pins: dict[str, str] = {}  # tensor pin -> the type pin that fixes its dtype
        self.number_dtypes: dict[str, tuple[str, ...]] = {}  # tensor pin that is never a string -> its dtypes
        self.open_dtypes: set[str] = set()  # tensor pins that may be strings if another pin says so
        for pin in symbol.pins:
            typed = DTYPE_OF_TEXT.get((symbol.name, pin.name))
            if typed is not None:
                self.dtype_pins[pin.name] = typed
            elif op is not None and pin.direction == "in" and pin.arg is not None and pin.dtype is None:
                self._look_at_op(pin, op)

        if self.is_pin or names_page(symbol.name):  # what they reach decides
            self.open_dtypes.update(p.name for p in symbol.inputs if p.kind == "tensor" and p.dtype is None)

    def _look_at_op(self, pin: Pin, op: Op) -> None:
        arg = next((a for a in op.inputs if a.name == pin.arg), None)
        attr = None if arg is None else op.attr(arg.type_attr or arg.type_list_attr or "")
        if arg is None or attr is None:
            return
        if arg.type_attr is not None:
            type_pin = next((p for p in self.ins.values() if p.attr == attr.name and p.kind == "type"), None)
            if type_pin is not None:
                self.dtype_pins[pin.name] = type_pin.name
        if not attr.allowed or "DT_STRING" in attr.allowed:
            self.open_dtypes.add(pin.name)
        else:
            self.number_dtypes[pin.name] = attr.allowed


class FactsOf(dict[str, "Facts | None"]):
    """The facts by symbol name; None for a name that the catalog does not have."""

    def __init__(self, catalog: Symbols) -> None:
        """Look symbols up in this catalog."""
        super().__init__()
        self.catalog = catalog

    def __missing__(self, name: str) -> Facts | None:
        symbol = self.catalog.get(name)
        facts = None if symbol is None else Facts(symbol, self.catalog.op(symbol.op) if symbol.op else None)
        self[name] = facts
        return facts
