"""Finds the types that the inputs of a page's blocks require: dtypes by op and neighbours, shapes by op.

A shape is given only where TensorFlow refuses every other one, so that nothing is ruled out that would run.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from app.document.literals.types import LiteralError
from app.document.literals.values import parse_value
from app.document.model.address import end_of_use, is_within
from app.document.model.diagram import Block, Page, Wire
from app.document.model.function_page import ARGUMENT
from app.document.model.topology import WireIndex
from app.engine.compiler.plan import Fetch, Plan, PlanNode, PythonCall
from blocks.catalog import Catalog, load
from blocks.dtypes import label
from blocks.op_facts.input_shapes import INPUT_SHAPES
from blocks.op_facts.shape_rules import Given, input_shape
from blocks.symbol import Op, OpArg, Pin, Symbol, pins_by_name
from blocks.tensor_spec import Shape, TensorSpec

_Found = tuple[tuple[str, TensorSpec], ...]  # by pin


class _Input(NamedTuple):
    pin: str
    arg: OpArg
    many: bool


class _Kind(NamedTuple):
    symbol: Symbol
    op: Op | None
    is_own: bool
    inputs: tuple[_Input, ...]


@lru_cache(maxsize=2000)
def _inputs(symbol_name: str) -> tuple[_Input, ...]:
    """Return the tensor inputs of a shipped symbol of an ordinary op."""
    symbol = load().get(symbol_name)
    op = load().op(symbol.op) if symbol is not None and symbol.op else None
    return () if symbol is None or op is None else _inputs_of(symbol, op)


def _inputs_of(symbol: Symbol, op: Op) -> tuple[_Input, ...]:
    args = {a.name: a for a in op.inputs}
    return tuple(_Input(p.name, args[p.arg], p.many) for p in symbol.inputs if p.arg in args)


def required_types(
    page: Page, plan: Plan, types: Mapping[str, TensorSpec], catalog: Catalog | None = None
) -> dict[str, TensorSpec]:
    """Return the type that each input of the page requires, by ``block.pin``, where anything is known.

    ``types`` are those of the outputs. The dtype is "" where it is open, the shape None where the rank is. What an
    input requires follows from the other inputs of its block, never from what it has itself, but a pin that takes
    several wires requires of the later ones what its first ones bring. ``catalog`` has the project's own symbols
    (None: there are none).
    """
    wires: dict[str, list[Wire]] = {}
    for wire in page.wires:
        wires.setdefault(wire.target.block, []).append(wire)
    nodes = {n.name: n for n in plan.nodes}
    known = InputTypes(catalog or load(), plan.outputs, plan.python_calls, nodes, types, wires)
    found: dict[str, TensorSpec] = {}
    for block in page.blocks.values():
        found.update(known.required(block))
    if any(b.symbol == ARGUMENT for b in page.blocks.values()):
        found.update(required_of_uses(page, found, WireIndex(page.wires).leaving))
    return found


def required_of_uses(
    page: Page, found: Mapping[str, TensorSpec], leaving: Mapping[str, Sequence[Wire]]
) -> dict[str, TensorSpec]:
    """Return what the pins of uses require: what their Arguments declare, else what these reach first requires.

    ``found`` is what the blocks within require, ``leaving`` are the wires by the block that they start from.
    """
    arguments = [b for b in page.blocks.values() if b.symbol == ARGUMENT and is_within(b.id)]
    known: dict[str, TensorSpec] = {}  # by Argument
    for block in reversed(arguments):
        spec = _declared_spec(block)
        for wire in leaving.get(block.id, ()):
            if spec.dtype and spec.shape is not None:
                break
            end = wire.target
            more = known.get(end.block) or found.get(f"{end.block}.{end.pin}")
            if more is not None:
                spec = TensorSpec(spec.dtype or more.dtype, more.shape if spec.shape is None else spec.shape)
        known[block.id] = spec
    return {end_of_use(name): spec for name, spec in known.items() if spec.dtype or spec.shape is not None}


def _declared_spec(block: Block) -> TensorSpec:
    """Return what an Argument says of its dtype and shape."""
    dtype, shape = block.pins.get("dtype"), block.pins.get("shape")
    return TensorSpec(_dtype(dtype) or "" if isinstance(dtype, str) else "", _sizes(shape))


def _sizes(text: object) -> Shape | None:
    try:
        shape = parse_value("shape", text) if isinstance(text, str) and text.strip() else None
    except LiteralError:
        return None
    return None if shape is None else tuple(None if size < 0 else size for size in shape)


class InputTypes:
    """What is known of a page's outputs, by which the inputs of one block after the other are judged."""

    def __init__(
        self,
        catalog: Catalog,
        outputs: Mapping[str, Fetch],
        calls: Iterable[PythonCall],
        nodes: Mapping[str, PlanNode],
        types: Mapping[str, TensorSpec],
        wires: Mapping[str, Sequence[Wire]],
    ) -> None:
        """Take the plan's outputs, calls, nodes by name, the types of outputs, and the wires by target."""
        self._catalog, self._types, self._planned, self._wires = catalog, types, outputs, wires
        self.nodes = nodes
        self._kinds: dict[str, _Kind | None] = {}  # by the symbol that a block names
        self.alike: dict[
            tuple[Any, ...], _Found
        ] = {}  # what blocks require that are alike in all that decides on it
        self._declared = {
            f"{call.block}.{parameter.name}": parameter.spec
            for call in calls
            for parameter in call.parameters
        }

    def required(self, block: Block) -> dict[str, TensorSpec]:
        """Return what the inputs of a block require, by ``block.pin``."""
        if block.off:
            return {}
        try:
            kind = self._kinds[block.symbol]
        except KeyError:
            kind = self._kinds[block.symbol] = self._kind(block.symbol)
        if kind is None:
            return {}
        symbol, op, is_own, inputs = kind
        wires = self._wires.get(block.id, ())
        if op is None:
            return _special(block, symbol, wires, self)
        found = _ordinary(block, symbol, op, inputs, wires, self)
        for item in inputs if is_own else ():
            spec = self._declared.get(f"{block.id}.{item.pin}")
            if spec is not None:
                found[f"{block.id}.{item.pin}"] = TensorSpec(spec.dtype if item.arg.dtype else "", spec.shape)
        return found

    def _kind(self, name: str) -> _Kind | None:
        catalog = self._catalog
        symbol = catalog.get(name)
        op = catalog.op(symbol.op) if symbol is not None and symbol.op is not None else None
        if symbol is None or (op is None and symbol.op is not None):
            return None
        is_own = symbol.name in catalog.own
        inputs: tuple[_Input, ...] = ()
        if op is not None:
            inputs = _inputs_of(symbol, op) if is_own else _inputs(symbol.name)
        return _Kind(symbol, op, is_own, inputs)

    def types_of(self, wire: Wire) -> list[TensorSpec]:
        """Return what a wire brings: one type, several where it brings a list, none where nothing is known."""
        key = str(wire.source)
        found = self._types.get(key)
        if found is not None:
            return [found]
        fetch = self._planned.get(f"{wire.source.block}.{wire.source.pin}")
        if fetch is None:
            return []
        if wire.source.index is not None:
            dtypes = fetch.dtypes[wire.source.index : wire.source.index + 1]
            return [TensorSpec(label(d) or d, None) for d in dtypes]
        if not fetch.is_list:
            return [TensorSpec(label(d) or d, None) for d in fetch.dtypes]
        keys = [f"{key}[{i}]" for i in range(len(fetch.dtypes))]
        return [
            self._types.get(k) or TensorSpec(label(d) or d, None)
            for k, d in zip(keys, fetch.dtypes, strict=True)
        ]


def _ordinary(
    block: Block,
    symbol: Symbol,
    op: Op,
    inputs: Sequence[_Input],
    wires: Iterable[Wire],
    known: InputTypes,
) -> dict[str, TensorSpec]:
    brought: dict[str, list[TensorSpec]] = {}
    names = pins_by_name(symbol, "in") if wires else {}
    for wire in wires:
        named = names.get(wire.target.pin)
        brought.setdefault(named.name if named else wire.target.pin, []).extend(known.types_of(wire))
    node = known.nodes.get(block.id) if op.name in INPUT_SHAPES else None
    attrs = node.attrs if node is not None else {}
    texts = [block.pins.get(pin.name) for pin in _type_pins(symbol.name)]
    specs = [(pin, *[(s.dtype, s.shape) for s in found[:1]]) for pin, found in brought.items()]
    key = (symbol.name, *texts, *specs, *attrs.items())
    try:
        alike = known.alike.get(key)
    except TypeError:  # an attr that is a list
        alike = _of_inputs(block, symbol, op, inputs, brought, attrs)
    if alike is None:
        alike = known.alike[key] = _of_inputs(block, symbol, op, inputs, brought, attrs)
    name = block.id
    return {f"{name}.{pin}": spec for pin, spec in alike}


def _of_inputs(
    block: Block,
    symbol: Symbol,
    op: Op,
    inputs: Sequence[_Input],
    brought: Mapping[str, list[TensorSpec]],
    attrs: Mapping[str, Any],
) -> _Found:
    """Return what inputs require, by pin; ``brought`` is what is wired to them."""
    fixed = _fixed_types(block, symbol)
    required = INPUT_SHAPES.get(op.name, {})
    found: list[tuple[str, TensorSpec]] = []
    for item in inputs:
        arg = item.arg
        dtype = label(arg.dtype) if arg.dtype else ""
        if arg.type_attr:
            dtype = fixed.get(arg.type_attr) or _bound(arg.type_attr, item, inputs, brought)
        shape = _shape(op.name, item, inputs, brought, attrs) if arg.name in required else None
        if dtype or shape is not None:
            found.append((item.pin, TensorSpec(dtype or "", shape)))
    return tuple(found)


def _fixed_types(block: Block, symbol: Symbol) -> dict[str, str]:
    """Return the type attrs that the symbol or a typed pin fixes."""
    found = {k: label(v) or v for k, v in symbol.fixed_attrs.items() if isinstance(v, str)}
    for pin in _type_pins(symbol.name):
        text = block.pins.get(pin.name) or pin.default
        dtype = _dtype(text) if isinstance(text, str) else None
        if dtype and pin.attr:
            found[pin.attr] = dtype
    return found


@lru_cache(maxsize=2000)
def _type_pins(symbol_name: str) -> tuple[Pin, ...]:
    """Return the pins of a symbol into which a type attr is typed."""
    symbol = load().get(symbol_name)
    return tuple(p for p in symbol.inputs if p.kind == "type" and p.attr) if symbol is not None else ()


@lru_cache(maxsize=200)
def _dtype(text: str) -> str | None:
    """Return the dtype that a text names, by NumPy's name."""
    try:
        value = parse_value("type", text)
    except LiteralError:
        return None
    return label(value) if isinstance(value, str) else None


def _bound(
    attr: str, item: _Input, inputs: Iterable[_Input], brought: Mapping[str, list[TensorSpec]]
) -> str | None:
    """Return the dtype that the wires of other inputs, or the first of its own several, give to a type attr."""
    for other in inputs:
        if other.arg.type_attr == attr and (other is not item or item.many) and brought.get(other.pin):
            return brought[other.pin][0].dtype
    return None


def _shape(
    op: str,
    item: _Input,
    inputs: Iterable[_Input],
    brought: Mapping[str, list[TensorSpec]],
    attrs: Mapping[str, Any],
) -> Shape | None:
    """Return the shape that an op requires of an input, sizes from its other inputs filled in."""
    given = (
        Given(other.arg.name, brought[other.pin][0].shape)
        for other in inputs
        if brought.get(other.pin) and (other is not item or item.many)
    )
    return input_shape(op, attrs, item.arg.name, given)


def _special(block: Block, symbol: Symbol, wires: Iterable[Wire], known: InputTypes) -> dict[str, TensorSpec]:
    """Return what the value of a Variable or of a fed placeholder must be."""
    if symbol.name == "Variable":
        node = known.nodes.get(block.id)
        text = block.pins.get("dtype")
        dtype = _dtype(text) if isinstance(text, str) else None
        shape = node.attrs.get("shape") if node is not None and block.pins.get("shape") else None
        if dtype or shape is not None:
            sizes = None if shape is None else tuple(None if n is None or n < 0 else int(n) for n in shape)
            return {f"{block.id}.initvalues": TensorSpec(dtype or "", sizes)}
    if symbol.name == "FeedType":
        for wire in wires:
            brought = known.types_of(wire) if wire.target.pin == "input" else ()
            for one in brought:
                return {f"{block.id}.initializer": one}
    return {}
