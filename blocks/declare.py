"""Reads the tables (``blocks/tables/*.toml``): what TensorFlow's registry does not say of a symbol."""

from __future__ import annotations

from pathlib import Path

import msgspec

from blocks.symbol import Pin, PinKind

TABLES = Path(__file__).parent / "tables"
_GENERATED = "_generated.toml"


class Row(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, rename={"ins": "in", "outs": "out"}):
    """One symbol's entry. Everything keyed by a pin uses the symbol's own pin names."""

    op: str | None = None  # None: the op bears the symbol's name, or ``pins`` are given
    title: tuple[str, ...] = ()  # () = the name on one line
    ins: tuple[str, ...] = ()  # from top to bottom, scope and attrs included
    outs: tuple[str, ...] = ()
    pins: tuple[Pin, ...] | None = None  # a special block: all pins in full; then no other pin key counts
    result: dict[str, str] = {}  # a result pin that is not result_OUTPUT = the output it shows ("" = nothing)
    arg: dict[str, str] = {}  # input pin = OpDef input, where the names differ
    out_arg: dict[str, str] = {}  # output pin = OpDef output, where the names differ
    attr: dict[str, str] = {}  # input pin = OpDef attr, where the names differ
    optional: tuple[str, ...] = ()  # input pins that may be absent although the op needs them: code fills in
    unused: tuple[str, ...] = ()  # drawn by the original, but nothing of the op; kept and hidden
    kind: dict[str, PinKind] = {}  # a value pin that feeds an op input
    dtype: dict[str, str] = {}  # DT_ name of the pin's literals, where the op leaves it open
    alias: dict[str, tuple[str, ...]] = {}
    label: dict[str, str] = {}
    default: dict[str, str] = {}  # the library's text where TensorFlow takes it, or a sensible one
    example: dict[str, str] = {}  # the library's text where TensorFlow would refuse it
    attr_alias: dict[str, tuple[str, ...]] = {}  # attrs key = misspelt keys of the original
    foreign_attrs: tuple[str, ...] = ()  # keys of the original that the op does not have; taken and ignored
    fixed_attrs: dict[str, str] = {}
    style: str | None = None
    unavailable: str | None = None  # why no page can run it, where the op registry does not say
    runs: bool = False  # runs although no kernel is registered: TensorFlow rewrites it first
    note: str | None = None
    help: str | None = None
    original: bool = True  # one of the original's 490


class Generated(msgspec.Struct, forbid_unknown_fields=True):
    """What the tables say about generated blocks."""

    order: tuple[str, ...]
    libraries: dict[str, str]
    blocks: dict[str, Row]


def rows() -> dict[str, dict[str, Row]]:
    """Return category -> symbol name -> entry, in file order; raises ``msgspec.ValidationError``."""
    files = sorted(path for path in TABLES.glob("*.toml") if path.name != _GENERATED)
    return {path.stem: msgspec.toml.decode(path.read_bytes(), type=dict[str, Row]) for path in files}


def generated() -> Generated:
    """Return the table for generated blocks."""
    return msgspec.toml.decode((TABLES / _GENERATED).read_bytes(), type=Generated)
