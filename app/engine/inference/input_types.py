"""Tells what the inputs of a page's blocks want: dtypes by op and neighbours, shapes where the op is strict about them.

Shapes are told only where TensorFlow refuses every other one, so that nothing is ruled out that would run.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

from app.document.literals.types import LiteralError
from app.document.literals.values import parse_value
from app.document.model.diagram import Block, Page, Wire
from app.engine.compiler.lowering import pin_names
from app.engine.compiler.plan import Plan, PlanNode
from blocks.catalog import load
from blocks.dtypes import label
from blocks.op_facts.input_shapes import APPLY_SCALARS, APPLY_SLOTS
from blocks.op_facts.traits import WANTED_RANK
from blocks.symbol import Op, OpArg, Pin, Symbol
from blocks.tensor_spec import Shape, TensorSpec

_APPLY = {**dict.fromkeys(APPLY_SLOTS, "=var"), **dict.fromkeys(APPLY_SCALARS, "scalar")}
_RESIZE = {"images": "? ? ? ?", "size": "2"}
_POOL = {"input": "? ? ? ?", "value": "? ? ? ?"}
_CONTENTS = {"contents": "scalar"}

# The sizes of an input: a number, ? for any, a name for the same size wherever it stands, #x for the rank of x.
# ``scalar`` has none; =x is the whole shape of x.
STRICT: dict[str, dict[str, str]] = {
    "MatMul": {"a": "m k", "b": "k n"},
    "SparseMatMul": {"a": "m k", "b": "k n"},
    "BiasAdd": {"bias": "channels"},
    "Conv2D": {"input": "? ? ? ?", "filter": "? ? ? ?"},
    "DepthwiseConv2dNative": {"input": "? ? ? ?", "filter": "? ? ? ?"},
    "Conv3D": {"input": "? ? ? ? ?", "filter": "? ? ? ? ?"},
    "MaxPool": _POOL, "AvgPool": _POOL, "LRN": _POOL,
    "Reshape": {"shape": "?"},
    "Fill": {"dims": "?", "value": "scalar"},
    "Range": {"start": "scalar", "limit": "scalar", "delta": "scalar"},
    "Slice": {"begin": "#input", "size": "#input"},
    "StridedSlice": {"begin": "?", "end": "?", "strides": "?"},
    "Tile": {"multiples": "#input"},
    "Transpose": {"perm": "#x"},
    "Pad": {"paddings": "#input 2"}, "MirrorPad": {"paddings": "#input 2"},
    "OneHot": {"depth": "scalar", "on_value": "scalar", "off_value": "scalar"},
    "Split": {"split_dim": "scalar"}, "ConcatV2": {"axis": "scalar"}, "Concat": {"concat_dim": "scalar"},
    "RandomUniform": {"shape": "?"}, "RandomStandardNormal": {"shape": "?"}, "TruncatedNormal": {"shape": "?"},
    "ResizeBilinear": _RESIZE, "ResizeNearestNeighbor": _RESIZE, "ResizeBicubic": _RESIZE, "ResizeArea": _RESIZE,
    "CropAndResize": {"image": "? ? ? ?", "boxes": "boxes 4", "box_ind": "boxes", "crop_size": "2"},
    "ReadFile": {"filename": "scalar"},
    "DecodePng": _CONTENTS, "DecodeJpeg": _CONTENTS, "DecodeGif": _CONTENTS, "DecodeBmp": _CONTENTS,
    "AddN": {"inputs": "=inputs"},
    "Switch": {"pred": "scalar"}, "LoopCond": {"input": "scalar"},
    "AssignAdd": {"value": "=ref"}, "AssignSub": {"value": "=ref"},
    "ApplyGradientDescent": _APPLY, "ApplyMomentum": _APPLY, "ApplyAdagrad": _APPLY, "ApplyAdam": _APPLY,
    "ApplyRMSProp": _APPLY, "ApplyAdadelta": _APPLY,
}  # fmt: skip
_TRANSPOSED = {"a": "transpose_a", "b": "transpose_b"}  # attrs of MatMul that turn the sizes round


class _Input(NamedTuple):
    pin: str
    arg: OpArg
    many: bool


@lru_cache(maxsize=2000)
def _inputs(symbol_name: str) -> tuple[_Input, ...]:
    """Return the tensor inputs of a symbol of an ordinary op."""
    symbol = load().get(symbol_name)
    op = load().op(symbol.op) if symbol is not None and symbol.op else None
    if symbol is None or op is None:
        return ()
    args = {a.name: a for a in op.inputs}
    return tuple(_Input(p.name, args[p.arg], p.many) for p in symbol.inputs if p.arg in args)


def wanted_types(page: Page, plan: Plan, types: Mapping[str, TensorSpec]) -> dict[str, TensorSpec]:
    """Return what each input of the page wants, by ``block.pin``, where anything is known.

    ``types`` are those of the outputs. The dtype is "" where it is open, the shape None where the rank is. What an
    input wants follows from the other inputs of its block, never from what it has itself, but a pin that takes
    several wires wants what its first ones bring.
    """
    catalog = load()
    known = _Known(plan, types)
    wires: dict[str, list[Wire]] = {}
    for wire in page.wires:
        wires.setdefault(wire.target.block, []).append(wire)
    found: dict[str, TensorSpec] = {}
    for block in page.blocks.values():
        symbol = None if block.off else catalog.get(block.symbol)
        if symbol is None:
            continue
        if symbol.op is None:
            found.update(_special(block, symbol, wires.get(block.id, ()), known))
            continue
        op = catalog.op(symbol.op)
        if op is not None:
            found.update(_ordinary(block, symbol, op, wires.get(block.id, ()), known))
    return found


class _Known:
    """The outputs' types, dtypes of the plan where inference has none, and the nodes."""

    def __init__(self, plan: Plan, types: Mapping[str, TensorSpec]) -> None:
        self._types = types
        self._planned = plan.outputs
        self.nodes: dict[str, PlanNode] = {n.name: n for n in plan.nodes}

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
    block: Block, symbol: Symbol, op: Op, wires: Iterable[Wire], known: _Known
) -> dict[str, TensorSpec]:
    inputs = _inputs(symbol.name)
    brought: dict[str, list[TensorSpec]] = {}
    names = pin_names(symbol, "in") if wires else {}
    for wire in wires:
        named = names.get(wire.target.pin)
        brought.setdefault(named.name if named else wire.target.pin, []).extend(known.types_of(wire))
    fixed = _fixed_types(block, symbol)
    strict = STRICT.get(op.name)
    node = known.nodes.get(block.id)
    found: dict[str, TensorSpec] = {}
    for item in inputs:
        arg = item.arg
        dtype = label(arg.dtype) if arg.dtype else ""
        if arg.type_attr:
            dtype = fixed.get(arg.type_attr) or _bound(arg.type_attr, item, inputs, brought)
        rank = WANTED_RANK.get((op.name, arg.name))
        shape: Shape | None = None if rank is None else (None,) * rank
        if strict is not None and arg.name in strict:
            shape = _strict(op.name, arg.name, strict, inputs, brought, node)
        if dtype or shape is not None:
            found[f"{block.id}.{item.pin}"] = TensorSpec(dtype or "", shape)
    return found


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


def _strict(
    op: str,
    argument: str,
    texts: Mapping[str, str],
    inputs: Iterable[_Input],
    brought: Mapping[str, list[TensorSpec]],
    node: PlanNode | None,
) -> Shape | None:
    """Return the shape that an op demands of an argument, sizes from its other inputs filled in."""
    shapes: dict[str, Shape] = {}
    for other in inputs:
        own = other.arg.name == argument
        if (not own or texts[argument] == f"={argument}") and brought.get(other.pin):
            shape = brought[other.pin][0].shape
            if shape is not None:
                shapes[other.arg.name] = shape
    text = texts[argument]
    if text == "scalar":
        return ()
    if text.startswith("="):
        return shapes.get(text[1:])
    sizes: dict[str, int | None] = {}
    for name, shape in shapes.items():
        words = _words(op, name, texts.get(name, ""), node)
        if len(words) == len(shape):
            sizes.update((w, n) for w, n in zip(words, shape, strict=True) if not w.startswith("#"))
    if op == "BiasAdd" and shapes.get("value"):
        data_format = node.attrs.get("data_format") if node is not None else None
        value = shapes["value"]
        sizes["channels"] = value[1 if data_format == "NCHW" and len(value) > 1 else -1]
    words = _words(op, argument, text, node)
    return tuple(_size(word, sizes, shapes) for word in words)


def _words(op: str, argument: str, text: str, node: PlanNode | None) -> list[str]:
    words = text.split()
    turned = _TRANSPOSED.get(argument) if op in ("MatMul", "SparseMatMul") else None
    return words[::-1] if turned and node is not None and node.attrs.get(turned) else words


def _size(word: str, sizes: Mapping[str, int | None], shapes: Mapping[str, Shape]) -> int | None:
    if word.isdigit():
        return int(word)
    if word.startswith("#"):
        return len(shapes[word[1:]]) if word[1:] in shapes else None
    return None if word == "?" else sizes.get(word)


def _special(block: Block, symbol: Symbol, wires: Iterable[Wire], known: _Known) -> dict[str, TensorSpec]:
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
