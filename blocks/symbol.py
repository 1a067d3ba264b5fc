"""The data types of the catalog: a symbol with its pins and attrs, and the TensorFlow op behind it."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

Direction = Literal["in", "out", "result"]

# What a pin takes or gives. Tensor kinds are wired (or hold a literal); value kinds hold a literal only; the
# others connect the special blocks of the original's core library.
PinKind = Literal[
    "scope",
    "tensor",
    "list(tensor)",
    "type",
    "list(type)",
    "shape",
    "list(shape)",
    "int",
    "list(int)",
    "float",
    "list(float)",
    "bool",
    "string",
    "list(string)",
    "attrs",
    "operation",  # the op itself (a control output), or the pin that takes one
    "feed",  # FeedType -> ClientSession.inputs
    "initializer",  # Input_Initializer -> FeedType.initializer
    "client_tensor",  # Tensor -> Input_Initializer.t, Input.initvalues
    "status",
    "func",
    "list(func)",
    "tensor_value",  # an op attr that is itself a tensor
]
TENSOR_KINDS = frozenset({"tensor", "list(tensor)"})


class Pin(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One named place on a symbol, in drawing order from top to bottom."""

    name: str
    direction: Direction
    kind: PinKind
    dtype: str | None = None  # DT_ name of literals that the op or the original fixes; None = by text or op
    default: str | None = None  # text that stands in for an absent one; always valid for TensorFlow
    example: str | None = None  # the original's library text, shown as a hint only
    required: bool = False  # must be wired or typed
    many: bool = False  # takes several wires, in order
    also: tuple[PinKind, ...] = ()  # kinds of outputs that it takes beside those in blocks/wiring.py
    wire: bool = True  # False: a literal only (grey value pins), or never wired at all (scope)
    label: str | None = None  # the drawn label where it differs from the name
    hidden: bool = False  # not drawn
    aliases: tuple[str, ...] = ()  # other names that files may use, as the original's drawn or coded name
    arg: str | None = None  # OpDef input or output argument behind it (a result pin: the one it shows)
    attr: str | None = None  # OpDef attr behind it


class Attr(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One key of a symbol's attrs text, as ``method_`` in ``method_ = bilinear;``."""

    name: str  # with the trailing underscore
    kind: PinKind
    attr: str | None = None  # OpDef attr; None: a key of the original that TensorFlow does not have
    default: Any = None  # TensorFlow's default in plain JSON form; None = none
    allowed: tuple[str, ...] | None = None
    aliases: tuple[str, ...] = ()


class Symbol(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A kind of block, as the catalog lists it."""

    name: str
    category: str
    title: tuple[str, ...]  # one to three lines
    pins: tuple[Pin, ...] = ()
    attrs: tuple[Attr, ...] = ()
    op: str | None = None  # TensorFlow op; None = a special block
    original: bool = False  # one of the original's 490
    unavailable: str | None = None  # why no page can run it, or None
    style: str | None = None  # a look of its own ("session", "plain", ...); None = the usual one
    fixed_attrs: dict[str, Any] = {}  # OpDef attrs that the symbol fixes
    color: str = ""  # of a page that stands as a block: its header's ("#rrggbb")
    icon: str = ""  # and the name of the picture before its title
    note: str | None = None  # what differs from the original or from TensorFlow, for the help

    def pin(self, name: str, direction: Direction | None = None) -> Pin | None:
        """Return the pin of that name or alias (see `pins_by_name`); without a direction, of any."""
        if direction is not None:
            return pins_by_name(self, direction).get(name)
        named = next((p for p in self.pins if p.name == name), None)
        return named or next((p for p in self.pins if name in p.aliases), None)

    def shown_by(self, result: Pin) -> Pin | None:
        """Return the output whose value the result pin shows, or None where it never shows one."""
        return next((p for p in self.outputs if result.arg in (p.arg, p.name)), None) if result.arg else None

    @property
    def inputs(self) -> tuple[Pin, ...]:
        """The pins on the left: scope, wired inputs, value-only pins and attrs."""
        return tuple(p for p in self.pins if p.direction == "in")

    @property
    def outputs(self) -> tuple[Pin, ...]:
        """The output pins (results excluded)."""
        return tuple(p for p in self.pins if p.direction == "out")


_by_name: dict[tuple[str, Direction], tuple[Symbol, dict[str, Pin]]] = {}


def pins_by_name(symbol: Symbol, direction: Direction) -> dict[str, Pin]:
    """Return the pins of one direction by all names that files may use; not to be changed.

    Own names win over aliases, and of an alias that several pins bear the first one's. An alias holds within its
    direction only: the Output block's ``output`` is its input as a wire's target, and its output everywhere else.
    """
    known = _by_name.get((symbol.name, direction))
    if known is not None and known[0] is symbol:
        return known[1]
    pins = [p for p in symbol.pins if p.direction == direction]
    named = {alias: p for p in reversed(pins) for alias in p.aliases}
    named.update({p.name: p for p in pins})
    _by_name[symbol.name, direction] = symbol, named
    return named


class OpArg(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An input or output of an OpDef; exactly one of dtype, type_attr, type_list_attr is set."""

    name: str
    dtype: str | None = None  # DT_ name
    type_attr: str | None = None
    number_attr: str | None = None  # a list of so many tensors of one type
    type_list_attr: str | None = None  # a list of tensors of these types
    is_ref: bool = False


class OpAttr(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An attr of an OpDef. ``type`` is OpDef's word: type, shape, int, tensor, func, list(int), ..."""

    name: str
    type: str
    default: Any = None  # plain JSON: DT_ name, list, number, text; {"bytes": base64} where not UTF-8
    has_default: bool = False
    allowed: tuple[str, ...] | None = None  # DT_ names or strings
    minimum: int | None = None


class Op(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the plan must know of a TensorFlow op: its signature, without TensorFlow."""

    name: str
    inputs: tuple[OpArg, ...] = ()
    outputs: tuple[OpArg, ...] = ()
    attrs: tuple[OpAttr, ...] = ()
    stateful: bool = False
    cpu: bool = True  # a CPU kernel is registered in the TensorFlow that the snapshot names
    removed: bool = False  # that TensorFlow no longer builds it

    def attr(self, name: str) -> OpAttr | None:
        """Return the attr of that name, or None."""
        return next((a for a in self.attrs if a.name == name), None)
