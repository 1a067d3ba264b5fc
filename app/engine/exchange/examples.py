"""Examples for what a model is fed with: of a shape that its first ops take where the file says none."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np

from app.engine.exchange.calls import FlatGraph, FlatNode, Ref
from app.engine.exchange.encoded_examples import encoded_example
from app.engine.exchange.graph import Function, Tensor
from app.engine.exchange.stored_arrays import zeros

Shape = tuple[int, ...]

_FAR = 200  # nodes that are looked at behind an input
_SIDE = 128  # pixels of a picture of any size
_COLOURS = (1, 3, 4)
_PASSES = frozenset(
    {
        "Identity", "Cast", "StopGradient", "Snapshot", "PreventGradient", "CheckNumerics", "PlaceholderWithDefault",
        "Sub", "Add", "AddV2", "Mul", "RealDiv", "Div", "Relu", "Tanh", "Sigmoid", "ClipByValue", "Minimum", "Maximum",
    }
)  # fmt: skip
_READS = frozenset({"Identity", "ReadVariableOp"})
_CONVOLUTIONS = frozenset({"Conv2D", "DepthwiseConv2dNative"})
_PRODUCTS = {
    "MatMul": ("transpose_a", "transpose_b"),
    "BatchMatMul": ("adj_x", "adj_y"),
    "BatchMatMulV2": ("adj_x", "adj_y"),
    "BatchMatMulV3": ("adj_x", "adj_y"),
}  # with the attrs that say what is transposed
_DIVISIONS = frozenset({"RealDiv", "Div", "FloorDiv", "TruncateDiv", "FloorMod", "Mod"})
_REDUCTIONS = frozenset({"Mean", "Sum", "Max", "Min", "Prod", "All", "Any", "ArgMax", "ArgMin"})


_LOOKUPS = frozenset({"Gather", "GatherV2", "ResourceGather"})
_DEEPEST = 4  # lookups and new axes behind each other that are looked through
# Ops that take the row splits of ragged tensors, with the attr that says how many are their first inputs.
_SPLIT_COUNTS = {
    "RaggedGather": "PARAMS_RAGGED_RANK",
    "RaggedTensorToSparse": "RAGGED_RANK",
    "RaggedTensorToVariant": "RAGGED_RANK",
}


class Examples:
    """Makes the examples of one page."""

    def __init__(self, flat: FlatGraph, functions: Mapping[str, Function]) -> None:
        """``functions`` are those of the file."""
        self._flat, self._functions = flat, functions
        self._depth = 0
        self._known: dict[str, Shape] = {}  # by node what the ops behind it take

    @cached_property
    def _takers(self) -> dict[str, list[tuple[FlatNode, int]]]:
        """By node the nodes that take from it, and at which place."""
        found: dict[str, list[tuple[FlatNode, int]]] = defaultdict(list)
        for node in self._flat.nodes.values():
            for place, (source, _) in enumerate(node.inputs):
                found[source].append((node, place))
        return found

    def shape(self, name: str, shape: Shape | None) -> Shape:
        """Return a shape for an example of an input whose shape, or sizes, the file does not say."""
        if self._are_row_splits(name) and shape in (None, (-1,)):
            return (2,)
        known = self._likely(name) if shape is None else shape
        if len(known) in (3, 4) and known[-1] in _COLOURS and known[-3] < 0 and known[-2] < 0:
            known = (*known[:-3], _SIDE, _SIDE, known[-1])
        return tuple(1 if size < 0 else size for size in known)

    def value(self, name: str, dtype: str, shape: Shape) -> Tensor:
        """Return the example: zeros, ones where something is divided by it, an encoded thing where that is decoded."""
        found = zeros(dtype, shape)
        if dtype == "DT_STRING":
            encoded = encoded_example(self._flat, self._functions, self._behind(name))
            if encoded is not None:
                found.array.reshape(-1)[:] = [encoded] * found.array.size
        elif found.array.ndim == 1 and found.array.size > 1 and self._are_row_splits(name):
            splits = np.zeros_like(found.array)
            splits[-1] = 1  # one value, in the last row
            return Tensor(dtype, splits)
        elif any(node.op in _DIVISIONS and place == 1 for node, place in self._near(name)):
            return Tensor(dtype, np.ones_like(found.array))
        return found

    # --- the shape that ops take
    def _likely(self, name: str) -> Shape:
        """Return the shape that the ops take that come first; a scalar where they take any."""
        rank = 0
        said: dict[int, Shape] = {}  # by how much it says
        for node, place in self._near(name):
            for weight, shape in self._said(node, place):
                if weight:
                    said.setdefault(weight, shape)
                rank = max(rank, len(shape))
        best = said[max(said)] if said else ()
        if len(best) == rank:
            return best
        if len(best) > rank or not best:
            return best or (-1,) * rank
        return (*(-1,) * (rank - len(best)), *best)

    def _said(self, node: FlatNode, place: int) -> list[tuple[int, Shape]]:
        """Return what a node says of the shape of an input, with how much that says; with 0 of the rank alone."""
        op = node.op
        if op in _CONVOLUTIONS and place == 0:
            kernel = self._size(node.inputs[1])
            first = node.attrs.get("data_format", b"NHWC") == b"NCHW"
            if kernel is not None and len(kernel) == 4:
                return [(5, (-1, kernel[2], _SIDE, _SIDE) if first else (-1, _SIDE, _SIDE, kernel[2]))]
            return [(0, (-1,) * 4)]
        if op in _PRODUCTS and place == 0:
            one, two = _PRODUCTS[op]
            other = self._size(node.inputs[1])
            if other is not None and len(other) == 2:
                inner = other[1] if node.attrs.get(two) else other[0]
                return [(4, (inner, -1) if node.attrs.get(one) else (-1, inner))]
        if op == "Reshape" and place == 0:
            return self._reshaped(node)
        if op == "Unpack":
            axis = int(node.attrs.get("axis", 0))
            return [(2, (*(-1,) * axis, int(node.attrs.get("num", 1))))] if 0 <= axis < 8 else []
        if op == "StridedSlice" and place == 0:
            return self._sliced(node)
        if op == "Shape":
            return self._measured(node)
        if op in _REDUCTIONS and place == 0:
            axes = self._numbers(node.inputs[1])
            if not axes or max(axes) >= 8:
                return []
            left = 0 if node.attrs.get("keep_dims") else len(self._taken_on(node))
            return [(0, (-1,) * max(max(axes) + 1, left + len(axes) if left else 0))]
        if op in _LOOKUPS and place == 1:
            return self._looked_up(node)
        if op == "ExpandDims" and place == 0:
            return self._expanded(node)
        if op == "Transpose" and place == 0:
            return [(0, (-1,) * len(self._numbers(node.inputs[1]) or ()))]
        return []

    def _looked_up(self, node: FlatNode) -> list[tuple[int, Shape]]:
        """Return the shape of numbers of rows: that of what is looked up, without a row's own sizes."""
        table = self._size(node.inputs[0])
        given = self._taken_on(node)
        if not table or len(given) < len(table):
            return []
        row, beside = table[1:], given[len(given) - len(table) + 1 :]
        if beside and row and beside != row and beside[-1] > 0:  # values of several rows stand side by side
            return [(2, (*given[:-1], max(1, beside[-1] // max(1, math.prod(row)))))]
        return [(2, given[: len(given) - len(row)])]

    def _expanded(self, node: FlatNode) -> list[tuple[int, Shape]]:
        """Return the shape of what is given a new axis."""
        axes, given = self._numbers(node.inputs[1]), self._taken_on(node)
        if not axes or not given or not -len(given) <= axes[0] < len(given):
            return []
        axis = axes[0] % len(given)
        return [(2, (*given[:axis], *given[axis + 1 :]))]

    def _taken_on(self, node: FlatNode) -> Shape:
        """Return the shape that the ops behind a node take."""
        if node.name not in self._known:
            if self._depth >= _DEEPEST:
                return ()
            self._depth += 1
            try:
                self._known[node.name] = self._likely(node.name)
            finally:
                self._depth -= 1
        return self._known[node.name]

    def _are_row_splits(self, name: str) -> bool:
        """Return whether an input says where the rows of a ragged tensor begin and end."""
        slices: set[str] = set()
        for node, place in self._near(name):
            if node.op == "RaggedTensorToTensor" and place > 2:
                return True
            if place < int(node.attrs.get(_SPLIT_COUNTS.get(node.op, ""), 0)):
                return True
            if node.op == "StridedSlice" and place == 0:
                begins, ends = (self._numbers(ref) for ref in node.inputs[1:3])
                slices |= {"begins"} if node.attrs.get("begin_mask") and list(ends or ()) == [-1] else set()
                slices |= {"ends"} if node.attrs.get("end_mask") and list(begins or ()) == [1] else set()
        return len(slices) == 2

    def _reshaped(self, node: FlatNode) -> list[tuple[int, Shape]]:
        """Return rows of as many values as the shape that they get has behind its first size."""
        sizes = self._numbers(node.inputs[1])
        if not sizes:
            return []
        row = math.prod(abs(size) for size in sizes[1:])
        return [(3, (-1 if sizes[0] < 0 else sizes[0], row))] if len(sizes) > 1 else [(1, (abs(sizes[0]),))]

    def _sliced(self, node: FlatNode) -> list[tuple[int, Shape]]:
        if node.attrs.get("ellipsis_mask") or node.attrs.get("new_axis_mask"):
            return []
        begins, ends = (self._numbers(ref) for ref in node.inputs[1:3])
        if not ends or not begins or len(begins) != len(ends):
            return []
        skipped = int(node.attrs.get("end_mask", 0))
        sizes = [
            -1 if skipped >> i & 1 and begin <= 0 else max(begin + 1, 1 if skipped >> i & 1 else end)
            for i, (begin, end) in enumerate(zip(begins, ends, strict=True))
        ]
        return [(1, tuple([-1 if size <= 1 else size for size in sizes]))]

    def _measured(self, node: FlatNode) -> list[tuple[int, Shape]]:
        """Return the rank that a single size that is read of a shape requires."""
        found = []
        for taker, place in self._takers.get(node.name, ()):
            if taker.op == "StridedSlice" and place == 0:
                begins = self._numbers(taker.inputs[1])
                if begins and len(begins) == 1 and 0 <= begins[0] < 8:
                    found.append((0, (-1,) * (begins[0] + 1)))
        return found

    # --- what is known of tensors
    def _numbers(self, ref: Ref) -> Sequence[int] | None:
        """Return the numbers of a constant list, -1 for those that are computed; None where all are."""
        node = self._flat.nodes[ref.node]
        value = node.attrs.get("value")
        if isinstance(value, Tensor) and value.array.dtype.kind in "iu":
            return [int(number) for number in value.array.reshape(-1)[:16]]
        if node.op != "Pack":
            return None
        found = [self._flat.nodes[part.node].attrs.get("value") for part in node.inputs[:16]]
        return [int(v.array) if isinstance(v, Tensor) and v.array.size == 1 else -1 for v in found]

    def _size(self, ref: Ref) -> Shape | None:
        """Return the shape of a constant or Variable."""
        for _ in range(8):
            node = self._flat.nodes[ref.node]
            value = node.attrs.get("value")
            if isinstance(value, Tensor):
                return tuple(value.array.shape)
            if node.op not in _READS or not node.inputs:
                shape = node.attrs.get("shape") if "Variable" in node.op or node.op == "VarHandleOp" else None
                return tuple(shape) if shape else None
            ref = node.inputs[0]
        return None

    # --- what takes an input
    def _near(self, name: str) -> list[tuple[FlatNode, int]]:
        """Return the nodes that take an input as it is, or value by value, and at which place."""
        found: list[tuple[FlatNode, int]] = []
        todo, seen = [name], {name}
        while todo and len(found) < _FAR:
            for node, place in self._takers.get(todo.pop(0), ()):
                found.append((node, place))
                if node.op in _PASSES and node.name not in seen:
                    seen.add(node.name)
                    todo.append(node.name)
        return found

    def _behind(self, name: str) -> list[FlatNode]:
        """Return nodes behind an input, the nearest first."""
        found: dict[str, FlatNode] = {}
        todo = [name]
        while todo and len(found) < _FAR:
            for node, _ in self._takers.get(todo.pop(0), ()):
                if node.name not in found:
                    found[node.name] = node
                    todo.append(node.name)
        return list(found.values())
