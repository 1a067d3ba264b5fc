"""Ranges of quantized numbers the wrong way round, which an op takes without an error and computes nonsense from."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from app.document.model.sentence import say
from app.engine.compiler.plan import PlanNode
from app.engine.diagnostics.odd_numbers import Array, Look, Names, Odd
from blocks.catalog import load
from blocks.requirement import Actual

# Ops that scale numbers by a range and do not look whether it is one (measured with TensorFlow).
_OPS = (
    "FakeQuantWithMinMaxVars", "FakeQuantWithMinMaxVarsGradient", "FakeQuantWithMinMaxVarsPerChannel",
    "FakeQuantWithMinMaxVarsPerChannelGradient", "Dequantize", "Requantize", "QuantizeDownAndShrinkRange",
    "RequantizationRange", "QuantizedRelu", "QuantizedRelu6", "QuantizedReshape", "QuantizedMaxPool",
    "QuantizedAvgPool", "QuantizedConv2D",
)  # fmt: skip


def _pairs(op_name: str) -> list[tuple[int, int]]:
    """Return the positions of an op's lower and upper limits that belong together."""
    op = load().op(op_name)
    places = {arg.name: i for i, arg in enumerate(op.inputs if op else ())}
    pairs = (
        (place, places.get(name.replace("min", "max"))) for name, place in places.items() if "min" in name
    )
    return [(low, high) for low, high in pairs if high is not None and high != low]


def _positions(node: PlanNode) -> Sequence[int]:
    return [position for pair in _pairs(node.op) for position in pair]


def _turned_round(node: PlanNode, values: Sequence[Array], names: Names) -> Odd | None:
    """Find the first upper limit that is below its lower one."""
    given = dict(zip(_positions(node), values, strict=True))
    for low, high in _pairs(node.op):
        lower, upper = given[low].reshape(-1), given[high].reshape(-1)
        if lower.shape == upper.shape and (upper < lower).any():
            at = int(np.argmax(upper < lower))
            needs = say("needs.above-value", name=names[low], value=f"{float(lower[at]):g}")
            actual = Actual(value=f"{float(upper[at]):g}", index=(at,) if given[high].ndim else None)
            result = say("odd.no-range")
            sentence = say("odd.attr", pin=names[high], needs=needs, actual=actual, result=result)
            return Odd(high, sentence, needs, actual)
    return None


RANGE_LOOKS: dict[str, Look] = dict.fromkeys(_OPS, Look(_positions, _turned_round))
