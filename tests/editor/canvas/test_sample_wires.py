"""The wires of the shipped samples can be followed: those of two outputs never run along one line."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, pairwise
from pathlib import Path

import pytest

from app.document.editing.document import Document
from app.document.model.diagram import PinRef
from app.editor.canvas.items.page_items import PageItems
from app.editor.canvas.page_canvas import PageCanvas
from app.editor.widgets.theme import DARK
from blocks.assets import asset

_LONG = 12.0  # page units of a line that two wires share
_NEAR = 2.0  # page units between lines that look like one
_Run = tuple[PinRef, PinRef, float, float, float]  # from, to, where the line lies, its begin and end


def runs(items: PageItems, axis: int) -> Iterator[_Run]:
    """Yield the pieces of all wires that lie along one axis."""
    for (source, target), wire in items.wires.items():
        for a, b in pairwise(wire.points):
            if a[1 - axis] == b[1 - axis]:
                yield source, target, a[1 - axis], *sorted((a[axis], b[axis]))


def shared(items: PageItems) -> Iterator[tuple[str, str]]:
    """Yield the wires of which a piece lies on a piece of another output's that goes to another pin."""
    for axis in (0, 1):
        for one, other in combinations(runs(items, axis), 2):
            is_same_end = one[1] == other[1] or (one[0].block, one[0].pin) == (other[0].block, other[0].pin)
            is_beside = min(one[4], other[4]) - max(one[3], other[3]) > _LONG
            if is_beside and abs(one[2] - other[2]) <= _NEAR and not is_same_end:
                yield f"{one[0]} -> {one[1]}", f"{other[0]} -> {other[1]}"


@pytest.mark.parametrize("sample", sorted(asset("samples").glob("*.tblocks")), ids=lambda path: path.stem)
def test_wires_of_two_outputs_never_run_along_one_line(qapp: object, sample: Path) -> None:
    document = Document.open(sample)
    for page in document.project.pages:
        canvas = PageCanvas(document, page.name, document.catalog, DARK)
        canvas.items.routes.finish()
        assert list(shared(canvas.items)) == []
        canvas.dispose()
