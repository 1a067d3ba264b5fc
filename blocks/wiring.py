"""Which outputs may be wired to which inputs, and in words why not."""

from __future__ import annotations

from blocks.symbol import Pin, PinKind

# Kinds of outputs that each kind of input takes. The original's rules, and more where that is meaningful: a
# single tensor is a list of one, and an output where an operation is wanted stands for the op that makes it.
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

_WORDS: dict[PinKind, str] = {
    "tensor": "a tensor",
    "list(tensor)": "a list of tensors",
    "operation": "an operation without a value",
    "feed": "a feed (a FeedType block)",
    "initializer": "a feed's value (an Input_Initializer block)",
    "client_tensor": "a value made outside the graph (a Tensor block)",
    "status": "a status",
}


def refusal(source: Pin, target: Pin, *, element: bool = False) -> str | None:
    """Return why an output cannot be wired to an input, in words, or None where it can.

    ``element``: the wire takes one element of a list output (``grad_outputs[3]``), which is a tensor.
    """
    if source.direction != "out":
        return f"{source.name} is no output; a wire starts at an output"
    if target.direction != "in":
        return f"{target.name} is no input; a wire ends at an input"
    if target.kind == "scope":
        return "the scope is the page's own and is never wired"
    if not target.wire:
        return f"{target.name} takes a text, no wire"
    if element and source.kind != "list(tensor)":
        return f"{source.name} is no list, so it has no elements"
    kind: PinKind = "tensor" if element else source.kind
    if kind in TAKES.get(target.kind, ()) or kind in target.also:
        return None
    if kind == "list(tensor)" and target.kind == "tensor":
        return (
            f"{source.name} is a list, {target.name} takes one tensor; wire an element, as {source.name}[0]"
        )
    return f"{source.name} is {_WORDS.get(kind, kind)}; {target.name} takes {_wanted(target)}"


def _wanted(target: Pin) -> str:
    word = _WORDS.get(target.kind, target.kind)
    return "an operation or an output" if target.kind == "operation" else word
