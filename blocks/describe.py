"""Describes a symbol for ``tensorblocks blocks``: as plain JSON data and as text."""

from __future__ import annotations

import json
from typing import Any

from blocks.catalog import Catalog
from blocks.dtypes import label
from blocks.op_facts.side_effects import Effect, effects_of
from blocks.symbol import Attr, Pin, Symbol

# What an op may touch: the word for it, the flag, and how a person reads it.
TOUCHED: dict[str, tuple[Effect, str]] = {
    "read": (Effect.READS_FILES, "read files"),
    "write": (Effect.WRITES_FILES, "write files"),
    "net": (Effect.NETWORK, "use the network"),
    "process": (Effect.PROCESS, "end its process"),
    "python": (Effect.PYTHON, "run Python"),
}
_HEADINGS = (("in", "Inputs"), ("out", "Outputs"), ("result", "Results shown"))


def describe(symbol: Symbol, catalog: Catalog) -> dict[str, Any]:
    """Return the symbol as ``blocks --json`` prints it; dtypes are TensorFlow's DT_ names."""
    return {
        "symbol": symbol.name,
        "category": symbol.category,
        "title": list(symbol.title),
        "op": symbol.op,
        "pins": [_pin(pin, symbol, catalog) for pin in symbol.pins],
        "attrs": [_attr(attr) for attr in symbol.attrs],
        "help": catalog.help(symbol.name),
        "touches": touches(symbol, catalog),
        "unavailable": symbol.unavailable,
        "original": symbol.original,
    }


def touches(symbol: Symbol, catalog: Catalog) -> list[str]:
    """Return what a symbol's op may touch beside its outputs: keys of ``TOUCHED``."""
    op, own = catalog.op(symbol.op) if symbol.op else None, catalog.own.get(symbol.name)
    effect = effects_of(op).effect if op is not None else Effect.NONE
    if own is not None:
        effect = own.effect
    return [name for name, (part, _) in TOUCHED.items() if part & effect]


def touches_text(symbol: Symbol, catalog: Catalog) -> str:
    """Return for a person what a symbol's op may touch beside its outputs; "" where it touches nothing."""
    touched = [TOUCHED[name][1] for name in touches(symbol, catalog)]
    return f"It may {', '.join(touched)}." if touched else ""


def first_sentence(text: str, most: int) -> str:
    """Return the first sentence of a help text in one line, cut to ``most`` characters; "" where there is none."""
    if text.startswith("TODO"):
        return ""
    sentence = " ".join(text.split("\n\n", maxsplit=1)[0].split()).split(". ", maxsplit=1)[0]
    return sentence if len(sentence) <= most else sentence[: most - 1].rstrip() + "…"


def describe_text(symbol: Symbol, catalog: Catalog) -> str:
    """Return the symbol for a person: its pins, attrs and help; ends with a line end."""
    op = f", TensorFlow op {symbol.op}" if symbol.op else ""
    parts = [f"{symbol.name}  ({symbol.category}{op})"]
    if symbol.unavailable:
        parts.append(f"Not available: {symbol.unavailable}")
    for direction, heading in _HEADINGS:
        pins = [pin for pin in symbol.pins if pin.direction == direction and pin.kind != "scope"]
        if pins and direction != "result":
            parts.append(_columns(heading, [(pin.name, _pin_words(pin, symbol, catalog)) for pin in pins]))
    if symbol.attrs:
        parts.append(_columns("Attrs", [(attr.name, _attr_words(attr)) for attr in symbol.attrs]))
    parts += [touches_text(symbol, catalog), catalog.help(symbol.name)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _pin(pin: Pin, symbol: Symbol, catalog: Catalog) -> dict[str, Any]:
    return {
        "name": pin.name,
        "direction": pin.direction,
        "kind": pin.kind,
        "dtype": pin.dtype,
        "default": pin.default,
        "example": pin.example,
        "required": pin.required,
        "aliases": list(pin.aliases),
        "label": pin.label or pin.name,
        "many": pin.many,
        "wire": pin.wire,
        "hidden": pin.hidden,
        "allowed": _allowed(pin, symbol, catalog),
        "op_arg": pin.arg if symbol.op else None,
        "op_attr": pin.attr,
    }


def _attr(attr: Attr) -> dict[str, Any]:
    return {
        "name": attr.name,
        "kind": attr.kind,
        "default": {"unknown_rank": True} if attr.kind == "shape" and attr.default is None else attr.default,
        "allowed": list(attr.allowed) if attr.allowed else None,
        "aliases": list(attr.aliases),
        "op_attr": attr.attr,
    }


def _allowed(pin: Pin, symbol: Symbol, catalog: Catalog) -> list[str] | None:
    """Return the texts that a value pin may hold, where TensorFlow lists them."""
    op = catalog.op(symbol.op) if symbol.op and pin.attr else None
    attr = op.attr(pin.attr) if op and pin.attr else None
    return list(attr.allowed) if attr and attr.allowed else None


def _pin_words(pin: Pin, symbol: Symbol, catalog: Catalog) -> str:
    words: list[str] = [pin.kind if pin.dtype is None else f"{pin.kind} {label(pin.dtype)}"]
    allowed = _allowed(pin, symbol, catalog)
    if allowed:
        words.append("one of " + ", ".join(allowed))
    if pin.required:
        words.append("required")
    if pin.default:
        words.append(f"default {pin.default}")
    if pin.example and pin.kind != "attrs":
        words.append(f"for example {pin.example}")
    if pin.aliases:
        words.append("also called " + ", ".join(pin.aliases))
    return "; ".join(words)


def _attr_words(attr: Attr) -> str:
    if attr.attr is None:
        return "a key of the original that TensorFlow does not have; ignored"
    words: list[str] = [attr.kind]
    if attr.default not in (None, "", []):
        words.append(
            "default " + (attr.default if isinstance(attr.default, str) else json.dumps(attr.default))
        )
    if attr.allowed:
        words.append("one of " + ", ".join(attr.allowed))
    if attr.aliases:
        words.append("also called " + ", ".join(attr.aliases))
    return "; ".join(words)


def _columns(heading: str, rows: list[tuple[str, str]]) -> str:
    width = max(len(name) for name, _ in rows)
    return "\n".join([heading, *(f"  {name.ljust(width)}  {words}" for name, words in rows)])
