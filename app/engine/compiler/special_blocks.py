"""Lowers the blocks that are no plain op: constants, Variables, client-side values, lists, operations, gradients."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, NamedTuple, TypeVar

from app.document.literals import types
from app.document.literals.parser import parse_literal
from app.document.literals.types import LiteralError, actual_text
from app.document.literals.values import parse_value
from app.document.model.diagram import Block
from app.document.model.sentence import say
from app.engine.compiler.constants import const_attrs, pack, packed_text, reshaped
from app.engine.compiler.endpoints import Endpoint
from app.engine.compiler.errors import PinFault
from app.engine.compiler.lowering import Lowering, Special
from app.engine.compiler.plan import Constant, Gradients, PlanNode, PlanVariable
from app.engine.compiler.resolve import resolve
from blocks.dtypes import DTYPES, label
from blocks.requirement import Actual, InRange, Requirement, ShapeOf, of_dtypes
from blocks.symbol import Symbol

Value = TypeVar("Value", Constant, types.Literal)


def _value(low: Lowering, block: Block, pin: str, kind: Any) -> Any:
    """Return a value pin's parsed text, None where it is absent or empty; a fault is reported."""
    text = low.text(block, pin)
    if not isinstance(text, str) or not text.strip():
        return None
    try:
        return parse_value(kind, text)
    except LiteralError as problem:
        low.fault(
            block.id, PinFault("bad-literal", pin, problem.sentence, None, actual_text(text), problem.hint)
        )
        return None


def _read(
    low: Lowering, block: Block, pin: str, dtype: str | None, reading: Callable[[str, str | None], Value]
) -> Constant | Value | None:
    """Return what a pin's text reads as, or its array; None where there is none; a fault is reported."""
    text = low.text(block, pin)
    if text is None or isinstance(text, Constant):
        return text
    if text == "":
        return None
    try:
        return reading(text, dtype)
    except LiteralError as problem:
        needs = of_dtypes(label(dtype) or dtype) if dtype else None
        low.fault(
            block.id, PinFault("bad-literal", pin, problem.sentence, needs, actual_text(text), problem.hint)
        )
        return None


def _constant(low: Lowering, block: Block, pin: str, dtype: str | None) -> Constant | None:
    return _read(low, block, pin, dtype, packed_text)


def _const_node(low: Lowering, block: Block, pin: str, constant: Constant, **more: Any) -> None:
    name, dtype = block.id, constant.dtype
    low.put(PlanNode(name, "Const", name, [], const_attrs(dtype), constant))
    low.outs[name, pin] = Endpoint((f"{name}:0",), (dtype,), **more)


def const(low: Lowering, block: Block, symbol: Symbol) -> None:
    """Const, Const_ex: dtype by the dtype pin where there is one with a text, else by the value's text."""
    dtype = _value(low, block, "dtype", "type") if symbol.pin("dtype", "in") else None
    constant = _constant(low, block, "val", dtype)
    if constant is None:
        low.waiting.add(block.id)
        return
    _const_node(low, block, "output", constant)


def client_tensor(low: Lowering, block: Block, symbol: Symbol) -> None:
    """Tensor, Input, Input_Initializer: a value of the client. As an op's input it is a Const."""
    pin = "t" if symbol.name == "Input_Initializer" else "initvalues"
    out = symbol.outputs[0].name
    sources = low.wired(block.id, pin)
    if sources is None:
        return
    if sources:
        constant = sources[0].client
        if constant is None:
            low.fault(block.id, PinFault("wire-kind", pin, say("pin.client-value", pin=pin)))
            return
    else:
        dtype = _value(low, block, "dtype", "type") if symbol.pin("dtype", "in") else None
        if dtype is None and symbol.pin("dtype", "in"):
            default = symbol.pin("dtype", "in")
            dtype = default.default if default else None
        constant = _constant(low, block, pin, dtype)
    if constant is None:
        low.waiting.add(block.id)
        return
    _const_node(low, block, out, constant, client=constant)


def feed_type(low: Lowering, block: Block, symbol: Symbol) -> None:
    """FeedType: a tensor of the graph and the value that a session feeds for it."""
    targets, values = low.wired(block.id, "input"), low.wired(block.id, "initializer")
    if not targets or not values or values[0].client is None or not targets[0].dtypes:
        low.waiting.add(block.id)
        return
    ref, dtype = targets[0].refs[0], targets[0].dtypes[0]
    constant = values[0].client
    fitting = constant if constant.dtype == dtype else _retyped(low, block, constant, dtype)
    if fitting is None or not _fits_placeholder(low, block, ref, fitting):
        return
    low.outs[block.id, "output"] = Endpoint((), feed=(ref, fitting))


def _fits_placeholder(low: Lowering, block: Block, ref: str, constant: Constant) -> bool:
    """Compare a fed value with the shape that the placeholder's attrs ask for; a fault is reported."""
    node = low.nodes.get(ref.split(":")[0])
    shape = node.attrs.get("shape") if node is not None and node.op.startswith("Placeholder") else None
    if node is None or not isinstance(shape, (list, tuple)):
        return True
    if len(shape) == len(constant.shape) and all(
        n in (None, -1, m) for n, m in zip(shape, constant.shape, strict=True)
    ):
        return True
    sizes = tuple(None if n in (None, -1) else n for n in shape)
    sentence = say("feed.shape", block=node.block, needs=sizes, shape=constant.shape)
    needs, actual = Requirement(shape=ShapeOf(sizes)), Actual(shape=constant.shape)
    related = (f"{node.block}.output",)
    low.fault(block.id, PinFault("feed", "initializer", sentence, needs, actual, related=related))
    return False


def _retyped(low: Lowering, block: Block, constant: Constant, dtype: str) -> Constant | None:
    """Read the initializer's text again with the placeholder's dtype (its own was guessed by the text)."""
    wire = low.wires.at(block.id, "initializer")[0]
    source = low.page.blocks[wire.source.block]
    text = low.text(source, "t")
    if isinstance(text, str) and not low.wires.at(source.id, "t"):
        try:
            return pack(parse_literal(text, dtype))
        except LiteralError:
            pass  # reported below, with both dtypes
    own, given = label(dtype) or dtype, label(constant.dtype)
    sentence = say("feed.dtype", dtype=own, actual=given)
    low.fault(block.id, PinFault("feed", "initializer", sentence, of_dtypes(own), Actual(dtype=given)))
    return None


def _gives_tensors(end: Endpoint) -> bool:
    """Return whether an output gives tensors, which an operation does not: the check of the wires has said so."""
    return not end.is_operation and end.feed is None


def input_list(low: Lowering, block: Block, symbol: Symbol) -> None:
    """InputList: all wired tensors in order; lists are spliced in."""
    sources = low.wired(block.id, "outputlist")
    if not sources or not all(map(_gives_tensors, sources)):
        low.waiting.add(block.id)
        return
    refs = tuple(r for s in sources for r in s.refs)
    dtypes = tuple(d for s in sources for d in s.dtypes)
    low.outs[block.id, "output"] = Endpoint(refs, dtypes, any(s.is_ref for s in sources), is_list=True)


def operation(low: Lowering, block: Block, symbol: Symbol) -> None:
    """Operation: the op that makes the wired output."""
    name = _wired_op(low, block, "operation")
    if name is None:
        low.waiting.add(block.id)
        return
    low.outs[block.id, "output"] = Endpoint((name,), is_operation=True)


def output(low: Lowering, block: Block, symbol: Symbol) -> None:
    """Output: element ``index`` of the outputs of the wired op (or of the op that makes the wired output)."""
    name = _wired_op(low, block, "output_op")
    if name is None:
        low.waiting.add(block.id)
        return
    index = _value(low, block, "index", "int") or 0
    maker = name if name in low.symbols else name.rsplit("/", 1)[0]  # a gradient's elements are named so
    ends = [low.outs.get((maker, p.name)) for p in low.symbols[maker].outputs]
    found = {
        r: (d, e.is_ref)
        for e in ends
        if e is not None
        for r, d in zip(e.refs, e.dtypes, strict=False)
        if r.startswith(f"{name}:")
    }
    ref = f"{name}:{index}"
    if ref not in found:
        count = len(found)
        sentence = say("output.no-such", op=name, count=count, index=index)
        needs = Requirement(values=InRange(0, count - 1))
        low.fault(block.id, PinFault("wire-index", "index", sentence, needs, Actual(count=index)))
        return
    dtype, is_ref = found[ref]
    low.outs[block.id, "output"] = Endpoint((ref,), (dtype,), is_ref)


def _wired_op(low: Lowering, block: Block, pin: str) -> str | None:
    """Return the op wired to a pin, or that makes what is; None where there is none, as behind what is only fed."""
    sources = low.wired(block.id, pin)
    return sources[0].refs[0].split(":")[0] if sources and sources[0].refs else None


class _Start(NamedTuple):
    """What a Variable's pins say of its start."""

    how: Literal["value", "zeros", "wired", "none"]
    dtype: str | None
    shape: tuple[int, ...] | None
    value: Constant | None = None
    source: str | None = None


def variable(low: Lowering, block: Block, symbol: Symbol) -> None:
    """Variable: dtype and shape from their pins, else from initvalues (wired or text); absent initvalues = zeros."""
    start = _start_of(low, block)
    if start is None or block.id in low.waiting:
        low.waiting.add(block.id)
        return
    fault = _start_fault(start)
    if fault is not None or start.dtype is None:
        low.fault(block.id, fault or PinFault("unknown-dtype", "dtype", say("variable.no-dtype")))
        return
    how, dtype, shape, value, source = start
    low.variables[block.id] = PlanVariable(
        block=block.id, dtype=start.dtype, shape=shape, start=how, value=value, source=source
    )
    attrs = {
        **_variable_attrs(low, block, symbol),
        "dtype": dtype,
        "shape": None if shape is None else list(shape),
    }
    low.put(PlanNode(name=block.id, op="VariableV2", block=block.id, attrs=attrs))
    low.outs[block.id, "ref"] = Endpoint((f"{block.id}:0",), (start.dtype,), is_ref=True)


def _start_of(low: Lowering, block: Block) -> _Start | None:
    """Read the pins of a Variable; None where a source is not lowered or a fault is reported."""
    dtype, shape = _value(low, block, "dtype", "type"), _value(low, block, "shape", "shape")
    has_shape = bool(_text_of(low, block, "shape")) and shape is not None
    sources = low.wired(block.id, "initvalues")
    if sources is None:
        return None
    if sources and not sources[0].dtypes:
        return None  # an operation, or nothing: the check of the wires has said it
    if sources:
        return _wired_start(low, block, sources[0], dtype, shape if has_shape else None)
    if low.text(block, "initvalues") == "":
        return _Start("none", dtype, shape)
    typed = _read(low, block, "initvalues", dtype, parse_literal)
    if typed is None:
        return _Start("zeros", dtype, shape)
    value = _fitted(low, block, typed, shape if has_shape else None)
    return None if value is None else _Start("value", value.dtype, shape if has_shape else value.shape, value)


def _wired_start(
    low: Lowering, block: Block, source: Endpoint, dtype: str | None, shape: tuple[int, ...] | None
) -> _Start | None:
    wired = source.dtypes[0]
    if dtype is not None and dtype != wired:
        own, given = label(dtype) or dtype, label(wired)
        sentence = say("variable.dtype", actual=given, dtype=own)
        fault = PinFault("dtype-conflict", "initvalues", sentence, of_dtypes(own), Actual(dtype=given))
        low.fault(block.id, fault)
        return None
    value = _wired_constant(low, source.refs[0])
    if value is None:
        return _Start("wired", wired, shape, source=source.refs[0])
    return _Start("value", wired, value.shape if shape is None else shape, value)


def _start_fault(start: _Start) -> PinFault | None:
    """Return what keeps a Variable from starting, or None."""
    if start.dtype is None:
        return PinFault("unknown-dtype", "dtype", say("variable.no-dtype-typed"))
    if DTYPES[start.dtype].kind == "handle":
        return PinFault("bad-dtype", "dtype", say("variable.bad-dtype", dtype=label(start.dtype)))
    if start.how == "zeros" and (start.shape is None or -1 in start.shape):
        return PinFault("bad-shape", "shape", say("variable.open-sizes"))
    return None


def _text_of(low: Lowering, block: Block, pin: str) -> str:
    text = low.text(block, pin)
    return text.strip() if isinstance(text, str) else ""


def _variable_attrs(low: Lowering, block: Block, symbol: Symbol) -> dict[str, Any]:
    """Read container and shared_name from the attrs text."""
    text = _text_of(low, block, "attrs")
    if not text:
        return {}
    typed = (("attrs", text), ("dtype", "DT_FLOAT"), ("shape", "{}"))
    resolved = resolve(symbol.name, typed, ())
    for fault in resolved.faults:
        low.fault(block.id, fault)
    return {k: v for k, v in resolved.attrs.items() if k in ("container", "shared_name")}


def _wired_constant(low: Lowering, ref: str) -> Constant | None:
    node = low.nodes.get(ref.split(":")[0])
    return node.value if node is not None and node.op == "Const" else None


def _fitted(
    low: Lowering, block: Block, typed: Constant | types.Literal, shape: tuple[int, ...] | None
) -> Constant | None:
    """Bring a start value to the shape pin's shape: a scalar fills it, equal counts are re-arranged."""
    fixed = shape is not None and -1 not in shape
    if isinstance(typed, types.Literal):
        fitting = reshaped(typed, shape) if fixed and shape is not None else typed
        if fitting is not None:
            return pack(fitting)
    elif not fixed or typed.shape == shape:
        return typed
    own = shape or ()
    sentence = say("variable.shape", shape=typed.shape, says=own)
    needs, actual = Requirement(shape=ShapeOf(own)), Actual(shape=typed.shape)
    low.fault(block.id, PinFault("bad-shape", "initvalues", sentence, needs, actual))
    return None


def gradients(low: Lowering, block: Block, symbol: Symbol) -> None:
    """AddSymbolicGradients: one gradient per wired input, of the sum of all wired outputs."""
    ys, xs = low.wired(block.id, "outputs"), low.wired(block.id, "inputs")
    if not ys or not xs or not all(map(_gives_tensors, (*ys, *xs))):
        low.waiting.add(block.id)
        return
    y_refs, x_refs = (tuple(r for e in ends for r in e.refs) for ends in (ys, xs))
    low.gradients[block.id] = Gradients(name=block.id, ys=y_refs, xs=x_refs)
    low.sequence.append(block.id)
    position = 0
    for end in (*ys, *xs):
        for ref in end.refs:
            if end.is_ref:
                low.reads.append((block.id, position, ref))
            position += 1
    dtypes = tuple(d for e in xs for d in e.dtypes)
    refs = tuple(f"{block.id}/{i}:0" for i in range(len(x_refs)))
    low.outs[block.id, "grad_outputs"] = Endpoint(refs, dtypes, is_list=True)


def nothing(low: Lowering, block: Block, symbol: Symbol) -> None:
    """ClientSession (planned apart), Scope and Link (no node), Status (nothing makes one)."""


SPECIAL: dict[str, Special] = {
    "AddSymbolicGradients": gradients,
    "ClientSession": nothing,
    "Const": const,
    "Const_ex": const,
    "FeedType": feed_type,
    "Input": client_tensor,
    "Input_Initializer": client_tensor,
    "InputList": input_list,
    "Link": nothing,
    "Operation": operation,
    "Output": output,
    "Scope": nothing,
    "Status": nothing,
    "Tensor": client_tensor,
    "Variable": variable,
}
