"""The dtypes of what handles hold, as far as a plan knows them: they count for the texts typed beside a handle."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from typing import Any

from blocks.op_facts.held_types import HOLDS, TAKES
from blocks.symbol import Op, Symbol

Held = tuple[tuple[str, str], ...]  # a name of what a handle holds, and its dtype


def held_by(op: str, attrs: Mapping[str, Any]) -> Held:
    """Return what the handle of an op holds; nothing where it is no handle, or not known."""
    return tuple([(name, attrs[attr]) for name, attr in HOLDS.get(op, {}).items() if attr in attrs])


def known_beside(
    symbol: Symbol, op: Op, wired: Container[str], given: Iterable[Held]
) -> tuple[tuple[str, Any], ...]:
    """Return the attrs of an op that follow from the handles it takes; what its wires bring counts more.

    ``wired`` are the pins with wires, ``given`` what their handles hold.
    """
    pins = {pin.arg: pin.name for pin in symbol.inputs if pin.arg}
    by_wires = {arg.type_attr for arg in op.inputs if pins.get(arg.name) in wired}
    held = {name: dtype for one in given for name, dtype in one}
    takes = TAKES.get(op.name, {})
    return tuple([(a, held[name]) for a, name in takes.items() if name in held and a not in by_wires])
