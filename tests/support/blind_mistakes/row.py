"""One mistake: a page with a fault, the pin at fault, and words of what it takes and what it got."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Mistake:
    """A page with one fault. In ``takes`` and ``got`` each word must be said; alternatives stand between slashes.

    ``beside`` are function pages that it uses, by name: their blocks and wires. ``hint`` are words of the message or
    the hint, ``related`` pins of the block that must be named beside the one at fault.
    """

    name: str
    blocks: Mapping[str, Any]
    wires: str
    at: tuple[str, ...]
    takes: tuple[str, ...]
    got: tuple[str, ...]
    files: Mapping[str, bytes] = field(default_factory=dict)
    steps: int = 1
    beside: Mapping[str, tuple[Mapping[str, Any], str]] = field(default_factory=dict)
    hint: tuple[str, ...] = ()
    related: tuple[str, ...] = ()


def one(
    name: str,
    symbol: str,
    pin: str,
    takes: str,
    got: str,
    /,
    *,
    also: Mapping[str, Any] | None = None,
    wires: str = "",
    files: Mapping[str, bytes] | None = None,
    hint: str = "",
    related: str = "",
    **pins: str,
) -> Mistake:
    """Return a mistake of the block ``c`` of a symbol; ``pin`` may name several, between bars, where either may be blamed."""
    blocks = {**(also or {}), "c": (symbol, pins)}
    return page(name, blocks, wires, f"c.{pin}", takes, got, files, hint=hint, related=related)


def page(
    name: str,
    blocks: Mapping[str, Any],
    wires: str,
    at: str,
    takes: str,
    got: str,
    files: Mapping[str, bytes] | None = None,
    *,
    steps: int = 1,
    beside: Mapping[str, tuple[Mapping[str, Any], str]] | None = None,
    hint: str = "",
    related: str = "",
) -> Mistake:
    """Return a mistake of a page of several blocks; ``at`` is ``block.pin`` or ``block.pin|pin``."""
    block, pins = at.split(".")
    places = tuple(f"{block}.{pin}" for pin in pins.split("|"))
    words = tuple(takes.split()), tuple(got.split())
    others = tuple(f"{block}.{pin}" for pin in related.split())
    return Mistake(
        name, blocks, wires, places, *words, files or {}, steps, beside or {}, tuple(hint.split()), others
    )


def filled(*shape: int, value: str = "0.5f") -> str:
    """Return the text of a tensor that holds one value everywhere."""
    text = value
    for size in reversed(shape):
        text = "{" + ",".join([text] * size) + "}"
    return text


def late(text: str) -> tuple[str, dict[str, str]]:
    """Return a Variable: its shape is known before the run, its value is not."""
    return "Variable", {"initvalues": text}
