"""Boxes that an op takes without an error though they lie outside of the picture, or go far beyond it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from app.document.model.sentence import Sentence, say
from app.engine.compiler.plan import PlanNode
from app.engine.diagnostics.failed_op import nested_text
from app.engine.diagnostics.odd_numbers import Array, Look, Names, Odd, only
from blocks.requirement import Actual

_BOXES = 1  # the position of the input
_DRAWING = frozenset({"DrawBoundingBoxes", "DrawBoundingBoxesV2"})


def _odd(node: PlanNode, values: Sequence[Array], names: Names) -> Odd | None:
    """Find the first box that lies outside of its picture or goes far beyond it, or that ends before it begins."""
    boxes = np.asarray(values[0], np.float64)
    if boxes.ndim < 2 or boxes.shape[-1] != 4:
        return None
    begin, end = boxes[..., :2], boxes[..., 2:]
    low, high = np.minimum(begin, end), np.maximum(begin, end)
    draws = node.op in _DRAWING
    faults = {
        "outside": np.asarray(((low > 1) | (high < 0)).any(-1)),
        "beyond": np.asarray(((high > 2) | (low < -1)).any(-1)),
        "reversed": np.asarray((begin > end).any(-1) & draws),
    }
    bad = np.argwhere(np.stack(list(faults.values())).any(0))
    if not len(bad):
        return None
    at = tuple(int(i) for i in bad[0])
    return _said(
        next(fault for fault, there in faults.items() if there[at]), values[0], at, names[_BOXES], draws
    )


def _said(fault: str, boxes: Array, at: tuple[int, ...], pin: Sentence | str, draws: bool) -> Odd:
    """Say what is odd about one box."""
    text = nested_text(boxes[at])
    result = say("odd.box-not-drawn") if draws else say("odd.box-empty")
    if fault == "outside":
        sentence = say("odd.box-outside", pin=pin, box=text, index=at, result=result)
    elif fault == "beyond":
        result = say("odd.box-edges") if draws else say("odd.box-filled")
        sentence = say("odd.box-beyond", pin=pin, box=text, index=at, result=result)
    else:
        sentence = say("odd.box-reversed", pin=pin, box=text, index=at, result=result)
    hint = None if fault == "reversed" else say("hint.box")
    return Odd(_BOXES, sentence, say("needs.box"), Actual(value=text, index=at), hint)


BOX_LOOKS: dict[str, Look] = {
    "CropAndResize": Look(only(_BOXES), _odd),
    "DrawBoundingBoxes": Look(only(_BOXES), _odd),
    "DrawBoundingBoxesV2": Look(only(_BOXES), _odd),
}
