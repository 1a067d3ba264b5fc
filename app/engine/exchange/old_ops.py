"""Ops of old graphs that TensorFlow takes no more: by their successors, or by the ops that do the same together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from app.engine.exchange.calls import FlatGraph, FlatNode, Ref
from app.engine.exchange.graph import Tensor
from blocks.op_facts.successors import BESIDE_READERS, OLD_READERS, SUCCESSORS

_INTS = {"T": "DT_INT32", "Index": "DT_INT32"}


def renew(flat: FlatGraph) -> None:
    """Put what TensorFlow takes today in the place of such ops; ``flat.renewed`` says what was put."""
    ops = {node.op for node in flat.nodes.values()}
    has_old_readers = bool(ops & OLD_READERS)
    if not (has_old_readers or ops & SUCCESSORS.keys() or ops & _MADE_OF.keys()):
        return
    for node in list(flat.nodes.values()):
        old = node.op
        if old in SUCCESSORS:
            node.op = flat.renewed[old] = SUCCESSORS[old]
        elif has_old_readers and old in BESIDE_READERS:
            node.op = flat.renewed[old] = f"{old}V2"
        elif old in _MADE_OF and len(node.inputs) == _MADE_OF[old].inputs:
            made = _MADE_OF[old]
            made.put(flat, node)
            flat.renewed[old] = made.of


class _Made(NamedTuple):
    """How an op of so many inputs is put together: what the report names, and what changes the node."""

    inputs: int
    of: str
    put: Callable[[FlatGraph, FlatNode], None]


def _top(flat: FlatGraph, node: FlatNode) -> None:
    """The number of values is an input today."""
    node.inputs = [*node.inputs, _int(flat, node, "k", node.attrs.get("k", 1))]
    node.op = "TopKV2"


def _pack(flat: FlatGraph, node: FlatNode) -> None:
    """All elements are gathered, by their numbers."""
    handle, flow = node.inputs
    size = _made(flat, node, "size", "TensorArraySizeV3", [handle, flow], {})
    node.inputs = [handle, _numbers(flat, node, size), flow]
    node.op = "TensorArrayGatherV3"


def _unpack(flat: FlatGraph, node: FlatNode) -> None:
    """All rows are scattered, by their numbers."""
    handle, value, flow = node.inputs
    shape = _shape(flat, node, "shape", value)
    ends = [_ints(flat, node, name, [number]) for name, number in (("begin", 0), ("end", 1), ("stride", 1))]
    first = _made(flat, node, "rows", "StridedSlice", [shape, *ends], {**_INTS, "shrink_axis_mask": 1})
    node.inputs = [handle, _numbers(flat, node, first), value, flow]
    node.op = "TensorArrayScatterV3"


def _numbers(flat: FlatGraph, node: FlatNode, count: Ref) -> Ref:
    """Return the numbers from 0 up to a count."""
    ends = [_int(flat, node, "start", 0), count, _int(flat, node, "step", 1)]
    return _made(flat, node, "numbers", "Range", ends, {"Tidx": "DT_INT32"})


def _quantize(flat: FlatGraph, node: FlatNode) -> None:
    """The ends of the range are inputs today."""
    dtype = node.attrs.get("T", "DT_FLOAT")
    kind = np.float64 if dtype == "DT_DOUBLE" else np.float32
    for name in ("input_min", "input_max"):
        end = Tensor(dtype, np.array(node.attrs.get(name, 0.0), kind))
        node.inputs = [*node.inputs, _constant(flat, node, name, end)]
    node.op = "QuantizeAndDequantizeV2"


def _eigen(flat: FlatGraph, node: FlatNode) -> None:
    """The values stand above the vectors."""
    of = {"T": node.attrs.get("T", "DT_FLOAT")}
    both = Ref(_made(flat, node, "eigen", "SelfAdjointEigV2", list(node.inputs), of).node, 0)
    axis = _int(flat, node, "axis", -2)
    values = _made(flat, node, "values", "ExpandDims", [both, axis], {**of, "Tdim": "DT_INT32"})
    node.inputs = [values, Ref(both.node, 1), axis]
    node.op, node.attrs = "ConcatV2", {**of, "N": 2, "Tidx": "DT_INT32"}


def _back_to_input(flat: FlatGraph, node: FlatNode) -> None:
    """Of the input only the shape counts."""
    node.inputs = [_shape(flat, node, "input_sizes", node.inputs[0]), *node.inputs[1:]]
    node.op = "Conv3DBackpropInputV2"


def _back_to_filter(flat: FlatGraph, node: FlatNode) -> None:
    """Of the filter only the shape counts."""
    data, kernel, gradient = node.inputs
    node.inputs = [data, _shape(flat, node, "filter_sizes", kernel), gradient]
    node.op = "Conv3DBackpropFilterV2"


def _shape(flat: FlatGraph, node: FlatNode, name: str, value: Ref) -> Ref:
    attrs = {"T": node.attrs.get("T", "DT_FLOAT"), "out_type": "DT_INT32"}
    return _made(flat, node, name, "Shape", [value], attrs)


def _normalise(flat: FlatGraph, node: FlatNode) -> None:
    """Make of a node the sum that it is: (t - m) * rsqrt(v + epsilon) * gamma + beta, in its kernel's order."""
    value, mean, variance, beta, gamma = node.inputs
    of = {"T": node.attrs.get("T", "DT_FLOAT")}
    number = np.array(node.attrs.get("variance_epsilon", 0.0), np.float32)
    epsilon = _constant(flat, node, "epsilon", Tensor("DT_FLOAT", number))
    scale = _made(
        flat, node, "scale", "Rsqrt", [_made(flat, node, "variance", "AddV2", [variance, epsilon], of)], of
    )
    if node.attrs.get("scale_after_normalization"):
        scale = _made(flat, node, "gamma", "Mul", [scale, gamma], of)
    centred = _made(flat, node, "centred", "Sub", [value, mean], of)
    node.inputs = [_made(flat, node, "scaled", "Mul", [centred, scale], of), beta]
    node.op, node.attrs = "AddV2", of


_MADE_OF = {
    "BatchNormWithGlobalNormalization": _Made(5, "AddV2, Rsqrt, Sub, Mul", _normalise),
    "BatchSelfAdjointEig": _Made(1, "SelfAdjointEigV2, ConcatV2", _eigen),
    "Conv3DBackpropFilter": _Made(3, "Conv3DBackpropFilterV2", _back_to_filter),
    "Conv3DBackpropInput": _Made(3, "Conv3DBackpropInputV2", _back_to_input),
    "QuantizeAndDequantize": _Made(1, "QuantizeAndDequantizeV2", _quantize),
    "SelfAdjointEig": _Made(1, "SelfAdjointEigV2, ConcatV2", _eigen),
    "TensorArrayPack": _Made(2, "TensorArrayGatherV3", _pack),
    "TensorArrayUnpack": _Made(3, "TensorArrayScatterV3", _unpack),
    "TopK": _Made(1, "TopKV2", _top),
}


def _int(flat: FlatGraph, node: FlatNode, name: str, number: int) -> Ref:
    return _constant(flat, node, name, Tensor("DT_INT32", np.array(number, np.int32)))


def _ints(flat: FlatGraph, node: FlatNode, name: str, numbers: list[int]) -> Ref:
    return _constant(flat, node, name, Tensor("DT_INT32", np.array(numbers, np.int32)))


def _constant(flat: FlatGraph, node: FlatNode, name: str, value: Tensor) -> Ref:
    return _made(flat, node, name, "Const", [], {"dtype": value.dtype, "value": value})


def _made(
    flat: FlatGraph, node: FlatNode, name: str, op: str, inputs: list[Ref], attrs: dict[str, Any]
) -> Ref:
    made = f"{node.name}/^{name}"
    flat.nodes[made] = FlatNode(made, f"{node.label}/{name}", op, inputs, [], attrs, node.device)
    return Ref(made, 0)
