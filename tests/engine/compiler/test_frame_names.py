"""Misspelt names of loops are blamed at the Enter that bears them, before the run."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.document.model.problems import Problem
from app.engine.compiler.make_plan import make_plan
from tests.support.blind_mistakes.turned import LOOP, ROUNDS
from tests.support.pages import page

CONSTANT = "is_constant_ = true;"


def found(first: str, second: str, third: str | None = None) -> list[Problem]:
    """Return the problems of a counting loop of the first name whose step and limit come in by others."""
    blocks = {**LOOP, "e": ("Enter", {"data": "0", "frame_name": first})}
    blocks["by"] = ("Enter", {"data": "2", "frame_name": second, "attrs": CONSTANT})
    wires = f"{ROUNDS}\nby.output -> sum.y"
    if third is not None:
        blocks |= {"less": "Less", "to": ("Enter", {"data": "5", "frame_name": third, "attrs": CONSTANT})}
        wires += "\nto.output -> less.y"
    return list(make_plan(page(blocks, wires), Path(".")).problems)


@pytest.mark.parametrize(
    ("names", "at", "near"),
    [
        (("loop", "lopp"), "by", "loop"),  # a tie: the later one
        (("loop", "lopp", "loop"), "by", "loop"),
        (("lopp", "loop", "loop"), "e", "loop"),  # fewer bear it, so it is the odd one though it comes first
    ],
)
def test_the_odd_name_is_blamed_and_written_anew(names: tuple[str, ...], at: str, near: str) -> None:
    (problem,) = found(*names)
    assert (problem.severity, problem.code, problem.block) == ("error", "bad-attr-value", at)
    assert problem.pin == "frame_name"
    (fix,) = problem.fixes
    assert not fix.by_hand
    (change,) = fix.changes
    assert (change.pin, change.text) == ("frame_name", near)


@pytest.mark.parametrize("names", [("loop", "loop"), ("loop", "rows"), ("loop1", "loop2")])
def test_names_that_are_the_same_or_not_near_are_left(names: tuple[str, str]) -> None:
    assert found(*names) == []


def test_near_names_that_never_meet_are_left() -> None:
    other = {"o": ("Enter", {"data": "1", "frame_name": "lopp"}), "out": "Exit"}
    blocks = {**LOOP, "sum": ("Add", {"y": "1"}), **other}
    wires = f"{ROUNDS}\no.output -> out.data\nout.output -> s.fetch_outputs"
    assert list(make_plan(page(blocks, wires), Path(".")).problems) == []
