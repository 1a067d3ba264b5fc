"""Explains failures of TensorArrays and of sparse tensors: elements that are not there, places in disorder."""

from __future__ import annotations

import re

from app.document.model.sentence import say
from app.engine.diagnostics.failed_op import Explanation, Failure
from blocks.requirement import Actual

_INDICES = ("sparse_indices", "sp_indices", "indices", "input_indices", "a_indices")


def unwritten(failure: Failure, found: re.Match[str]) -> Explanation | None:
    """An element of a TensorArray that nothing has written before: the flow says what came before."""
    flow = failure.arg("flow_in")
    sentence = say("run.unwritten", index=int(found[1]))
    if flow is not None and flow.source is not None:
        sentence = say("run.unwritten-before", index=int(found[1]), flow=flow.source)
    actual = say("actual.unwritten", index=int(found[1]))
    return Explanation(flow, sentence, say("needs.flow"), actual, hint=say("hint.flow"))


def cleared(failure: Failure, found: re.Match[str]) -> Explanation | None:
    """An element of a TensorArray that is read for the second time."""
    sentence, hint = say("run.cleared", index=int(found[1])), say("hint.clear-after-read")
    chief, actual = failure.arg("index", "indices", "flow_in"), Actual(value=found[1])
    return Explanation(chief, sentence, say("needs.unread-index"), actual, hint=hint)


def written_twice(failure: Failure, found: re.Match[str]) -> Explanation | None:
    """An element of a TensorArray that is written for the second time."""
    chief = failure.arg("index", "indices", "flow_in")
    sentence, actual = say("run.written-twice", index=int(found[1])), Actual(value=found[1])
    return Explanation(chief, sentence, say("needs.new-index"), actual)


def disordered(failure: Failure, found: re.Match[str]) -> Explanation | None:
    """Places of a sparse tensor that do not follow one another, or stand there twice."""
    chief = failure.arg(*_INDICES)
    if chief is None:
        return None
    row, place = int(found[1]), f"[{found[2]}]"
    actual = Actual(value=place, index=(row,), origins=chief.origins)
    if found[3] == "repeated":
        twice = say("run.place-twice", pin=chief.name, row=row, place=place)
        return Explanation(chief, twice, say("needs.once"), actual)
    sentence = say("run.disordered", pin=chief.name, row=row, place=place)
    return Explanation(chief, sentence, say("needs.rows-in-order"), actual, hint=say("hint.reorder"))
