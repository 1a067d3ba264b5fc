"""Finds the inputs for which TensorFlow refuses a node: tries it again with inputs of unknown shape instead."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from itertools import count
from typing import NamedTuple

import tensorflow as tf
from tensorflow.core.framework import graph_pb2, node_def_pb2

from app.engine.compiler.plan import PlanNode
from app.engine.tf.graph_import import PRODUCER, import_nodes, refuse_impossible_shapes
from app.engine.tf.handle_shapes import held_shape, hold_like, is_handle
from app.engine.tf.protos import set_attr
from blocks.catalog import load
from blocks.op_facts.fatal_inputs import FRAGILE
from blocks.tensor_spec import Shape

_VECTORS = 2  # how much of the shapes is known: ranks, and the lengths of vectors
_MOST_CONFLICTS = 3  # of one node that are kept apart
_TRIALS = ".blame"  # scope of the nodes that the trials leave behind; no block's id begins with a dot
_numbers = count()  # of the trials' nodes: no graph may get a name twice


class Conflict(NamedTuple):
    """One reason why a node is refused. ``positions`` are the inputs that together make TensorFlow refuse it.

    None of them can be left out: one input (a wrong rank) or several that do not fit each other, in order. Empty:
    the attrs alone, or a dtype, are to blame. ``by_value`` are those of them whose constant value counts, not only
    the shape. ``message`` is what TensorFlow says of these inputs alone.
    """

    positions: tuple[int, ...]
    by_value: frozenset[int]
    message: str


class Trials:
    """Tries one node again and again in a graph; each trial adds nodes that nothing uses."""

    def __init__(
        self, graph: tf.Graph, node: PlanNode, inputs: Sequence[tf.Tensor], device: str = ""
    ) -> None:
        """Take the graph of the inputs, which are in the node's order, without control inputs."""
        self._graph, self._inputs, self._device = graph, list(inputs), device
        self._unknown: dict[int, tf.Tensor] = {}
        self._known = 0  # of the actual inputs' shapes: nothing, the ranks, the lengths of vectors as well
        self._proto = node_def_pb2.NodeDef(op=node.op)
        op = load().op(node.op)
        kinds = {a.name: a.type for a in op.attrs} if op is not None else {}
        for name, value in node.attrs.items():
            set_attr(self._proto.attr[name], kinds.get(name, "type"), value)

    def refusal(self, actual: Collection[int], instead: dict[int, tf.Tensor] | None = None) -> str | None:
        """Build the node with its ``actual`` inputs and unknown ones for the others; return the refusal, or None.

        ``instead`` gives single inputs in place of both.
        """
        chosen = instead or {}
        tensors = [
            chosen[i] if i in chosen else tensor if i in actual else self.unknown(i)
            for i, tensor in enumerate(self._inputs)
        ]
        node = node_def_pb2.NodeDef()
        node.CopyFrom(self._proto)
        try:
            self._add(node, tensors)
        except Exception as problem:
            return str(problem)
        return None

    def know_shapes(self) -> None:
        """Let unknown inputs have as much of the actual shapes as the op asks for: some refuse what has no rank."""
        while self._known < _VECTORS and self.refusal(()) is not None:
            self._known += 1
            self._unknown.clear()

    def unknown(self, position: int) -> tf.Tensor:
        """Return a tensor (or reference) of the input's dtype and of unknown shape."""
        if position not in self._unknown:
            self._unknown[position] = self.stand_in(position, self._known_shape(position))
        return self._unknown[position]

    def _known_shape(self, position: int) -> list[int | None] | None:
        shape = known_shape(self._inputs[position])
        if not self._known or shape is None:
            return None
        return list(shape) if self._known == _VECTORS and len(shape) == 1 else [None] * len(shape)

    def stand_in(self, position: int, shape: Sequence[int | None] | None) -> tf.Tensor:
        """Return a tensor (or reference) of the input's dtype, of this shape and of unknown value.

        A handle is one of what has this shape.
        """
        model = self._inputs[position]
        dtype, of_handle = model.dtype, held_shape(model) is not None
        node = node_def_pb2.NodeDef(op="VariableV2" if dtype._is_ref_dtype else "Placeholder")
        node.attr["dtype"].type = dtype.base_dtype.as_datatype_enum
        own = model.shape.as_list() if of_handle and model.shape.rank is not None else shape
        set_attr(node.attr["shape"], "shape", None if own is None else list(own))
        tensor = self._add(node, []).outputs[0]
        if of_handle:
            hold_like(tensor, model, shape)
        return tensor

    def _add(self, node: node_def_pb2.NodeDef, inputs: Sequence[tf.Tensor]) -> tf.Operation:
        node.name, node.device = f"{_TRIALS}/{next(_numbers)}", self._device
        node.input.extend(t.name.removesuffix(":0") for t in inputs)
        graph_def = graph_pb2.GraphDef(node=[node], versions=PRODUCER)
        import_nodes(self._graph, graph_def, {t.name: t for t in inputs})
        operation = self._graph.get_operation_by_name(node.name)
        refuse_impossible_shapes([operation])
        return operation


def known_shape(tensor: tf.Tensor) -> Shape | None:
    """Return a tensor's shape, a handle's that of what it stands for; None where its rank is not known."""
    held = held_shape(tensor) if is_handle(tensor) else None
    if held is not None or tensor.shape.rank is None:
        return held
    return tuple(None if n is None else int(n) for n in tensor.shape.as_list())


def blame(
    graph: tf.Graph, node: PlanNode, inputs: Sequence[tf.Tensor], device: str = ""
) -> tuple[Conflict, ...]:
    """Return why TensorFlow refuses a node, the first cause first; empty where it does not refuse it.

    ``inputs`` are the node's in order, without control inputs; they must be of ``graph``, to which some nodes are
    added that nothing uses. Nothing is tried of ops that may not survive it. Inputs that cannot be built must be left
    to the caller: it has no fault to find then.
    """
    if node.op in FRAGILE:
        attr = FRAGILE[node.op]
        if attr is None or node.attrs.get(attr):
            return ()
    with graph.as_default():
        try:
            trials = Trials(graph, node, inputs, device)
        except Exception:
            return ()  # an attr that no NodeDef can hold
        trials.know_shapes()
        found: list[Conflict] = []
        left = list(range(len(inputs)))
        while len(found) < _MOST_CONFLICTS:
            message = trials.refusal(left)
            if message is None:
                break
            positions = _smallest(lambda chosen: trials.refusal(chosen) is not None, left)
            exact = trials.refusal(positions) or message
            found.append(Conflict(positions, _by_value(trials, positions, inputs), exact))
            if not positions:
                break
            left = [i for i in left if i not in positions]
        return tuple(found)


def _smallest(fails: Callable[[list[int]], bool], positions: list[int]) -> tuple[int, ...]:
    """Return a smallest set of positions that fails, where the whole does; of several, one that ends early.

    The shortest failing beginning ends with a member of the set; keep it, and shorten what is before it.
    """
    remaining: list[int] = []
    while not fails(remaining):
        # The beginning of length high fails together with remaining, the one of length low does not.
        low, high = 0, len(positions)
        while high - low > 1:
            middle = (low + high) // 2
            if fails([*positions[:middle], *remaining]):
                high = middle
            else:
                low = middle
        remaining.append(positions[high - 1])
        positions = positions[: high - 1]
    return tuple(sorted(remaining))


def _by_value(trials: Trials, positions: tuple[int, ...], inputs: Sequence[tf.Tensor]) -> frozenset[int]:
    """Return the positions that are accepted when their shape stays and only the value is unknown."""
    found = set()
    for i in positions:
        if trials.refusal(positions, {i: trials.stand_in(i, known_shape(inputs[i]))}) is None:
            found.add(i)
    return frozenset(found)
