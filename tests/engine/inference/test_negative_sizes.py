"""A size below -1 that TensorFlow's shape functions let through is one block's problem; all other types stay."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.engine.compiler.make_plan import make_plan
from app.engine.ipc.handlers import INFER
from app.engine.ipc.requests import InferRequest
from app.messages import actual_text, requirement_text
from tests.support.pages import page

PICTURES = "{{{{1f},{2f}},{{3f},{4f}}}}"
BOXES = {"boxes": "{{0f,0f,1f,1f}}", "box_ind": "{0}"}

# symbol, its texts, the pin with the size, what it takes; the ops were found by trying all with -2
SIZES = [
    ("ResizeBilinear", {"images": PICTURES, "size": "{-2,3}"}, "size", "sizes above 0"),
    ("ResizeBicubic", {"images": PICTURES, "size": "{3,-2}"}, "size", "sizes above 0"),
    ("ResizeNearestNeighbor", {"images": PICTURES, "size": "{-2,-2}"}, "size", "sizes above 0"),
    ("ResizeArea", {"images": PICTURES, "size": "{-2,3}"}, "size", "sizes above 0"),
    ("ResizeNearestNeighborGrad", {"grads": PICTURES, "size": "{-5,3}"}, "size", "0 or more"),
    ("CropAndResize", {"image": PICTURES, **BOXES, "crop_size": "{-2,4}"}, "crop_size", "sizes above 0"),
    ("ExtractGlimpse", {"input": PICTURES, "size": "{-2,4}", "offsets": "{{0f,0f}}"}, "size", "0 or more"),
    (
        "ScaleAndTranslate",
        {"images": PICTURES, "size": "{-2,4}", "scale": "{1f,1f}", "translation": "{0f,0f}"},
        "size",
        "sizes above 0",
    ),
]


@pytest.mark.parametrize(("symbol", "texts", "pin", "needed"), SIZES, ids=[s[0] for s in SIZES])
def test_negative_size_is_its_blocks_problem_and_other_types_stay(engine, symbol, texts, pin, needed):
    made = page({"other": ("Square", {"x": "{1f,2f}"}), "bad": (symbol, texts)})
    plan = make_plan(made, Path("."), everything=True)
    found = engine.infer(plan, ".")
    assert [(p.block, p.pin, requirement_text(p), actual_text(p)) for p in found.problems] == [
        ("bad", pin, needed, texts[pin])
    ]
    assert {key: spec.shape for key, spec in found.types.items()} == {"other.y": (2,)}


def test_computed_negative_size_is_named_with_its_value_and_what_is_behind_waits(engine):
    made = page(
        {
            "n": ("Subtract", {"x": "{2,4}", "y": "{6,1}"}),
            "bad": ("ResizeBilinear", {"images": PICTURES}),
            "behind": "Square",
            "other": ("Square", {"x": "1f"}),
        },
        "n.z -> bad.size\nbad.resized_images -> behind.x",
    )
    found = engine.infer(made, ".")
    assert [(p.block, p.pin, actual_text(p)) for p in found.problems] == [("bad", "size", "{-4,3}")]
    assert set(found.types) == {"n.z", "other.y"}


def test_inference_that_follows_each_block_finds_the_same(engine):
    made = page(
        {"other": ("Square", {"x": "1f"}), "bad": ("ResizeBilinear", {"images": PICTURES, "size": "{-2,3}"})}
    )
    plan = make_plan(made, Path("."), everything=True)
    usual, traced = (engine.ask(INFER, InferRequest(plan, ".", None, trace=trace)) for trace in (False, True))
    assert (traced.problems, traced.types) == (usual.problems, usual.types)
