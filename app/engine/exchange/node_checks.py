"""What a node must be like for its op: attrs of the op's kinds, and as many inputs and outputs as they say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from app.document.model.sentence import Sentence, say
from app.engine.exchange.graph import Func, GraphFault, Node, Tensor
from app.engine.exchange.op_outputs import count_of, is_list
from blocks.catalog import Catalog
from blocks.symbol import Op, OpAttr

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
_CLASSES: dict[str, type[Any]] = {
    "type": str, "int": int, "float": float, "bool": bool, "string": bytes, "shape": tuple, "tensor": Tensor,
    "func": Func,
}  # fmt: skip


class _Usual(NamedTuple):
    """What nodes of an op are like that takes and gives no lists: the classes of its attrs, how many in and out."""

    op: Op
    kinds: dict[str, type[Any] | None]  # None: lists
    needed: str | None  # the attr that holds its value, of a constant
    inputs: int
    outputs: int


class NodeChecks:
    """Checks the nodes of a graph; each op is looked at once."""

    def __init__(self, catalog: Catalog) -> None:
        """Begin with no op."""
        self._catalog = catalog
        self._usual: dict[str, _Usual | Op | None] = {}

    def outputs_of(self, node: Node) -> int | None:
        """Return how many tensors a node gives, None of an op that is not known; raises GraphFault for a bad one."""
        name = node.op
        if name not in self._usual:
            op = self._catalog.op(name)
            self._usual[name] = _usual(op) if op is not None else None
        known = self._usual[name]
        if known is None:
            return None
        if isinstance(known, _Usual):
            if _is_usual(node, known):
                return known.outputs
            known = known.op
        fault = _fault_of(node, known)
        if fault is not None:
            raise GraphFault(fault)
        return sum([count_of(arg, node.attrs) for arg in known.outputs])


def _usual(op: Op) -> _Usual | Op:
    if any(map(is_list, (*op.inputs, *op.outputs))):
        return op
    kinds = {attr.name: _CLASSES.get(attr.type) for attr in op.attrs}
    needed = next((attr.name for attr in op.attrs if _is_needed(attr)), None)
    return _Usual(op, kinds, needed, len(op.inputs), len(op.outputs))


def _is_needed(attr: OpAttr) -> bool:
    return attr.type == "tensor" and not attr.has_default


def _is_usual(node: Node, usual: _Usual) -> bool:
    """Return whether a look at the classes shows that a node is as its op has it."""
    kinds = usual.kinds
    if usual.needed is not None and node.attrs.get(usual.needed) is None:
        return False
    for name, value in node.attrs.items():
        if name in kinds and value is not None and type(value) is not kinds[name]:
            return False
    inputs = node.inputs
    return len(inputs) == usual.inputs and "^" not in {text[:1] for text in inputs}


def _fault_of(node: Node, op: Op) -> Sentence | None:
    """Return why a node cannot be one of its op, None where it can."""
    for attr in op.attrs:
        value = node.attrs.get(attr.name)
        if value is None and _is_needed(attr):
            return say("model.lacks-attr", node=node.name, op=op.name, attr=attr.name)
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


def _fits(kind: str, value: Any) -> bool:
    """Return whether a value is one of an attr's kind, in OpDef's words."""
    fits = _FITS.get(kind)
    if fits is not None:
        return fits(value)
    if kind.startswith("list("):
        one = _FITS.get(kind[5:-1])
        return isinstance(value, list) and (one is None or all(map(one, value)))
    return True
