"""Turns TensorFlow's messages of graphs into the plain data of ``app.engine.exchange``."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import numpy as np
from tensorflow.core.framework import attr_value_pb2, function_pb2, node_def_pb2, tensor_pb2
from tensorflow.python.framework import dtypes, tensor_util

from app.document.model.sentence import say
from app.engine.exchange.graph import Array, Func, Function, GraphFault, Node, Tensor
from blocks.dtypes import BY_NUMBER

_REFS = 100  # the numbers of reference types begin beyond it
_NAMES = {n + beyond: dtype.name for n, dtype in BY_NUMBER.items() for beyond in (0, _REFS)}
_FIELDS = {1: "float_val", 2: "double_val", 3: "int_val", 9: "int64_val", 10: "bool_val"}  # by dtype
_MOST_BYTES = 2 << 30  # of one constant


class Functions(Mapping[str, Function]):
    """The functions of a file by name; each is turned into plain data when it is asked for first."""

    def __init__(self, functions: Any) -> None:
        """``functions`` are the messages."""
        self._raw = {f.signature.name: f for f in functions}
        self._read: dict[str, Function] = {}

    def __getitem__(self, name: str) -> Function:
        """Return a function; raises KeyError."""
        if name not in self._read:
            self._read[name] = _function(self._raw[name])
        return self._read[name]

    def __contains__(self, name: object) -> bool:
        """Return whether there is a function of that name."""
        return name in self._raw

    def __iter__(self) -> Iterator[str]:
        """Give the names."""
        return iter(self._raw)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._raw)


def nodes_of(messages: Any) -> dict[str, Node]:
    """Return nodes by name; of two of the same name the first counts, as none else could be meant."""
    found: dict[str, Node] = {}
    for message in messages:
        name = message.name
        if name not in found:
            found[name] = _node(message, name)
    return found


def _node(message: node_def_pb2.NodeDef, name: str) -> Node:
    attrs: dict[str, Any] = {}
    for key, value in message.attr.items():
        if key[:1] != "_":
            number = value.type  # most attrs are types, and to ask for the number is fast
            attrs[key] = _NAMES.get(number, "DT_INVALID") if number else _attr(value, name)
    return Node(name, message.op, list(message.input), attrs, message.device)


def _function(message: function_pb2.FunctionDef) -> Function:
    signature = message.signature
    return Function(
        signature.name,
        [(arg.name, dtype_name(arg.type)) for arg in signature.input_arg],
        [(arg.name, dtype_name(arg.type)) for arg in signature.output_arg],
        nodes_of(message.node_def),
        dict(message.ret),
        [node for _, node in sorted(message.control_ret.items())],  # a map of messages has no order
    )


def dtype_name(number: int) -> str:
    """Return the DT_ name of a dtype's number, of a reference that of what it refers to."""
    return _NAMES.get(number, "DT_INVALID")


def shape_of(message: Any) -> tuple[int, ...] | None:
    """Return a shape with -1 for sizes that are not known, None where not even the rank is."""
    return None if message.unknown_rank else tuple([dim.size for dim in message.dim])


def _attr(value: attr_value_pb2.AttrValue, node: str) -> Any:
    kind = value.WhichOneof("value")
    if kind == "type":
        return dtype_name(value.type)
    if kind == "tensor":
        return tensor_of(value.tensor, node)
    if kind == "shape":
        return shape_of(value.shape)
    if kind == "func":
        return Func(value.func.name)
    if kind == "list":
        return _list(value.list)
    return None if kind is None else getattr(value, kind)


def _list(message: attr_value_pb2.AttrValue.ListValue) -> list[Any]:
    for field, values in message.ListFields():
        if field.name == "type":
            return [dtype_name(number) for number in values]
        if field.name == "shape":
            return [shape_of(shape) for shape in values]
        if field.name == "func":
            return [Func(func.name) for func in values]
        if field.name != "tensor":
            return list(values)
    return []


def tensor_of(message: tensor_pb2.TensorProto, node: str) -> Tensor:
    """Return a constant; raises GraphFault for one that is damaged, or larger than the file can mean."""
    number = message.dtype
    name = dtype_name(number)
    shape = tuple([dim.size for dim in message.tensor_shape.dim])
    try:
        kind, is_plain = _numpy_type(number)
        count = math.prod(shape)
        size = count * kind.itemsize
        if (shape and min(shape) < 0) or size > _MOST_BYTES:
            raise GraphFault(say("model.large-constant", node=node, shape=shape))
        content = message.tensor_content
        if content and is_plain and len(content) == size:
            return Tensor(name, np.frombuffer(content, kind).reshape(shape))
        field = _FIELDS.get(number)
        if field is not None and not content:
            values = getattr(message, field)
            if len(values) == count:
                return Tensor(name, np.array(values, kind).reshape(shape))
        return Tensor(name, plain_array(tensor_util.MakeNdarray(message)))
    except (TypeError, ValueError, KeyError) as fault:  # KeyError: a type that has no arrays
        if isinstance(fault, GraphFault):
            raise
        raise GraphFault(say("model.bad-constant", node=node)) from None


@cache
def _numpy_type(number: int) -> tuple[np.dtype[Any], bool]:
    """Return the type of a dtype's arrays, and whether their bytes lie in a file as in memory."""
    kind = np.dtype(dtypes.as_dtype(number).as_numpy_dtype)
    return kind, kind.fields is None and kind != np.dtype(object)


def plain_array(array: Array) -> Array:
    """Return an array of TensorFlow's as the program holds it: the integers beneath the quantised types."""
    if array.dtype.fields:
        return array.view(np.dtype(next(iter(array.dtype.fields.values()))[0]))
    return np.asarray(array)
