"""Makes symbols out of the tables' entries and the ops' signatures: the rules that hold for every block."""

from __future__ import annotations

import re
from typing import Any

from blocks.declare import Row
from blocks.op_facts.datasets import ELEMENT_SHAPES, ELEMENT_TYPES, elements_follow
from blocks.op_facts.functions import CALLS
from blocks.symbol import TENSOR_KINDS, Attr, Op, OpArg, OpAttr, Pin, PinKind, Symbol

OPERATION = "operation"  # the output pin of an op without outputs
_TITLE_WIDTH = 14  # characters of Arial 13 bold that fit across a block of the usual width
_TITLE_LINES = 3


class BadEntry(ValueError):
    """An entry of the tables does not fit the op."""


def declared_symbol(name: str, category: str, row: Row, op: Op | None) -> Symbol:
    """Return the symbol that an entry of the tables declares; raises BadEntry where they do not fit."""
    common: dict[str, Any] = {
        "name": name,
        "category": category,
        "title": row.title or (name,),
        "original": row.original,
        "style": row.style,
        "unavailable": row.unavailable,
        "note": row.note,
    }
    if op is None or row.pins is not None:
        return Symbol(**common, pins=row.pins or ())
    _check_keys(name, row)
    inputs = _with_attrs_pin(row.ins, row, op)
    pins = [_input_pin(name, pin, row, op) for pin in inputs]
    pins += _outputs(name, row, op)
    shown = {pin.attr for pin in pins if pin.attr}
    attrs = _attrs(op, shown | set(row.fixed_attrs), row)
    symbol = Symbol(**common, op=op.name, pins=tuple(pins), attrs=attrs, fixed_attrs=dict(row.fixed_attrs))
    _check_complete(symbol, op)
    return symbol


def generated_symbol(name: str, category: str, row: Row, op: Op) -> Symbol:
    """Return the block of an op that no table declares; ``row`` holds corrections only."""
    inferred = inferred_attrs(op)
    needed = [a.name for a in op.attrs if not a.has_default and a.name not in inferred]
    inputs = [a.name for a in op.inputs]
    clashes = {n: f"{n}_attr" for n in needed if n in inputs or n in ("scope", "attrs")}
    full = {
        "op": op.name,
        "title": split_title(op.name),
        "ins": ("scope", *inputs, *(clashes.get(n, n) for n in needed)),
        "outs": tuple(a.name for a in op.outputs) or (OPERATION,),
        "attr": {pin: n for n, pin in clashes.items()},
        "original": False,
    }
    corrected = {field: getattr(row, field) for field in row.__struct_fields__ if getattr(row, field)}
    return declared_symbol(name, category, Row(**{**full, **corrected, "original": False}), op)


def inferred_attrs(op: Op) -> frozenset[str]:
    """Return the attrs that follow from the op's inputs: their types and how many they are."""
    return frozenset(
        attr for arg in op.inputs for attr in (arg.type_attr, arg.number_attr, arg.type_list_attr) if attr
    )


def split_title(name: str) -> tuple[str, ...]:
    """Split a camel-case name into at most three lines of about equal length."""
    words = re.findall(r"[A-Z]+(?![a-z])\d*|[A-Z]?[a-z0-9]+|[A-Z]+|_+|[^A-Za-z_]+", name)
    for count in range(1, _TITLE_LINES + 1):
        lines = _balanced(words, count)
        if max(map(len, lines)) <= _TITLE_WIDTH or count == min(_TITLE_LINES, len(words)):
            return lines
    return (name,)


def _balanced(words: list[str], count: int) -> tuple[str, ...]:
    """Join the words to ``count`` lines so that the longest is as short as can be."""
    if count <= 1 or len(words) <= 1:
        return ("".join(words),)
    splits = (("".join(words[:i]), *_balanced(words[i:], count - 1)) for i in range(1, len(words)))
    return min(splits, key=lambda lines: max(map(len, lines)))


def _is_list(arg: OpArg) -> bool:
    return bool(arg.number_attr or arg.type_list_attr)


def _tensor_kind(arg: OpArg) -> PinKind:
    return "list(tensor)" if _is_list(arg) else "tensor"


def _value_kind(attr: OpAttr) -> PinKind:
    return "tensor_value" if attr.type == "tensor" else attr.type  # type: ignore[return-value]


def _may_be_empty(arg: OpArg, op: Op) -> bool:
    """Return whether a list input may have no element."""
    count = op.attr(arg.number_attr or arg.type_list_attr or "")
    return _is_list(arg) and not (count and count.minimum)


def _input_pin(symbol: str, name: str, row: Row, op: Op) -> Pin:
    """Make one pin of the left side: scope, attrs, an op input, an op attr or an unused one."""
    common: dict[str, Any] = {
        "name": name,
        "direction": "in",
        "default": row.default.get(name),
        "example": row.example.get(name),
        "label": row.label.get(name),
        "aliases": row.alias.get(name, ()),
    }
    if name == "scope":
        return Pin(**{**common, "example": "scope"}, kind="scope", wire=False)
    if name == "attrs":
        return Pin(**common, kind="attrs", wire=False, hidden="attrs" not in row.ins)
    if name in row.unused:
        return Pin(**common, kind="tensor", hidden=True)
    arg = _find(op.inputs, row.arg.get(name, name))
    if arg and name not in row.attr:
        return _tensor_pin(common, arg, row, op)
    attr = op.attr(row.attr.get(name, name))
    if attr:
        needed = not attr.has_default and attr.name not in inferred_attrs(op) and not _may_follow(attr, op)
        required = needed and common["default"] is None and name not in row.optional
        return Pin(**common, kind=_value_kind(attr), wire=False, attr=attr.name, required=required)
    if (symbol, name) == ("Variable", "initvalues"):  # no input of the op: what the session assigns first
        return Pin(**common, kind="tensor")
    raise BadEntry(f"{symbol}.{name}: {op.name} has no input and no attr of this name")


def _may_follow(attr: OpAttr, op: Op) -> bool:
    """Return whether an attr may be left out, as it says what the elements of the op's datasets are."""
    calls = CALLS.get(op.name)
    follows = elements_follow(op) or (calls is not None and bool(calls.of))
    return follows and (attr.name in ELEMENT_TYPES | ELEMENT_SHAPES or attr.name == "Tout")


def _tensor_pin(common: dict[str, Any], arg: OpArg, row: Row, op: Op) -> Pin:
    name = common["name"]
    kind = row.kind.get(name, _tensor_kind(arg))
    taken = {*row.ins, *common["aliases"]}
    if arg.name not in taken:  # TensorFlow's own name is taken too
        common = {**common, "aliases": (*common["aliases"], arg.name)}
    return Pin(
        **common,
        kind=kind,
        dtype=arg.dtype or row.dtype.get(name),
        required=common["default"] is None and not _may_be_empty(arg, op),
        many=_is_list(arg),
        wire=kind in TENSOR_KINDS,
        arg=arg.name,
    )


def _with_attrs_pin(names: tuple[str, ...], row: Row, op: Op) -> tuple[str, ...]:
    """Add an attrs pin, not drawn, where the op has optional attrs and the original draws none."""
    shown = {row.attr.get(n, n) for n in names} | inferred_attrs(op) | set(row.fixed_attrs)
    optional = [a for a in op.attrs if a.has_default and a.name not in shown]
    return names if "attrs" in names or not optional else (*names, "attrs")


def _outputs(symbol: str, row: Row, op: Op) -> list[Pin]:
    """Make the output pins and below them the result pins."""
    pins, args = [], {}
    for name in row.outs:
        arg = _find(op.outputs, row.out_arg.get(name, name))
        if arg:
            aliases = () if arg.name in row.outs else (arg.name,)
            kind = _tensor_kind(arg)
            pins.append(
                Pin(name=name, direction="out", kind=kind, dtype=arg.dtype, arg=arg.name, aliases=aliases)
            )
        elif name == OPERATION:
            pins.append(Pin(name=name, direction="out", kind="operation"))
        else:
            raise BadEntry(f"{symbol}.{name}: {op.name} has no output of this name")
        args[name] = arg.name if arg else name
    return pins + _results(row, pins, args)


def _results(row: Row, outputs: list[Pin], args: dict[str, str]) -> list[Pin]:
    drawn = {shown for shown in row.result.values() if shown}
    results = [
        Pin(name=f"result_{o.name}", direction="result", kind=o.kind, wire=False, arg=args[o.name])
        for o in outputs
        if o.name not in drawn
    ]
    kinds = {o.name: o.kind for o in outputs}
    for name, shown in row.result.items():
        aliases = (f"result_{shown}",) if shown else ()
        results.append(
            Pin(
                name=name,
                direction="result",
                kind=kinds.get(shown, "tensor"),
                wire=False,
                hidden=not shown,
                aliases=aliases,
                arg=args.get(shown),
            )
        )
    return results


def _attrs(op: Op, shown: set[str], row: Row) -> tuple[Attr, ...]:
    """Return the keys of the attrs text: every attr that is no pin and does not follow from the inputs."""
    inferred = inferred_attrs(op)
    own = [
        Attr(
            name=f"{a.name}_",
            kind=_value_kind(a),
            attr=a.name,
            default=a.default,
            allowed=a.allowed,
            aliases=row.attr_alias.get(f"{a.name}_", ()),
        )
        for a in op.attrs
        if a.name not in shown and a.name not in inferred
    ]
    return (*own, *(Attr(name=key, kind="string") for key in row.foreign_attrs))


def _find(args: tuple[OpArg, ...], name: str) -> OpArg | None:
    return next((a for a in args if a.name == name), None)


def _check_keys(symbol: str, row: Row) -> None:
    """Refuse entries for pins that the symbol does not have: a typing error would pass unseen."""
    for field in ("arg", "attr", "kind", "dtype", "alias", "label", "default", "example"):
        for pin in getattr(row, field):
            if pin not in (*row.ins, *row.outs, "attrs"):
                raise BadEntry(f"{symbol}: {field}.{pin} names no pin")


def _check_complete(symbol: Symbol, op: Op) -> None:
    """Refuse a symbol that could not be built: an op input, output or needed attr without a pin."""
    args = {p.arg for p in symbol.pins if p.direction == "in"}
    outs = {p.arg for p in symbol.outputs}
    attrs = {p.attr for p in symbol.pins} | inferred_attrs(op) | set(symbol.fixed_attrs)
    missing = [f"input {a.name}" for a in op.inputs if a.name not in args]
    missing += [f"output {a.name}" for a in op.outputs if a.name not in outs]
    missing += [f"attr {a.name}" for a in op.attrs if not a.has_default and a.name not in attrs]
    if missing:
        raise BadEntry(f"{symbol.name}: no pin for {', '.join(missing)} of {op.name}")
