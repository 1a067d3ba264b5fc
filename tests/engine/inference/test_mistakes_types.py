"""Mistakes of shape and value are found before anything runs: block, pin, what is required and what is there."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.document.model.sentence import say
from app.engine.compiler.make_plan import make_plan
from blocks.requirement import Actual, Requirement, ShapeOf
from tests.support.mistakes import Mistake, const, inferred, missed
from tests.support.mistakes_types import MISTAKES
from tests.support.pages import page
from tests.support.words import holds


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda m: m.name)
def test_inference_names_pin_requirement_and_actual(engine, tmp_path, mistake: Mistake):
    problems = inferred(mistake, tmp_path, engine)
    assert missed(mistake, problems) == []
    assert problems[0].detail  # TensorFlow's own words can be unfolded


def test_all_faults_of_a_page_come_at_once_and_none_of_what_is_behind(engine):
    made = page(
        {
            "m": ("MatMul", {"a": "{1f}", "b": "{1f}"}),  # both are vectors
            "behind": "Square",
            "r": ("Reshape", {"tensor": "{1f}", "shape": "{7}"}),
            "s": "ClientSession",
        },
        "m.product -> behind.x\nbehind.y -> s.fetch_outputs\nr.output -> s.fetch_outputs",
    )
    found = engine.infer(make_plan(made, Path("."), everything=True), ".").problems
    assert [(p.block, p.pin) for p in found] == [("m", "a"), ("m", "b"), ("r", "shape")]


def test_fault_of_a_block_that_nothing_runs_is_a_warning(engine):
    made = page(
        {**const(x="3f"), "y": "Square", "m": ("MatMul", {"a": "{1f}", "b": "{{1f}}"}), "s": "ClientSession"},
        "x.output -> y.x\ny.y -> s.fetch_outputs",
    )
    (fault,) = engine.infer(make_plan(made, Path("."), everything=True), ".").problems
    assert (fault.severity, fault.block, fault.pin) == ("warning", "m", "a")


def test_sum_of_many_names_the_one_that_differs(engine):
    sources = {f"x{i}": "{1f,2f}" for i in range(40)} | {"x23": "{1f,2f,3f}"}
    made = page(
        {**const(**sources), "a": "AddN", "s": "ClientSession"},
        "\n".join(f"{name}.output -> a.inputs" for name in sources) + "\na.sum -> s.fetch_outputs",
    )
    (fault,) = engine.infer(make_plan(made, Path("."), everything=True), ".").problems
    assert holds(
        fault.sentence,
        say(
            "shape.refused",
            input="inputs[23]",
            needs=Requirement(shape=ShapeOf(sizes=(2,))),
            actual=Actual(shape=(3,), origins=("x23.output",)),
            origin=say("input.origin", source="x23.output"),
            beside=say("shape.beside"),
        ),
    )
