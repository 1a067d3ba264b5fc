"""Which outputs may be wired to which inputs, and why not."""

from __future__ import annotations

from typing import Literal, NamedTuple

from blocks.symbol import Pin, PinKind

# Kinds of outputs that each kind of input takes. The original's rules, and more where that is meaningful: a
# single tensor is a list of one, and an output where an operation is required stands for the op that makes it.
_VALUES: tuple[PinKind, ...] = ("tensor", "client_tensor", "initializer")
TAKES: dict[PinKind, tuple[PinKind, ...]] = {
    "tensor": _VALUES,
    "list(tensor)": ("list(tensor)", *_VALUES),
    "operation": ("operation", "tensor", "list(tensor)"),
    "feed": ("feed",),
    "initializer": ("initializer", "client_tensor"),
    "client_tensor": ("client_tensor",),
    "status": ("status",),
}

# Why there can be no wire: an end that is no output or no input, the page's scope, a pin that takes a text only, an
# element of what is no list, a list where one tensor is taken, and kinds that do not go together.
Reason = Literal["no-output", "no-input", "scope", "text-only", "no-elements", "list", "kinds"]


class Refusal(NamedTuple):
    """Why an output cannot be wired to an input: the reason, both pins' names and their kinds."""

    reason: Reason
    source: str
    target: str
    gives: PinKind
    takes: PinKind


def refusal(source: Pin, target: Pin, *, element: bool = False) -> Refusal | None:
    """Return why an output cannot be wired to an input, or None where it can.

    ``element``: the wire takes one element of a list output (``grad_outputs[3]``), which is a tensor.
    """
    reason = _reason(source, target, element)
    if reason is None:
        return None
    gives: PinKind = "tensor" if element and source.kind == "list(tensor)" else source.kind
    return Refusal(reason, source.name, target.name, gives, target.kind)


def _reason(source: Pin, target: Pin, element: bool) -> Reason | None:
    if source.direction != "out":
        return "no-output"
    if target.direction != "in":
        return "no-input"
    if target.kind == "scope":
        return "scope"
    if not target.wire:
        return "text-only"
    if element and source.kind != "list(tensor)":
        return "no-elements"
    kind: PinKind = "tensor" if element else source.kind
    if kind in TAKES.get(target.kind, ()) or kind in target.also:
        return None
    return "list" if kind == "list(tensor)" and target.kind == "tensor" else "kinds"
