"""Boxes that an op takes without an error though no part of them lies in the picture, as those in pixels do."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from app.document.model.sentence import say
from app.engine.compiler.plan import PlanNode
from app.engine.diagnostics.failed_op import nested_text
from app.engine.diagnostics.odd_numbers import Array, Look, Names, Odd, only
from blocks.requirement import Actual

_BOXES = 1  # the position of the input
_DRAWING = frozenset({"DrawBoundingBoxes", "DrawBoundingBoxesV2"})


def _outside(node: PlanNode, values: Sequence[Array], names: Names) -> Odd | None:
    """Find the first box that lies outside of its picture, or that is not drawn as it ends before it begins."""
    boxes = np.asarray(values[0], np.float64)
    if boxes.ndim < 2 or boxes.shape[-1] != 4:
        return None
    begin, end = boxes[..., :2], boxes[..., 2:]
    low, high = np.minimum(begin, end), np.maximum(begin, end)
    is_outside = np.asarray(((low > 1) | (high < 0)).any(-1))
    is_reversed = (begin > end).any(-1) & (node.op in _DRAWING)
    bad = np.argwhere(is_outside | is_reversed)
    if not len(bad):
        return None
    at = tuple(int(i) for i in bad[0])
    text = nested_text(boxes[at].astype(values[0].dtype))
    result = say("odd.box-not-drawn") if node.op in _DRAWING else say("odd.box-empty")
    sentence = say("odd.box-outside", pin=names[_BOXES], box=text, index=at, result=result)
    if not is_outside[at]:
        sentence = say("odd.box-reversed", pin=names[_BOXES], box=text, index=at, result=result)
    hint = say("hint.box") if is_outside[at] else None
    return Odd(_BOXES, sentence, say("needs.box"), Actual(value=text, index=at), hint)


BOX_LOOKS: dict[str, Look] = {
    "CropAndResize": Look(only(_BOXES), _outside),
    "DrawBoundingBoxes": Look(only(_BOXES), _outside),
    "DrawBoundingBoxesV2": Look(only(_BOXES), _outside),
}
