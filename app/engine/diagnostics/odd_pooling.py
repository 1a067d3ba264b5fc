"""Gradients of a pooling whose shape is not the pooled one: the op takes what is there, or what lies behind it."""

from __future__ import annotations

from collections.abc import Sequence

from app.document.model.sentence import say
from app.engine.compiler.plan import PlanNode
from app.engine.diagnostics.odd_numbers import Array, Look, Names, Odd, only
from blocks.op_facts.window_sizes import places_of_windows
from blocks.requirement import Actual, Requirement, ShapeOf


def _unlike_pooled(node: PlanNode, values: Sequence[Array], names: Names) -> Odd | None:
    """Find what has another shape than the pooling makes of the original; AvgPool gives its shape in numbers."""
    first, *pooled = values
    original = tuple(first.tolist()) if node.op.startswith("Avg") else first.shape
    windows, steps, padding = (node.attrs.get(name) for name in ("ksize", "strides", "padding"))
    if padding not in ("SAME", "VALID") or not windows or not steps or len(original) != len(windows):
        return None
    needed = places_of_windows(original, windows, steps, str(padding))
    for position, value in enumerate(pooled, start=1):
        if value.shape != needed:
            needs, actual = Requirement(shape=ShapeOf(needed)), Actual(shape=value.shape)
            result = say("odd.not-pooled")
            sentence = say("odd.attr", pin=names[position], needs=needs, actual=actual, result=result)
            return Odd(position, sentence, needs, actual)
    return None


POOLING_LOOKS: dict[str, Look] = {
    **dict.fromkeys(("AvgPoolGrad", "AvgPool3DGrad"), Look(only(0, 1), _unlike_pooled, {1})),
    **dict.fromkeys(("MaxPoolGrad", "MaxPool3DGrad"), Look(only(0, 1, 2), _unlike_pooled, {0, 1, 2})),
}
