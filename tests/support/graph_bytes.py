"""Writes GraphDefs byte by byte, without TensorFlow: also such as TensorFlow itself would never write."""

from __future__ import annotations

from collections.abc import Sequence


def _varint(number: int) -> bytes:
    out = bytearray()
    while True:
        number, low = number >> 7, number & 0x7F
        out.append(low | (0x80 if number else 0))
        if not number:
            return bytes(out)


def field(number: int, value: bytes | int) -> bytes:
    """Return a field of a message: a number, or bytes (text, or another message)."""
    if isinstance(value, int):
        return _varint(number << 3) + _varint(value)
    return _varint(number << 3 | 2) + _varint(len(value)) + value


STRING = field(6, 7)  # the attr DT_STRING


def constant(text: bytes) -> bytes:
    """Return the attr value of a Const that holds one text."""
    return field(8, field(1, 7) + field(2, b"") + field(8, text))


def node_def(name: bytes, op: bytes, inputs: Sequence[bytes] = (), **attrs: bytes) -> bytes:
    """Return a NodeDef; ``attrs`` are AttrValues."""
    body = field(1, name) + field(2, op) + b"".join(field(3, one) for one in inputs)
    return body + b"".join(field(5, field(1, key.encode()) + field(2, value)) for key, value in attrs.items())


def node(name: bytes, op: bytes, inputs: Sequence[bytes] = (), **attrs: bytes) -> bytes:
    """Return a node as a GraphDef holds it."""
    return field(1, node_def(name, op, inputs, **attrs))


def in_function(nodes: bytes) -> bytes:
    """Return a FunctionDef with nodes that were written for a graph."""
    return field(1, field(1, b"f")) + _renumbered(nodes)


def _renumbered(nodes: bytes) -> bytes:
    """Return the nodes of a graph (field 1) as those of a function (field 3)."""
    out, at = bytearray(), 0
    while at < len(nodes):
        size, shift, start = 0, 0, at + 1
        while True:
            byte = nodes[start]
            size |= (byte & 0x7F) << shift
            start, shift = start + 1, shift + 7
            if not byte & 0x80:
                break
        out += field(3, nodes[start : start + size])
        at = start + size
    return bytes(out)
