"""An empty pin is offered an output only where the types go together, as far as texts and catalog say them."""

from __future__ import annotations

from typing import Any

import pytest

from app.document.checks.page import check_page
from app.document.fixes import offer
from app.document.fixes.apply import fixed_page
from app.document.model.diagram import Block, Page, PinRef, Wire
from app.document.model.problems import Problem
from app.document.model.sentence import say
from blocks.catalog import load
from tests.support.pages import page

_COLUMN = "{{1},{2}}"


@pytest.mark.parametrize(
    ("blocks", "pin", "source"),
    [
        # the shape's output is int32, as its attr says or does not say
        ({"s": ("Shape", {"input": _COLUMN}), "t": "CropAndResize"}, "boxes", None),
        ({"s": ("Shape", {"input": _COLUMN}), "t": "CropAndResize"}, "box_ind", "s.output"),
        (
            {"s": ("Shape", {"input": _COLUMN, "attrs": "out_type_ = DT_INT64;"}), "t": "CropAndResize"},
            "box_ind", None,
        ),
        ({"s": ("ReadFile", {"filename": "a.png"}), "t": "CropAndResize"}, "boxes", None),
        ({"s": ("ReadFile", {"filename": "a.png"}), "t": "DecodePng"}, "contents", "s.contents"),
        # nothing says what the sum is
        ({"s": "Add", "t": "CropAndResize"}, "boxes", None),
        ({"s": "Add", "t": "Identity"}, "input", "s.z"),
    ],
)  # fmt: skip
def test_an_empty_pin_is_offered_only_an_output_of_its_dtype(
    blocks: dict[str, Any], pin: str, source: str | None
) -> None:
    made = page(blocks, "")
    empty = Problem(
        severity="error", code="unwired-input", block="t", pin=pin, sentence=say("problem.unwired-input")
    )
    (offered,) = offer(made, load(), [empty], {}, {})
    starts = [change.source for fix in offered.fixes for change in fix.changes]
    assert starts == ([source] if source else [])


@pytest.mark.parametrize("first", ["a", "page:a"])
def test_a_circle_is_opened_whatever_the_ids_of_its_blocks_are(first: str) -> None:
    """Ids of a foreign file are kept as they are, also where they are none."""
    ends = [
        Wire(source=PinRef(source, "y"), target=PinRef(target, "x"))
        for source, target in [(first, "b"), ("b", first)]
    ]
    made = Page(name="p", blocks={i: Block(id=i, symbol="Neg") for i in (first, "b")}, wires=ends)
    (circle,) = [problem for problem in check_page(made, load()) if problem.code == "cycle"]
    ((fix,),) = (problem.fixes for problem in offer(made, load(), [circle], {}, {}))
    assert len(fixed_page(made, fix).wires) == 1
