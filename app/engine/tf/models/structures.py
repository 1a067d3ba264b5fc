"""What a SavedModel says of the structure of a function's arguments and results: tensors and plain values, by place."""

from __future__ import annotations

from typing import Any, NamedTuple

from tensorflow.core.protobuf import struct_pb2

_TENSORS = frozenset({"tensor_spec_value", "bounded_tensor_spec_value"})
_PLAIN = frozenset({"int64_value", "float64_value", "bool_value", "string_value"})
_MOST = 10_000  # leaves


class Leaf(NamedTuple):
    """A place in a structure: the names and numbers that lead there, how many tensors it is, else its value."""

    path: tuple[str, ...]
    tensors: int
    value: object = None


def leaves(structure: struct_pb2.StructuredValue) -> list[Leaf]:
    """Return the places of a structure in the order in which TensorFlow lists its tensors."""
    found: list[Leaf] = []
    todo: list[tuple[tuple[str, ...], Any]] = [((), structure)]
    while todo and len(found) < _MOST:
        path, value = todo.pop()
        kind = value.WhichOneof("kind")
        inner: list[tuple[str, Any]] = []
        if kind in _TENSORS:
            found.append(Leaf(path, 1))
        elif kind == "type_spec_value":
            found.append(Leaf(path, max(value.type_spec_value.num_flat_components, 1)))
        elif kind in _PLAIN:
            found.append(Leaf(path, 0, getattr(value, kind)))
        elif kind in ("list_value", "tuple_value"):
            inner = [(str(i), one) for i, one in enumerate(getattr(value, kind).values)]
        elif kind == "dict_value":
            inner = sorted(value.dict_value.fields.items())
        elif kind == "named_tuple_value":
            inner = [(one.key, one.value) for one in value.named_tuple_value.values]
        todo += [((*path, key), one) for key, one in reversed(inner)]
    return found


def result_names(structure: struct_pb2.StructuredValue) -> list[str]:
    """Return a name for each tensor that a function gives: the keys that lead to it, else ``output``."""
    names = []
    for leaf in leaves(structure):
        first = () if leaf.path and not leaf.path[0].isdigit() else ("output",)
        name = "_".join([*first, *leaf.path])
        names += [name] if leaf.tensors == 1 else [f"{name}_{i}" for i in range(leaf.tensors)]
    return names


def argument_names(spec: struct_pb2.StructuredValue) -> list[str]:
    """Return the names of a Python function's arguments, without that of its object."""
    names = [str(leaf.value) for leaf in leaves(spec) if leaf.path[:1] == ("args",)]
    return [name for name in names if name != "self"]


def fixed_arguments(structure: struct_pb2.StructuredValue, names: list[str]) -> dict[str, str]:
    """Return the arguments that a function was made for one value of: true or false, a number, a text."""
    found = {}
    for leaf in leaves(structure):
        if leaf.tensors or len(leaf.path) != 2:
            continue
        place, key = leaf.path
        is_known = place == "0" and key.isdigit() and int(key) < len(names)
        found[names[int(key)] if is_known else key] = str(leaf.value)
    return found
