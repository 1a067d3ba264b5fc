"""What the makers of fixes ask of a page: symbols, wires, texts and the types of outputs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

from app.document.checks.symbol_facts import FactsOf
from app.document.literals.attrs import parse_attrs
from app.document.literals.parser import parse_literal
from app.document.literals.types import Literal, LiteralError
from app.document.literals.values import parse_dtype, parse_value
from app.document.model.diagram import Page, PinRef, PinText, Wire
from app.document.model.fix import AddBlock, Connect, FixChange, Reconnect, WritePin
from app.document.model.ids import IdGiver
from app.document.model.problems import Problem
from app.document.model.symbols import Symbols
from app.document.model.topology import followers_of, reachable
from blocks.dtypes import BY_LABEL, label
from blocks.op_facts.dtype_pins import DTYPE_OF_OUTPUT
from blocks.requirement import Actual, InRange, Requirement
from blocks.symbol import Op, OpArg, Pin, Symbol
from blocks.tensor_spec import TensorSpec


class Scene:
    """A page with its catalog and what is known of its types. Blocks that are switched off are absent."""

    def __init__(
        self,
        page: Page,
        catalog: Symbols,
        types: Mapping[str, TensorSpec],
        required: Mapping[str, TensorSpec],
    ) -> None:
        """Take the page as it is; it must not change while the scene is used."""
        self.page, self.catalog, self.types, self.required = page, catalog, types, required
        self._facts = FactsOf(catalog)

    # --- symbols and pins ------------------------------------------------------------------------------------

    def symbol(self, block: str | None) -> Symbol | None:
        """Return the symbol of a block that is on the page, switched on and known."""
        found = self.page.blocks.get(block or "")
        facts = None if found is None or found.off else self._facts[found.symbol]
        return None if facts is None else facts.symbol

    def op(self, block: str | None) -> Op | None:
        """Return the signature of the block's op."""
        symbol = self.symbol(block)
        return self.catalog.op(symbol.op) if symbol is not None and symbol.op else None

    def pin(self, block: str | None, name: str | None, direction: str = "in") -> Pin | None:
        """Return a block's pin by its name or an alias."""
        found = self.page.blocks.get(block or "")
        facts = None if found is None or found.off else self._facts[found.symbol]
        if facts is None or name is None:
            return None
        return (facts.ins if direction == "in" else facts.outs).get(name)

    def arg(self, block: str, pin: Pin) -> OpArg | None:
        """Return the op's input behind a pin."""
        op = self.op(block)
        return next((a for a in op.inputs if a.name == pin.arg), None) if op and pin.arg else None

    def outputs(self) -> Iterator[tuple[str, Pin]]:
        """Yield every output of every block."""
        for block in self.page.blocks:
            symbol = self.symbol(block)
            for pin in symbol.outputs if symbol is not None else ():
                yield block, pin

    def outputs_used(self, used: bool) -> list[tuple[str, Pin]]:
        """Return the outputs that feed something, or those that feed nothing."""
        return self._by_use[used]

    @cached_property
    def _by_use(self) -> dict[bool, list[tuple[str, Pin]]]:
        found: dict[bool, list[tuple[str, Pin]]] = {False: [], True: []}
        for block, pin in self.outputs():
            found[self.uses(block, pin.name) > 0].append((block, pin))
        return found

    def takes_value(self, end: PinRef) -> bool:
        """Return whether a pin takes a value as any block makes it: no reference, no handle of a resource."""
        pin = self.pin(end.block, end.pin)
        arg = self.arg(end.block, pin) if pin is not None else None
        return arg is None or not (arg.is_ref or arg.dtype == "DT_RESOURCE")

    # --- wires -----------------------------------------------------------------------------------------------

    @cached_property
    def _into(self) -> dict[tuple[str, str], list[Wire]]:
        """The wires by block and pin of their target."""
        found: dict[tuple[str, str], list[Wire]] = {}
        for wire in self.page.wires:
            source = self.page.blocks.get(wire.source.block)
            if source is None or not source.off:
                pin = self.pin(wire.target.block, wire.target.pin)
                name = pin.name if pin is not None else wire.target.pin
                found.setdefault((wire.target.block, name), []).append(wire)
        return found

    @cached_property
    def _uses(self) -> dict[tuple[str, str], int]:
        found: dict[tuple[str, str], int] = {}
        for wire in self.page.wires:
            if self.symbol(wire.target.block) is not None:
                pin = self.pin(wire.source.block, wire.source.pin, "out")
                key = (wire.source.block, pin.name if pin is not None else wire.source.pin)
                found[key] = found.get(key, 0) + 1
        return found

    def wires_to(self, block: str, pin: str) -> list[Wire]:
        """Return the wires that end at a pin (by its own name), in file order."""
        return self._into.get((block, pin), [])

    def uses(self, block: str, pin: str) -> int:
        """Return how many wires start at an output."""
        return self._uses.get((block, pin), 0)

    @cached_property
    def _followers(self) -> Mapping[str, list[str]]:
        return followers_of(self.page)

    def behind(self, block: str) -> set[str]:
        """Return the blocks that a block feeds, directly or not, and the block itself."""
        followers = self._followers
        return reachable([block], lambda one: followers.get(one, ()))

    # --- texts and types -------------------------------------------------------------------------------------

    def text(self, block: str, pin: Pin) -> PinText | None:
        """Return a pin's text under its name or an alias."""
        pins = self.page.blocks[block].pins
        return next((pins[n] for n in (pin.name, *pin.aliases) if pins.get(n)), None)

    def typed(self, block: str, pin: Pin, text: PinText | None) -> tuple[WritePin, ...]:
        """Return the changes that type a text; one under an alias goes."""
        pins = self.page.blocks[block].pins
        aliases = [WritePin(block, n, None) for n in pin.aliases if n in pins]
        return (*aliases, WritePin(block, pin.name, text))

    def type_of(self, end: PinRef) -> TensorSpec | None:
        """Return the type of an output, or of an element of one, as far as it is known."""
        pin = self.pin(end.block, end.pin, "out")
        name = pin.name if pin is not None else end.pin
        key = f"{end.block}.{name}"
        if end.index is not None and f"{key}[{end.index}]" in self.types:
            return self.types[f"{key}[{end.index}]"]
        return self.types.get(key) or self._said(end.block, pin)

    def _said(self, block: str, pin: Pin | None) -> TensorSpec | None:
        """Return what the texts of the source alone say of its type."""
        symbol, op = self.symbol(block), self.op(block)
        if symbol is None or pin is None:
            return None
        literal = self.literal(block) if symbol.name == "Const" else None
        if literal is not None:
            return TensorSpec(str(label(literal.dtype)), literal.shape)
        says = self.pin(block, DTYPE_OF_OUTPUT.get(symbol.name))
        text = (self.text(block, says) or says.default) if says is not None else None
        if isinstance(text, str):
            try:
                return TensorSpec(str(label(parse_dtype(text))), None)
            except LiteralError:
                return None  # a problem of its own
        given = next((a for a in op.outputs if a.name == pin.arg), None) if op is not None else None
        dtype = given and (given.dtype or self._typed_alone(block, op, given.type_attr))
        return TensorSpec(str(label(dtype)), None) if dtype else None

    def _typed_alone(self, block: str, op: Op | None, attr: str | None) -> str | None:
        """Return the dtype that an attr alone decides, such as ``out_type`` of Shape: typed, else the default."""
        known = op.attr(attr) if op is not None and attr else None
        if op is None or known is None or any(a.type_attr == attr for a in op.inputs):
            return None
        text = self.page.blocks[block].pins.get("attrs", "")
        items = parse_attrs(text) if isinstance(text, str) else ()
        typed = next((i.value for i in items if i.name.rstrip("_") == known.name and i.value), None)
        try:
            return parse_dtype(typed) if typed else known.default
        except LiteralError:
            return None  # a problem of its own

    def reads(self, block: str, pin: Pin, text: str) -> bool:
        """Return whether a text reads as a value of a pin, and one that the op takes."""
        try:
            value = parse_value(pin.kind, text)
        except LiteralError:
            return False
        op = self.op(block)
        attr = op.attr(pin.attr) if op is not None and pin.attr else None
        if attr is None:
            return True
        if attr.minimum is not None and isinstance(value, int) and value < attr.minimum:
            return False
        values = value if isinstance(value, list) else [value]
        return not attr.allowed or all(v in attr.allowed for v in values)

    def literal(self, block: str) -> Literal | None:
        """Return the value typed into a Const block; None where there is none that reads."""
        pin = self.pin(block, "val")
        text = self.text(block, pin) if pin is not None else None
        try:
            return parse_literal(text) if isinstance(text, str) else None
        except LiteralError:
            return None

    # --- new blocks ------------------------------------------------------------------------------------------

    def namer(self) -> IdGiver:
        """Return a giver of ids for the new blocks of one fix."""
        return IdGiver(self.page)


def inserted(
    wire: Wire, names: IdGiver, symbol: str, ends: tuple[str, str], pins: Mapping[str, str]
) -> tuple[FixChange, ...]:
    """Return the changes that put a new block on a wire. ``ends`` are its input and output pin."""
    name = names.for_symbol(symbol)
    source, target = str(wire.source), str(wire.target)
    return (
        AddBlock(name, symbol),
        *(WritePin(name, pin, text) for pin, text in pins.items()),
        Reconnect(source, target, f"{name}.{ends[1]}", target),
        Connect(source, f"{name}.{ends[0]}"),
    )


def required(problem: Problem) -> Requirement:
    """Return what a problem requires, as far as it is data."""
    return problem.requirement if isinstance(problem.requirement, Requirement) else Requirement()


def there(problem: Problem) -> Actual:
    """Return what is there instead, as far as it is data."""
    return problem.actual if isinstance(problem.actual, Actual) else Actual()


def highest_required(problem: Problem) -> int | None:
    """Return the highest whole number, of 0 or more, that a problem's required range has."""
    values = required(problem).values
    high = values.high if isinstance(values, InRange) else None
    return high if isinstance(high, int) and high >= 0 else None


def dt_name(name: str | None) -> str | None:
    """Return the DT_ name of a dtype under either of its names; None where it is no dtype."""
    if name is None:
        return None
    return BY_LABEL[name].name if name in BY_LABEL else name if name.startswith("DT_") else None
