"""Which symbol draws an op, and what its pins say of the attrs of a node."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

from app.document.literals.values import format_value
from app.engine.exchange.graph import Func, Tensor
from app.engine.exchange.stored_arrays import text_of
from blocks.catalog import Catalog
from blocks.symbol import Attr, Op, OpArg, OpAttr, Pin, Symbol

_NONE = object()  # in place of a usual value


class Unsayable(Exception):
    """An attr that no text gives; its name is the argument."""


class FormAttr(NamedTuple):
    """An attr, the pin or the key of the attrs' text that says it, and its usual value where one look compares it."""

    attr: OpAttr
    pin: Pin | None
    key: Attr | None
    usual: object


class Form(NamedTuple):
    """How nodes of an op are drawn: its arguments with their pins, and the attrs that texts say."""

    symbol: Symbol
    op: Op
    inputs: tuple[tuple[OpArg, str | None], ...]
    outputs: tuple[tuple[OpArg, str | None], ...]
    run: str | None  # the pin of the op itself
    attrs: tuple[FormAttr, ...]  # those that the inputs do not say


@cache
def form_of(catalog: Catalog, name: str) -> Form | None:
    """Return how nodes of an op are drawn, None where the catalog has no symbol for it."""
    op, symbol = catalog.op(name), _symbol(catalog, name)
    if op is None or symbol is None:
        return None
    by_inputs = {name for a in op.inputs for name in (a.type_attr, a.number_attr, a.type_list_attr) if name}
    inputs, outputs = symbol.inputs, symbol.outputs
    pins = {pin.attr: pin for pin in reversed(inputs) if pin.attr}
    keys = {key.attr: key for key in reversed(symbol.attrs) if key.attr}
    return Form(
        symbol,
        op,
        tuple((arg, next((p.name for p in inputs if p.arg == arg.name), None)) for arg in op.inputs),
        tuple((arg, next((p.name for p in outputs if p.arg == arg.name), None)) for arg in op.outputs),
        next((p.name for p in outputs if p.kind == "operation"), None),
        tuple(
            FormAttr(a, pins.get(a.name), keys.get(a.name), _plain_default(a))
            for a in op.attrs
            if a.name not in by_inputs
        ),
    )


def _symbol(catalog: Catalog, op: str) -> Symbol | None:
    for name in (f"raw.{op}", op):
        symbol = catalog.get(name)
        if symbol is not None and symbol.op == op and not symbol.fixed_attrs:
            return symbol
    symbol = catalog.get(op)
    return symbol if symbol is not None and symbol.op == op else None


def pins_of_attrs(form: Form, attrs: Mapping[str, Any], pages: Mapping[str, Any]) -> dict[str, str]:
    """Return the texts that say a node's attrs, where neither TensorFlow's defaults nor the inputs say them.

    ``pages``: names of pages, by attr, for those that are functions. Raises Unsayable.
    """
    pins: dict[str, str] = {}
    texts: list[str] = []
    for attr, pin, key, usual in form.attrs:
        if attr.name not in attrs or (usual is not _NONE and attrs[attr.name] == usual):
            continue
        value = pages[attr.name] if attr.name in pages else _plain(attr, attrs[attr.name])
        if _is_usual(attr, value) or (
            form.symbol.fixed_attrs and form.symbol.fixed_attrs.get(attr.name) == value
        ):
            continue
        if pin is not None:
            pins[pin.name] = _text(pin.kind, value, attr.name)
        elif key is not None:
            texts.append(f"{key.name} = {_text(key.kind, value, attr.name)};")
        elif not attr.has_default:
            raise Unsayable(attr.name)
    if texts:
        pins["attrs"] = " ".join(texts)
    return pins


def _plain_default(attr: OpAttr) -> object:
    return attr.default if attr.has_default and attr.type in ("type", "int", "float", "bool") else _NONE


def _text(kind: Any, value: Any, name: str) -> str:
    if isinstance(value, Tensor):
        text = text_of(value)
        if text is None:
            raise Unsayable(name)
        return text
    try:
        return format_value(kind, value)
    except (TypeError, ValueError):
        raise Unsayable(name) from None


def _plain(attr: OpAttr, value: Any) -> Any:
    """Return an attr of the file as the catalog's texts take it."""
    if attr.type == "string":
        return _words(attr, value)
    if attr.type == "list(string)":
        return [_words(attr, one) for one in value]
    if isinstance(value, Func):
        return value.name
    return value


def _words(attr: OpAttr, value: Any) -> Any:
    try:
        return value.decode() if isinstance(value, bytes) else value
    except UnicodeDecodeError:
        raise Unsayable(attr.name) from None


def _is_usual(attr: OpAttr, value: Any) -> bool:
    if not attr.has_default:
        return False
    if attr.type == "shape":
        return value == _shape(attr.default)
    if attr.type == "list(shape)":
        return list(value) == [_shape(one) for one in attr.default or ()]
    if attr.type.startswith("list("):
        return list(value) == list(attr.default or ())
    return bool(value == attr.default)


def _shape(default: Any) -> Any:
    return tuple(-1 if size is None else size for size in default) if isinstance(default, list) else None
