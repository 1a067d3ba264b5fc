"""What a node must be like for its op: attrs of the op's kinds, and as many inputs and outputs as they say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.document.model.sentence import Sentence, say
from app.engine.exchange.graph import Func, Node, Tensor
from app.engine.exchange.op_outputs import count_of
from blocks.symbol import Op

_MOST_OUTPUTS = 65_536
_FITS: dict[str, Callable[[Any], bool]] = {
    "type": lambda value: isinstance(value, str),
    "int": lambda value: type(value) is int,
    "float": lambda value: type(value) in (float, int),
    "bool": lambda value: isinstance(value, bool),
    "string": lambda value: isinstance(value, bytes),
    "shape": lambda value: value is None or isinstance(value, tuple),
    "tensor": lambda value: isinstance(value, Tensor),
    "func": lambda value: isinstance(value, Func),
}


def fault_of(node: Node, op: Op) -> Sentence | None:
    """Return why a node cannot be one of its op, None where it can."""
    for attr in op.attrs:
        value = node.attrs.get(attr.name)
        if value is not None and not _fits(attr.type, value):
            return say("model.bad-attr", node=node.name, op=op.name, attr=attr.name, kind=attr.type)
    given = len([text for text in node.inputs if not text.startswith("^")])
    counts = [count_of(arg, node.attrs) for arg in op.inputs]
    if min(counts, default=0) < 0 or sum(counts) != given:
        return say("model.bad-inputs", node=node.name, op=op.name, count=sum(counts), given=given)
    made = [count_of(arg, node.attrs) for arg in op.outputs]
    if min(made, default=0) < 0 or sum(made) > _MOST_OUTPUTS:
        return say("model.bad-outputs", node=node.name, op=op.name, count=sum(made))
    return None


def outputs_of(node: Node, op: Op) -> int:
    """Return how many tensors a node gives."""
    return sum([count_of(arg, node.attrs) for arg in op.outputs])


def _fits(kind: str, value: Any) -> bool:
    """Return whether a value is one of an attr's kind, in OpDef's words."""
    fits = _FITS.get(kind)
    if fits is not None:
        return fits(value)
    if kind.startswith("list("):
        one = _FITS.get(kind[5:-1])
        return isinstance(value, list) and (one is None or all(map(one, value)))
    return True
