"""One mistake: a page with a fault, the pin at fault, and words of what it takes and what it got."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Mistake:
    """A page with one fault. In ``takes`` and ``got`` each word must be said; alternatives stand between slashes.

    ``beside`` are function pages that it uses, by name: their blocks and wires.
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
    **pins: str,
) -> Mistake:
    """Return a mistake of the block ``c`` of a symbol; ``pin`` may name several, between bars, where either may be blamed."""
    return page(name, {**(also or {}), "c": (symbol, pins)}, wires, f"c.{pin}", takes, got, files)


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
) -> Mistake:
    """Return a mistake of a page of several blocks; ``at`` is ``block.pin`` or ``block.pin|pin``."""
    block, pins = at.split(".")
    places = tuple(f"{block}.{pin}" for pin in pins.split("|"))
    words = tuple(takes.split()), tuple(got.split())
    return Mistake(name, blocks, wires, places, *words, files or {}, steps, beside or {})


def filled(*shape: int, value: str = "0.5f") -> str:
    """Return the text of a tensor that holds one value everywhere."""
    text = value
    for size in reversed(shape):
        text = "{" + ",".join([text] * size) + "}"
    return text


def late(text: str) -> tuple[str, dict[str, str]]:
    """Return a Variable: its shape is known before the run, its value is not."""
    return "Variable", {"initvalues": text}
