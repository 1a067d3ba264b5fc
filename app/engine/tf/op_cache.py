"""What inference keeps in the worker: each op it has built once, by what its types depend on.

An op's types follow from its attrs and the dtypes and shapes of its inputs, and only where a shape function reads
values (``shape_traits``) also from what stands before these. So after an edit only those ops are built whose inputs
have types that no op of their kind had before: mostly one or none. Nothing here is ever run.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import tensorflow as tf
from tensorflow.core.framework import attr_value_pb2, graph_pb2
from tensorflow.python.framework import op_def_registry

from app.document.model.problems import Problem
from app.engine.compiler.plan import Constant, Plan, PlanFunction, PlanNode
from app.engine.compiler.plan_walk import node_of
from app.engine.tf.function_library import add_functions
from app.engine.tf.graph_builder import build_what_can, written
from app.engine.tf.graph_import import PRODUCER, import_nodes
from app.engine.tf.protos import attr_kinds, set_attr, set_tensor
from blocks.catalog import load
from blocks.dtypes import DTYPES
from blocks.tensor_spec import TensorSpec

REFERENCE = 100  # what TensorFlow adds to the number of a dtype for a reference to it
_FEW = 2000  # ops: a graph up to this size is always kept
_GROWTH = 4  # how many times the ops in use the graph may hold
_VERDICTS = 256  # that are kept
_LONG = 64  # bytes of a constant that stand in a key as they are
_HANDLES = (DTYPES["DT_RESOURCE"].number, DTYPES["DT_VARIANT"].number)

Shape = tuple[int | None, ...] | None
Known = tuple[tuple[int, ...], ...] | None  # the tensors of each op, or None: TensorFlow refuses it
Verdict = tuple[list[Problem], dict[str, tuple[int, Shape]]]
_encode = msgspec.msgpack.Encoder().encode


class OpCache:
    """A graph that grows by what is asked, and starts anew before it grows too large.

    Tensors have numbers. Those of one dtype and shape share a number, unless their values may be read or they are
    handles of something that is known.
    """

    def __init__(self) -> None:
        """Begin with an empty graph."""
        self._last_uses: deque[int] = deque(maxlen=8)  # by request
        self._uses = 0
        self._verdicts: dict[bytes, Verdict] = {}
        self.generation = 0  # numbers of tensors are those of one generation
        self._forget()

    def _forget(self) -> None:
        self.generation += 1
        self._graph = tf.Graph()
        self._known: dict[bytes, Known] = {}
        self._shared: dict[tuple[int, Shape], int] = {}
        self._tensors: list[tf.Tensor] = []
        self.types: list[TensorSpec] = []
        self.dtypes: list[int] = []  # TensorFlow's numbers
        self._names = 0
        self._functions: set[str] = set()

    def begin(self) -> None:
        """Begin with a page: forget everything where far more is kept than the last pages used."""
        self._last_uses.append(self._uses)
        self._uses = 0
        if self.size > max(_FEW, _GROWTH * max(self._last_uses)):
            self._forget()

    def know(self, functions: Sequence[PlanFunction]) -> None:
        """Make functions known, by whose names nodes may call them."""
        new = [function for function in functions if function.name not in self._functions]
        add_functions(self._graph, new, written)
        self._functions.update(function.name for function in new)

    @property
    def size(self) -> int:
        """Return how much is kept: ops in the graph, or verdicts, whichever are more."""
        return max(len(self._known), len(self._graph.get_operations()))

    def build(
        self, node: PlanNode, inputs: Sequence[int], exact: bool, name: str = ""
    ) -> tuple[int, ...] | None:
        """Return the outputs of a node with these inputs, or None where TensorFlow refuses it.

        ``exact``: its values may be read. A ``name`` distinguishes nodes that are equal else.
        """
        if node.value is not None and (not exact or node.value.array is not None):
            return (self.stand_in(DTYPES[node.value.dtype].number, node.value.shape),)
        constant = None if node.value is None else _digest(node.value)
        key = _encode((node.op, node.attrs, inputs, exact, name, constant))
        found = self._once(key, lambda: [self._create(node, inputs)], exact)
        return None if found is None else found[0]

    def build_circle(self, nodes: Sequence[PlanNode], inputs: Sequence[Sequence[int | str]]) -> Known:
        """Return the outputs of each node of a loop.

        ``inputs``: for each node its tensors from outside, and texts (``node:0``) for those from inside.
        """
        own = {n.name: i for i, n in enumerate(nodes)}
        local = [
            [i if isinstance(i, int) else (own[node_of(i)], i.rpartition(":")[2]) for i in row]
            for row in inputs
        ]
        parts = [(n.op, n.attrs, row, n.value) for n, row in zip(nodes, local, strict=True)]
        return self._once(_encode(parts), lambda: self._import(nodes, inputs), True)

    def differentiate(self, ys: Sequence[int], xs: Sequence[int], exact: bool) -> tuple[int, ...] | None:
        """Return the outputs of ``tf.gradients(ys, xs)``; refused where one of the xs has no gradient."""
        key = _encode(("gradients", ys, xs, exact))
        found = self._once(key, lambda: [self._gradients(ys, xs)], exact)
        return None if found is None else found[0]

    def verdict(self, excerpt: Plan, folder: Path, names: Sequence[str]) -> Verdict:
        """Build a part of a page as for a run; return the problems, and the types of the outputs of ``names``."""
        symbols = {n.block: excerpt.symbols.get(n.block) for n in excerpt.nodes}
        key = _encode((excerpt.nodes, excerpt.gradients, symbols, names))
        if key not in self._verdicts:
            if len(self._verdicts) >= _VERDICTS:
                self._verdicts.clear()
            graph, problems = build_what_can(excerpt, folder)
            faulty = {p.block for p in problems}  # some leave nodes in the graph nevertheless
            block_of = {n.name: n.block for n in excerpt.nodes}
            sound = {name for name in names if block_of.get(name, name) not in faulty}
            built = [op for op in graph.get_operations() if op.name in sound]
            types = {t.name: _type(t) for op in built for t in op.outputs}
            self._verdicts[key] = problems, types
        return self._verdicts[key]

    def stand_in(self, dtype: int, shape: Shape) -> int:
        """Return a tensor of this type, of which nothing else is known."""
        number = self._shared.get((dtype, shape))
        if number is None:
            attr = attr_value_pb2.AttrValue
            kind, plain = ("VariableV2", dtype - REFERENCE) if dtype > REFERENCE else ("Placeholder", dtype)
            attrs = {"dtype": attr(type=plain), "shape": attr(shape=tf.TensorShape(shape).as_proto())}
            op = self._graph.create_op(kind, [], [], name=self._name(), attrs=attrs)
            (number,) = self._numbers(op.outputs, exact=False)
        return number

    def _once(self, key: bytes, make: Callable[[], Sequence[Sequence[tf.Tensor]]], exact: bool) -> Known:
        self._uses += 1
        try:
            return self._known[key]
        except KeyError:
            pass
        try:
            found: Known = tuple(self._numbers(tensors, exact) for tensors in make())
        except Exception:  # of TensorFlow's, of any kind: what is wrong is found by building the block anew
            found = None
        self._known[key] = found
        return found

    def _numbers(self, tensors: Sequence[tf.Tensor], exact: bool) -> tuple[int, ...]:
        numbers = []
        for tensor in tensors:
            dtype, shape = _type(tensor)
            shared = not exact and dtype not in _HANDLES
            number = self._shared.get((dtype, shape)) if shared else None
            if number is None:
                number = len(self._tensors)
                self._tensors.append(tensor)
                self.types.append(TensorSpec(tensor.dtype.base_dtype.name, shape))
                self.dtypes.append(dtype)
                if shared:
                    self._shared[dtype, shape] = number
            numbers.append(number)
        return tuple(numbers)

    def _name(self) -> str:
        self._names += 1
        return f"n{self._names}/"  # the slash: as it is, TensorFlow need not look for a free name

    def _create(self, node: PlanNode, inputs: Sequence[int]) -> Sequence[tf.Tensor]:
        definition = op_def_registry.get(node.op)
        if definition is None or definition.HasField("deprecation"):
            raise ValueError(f"{node.op} is no op that a graph may hold today")
        tensors = [self._tensors[i] for i in inputs]
        op = self._graph.create_op(
            node.op, tensors, [], name=self._name(), attrs=_attrs(node), compute_device=False
        )
        return op.outputs

    def _import(
        self, nodes: Sequence[PlanNode], inputs: Sequence[Sequence[int | str]]
    ) -> list[Sequence[tf.Tensor]]:
        graph_def = graph_pb2.GraphDef(versions=PRODUCER)
        names = {n.name: self._name().rstrip("/") for n in nodes}
        outside: dict[str, tf.Tensor] = {}
        for node, row in zip(nodes, inputs, strict=True):
            proto = graph_def.node.add(name=names[node.name], op=node.op)
            for given in row:
                if isinstance(given, int):
                    proto.input.append(f"outside{given}")
                    outside[f"outside{given}:0"] = self._tensors[given]
                else:
                    proto.input.append(
                        f"{names[node_of(given)]}:{given.rpartition(':')[2]}".removesuffix(":0")
                    )
            for name, value in _attrs(node).items():
                proto.attr[name].CopyFrom(value)
        with self._graph.as_default():
            import_nodes(self._graph, graph_def, outside)
        return [self._graph.get_operation_by_name(names[n.name]).outputs for n in nodes]

    def _gradients(self, ys: Sequence[int], xs: Sequence[int]) -> list[tf.Tensor]:
        with self._graph.as_default(), tf.name_scope(self._name()):
            found = tf.gradients([self._tensors[i] for i in ys], [self._tensors[i] for i in xs])
            if any(gradient is None for gradient in found):
                raise ValueError("an x on which no y depends")
            return [tf.convert_to_tensor(gradient) for gradient in found]


def _attrs(node: PlanNode) -> dict[str, Any]:
    """Return a node's attrs as TensorFlow takes them."""
    kinds = attr_kinds(load().op(node.op))
    attrs: dict[str, Any] = {}
    for name, value in node.attrs.items():
        set_attr(attrs.setdefault(name, attr_value_pb2.AttrValue()), kinds.get(name, "type"), value)
    if node.value is not None:
        value = attrs.setdefault("value", attr_value_pb2.AttrValue())
        set_tensor(value, node.value, Path())  # arrays are stood in for
    return attrs


def _type(tensor: tf.Tensor) -> tuple[int, Shape]:
    shape = None if tensor.shape.rank is None else tuple(tensor.shape.as_list())
    return tensor.dtype.as_datatype_enum, shape


def _digest(constant: Constant) -> bytes:
    encoded = _encode(constant)
    return encoded if len(encoded) <= _LONG else hashlib.blake2b(encoded).digest()
