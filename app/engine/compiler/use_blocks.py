"""Lowers what stands for the pins of pages: Arguments, Results, and uses, which have no node of their own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from app.document.literals.parser import guess_dtype, parse_literal
from app.document.literals.types import LiteralError
from app.document.literals.values import parse_value
from app.document.model.diagram import Block, PinRef, Wire
from app.document.model.function_page import ARGUMENT, ARGUMENT_DEFAULT, RESULT_INPUT
from app.document.model.sentence import say
from app.document.resources.inlining import BROUGHT, GIVEN
from app.engine.compiler.constants import pack
from app.engine.compiler.endpoints import Endpoint
from app.engine.compiler.errors import PinFault
from app.engine.compiler.lowering import Lowering, Special
from app.engine.compiler.op_lowering import OpLowering
from app.engine.compiler.plan import Constant, DeclaredShape, PlanNode
from app.engine.compiler.resolve import Text, Wired, resolve, resolve_own
from blocks.dtypes import label
from blocks.op_facts.datasets import elements_follow
from blocks.op_facts.dtype_pins import DTYPE_OF_TEXT
from blocks.requirement import Actual, of_dtypes
from blocks.symbol import PinKind, Symbol, pins_by_name


def use(low: Lowering, block: Block, symbol: Symbol) -> None:
    """A use: its outputs are those of the Results of its page."""
    for pin in symbol.outputs:
        ends = low.wired(block.id, pin.name)
        if ends:
            low.outs[block.id, pin.name] = _own(ends[0])


def result(low: Lowering, block: Block, symbol: Symbol) -> None:
    """Result: what is wired to it leaves its page."""
    ends = low.wired(block.id, RESULT_INPUT)
    if ends:
        low.outs[block.id, GIVEN] = replace(ends[0], is_passed=True)
    else:
        low.waiting.add(block.id)


def argument(low: Lowering, block: Block, symbol: Symbol) -> None:
    """Argument: what its use brings, the text that counts there, or, on the page that is run, a fed placeholder."""
    declared: str | None = _read("type", block.pins.get("dtype"))
    place, pin = low.pins.get(block.id, (block.id, ARGUMENT_DEFAULT))
    shape = _read("shape", block.pins.get("shape")) if block.id in low.pins else None
    if shape is not None:
        key = f"{block.id}.{GIVEN}"
        low.declared.append(DeclaredShape(key=key, use=place, pin=pin, shape=tuple(shape)))
    ends = low.wired(block.id, BROUGHT)
    if ends is None:
        return
    if ends:
        dtypes = ends[0].dtypes
        if declared is not None and dtypes and dtypes[0] != declared:
            there, takes = label(dtypes[0]) or dtypes[0], label(declared) or declared
            sentence = say("argument.dtype", pin=pin, takes=takes, gives=there)
            fault = PinFault("dtype-conflict", pin, sentence, of_dtypes(takes), Actual(dtype=there))
            low.report(place, fault)
            low.waiting.add(block.id)
            return
        low.outs[block.id, GIVEN] = _own(ends[0])
        return
    constant = _default(low, block, declared, place, pin)
    if block.id in low.pins:
        if constant is None:
            low.waiting.add(block.id)
            return
        node = PlanNode(block.id, "Const", block.id, [], {"dtype": constant.dtype}, constant)
        low.put(node)
        low.outs[block.id, GIVEN] = Endpoint((f"{block.id}:0",), (constant.dtype,))
        return
    _placeholder(low, block, declared, constant)


def _takes_reference(low: Lowering, block: Block) -> bool:
    """Return whether an Argument reaches a pin that takes the reference of a Variable: only a use can bring one."""
    for end in reached(low, block.id):
        symbol = low.symbols[end.block]
        pin, op = pins_by_name(symbol, "in").get(end.pin), low.catalog.op(symbol.op) if symbol.op else None
        if pin is not None and op is not None and any(a.is_ref and a.name == pin.arg for a in op.inputs):
            return True
    return False


def _brings_dataset(low: Lowering, block: Block) -> bool:
    """Return whether an Argument reaches a block whose elements are those of the dataset that a use or call brings."""
    for end in reached(low, block.id):
        symbol = low.symbols[end.block]
        op = low.catalog.op(symbol.op) if symbol.op else None
        pin = pins_by_name(symbol, "in").get(end.pin)
        if op is not None and pin is not None and pin.dtype == "DT_VARIANT" and elements_follow(op):
            return True
    return False


def _own(end: Endpoint) -> Endpoint:
    """Return what a block gets as what it gives itself."""
    return replace(end, is_passed=False) if end.is_passed else end


def _placeholder(low: Lowering, block: Block, declared: str | None, constant: Constant | None) -> None:
    """Put what stands for an Argument where its own page is run."""
    dtype = declared if constant is None else constant.dtype
    dtype = dtype or _required_dtype(low, block, None)
    if dtype is None or _takes_reference(low, block) or _brings_dataset(low, block):
        low.waiting.add(block.id)
        low.open_arguments.add(block.id)
        return
    attrs: dict[str, object] = {"dtype": dtype}
    shape = _read("shape", block.pins.get("shape"))
    if shape is not None:
        attrs["shape"] = shape
    low.put(PlanNode(block.id, "Placeholder", block.id, [], attrs))
    low.outs[block.id, GIVEN] = Endpoint((f"{block.id}:0",), (dtype,))
    low.arguments[block.id] = constant


def _read(kind: PinKind, text: object) -> Any:
    """Return what a text says; None where there is none, or where it does not read, which the check reports."""
    try:
        return parse_value(kind, text) if isinstance(text, str) and text.strip() else None
    except LiteralError:
        return None


def _default(low: Lowering, block: Block, declared: str | None, place: str, pin: str) -> Constant | None:
    """Return the value of the text; None where there is none, or where it does not read, which is reported."""
    text = low.text(block, ARGUMENT_DEFAULT)
    if text is None or isinstance(text, Constant):
        return text
    if not text.strip():
        return None
    dtype = declared or _required_dtype(low, block, text)
    try:
        return pack(parse_literal(text, dtype))
    except LiteralError as problem:
        needs = of_dtypes(label(dtype) or dtype) if dtype else None
        low.report(place, PinFault("bad-literal", pin, problem.sentence, needs, hint=problem.hint))
        low.waiting.add(block.id)
        return None


# --- the dtype that a text gets from what it reaches ------------------------------------------------------------------


def _required_dtype(low: Lowering, block: Block, text: str | None) -> str | None:
    """Return the dtype that the first pin requires which an Argument reaches and which requires one."""
    guessed = None if text is None else guess_dtype(text)
    for end in reached(low, block.id):
        dtype = _dtype_at(low, end, text, argument=block.id)
        if dtype is not None and dtype != guessed:
            return dtype
    return None


def reached(low: Lowering, argument: str) -> Iterator[PinRef]:
    """Give the pins that an Argument's output reaches, directly or through those of pages within."""
    todo, met = [argument], {argument}
    for name in todo:
        for wire in low.leaving.get(name, ()):
            target = wire.target.block
            symbol = low.symbols.get(target)
            if symbol is None:
                continue
            if symbol.name != ARGUMENT:
                yield wire.target
            elif target not in met:
                met.add(target)
                todo.append(target)


def _dtype_at(low: Lowering, end: PinRef, text: str | None, argument: str) -> str | None:
    """Return the dtype that a text would have at a pin, in the light of what else its block gets."""
    symbol, block = low.symbols[end.block], low.page.blocks[end.block]
    pin = pins_by_name(symbol, "in").get(end.pin)
    if pin is None:
        return None
    if pin.dtype is not None:
        return pin.dtype
    typed = DTYPE_OF_TEXT.get((symbol.name, pin.name))
    if typed is not None:
        return _read("type", block.pins.get(typed))
    op = low.catalog.op(symbol.op) if symbol.op else None
    if op is None or pin.kind != "tensor":
        return None
    wired: list[Wired] = []
    texts: dict[str, Text] = {p: t for p, t in block.pins.items() if isinstance(t, str)}
    for name, wires in low.wires.by_pin(end.block).items():
        if name == pin.name:
            continue
        found = [
            low.outs.get((w.source.block, w.source.pin)) if low.is_before(w.source.block, argument) else None
            for w in wires
        ]
        ends = [e for e in found if e is not None]
        if len(ends) == len(wires):
            wired.append((name, tuple(d for e in ends for d in e.dtypes), all(e.is_ref for e in ends)))
        elif len(wires) == 1 and (other := _text_of(low, wires[0].source.block)) is not None:
            texts[name] = other
    texts[pin.name] = "0" if text is None else text
    key = tuple(texts.items())
    own = symbol.name in low.catalog.own
    resolved = resolve_own(symbol, op, key, wired) if own else resolve(symbol.name, key, tuple(wired))
    for name, constants in resolved.inputs:
        if name == pin.name and constants and not (text is None and constants[0].dtype == "DT_INT32"):
            return constants[0].dtype
    return None


def _text_of(low: Lowering, argument: str) -> str | None:
    """Return the text that an Argument which is not lowered yet will have."""
    while True:
        block = low.page.blocks.get(argument)
        if block is None or block.symbol != ARGUMENT:
            return None
        wires = low.wires.at(argument, BROUGHT)
        if not wires:
            text = block.pins.get(ARGUMENT_DEFAULT)
            return text if isinstance(text, str) and text.strip() else None
        argument = wires[0].source.block


def lower_in_order(low: OpLowering, order: Iterable[str]) -> None:
    """Lower the blocks of known symbols, sources first; an Argument's text waits for what else its readers get."""
    blocks = arranged(low, order)
    if low.pins:
        low.place = {block: i for i, block in enumerate(blocks)}
    those, symbols = low.page.blocks, low.symbols
    for block in blocks:
        if block in symbols:
            low.lower(those[block])


def arranged(low: Lowering, order: Iterable[str]) -> list[str]:
    """Return blocks in the order in which they are lowered: Arguments that wait stand before the first reader."""
    if not any(_waits(low, block, {}) for block in low.pins):  # then none waits for another one either
        return list(order)
    late: dict[str, None] = {}
    found: list[str] = []
    for block in order:
        if block not in low.symbols:
            found.append(block)
        elif _waits(low, block, late):
            late[block] = None
        else:
            if late:
                _put_before(low, block, late, found)
            found.append(block)
    return [*found, *late]


def _waits(low: Lowering, name: str, late: Mapping[str, None]) -> bool:
    """Return whether an Argument holds a text of no dtype, or passes on one that waits."""
    symbol = low.symbols.get(name)
    if symbol is None or symbol.name != ARGUMENT or name not in low.pins:
        return False
    wires = low.wires.at(name, BROUGHT)
    block = low.page.blocks[name]
    return wires[0].source.block in late if wires else not block.pins.get("dtype")


def _put_before(low: Lowering, block: str, late: dict[str, None], found: list[str]) -> None:
    """Put the Arguments that a block takes something from, those before them first."""
    for wire in low.wires.entering.get(block, ()):
        chain, name = [], wire.source.block
        while name in late:
            del late[name]
            chain.append(name)
            before = low.wires.at(name, BROUGHT)
            name = before[0].source.block if before else ""
        found += reversed(chain)


def readers_of_texts(low: Lowering, entering: Mapping[str, Sequence[Wire]]) -> dict[str, list[str]]:
    """Return by block the Arguments of open dtype that look at it: what their readers get else gives them theirs.

    ``entering`` are the wires by the block that they end at.
    """
    found: dict[str, list[str]] = {}
    for argument in low.pins:
        symbol = low.symbols.get(argument)
        if symbol is None or symbol.name != ARGUMENT or low.page.blocks[argument].pins.get("dtype"):
            continue
        for end in reached(low, argument):
            found.setdefault(end.block, []).append(argument)
            for wire in entering.get(end.block, ()):
                source: str | None = wire.source.block
                while source is not None and source != argument:
                    found.setdefault(source, []).append(argument)
                    source = _bringing(low, source)
    return found


def _bringing(low: Lowering, argument: str) -> str | None:
    """Return the Argument from which another one has what it passes on."""
    before = low.wires.at(argument, BROUGHT) if argument in low.pins else []
    return before[0].source.block if before and before[0].source.block in low.pins else None


USES: dict[str, Special] = {ARGUMENT: argument, "Result": result}
