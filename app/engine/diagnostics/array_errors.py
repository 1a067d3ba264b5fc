"""Explains failures of TensorArrays and of sparse tensors: elements that are not there, places in disorder."""

from __future__ import annotations

import re

from app.document.model.sentence import say
from app.engine.diagnostics.failed_op import Explanation, Failure, Given
from blocks.requirement import Actual


def unwritten(failure: Failure, found: re.Match[str]) -> Explanation | None:
    """An element of a TensorArray that nothing has written before: the flow says what came before."""
    flow, place = failure.arg("flow_in"), failure.arg("index", "indices")
    if place is not None and not failure.has_writer_aside:
        sentence = say("run.never-written", index=int(found[1]), pin=place.name)
        return Explanation(place, sentence, say("needs.written-place"), Actual(value=found[1]))
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
    row, place = int(found[1]), f"[{found[2]}]"
    chief = _indices_with(failure, row, [int(number) for number in found[2].split(",") if number.strip()])
    if chief is None:
        return None
    actual = Actual(value=place, index=(row,), origins=chief.origins)
    if found[3] == "repeated":
        twice = say("run.place-twice", pin=chief.name, row=row, place=place)
        return Explanation(chief, twice, say("needs.once"), actual)
    sentence = say("run.disordered", pin=chief.name, row=row, place=place)
    return Explanation(chief, sentence, say("needs.rows-in-order"), actual, hint=say("hint.reorder"))


def _indices_with(failure: Failure, row: int, place: list[int]) -> Given | None:
    """Return the indices whose row is a place that does not come behind the row above it, else the first ones."""
    several = [one for one in failure.given if one.argument.name.endswith("indices")]
    for one in several:
        rows = one.value[max(row - 1, 0) : row + 1].tolist() if one.value is not None else []
        if rows and rows[-1] == place and (len(rows) < 2 or rows[0] >= place):
            return one
    return several[0] if several else None
