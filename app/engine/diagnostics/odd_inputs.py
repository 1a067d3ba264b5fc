"""Inputs that an op takes without an error though it uses them otherwise than one expects, or not at all."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from app.document.model.sentence import say
from app.engine.compiler.plan import PlanNode
from app.engine.diagnostics.odd_numbers import Array, Look, Names, Odd, only
from blocks.requirement import Actual, InRange, Requirement, ShapeOf


def _wrapping_row(node: PlanNode, values: Sequence[Array], names: Names) -> Odd | None:
    """Find the number of a row that is not there: it is counted on from the first row, or on from the last one."""
    whole, rows = values
    if not whole.ndim or not whole.shape[0]:
        return None
    count = whole.shape[0]
    bad = np.argwhere((rows >= count) | (rows < -count))
    if not len(bad):
        return None
    at = tuple(int(i) for i in bad[0])
    row = int(rows[at])
    needs, actual = Requirement(values=InRange(0, count - 1)), Actual(value=str(row), index=at)
    result = say("odd.row-wraps", row=row % count)
    return Odd(
        1,
        say("odd.attr", pin=names[1], needs=needs, actual=actual, result=result),
        needs,
        actual,
    )


def _unlike_pictures(node: PlanNode, values: Sequence[Array], names: Names) -> Odd | None:
    """Find an original picture of other channels, or of another batch, than the gradient that is spread over it."""
    gradient, original = values[0].shape, values[1].shape
    if len(gradient) != 4 or len(original) != 4 or (gradient[0], gradient[3]) == (original[0], original[3]):
        return None
    needs = Requirement(shape=ShapeOf((gradient[0], original[1], original[2], gradient[3])))
    actual, result = Actual(shape=original), say("odd.only-height-and-width")
    sentence = say("odd.attr", pin=names[1], needs=needs, actual=actual, result=result)
    return Odd(1, sentence, needs, actual)


def _unused_mean(node: PlanNode, values: Sequence[Array], names: Names) -> Odd | None:
    """Find a mean or a variance that is given to a training step, which takes those of its batch."""
    for position, value in zip((3, 4), values, strict=True):
        if value.size:
            needs, actual = say("needs.empty-in-training"), Actual(shape=value.shape)
            sentence = say("odd.unused-mean", pin=names[position])
            return Odd(position, sentence, needs, actual, say("hint.is-training"))
    return None


def _while_training(node: PlanNode) -> Sequence[int]:
    is_training = node.attrs.get("is_training", True)
    return (3, 4) if is_training and node.attrs.get("exponential_avg_factor", 1.0) == 1 else ()


INPUT_LOOKS: dict[str, Look] = {
    **dict.fromkeys(("InplaceUpdate", "InplaceAdd", "InplaceSub"), Look(only(0, 1), _wrapping_row)),
    **dict.fromkeys(
        ("ResizeBilinearGrad", "ResizeBicubicGrad", "ScaleAndTranslateGrad"),
        Look(only(0, 1), _unlike_pictures),
    ),
    **{f"FusedBatchNorm{version}": Look(_while_training, _unused_mean) for version in ("", "V2", "V3")},
}
