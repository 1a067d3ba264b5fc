"""Hints that name the block which does what was meant."""

from __future__ import annotations

import pytest

from app.engine.compiler.make_plan import make_plan
from app.messages import hint_text
from tests.support.pages import page, run

RISING = {"data": "{1f,2f,3f}", "segment_ids": "{1,0,1}"}
CLASSES = {"features": "{{1f,2f},{2f,1f}}"}


@pytest.mark.parametrize(
    ("blocks", "wires", "said"),
    [
        ({"c": ("DecodeJpeg", {"contents": '"cat.jpg"'})}, "", "ReadFile"),
        ({"c": ("DecodeCSV", {"records": '"a.csv"', "record_defaults": "0f;0f"})}, "", "TextLineReader"),
        ({"c": ("RandomUniform", {"shape": "{3}", "dtype": "DT_INT32"})}, "", "RandomUniformInt"),
        ({"c": ("SegmentSum", RISING)}, "", "UnsortedSegmentSum"),
        (
            {"l": ("Const", {"val": "{1,0}"}), "c": ("SoftmaxCrossEntropyWithLogits", CLASSES)},
            "l.output -> c.labels",
            "SparseSoftmaxCrossEntropyWithLogits",
        ),
    ],
)
def test_the_hint_names_the_block_that_was_meant(engine, tmp_path, blocks, wires, said):
    made = page(blocks, wires)
    plan = make_plan(made, tmp_path)
    found = plan.problems if plan.stops else run(engine, made, tmp_path).problems
    (problem,) = [p for p in found if p.severity == "error"]
    assert said in (hint_text(problem) or "")


def test_bytes_that_only_end_in_a_point_are_no_name(engine, tmp_path):
    made = page({"c": ("DecodeJpeg", {"contents": '"one. two"'})}, "")
    (problem,) = [p for p in run(engine, made, tmp_path).problems if p.severity == "error"]
    assert hint_text(problem) is None
