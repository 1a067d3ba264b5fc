"""Judges before a wire is made whether its tensor fits the pin: by reference, dtype, rank and sizes, and why not."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from app.document.model.diagram import Block, Page, PinRef, Wire
from app.document.model.sentence import Sentence, say
from blocks.catalog import Catalog
from blocks.dtypes import BY_LABEL, label
from blocks.requirement import Requirement, ShapeOf
from blocks.symbol import Op, OpArg, Pin, Symbol
from blocks.tensor_spec import Shape, TensorSpec

_FEW = 3  # blocks whose wires are looked for one by one
_CASTABLE = frozenset({"float", "int", "uint", "bool", "complex"})  # kinds between which Cast goes


class Misfit(NamedTuple):
    """Why a tensor does not fit a pin. ``castable``: it would, with a Cast between."""

    reason: Sentence  # "takes int32, this is float32"
    castable: bool = False


class Demand(NamedTuple):
    """What a pin takes: NumPy's names of dtypes (None: any), and the pin or attr that fixed them, if one did."""

    dtypes: tuple[str, ...] | None = None
    fixed_by: str = ""
    reference: bool = False  # takes the reference of a Variable only


class AcceptedText(NamedTuple):
    """What a text at an input must be: one of these dtypes (None: any), of this shape (None: any)."""

    dtypes: tuple[str, ...] | None = None
    shape: tuple[int | None, ...] | None = None

    @property
    def requirement(self) -> Requirement | None:
        """What is required, or None where nothing is."""
        if not self.dtypes and self.shape is None:
            return None
        return Requirement(dtypes=self.dtypes or (), shape=of_shape(self.shape))


class WireFit:
    """Answers for one state of a page; make it anew after an edit.

    ``types`` are those of outputs and ``required`` those of inputs, by ``block.pin`` (outputs in lists by
    ``block.pin[i]``). A type that is a str is a dtype whose shape is not known. What is not known is no reason to
    refuse.
    """

    def __init__(
        self,
        page: Page,
        catalog: Catalog,
        types: Mapping[str, TensorSpec | str],
        required: Mapping[str, TensorSpec],
        without: Wire | None = None,
        broadcasting: Collection[str] = (),
    ) -> None:
        """Take what is known; ``without`` is a wire that is being moved, which binds nothing.

        ``broadcasting`` names the ops whose inputs must broadcast to one shape.
        """
        self._page, self._catalog = page, catalog
        self._types, self._required, self._broadcasting = types, required, broadcasting
        self._without = without
        self._losing = without.target.block if without is not None else None  # what it requires may change
        self._wires: dict[str, list[Wire]] = {}  # by the blocks that were asked about
        self._has_all_wires = False
        self._demands: dict[PinRef, Demand] = {}

    def misfit(self, source: PinRef, target: PinRef) -> Misfit | None:
        """Return why the output does not fit the input, or None where it does or nothing is known."""
        actual = self.type_of(source)
        demand = self.demand(target)
        if demand.reference and self._is_value(source):
            return Misfit(say("misfit.reference"))
        if actual is None:
            return None
        if demand.dtypes is not None and actual.dtype not in demand.dtypes:
            return _wrong_dtype(demand, actual.dtype)
        return self._wrong_shape(target, actual)

    def type_of(self, source: PinRef) -> TensorSpec | None:
        """Return what is known of an output, or of an element of a list."""
        known = self._types.get(str(source))
        return TensorSpec(known, None) if isinstance(known, str) else known

    def _wires_into(self, block: str) -> Sequence[Wire]:
        """Return the wires that end at a block: most questions are about one or two blocks of a large page."""
        if block in self._wires or self._has_all_wires:
            return self._wires.get(block, ())
        wires = (wire for wire in self._page.wires if wire is not self._without)
        if len(self._wires) < _FEW:
            found = self._wires[block] = [wire for wire in wires if wire.target.block == block]
            return found
        self._wires.clear()
        for wire in wires:
            self._wires.setdefault(wire.target.block, []).append(wire)
        self._has_all_wires = True
        return self._wires.get(block, ())

    def accepted(self, target: PinRef) -> AcceptedText:
        """Return what a text typed into an input must be: the dtypes that its op and wires ask for, and the shape."""
        block = self._page.blocks.get(target.block)
        symbol = self._catalog.get(block.symbol) if block is not None else None
        known = self._required.get(f"{target.block}.{target.pin}")
        # A special block's input may be known by the very text that is being typed; it asks for nothing.
        dtypes = self.demand(target).dtypes if symbol is not None and symbol.op else None
        return AcceptedText(dtypes, known.shape if known is not None else None)

    def demand(self, target: PinRef) -> Demand:
        """Return which dtypes an input takes, as its op and the other wires and texts of its block say."""
        found = self._demands.get(target)
        if found is None:
            found = self._demands[target] = self._find_demand(target)
        return found

    def _find_demand(self, target: PinRef) -> Demand:
        block = self._page.blocks.get(target.block)
        symbol = self._catalog.get(block.symbol) if block is not None else None
        pin = symbol.pin(target.pin, "in") if symbol is not None else None
        if block is None or symbol is None or pin is None:
            return Demand()
        op = self._catalog.op(symbol.op) if symbol.op else None
        arg = argument(op, pin)
        if op is None or arg is None:
            known = self._required.get(f"{target.block}.{pin.name}")
            special = symbol.op is None and known is not None and known.dtype
            return Demand((known.dtype,)) if special and known is not None else Demand()
        if arg.dtype is None and arg.type_attr:
            bound = self._bound(block, symbol, op, arg.type_attr, pin)
            if bound is not None:
                return Demand((bound[0],), bound[1], arg.is_ref)
        return open_demand(op, arg)

    def _bound(self, block: Block, symbol: Symbol, op: Op, attr: str, pin: Pin) -> tuple[str, str] | None:
        """Return the dtype that a type attr has already, and by which pin or attr; None where it is open."""
        fixed = symbol.fixed_attrs.get(attr)
        if isinstance(fixed, str):
            return label(fixed) or fixed, ""
        sharing = {a.name for a in op.inputs if a.type_attr == attr}
        pins = {p.name: p for p in symbol.inputs if p.arg in sharing}
        for wire in self._wires_into(block.id):
            into = pins.get(wire.target.pin) or symbol.pin(wire.target.pin, "in")
            if into is None or into.name not in pins or (into is pin and not pin.many):
                continue
            known = self.type_of(wire.source)
            if known is not None:
                return known.dtype, into.name
        return None

    def _is_value(self, source: PinRef) -> bool:
        """Return whether an output is surely no reference of a Variable."""
        block = self._page.blocks.get(source.block)
        symbol = self._catalog.get(block.symbol) if block is not None else None
        op = self._catalog.op(symbol.op) if symbol is not None and symbol.op else None
        if symbol is None or op is None:
            return symbol is not None and symbol.name != "Variable"
        out = symbol.pin(source.pin, "out")
        arg = next((a for a in op.outputs if out is not None and a.name == out.arg), None)
        return arg is not None and not arg.is_ref

    def _wrong_shape(self, target: PinRef, actual: TensorSpec) -> Misfit | None:
        required = self._required.get(f"{target.block}.{target.pin}")
        if required is None or target.block == self._losing or shapes_agree(required.shape, actual.shape):
            return self._not_broadcast(target, actual)
        needs = Requirement(shape=of_shape(required.shape))
        return Misfit(say("misfit.shape", needs=needs, shape=actual.shape))

    def _not_broadcast(self, target: PinRef, actual: TensorSpec) -> Misfit | None:
        """Return why a shape does not go with another input's, where both must broadcast."""
        block = self._page.blocks.get(target.block)
        symbol = self._catalog.get(block.symbol) if block is not None else None
        if symbol is None or symbol.op not in self._broadcasting:
            return None
        for wire in self._wires_into(target.block):
            other = self.type_of(wire.source) if wire.target.pin != target.pin else None
            if other is not None and not broadcasts(other.shape, actual.shape):
                beside, shape = other.shape, actual.shape
                return Misfit(say("misfit.broadcast", pin=wire.target.pin, beside=beside, shape=shape))
        return None


def argument(op: Op | None, pin: Pin) -> OpArg | None:
    """Return the op's input argument behind a pin, or None."""
    return next((a for a in op.inputs if a.name == pin.arg), None) if op is not None and pin.arg else None


def writes_to_source(catalog: Catalog, symbol: str, pin: str) -> bool:
    """Return whether an input gets access to what its source holds (a Variable, a queue), not only to a value."""
    placed = catalog.get(symbol)
    known = placed.pin(pin, "in") if placed is not None else None
    if placed is None or known is None or placed.op is None:
        return False
    arg = argument(catalog.op(placed.op), known)
    return arg is not None and (arg.is_ref or arg.dtype == "DT_RESOURCE")


def open_demand(op: Op, arg: OpArg) -> Demand:
    """Return which dtypes an argument takes while nothing else fixes its type."""
    if arg.dtype:
        return Demand((label(arg.dtype) or arg.dtype,), "", arg.is_ref)
    attr = op.attr(arg.type_attr or arg.type_list_attr or "")
    if attr is None or not attr.allowed:
        return Demand(None, "", arg.is_ref)
    return Demand(tuple(label(a) or a for a in attr.allowed), "", arg.is_ref)


def gives(op: Op | None, pin: Pin) -> tuple[str, ...] | None:
    """Return which dtypes an output of a block that is not placed yet may have; None: any."""
    arg = next((a for a in op.outputs if a.name == pin.arg), None) if op is not None else None
    if op is None or arg is None:
        return None
    if arg.dtype:
        return (label(arg.dtype) or arg.dtype,)
    attr = op.attr(arg.type_attr or arg.type_list_attr or "")
    return tuple(label(a) or a for a in attr.allowed) if attr is not None and attr.allowed else None


def shapes_agree(a: tuple[int | None, ...] | None, b: tuple[int | None, ...] | None) -> bool:
    """Return whether two static shapes may be those of one tensor."""
    if a is None or b is None:
        return True
    return len(a) == len(b) and all(x is None or y is None or x == y for x, y in zip(a, b, strict=True))


def broadcasts(a: tuple[int | None, ...] | None, b: tuple[int | None, ...] | None) -> bool:
    """Return whether two static shapes may broadcast to one: from the last size on, equal or 1."""
    if a is None or b is None:
        return True
    pairs = zip(reversed(a), reversed(b), strict=False)
    return all(x is None or y is None or x == y or 1 in (x, y) for x, y in pairs)


def of_shape(shape: Shape | None) -> ShapeOf | None:
    """Return the requirement of a static shape; None where any will do."""
    return None if shape is None else ShapeOf(shape)


def of_spec(spec: TensorSpec) -> Requirement:
    """Return what an input requires, as far as it is known."""
    return Requirement(dtypes=(spec.dtype,) if spec.dtype else (), shape=of_shape(spec.shape))


def castable(dtype: str, required: Iterable[str]) -> bool:
    """Return whether a Cast leads from a dtype to one of those required."""
    kinds = {BY_LABEL[d].kind for d in required if d in BY_LABEL}
    return dtype in BY_LABEL and BY_LABEL[dtype].kind in _CASTABLE and bool(kinds & _CASTABLE)


def _wrong_dtype(demand: Demand, actual: str) -> Misfit:
    assert demand.dtypes is not None
    if demand.fixed_by:
        reason = say("misfit.dtype-like", dtypes=demand.dtypes, pin=demand.fixed_by, actual=actual)
    else:
        reason = say("misfit.dtype", dtypes=demand.dtypes, actual=actual)
    return Misfit(reason, not demand.reference and castable(actual, demand.dtypes))
