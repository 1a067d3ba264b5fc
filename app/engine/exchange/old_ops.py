"""Ops of old graphs that TensorFlow takes no more: by their successors, or by the ops that do the same together."""

from __future__ import annotations

from typing import Any

import numpy as np

from app.engine.exchange.calls import FlatGraph, FlatNode, Ref
from app.engine.exchange.graph import Tensor
from blocks.op_facts.successors import SUCCESSORS

_BATCH_NORM = "BatchNormWithGlobalNormalization"
_TOP_K = "TopK"


def renew(flat: FlatGraph) -> None:
    """Put what TensorFlow takes today in the place of such ops; ``flat.renewed`` says what was put."""
    for node in list(flat.nodes.values()):
        old = node.op
        if old in SUCCESSORS:
            node.op = SUCCESSORS[old]
            flat.renewed[old] = node.op
        elif old == _TOP_K and len(node.inputs) == 1:
            count = Tensor("DT_INT32", np.array(node.attrs.get("k", 1), np.int32))
            node.inputs = [node.inputs[0], _constant(flat, node, "k", count)]
            node.op = flat.renewed[old] = "TopKV2"
        elif old == _BATCH_NORM and len(node.inputs) == 5:
            _normalise(flat, node)
            flat.renewed[old] = "AddV2, Rsqrt, Sub, Mul"


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


def _constant(flat: FlatGraph, node: FlatNode, name: str, value: Tensor) -> Ref:
    return _made(flat, node, name, "Const", [], {"dtype": value.dtype, "value": value})


def _made(
    flat: FlatGraph, node: FlatNode, name: str, op: str, inputs: list[Ref], attrs: dict[str, Any]
) -> Ref:
    made = f"{node.name}/^{name}"
    flat.nodes[made] = FlatNode(made, f"{node.label}/{name}", op, inputs, [], attrs, node.device)
    return Ref(made, 0)
