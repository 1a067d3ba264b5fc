"""Which values of a loop surely have the same shape in every round, as far as a glance shows.

Of a loop's other values TensorFlow 2 requires the word that their shapes may change.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from app.engine.compiler.plan import PlanNode
from app.engine.compiler.plan_walk import node_of
from app.engine.exchange.python_writer.drawn_loops import DrawnLoop
from app.engine.exchange.python_writer.graph import Nodes
from blocks.op_facts.input_shapes import BROADCAST

_SINGLE_INPUT = """
    Abs Cast Ceil Cos Erf Exp Expm1 Floor Identity Inv Log Log1p LogicalNot Neg OnesLike Reciprocal Relu Rint Round
    Rsqrt Sigmoid Sign Sin Softplus Sqrt Square StopGradient Tan Tanh ZerosLike
"""
_SINGLE = frozenset(_SINGLE_INPUT.split())

_Shape = tuple[int, ...]


class LoopShapes(NamedTuple):
    """What is known of the shapes within a loop."""

    stay: bool  # those of all its variables
    known: Mapping[str, _Shape]  # by tensor


def shapes_of(loop: DrawnLoop, outside: Mapping[str, PlanNode], known: Mapping[str, _Shape]) -> LoopShapes:
    """Return what is known of a loop between the nodes ``outside``, of which some tensors have a known shape."""

    def given(ref: str) -> _Shape | None:
        return known[ref] if ref in known else _of_constant(outside, ref)

    # A shape that is not known is the name of what has it.
    shapes = {f"{v.merge}:0": _or(given(v.start), v.merge) for v in loop.variables}
    shapes.update({f"{enter}:0": _or(given(ref), enter) for enter, ref in loop.constants.items()})
    own = {v.merge for v in loop.variables}
    order = Nodes(loop.nodes).in_order(loop.nodes)
    while True:
        found = _shapes(loop, order, shapes)
        changing = {v.merge for v in loop.variables if found.get(v.next) != shapes[f"{v.merge}:0"]}
        if not own & changing:
            sizes = {ref: shape for ref, shape in found.items() if not isinstance(shape, str)}
            return LoopShapes(not changing, sizes)
        own -= changing
        shapes.update({f"{name}:0": f"{name}, changing" for name in changing})


def _shapes(loop: DrawnLoop, order: list[str], given: Mapping[str, _Shape | str]) -> dict[str, _Shape | str]:
    """Return the shapes of tensors where they follow from those of what a round begins with."""
    found = dict(given)
    for variable in loop.variables:
        found.update({f"{name}:1": given[f"{variable.merge}:0"] for name in variable.switches})
    for name in order:
        node, ref = loop.nodes.get(name), f"{name}:0"
        if node is None or ref in found:
            continue
        constant = _of_constant(loop.nodes, ref)
        shapes = {found.get(source) for source in node.inputs if not source.startswith("^")}
        if node.op in BROADCAST and len(shapes) > 1:
            shapes.discard(())
        [shape, *others] = shapes or {None}
        if constant is not None:
            found[ref] = constant
        elif shape is not None and not others and (node.op in _SINGLE or node.op in BROADCAST):
            found[ref] = shape
    return found


def _or(shape: _Shape | None, name: str) -> _Shape | str:
    return name if shape is None else shape


def _of_constant(nodes: Mapping[str, PlanNode], ref: str) -> _Shape | None:
    node = nodes.get(node_of(ref))
    return node.value.shape if node is not None and node.value is not None else None
